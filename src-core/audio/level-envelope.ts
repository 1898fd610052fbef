/** What is kept of PCM that is not: how loud it was, a few bytes for each 256 frames. A wave can be drawn from it and nothing
 *  can be heard. For each block of the peak pyramid that the PCM touches, and each channel: int8 lowest, int8 highest sample
 *  (127 is full scale, rounded away from zero), uint8 RMS (255 is full scale). */
import type { Bytes, Frames } from '../units.ts';
import { BLOCK_FRAMES, makeScan, type PeakValues } from './peaks-scan.ts';
import type { SampleLayout } from './samples.ts';

const VALUE_BYTES = 3;
const FULL_PEAK = 127;
const FULL_RMS = 255;

/** Bytes of the levels of `frames` frames from `fromFrame` on. */
export function levelBytes(fromFrame: Frames, frames: Frames, channels: number): Bytes {
  if (frames <= 0) return 0;
  const first = Math.floor(fromFrame / BLOCK_FRAMES);
  const last = Math.floor((fromFrame + frames - 1) / BLOCK_FRAMES);
  return (last - first + 1) * channels * VALUE_BYTES;
}

/** The levels of `frames` frames of interleaved PCM; empty for formats without samples. */
export function levelsOf(
  pcm: Uint8Array,
  layout: SampleLayout,
  fromFrame: Frames,
  frames: Frames,
): Uint8Array {
  const scan = makeScan(pcm, layout);
  if (scan === undefined) return new Uint8Array();
  const { channels } = layout;
  const levels = new Uint8Array(levelBytes(fromFrame, frames, channels));
  const peaks = emptyPeaks(channels);
  let place = 0;
  for (const [from, count] of piecesOf(fromFrame, frames)) {
    clearPeaks(peaks);
    scan(from - fromFrame, count, peaks, 0);
    for (let channel = 0; channel < channels; channel++, place += VALUE_BYTES) {
      levels[place] = Math.max(-128, Math.floor((peaks.min[channel] ?? 0) * FULL_PEAK));
      levels[place + 1] = Math.min(127, Math.ceil((peaks.max[channel] ?? 0) * FULL_PEAK));
      const rms = Math.sqrt((peaks.sumOfSquares[channel] ?? 0) / count);
      levels[place + 2] = Math.min(FULL_RMS, Math.round(rms * FULL_RMS));
    }
  }
  return levels;
}

/** Merges the values at `place` of `levels`, which stand for `frames` frames, into the block whose first channel is at `index`. */
export function mergeLevels(
  levels: Uint8Array,
  place: Bytes,
  frames: Frames,
  channels: number,
  into: PeakValues,
  index: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const at = place + channel * VALUE_BYTES;
    const to = index + channel;
    const [low, high, rms] = [levels[at] ?? 0, levels[at + 1] ?? 0, levels[at + 2] ?? 0];
    into.min[to] = Math.min(into.min[to] ?? 0, signed(low) / FULL_PEAK);
    into.max[to] = Math.max(into.max[to] ?? 0, signed(high) / FULL_PEAK);
    into.sumOfSquares[to] = (into.sumOfSquares[to] ?? 0) + (rms / FULL_RMS) ** 2 * frames;
  }
}

/** The parts of a stretch that lie in one block each: first frame and number of frames. */
export function piecesOf(fromFrame: Frames, frames: Frames): readonly [Frames, Frames][] {
  const pieces: [Frames, Frames][] = [];
  const end = fromFrame + frames;
  for (let at = fromFrame; at < end; ) {
    const to = Math.min(end, (Math.floor(at / BLOCK_FRAMES) + 1) * BLOCK_FRAMES);
    pieces.push([at, to - at]);
    at = to;
  }
  return pieces;
}

function signed(byte: number): number {
  return (byte << 24) >> 24;
}

function emptyPeaks(channels: number): PeakValues {
  return {
    min: new Float32Array(channels),
    max: new Float32Array(channels),
    sumOfSquares: new Float32Array(channels),
  };
}

function clearPeaks({ min, max, sumOfSquares }: PeakValues): void {
  min.fill(Number.POSITIVE_INFINITY);
  max.fill(Number.NEGATIVE_INFINITY);
  sumOfSquares.fill(0);
}
