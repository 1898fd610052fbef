/** The loops under the peaks: minimum, maximum and sum of squares of a stretch of interleaved PCM, merged into what is there.
 *  S16 has loops of its own, the stereo one made for speed; other formats go through their codec. */
import { FORMATS, frameBytesOf } from '../spec/formats.ts';
import type { Frames } from '../units.ts';
import {
  codecOf,
  IS_LITTLE_ENDIAN,
  type SampleCodec,
  type SampleLayout,
  viewOf,
} from './samples.ts';

/** Frames of a block of the pyramid's lowest level. */
export const BLOCK_FRAMES = 256;

/** Peaks of some blocks, interleaved by channel. Values are -1…1 at full scale; floats may go beyond. */
export interface PeakValues {
  /** Infinity where there is nothing. */
  readonly min: Float32Array;
  /** -Infinity where there is nothing. */
  readonly max: Float32Array;
  readonly sumOfSquares: Float32Array;
}

/** Merges `frames` frames from frame `at` on into the values at `index` (channel 0) and behind. */
export type Scan = (at: Frames, frames: Frames, into: PeakValues, index: number) => void;

/** A scan over this PCM; `undefined` for formats without samples. */
export function makeScan(pcm: Uint8Array, layout: SampleLayout): Scan | undefined {
  const codec = codecOf(layout.format);
  if (codec === undefined) return undefined;
  if (FORMATS[layout.format]?.name === 'S16' && IS_LITTLE_ENDIAN) {
    const words = wordsOf(pcm);
    const { channels } = layout;
    if (channels === 2)
      return (at, frames, into, index) => scanStereo(words, at, frames, into, index);
    return (at, frames, into, index) => {
      for (let channel = 0; channel < channels; channel++) {
        scanWords(words, at * channels + channel, channels, frames, into, index + channel);
      }
    };
  }
  const view = viewOf(pcm);
  const frameBytes = frameBytesOf(layout);
  return (at, frames, into, index) => {
    for (let channel = 0; channel < layout.channels; channel++) {
      const from = at * frameBytes + channel * codec.sampleBytes;
      scanSamples(codec, view, from, frameBytes, frames, into, index + channel);
    }
  };
}

const FULL_SCALE = 32768;

/** The bytes as 16-bit words: in place where they lie on a word's border, else copied. */
function wordsOf(pcm: Uint8Array): Int16Array {
  const words = pcm.length >> 1;
  if (pcm.byteOffset % 2 === 0) return new Int16Array(pcm.buffer, pcm.byteOffset, words);
  return new Int16Array(pcm.slice(0, 2 * words).buffer);
}

/** Two frames a turn: the sum of two squares is at most 2³¹, so that it stays an integer until it is added. */
export function scanStereo(
  words: Int16Array,
  at: Frames,
  frames: Frames,
  into: PeakValues,
  index: number,
): void {
  let min0 = 32767;
  let max0 = -32768;
  let min1 = 32767;
  let max1 = -32768;
  let sum0 = 0;
  let sum1 = 0;
  const end = 2 * (at + frames - (frames % 2));
  for (let i = 2 * at; i < end; i += 4) {
    const a0 = words[i] ?? 0;
    const a1 = words[i + 1] ?? 0;
    const b0 = words[i + 2] ?? 0;
    const b1 = words[i + 3] ?? 0;
    if (a0 < min0) min0 = a0;
    if (a0 > max0) max0 = a0;
    if (b0 < min0) min0 = b0;
    if (b0 > max0) max0 = b0;
    if (a1 < min1) min1 = a1;
    if (a1 > max1) max1 = a1;
    if (b1 < min1) min1 = b1;
    if (b1 > max1) max1 = b1;
    sum0 += (Math.imul(a0, a0) + Math.imul(b0, b0)) >>> 0;
    sum1 += (Math.imul(a1, a1) + Math.imul(b1, b1)) >>> 0;
  }
  if (frames > 1) {
    merge(into, index, min0 / FULL_SCALE, max0 / FULL_SCALE, sum0 / FULL_SCALE ** 2);
    merge(into, index + 1, min1 / FULL_SCALE, max1 / FULL_SCALE, sum1 / FULL_SCALE ** 2);
  }
  if (frames % 2 === 0) return;
  scanWords(words, end, 2, 1, into, index);
  scanWords(words, end + 1, 2, 1, into, index + 1);
}

function scanWords(
  words: Int16Array,
  from: number,
  step: number,
  frames: Frames,
  into: PeakValues,
  index: number,
): void {
  let min = 32767;
  let max = -32768;
  let sum = 0;
  for (let i = 0, at = from; i < frames; i++, at += step) {
    const word = words[at] ?? 0;
    if (word < min) min = word;
    if (word > max) max = word;
    sum += word * word;
  }
  merge(into, index, min / FULL_SCALE, max / FULL_SCALE, sum / FULL_SCALE ** 2);
}

/** Values that are not numbers are passed over: they have no place on the scale. */
function scanSamples(
  codec: SampleCodec,
  view: DataView,
  from: number,
  step: number,
  frames: Frames,
  into: PeakValues,
  index: number,
): void {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0, at = from; i < frames; i++, at += step) {
    const value = codec.read(view, at);
    if (value < min) min = value;
    if (value > max) max = value;
    if (value - value === 0) sum += value * value;
  }
  merge(into, index, min, max, sum);
}

function merge(into: PeakValues, index: number, min: number, max: number, sum: number): void {
  into.min[index] = Math.min(into.min[index] ?? min, min);
  into.max[index] = Math.max(into.max[index] ?? max, max);
  into.sumOfSquares[index] = (into.sumOfSquares[index] ?? 0) + sum;
}
