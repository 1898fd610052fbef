/** Loops over PCM that comparisons share: first difference, silence, padding bits, one number a frame. */
import { fillSilence } from '../audio/samples.ts';
import { FORMATS } from '../spec/formats.ts';
import type { Bytes, Frames } from '../units.ts';
import type { PcmReader } from './pcm-reader.ts';

export const CHUNK_FRAMES = 1 << 16;

/** First byte in which the two differ, as far as both go; -1: none. */
export function firstDifference(one: Uint8Array, other: Uint8Array): number {
  const bytes = Math.min(one.length, other.length);
  let at = 0;
  if (one.byteOffset % 4 === 0 && other.byteOffset % 4 === 0) {
    const words = bytes >>> 2;
    const left = new Int32Array(one.buffer, one.byteOffset, words);
    const right = new Int32Array(other.buffer, other.byteOffset, words);
    let word = 0;
    while (word < words && left[word] === right[word]) word++;
    at = 4 * word;
  }
  while (at < bytes && one[at] === other[at]) at++;
  return at < bytes ? at : -1;
}

/** Clears the bits of each container that carry no sample: they may hold anything. Changes `pcm`, and gives it. */
export function clearPadding(pcm: Uint8Array, format: number): Uint8Array {
  const { significantBits = 0, containerBits = 0, kind = 'coded' } = FORMATS[format] ?? {};
  if (significantBits === containerBits || kind === 'coded') return pcm;
  const bytes = containerBits / 8;
  const whole = significantBits >> 3;
  const mask = 2 ** (significantBits % 8) - 1;
  for (let at = 0; at + bytes <= pcm.length; at += bytes) {
    pcm[at + whole] = (pcm[at + whole] ?? 0) & mask;
    for (let byte = whole + 1; byte < bytes; byte++) pcm[at + byte] = 0;
  }
  return pcm;
}

/** Frames from `fromFrame` on with their padding cleared. */
export function readClean(reader: PcmReader, fromFrame: Frames, frames: Frames): Uint8Array {
  return clearPadding(reader.read(fromFrame, frames), reader.format);
}

/** One frame of silence, padding cleared. */
export function silentFrame({ format, frameBytes }: PcmReader): Uint8Array {
  const frame = new Uint8Array(frameBytes);
  fillSilence(frame, format);
  return clearPadding(frame, format);
}

/** First frame of `pcm` that is not `silence`; the number of frames when all are. */
export function firstSound(pcm: Uint8Array, silence: Uint8Array): Frames {
  const { length: frameBytes } = silence;
  let at = 0;
  while (at < pcm.length && pcm[at] === silence[at % frameBytes]) at++;
  return Math.floor(at / frameBytes);
}

/** One number for each frame, equal for equal frames; for unequal ones nearly never. */
export function frameNumbers(pcm: Uint8Array, frameBytes: Bytes): Int32Array {
  const numbers = new Int32Array(Math.floor(pcm.length / frameBytes));
  let at = 0;
  for (let frame = 0; frame < numbers.length; frame++) {
    let hash = 0x811c9dc5;
    for (let byte = 0; byte < frameBytes; byte++) {
      hash = Math.imul(hash ^ (pcm[at++] ?? 0), 0x01000193);
    }
    numbers[frame] = hash;
  }
  return numbers;
}

export type Found =
  | { readonly kind: 'equal' }
  | { readonly kind: 'unequal' | 'lost'; readonly frame: Frames };

/** First frame of `reference` that `heard`, `offset` frames later, does not have. A reference that goes on when `heard` has
 *  ended differs at that end. */
export function firstUnequal(
  reference: PcmReader,
  heard: PcmReader,
  offset: Frames,
  fromFrame: Frames = 0,
): Found {
  const { frameBytes } = reference;
  for (let frame = fromFrame; frame < reference.frames; ) {
    const wanted = Math.min(CHUNK_FRAMES, reference.frames - frame);
    const one = readClean(reference, frame, wanted);
    const other = readClean(heard, frame + offset, wanted);
    const differs = firstDifference(one, other);
    if (differs >= 0) return { kind: 'unequal', frame: frame + Math.floor(differs / frameBytes) };
    const compared = Math.floor(Math.min(one.length, other.length) / frameBytes);
    frame += compared;
    if (compared === wanted) continue;
    const isEnd = frame + offset >= heard.frames || frame >= reference.frames;
    return { kind: isEnd ? 'unequal' : 'lost', frame };
  }
  return { kind: 'equal' };
}
