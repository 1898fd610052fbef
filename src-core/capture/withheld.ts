/** PCM that is not kept leaves its hash. */
import { hashPcm } from '../audio/pcm-hash.ts';
import { writeLe32 } from '../spec/layout.ts';
import type { EntryBody } from './entry.ts';

/** The same entry with the hash in place of the PCM. */
export function withoutPcm<T extends EntryBody & { kind: 'moved' }>(entry: T): T {
  const withheld = new Uint8Array(4);
  writeLe32(withheld, 0, hashPcm(entry.pcm));
  return { ...entry, pcm: new Uint8Array(), withheld };
}

/** The same entry without the bytes that can be heard, whatever it is: of a late write its ranges and hashes stay. */
export function withoutSound(entry: EntryBody): EntryBody {
  if (entry.kind === 'moved') return withoutPcm(entry);
  return entry.kind === 'posted' ? { ...entry, pcm: new Uint8Array() } : entry;
}
