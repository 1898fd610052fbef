/** PCM that is not kept leaves its hash and its levels. */
import { levelBytes, levelsOf } from '../audio/level-envelope.ts';
import { hashPcm } from '../audio/pcm-hash.ts';
import type { SampleLayout } from '../audio/samples.ts';
import { writeLe32 } from '../spec/layout.ts';
import type { Bytes, Frames } from '../units.ts';
import type { EntryBody } from './entry.ts';

const HASH_BYTES = 4;

type Moved = EntryBody & { kind: 'moved' };
type Tracks = readonly { readonly params: SampleLayout }[];

/** The same entry with the hash in place of the PCM, and its levels where its track is known. */
export function withoutPcm(entry: Moved, tracks: Tracks): Moved {
  const { pcm, fromFrame, frames } = entry;
  const layout = tracks[entry.track]?.params;
  const levels = layout === undefined ? [] : levelsOf(pcm, layout, fromFrame, frames);
  const withheld = new Uint8Array(HASH_BYTES + levels.length);
  writeLe32(withheld, 0, hashPcm(pcm));
  withheld.set(levels, HASH_BYTES);
  return { ...entry, pcm: new Uint8Array(), withheld };
}

/** The same entry without the bytes that can be heard, whatever it is: of a late write its ranges and hashes stay. */
export function withoutSound(entry: EntryBody, tracks: Tracks): EntryBody {
  if (entry.kind === 'moved') return withoutPcm(entry, tracks);
  return entry.kind === 'posted' ? { ...entry, pcm: new Uint8Array() } : entry;
}

/** Where the levels begin in what stands in place of PCM, `bytes` of it from `at` on; -1: there are none. */
export function levelsAt(
  at: Bytes,
  bytes: Bytes,
  fromFrame: Frames,
  frames: Frames,
  channels: number,
): Bytes {
  const isThere = at >= 0 && bytes === HASH_BYTES + levelBytes(fromFrame, frames, channels);
  return isThere && bytes > HASH_BYTES ? at + HASH_BYTES : -1;
}
