/** Body of a `posted` entry. All numbers little-endian.
 *
 *      0   4  hash of the payload as it was posted (`audio/pcm-hash.ts`)
 *      4   4  hash of the payload as it was handed over
 *      8   4  number of ranges
 *     12   4  0
 *     16      ranges, 16 bytes each: le32 first byte, le32 one past the last, le64 nanoseconds since the message was popped
 *             the payload as it was posted; nothing where only hashes were kept */
import { putLe32, putLe64, readLe32, readLe64 } from '../spec/layout.ts';
import type { Bytes, Seq, TrackId } from '../units.ts';
import type { EntryBody } from './entry.ts';

type PostedEntry = EntryBody & { readonly kind: 'posted' };

const HEAD_BYTES = 16;
const RANGE_BYTES = 16;

export function measurePosted({ ranges, pcm }: PostedEntry): Bytes {
  return HEAD_BYTES + RANGE_BYTES * ranges.length + pcm.length;
}

export function writePosted(
  target: Uint8Array,
  view: DataView,
  at: number,
  entry: PostedEntry,
): void {
  putLe32(view, at, entry.postedHash);
  putLe32(view, at + 4, entry.consumedHash);
  putLe32(view, at + 8, entry.ranges.length);
  putLe32(view, at + 12, 0);
  let place = at + HEAD_BYTES;
  for (const { fromByte, toByte, withinNs } of entry.ranges) {
    putLe32(view, place, fromByte);
    putLe32(view, place + 4, toByte);
    putLe64(view, place + 8, Math.max(0, Math.floor(withinNs)));
    place += RANGE_BYTES;
  }
  target.set(entry.pcm, place);
}

/** `undefined` when the body cannot be one. */
export function readPosted(popped: Seq, track: TrackId, body: Uint8Array): PostedEntry | undefined {
  const count = readLe32(body, 8);
  const pcmAt = HEAD_BYTES + RANGE_BYTES * count;
  if (body.length < pcmAt) return undefined;
  const pcm = body.slice(pcmAt);
  const ranges = Array.from({ length: count }, (_, number) => {
    const at = HEAD_BYTES + RANGE_BYTES * number;
    return {
      fromByte: readLe32(body, at),
      toByte: readLe32(body, at + 4),
      withinNs: Number(readLe64(body, at + 8)),
    };
  });
  // without PCM, where only hashes of it were kept
  const endByte = pcm.length === 0 ? Number.POSITIVE_INFINITY : pcm.length;
  const isSound = ranges.every(({ fromByte, toByte }) => fromByte < toByte && toByte <= endByte);
  if (!isSound) return undefined;
  const postedHash = readLe32(body, 0);
  return {
    kind: 'posted',
    popped,
    track,
    postedHash,
    consumedHash: readLe32(body, 4),
    ranges,
    pcm,
  };
}
