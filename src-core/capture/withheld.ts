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
