/** From the pyramid, or from samples where it is too coarse, to one minimum, maximum and RMS for each column of a view. */
import { LIMITS } from '../limits.ts';
import type { Frames } from '../units.ts';
import { CHUNK_BLOCKS, type Gap, LEVEL_FACTOR, type PeakPyramid } from './peaks.ts';
import { BLOCK_FRAMES } from './peaks-scan.ts';

/** One value a column; NaN in all three where nothing is known. */
export interface PeakColumns {
  readonly min: Float32Array<ArrayBuffer>;
  readonly max: Float32Array<ArrayBuffer>;
  readonly rms: Float32Array<ArrayBuffer>;
}

/** Peaks of `channel` in `columns` equal parts of `fromFrame`…`toFrame`, which may lie outside the data. Takes at least two
 *  blocks a column where there are so many, so a peak may show one column too far. Below `BLOCK_FRAMES` frames a column
 *  use `peaksOfSamples`. At most `LIMITS.pixelsPerRequest` columns. */
export function peaksOf(
  pyramid: PeakPyramid,
  channel: number,
  fromFrame: Frames,
  toFrame: Frames,
  columns: number,
): PeakColumns {
  const found = emptyColumns(columns);
  const count = found.min.length;
  if (!(toFrame > fromFrame) || channel < 0 || channel >= pyramid.channels) return found;
  const width = (toFrame - fromFrame) / count;
  const level = levelFor(pyramid, width);
  const blockFrames = BLOCK_FRAMES * LEVEL_FACTOR ** level;
  for (let column = 0; column < count; column++) {
    const left = fromFrame + Math.floor(column * width);
    const right = Math.max(left + 1, fromFrame + Math.floor((column + 1) * width));
    const from = Math.max(left, pyramid.startFrame);
    const to = Math.min(right, pyramid.endFrame);
    if (framesThere(pyramid, from, to) <= 0) continue;
    const blocks = { from: Math.floor(from / blockFrames), to: Math.floor((to - 1) / blockFrames) };
    takeColumn(pyramid, level, channel, blocks, found, column);
  }
  return found;
}

/** The same for one stretch of frames. */
export function peakOf(
  pyramid: PeakPyramid | undefined,
  channel: number,
  fromFrame: Frames,
  toFrame: Frames,
): PeakColumns {
  return pyramid === undefined ? emptyColumns(1) : peaksOf(pyramid, channel, fromFrame, toFrame, 1);
}

/** The same from decoded samples, a value a frame: exact, for stretches of at most `LIMITS.framesPerRequest` frames. */
export function peaksOfSamples(samples: Float32Array, columns: number): PeakColumns {
  const found = emptyColumns(columns);
  const count = found.min.length;
  for (let column = 0; column < count; column++) {
    const from = Math.floor((column * samples.length) / count);
    const to = Math.max(from + 1, Math.floor(((column + 1) * samples.length) / count));
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    let sum = 0;
    for (let i = from; i < to && i < samples.length; i++) {
      const value = samples[i] ?? Number.NaN;
      if (value < min) min = value;
      if (value > max) max = value;
      if (Number.isFinite(value)) sum += value * value;
    }
    if (min <= max) put(found, column, min, max, sum / (to - from));
  }
  return found;
}

function emptyColumns(columns: number): PeakColumns {
  const count = Math.max(1, Math.min(Math.floor(columns) || 1, LIMITS.pixelsPerRequest));
  return {
    min: new Float32Array(count).fill(Number.NaN),
    max: new Float32Array(count).fill(Number.NaN),
    rms: new Float32Array(count).fill(Number.NaN),
  };
}

/** The coarsest level of which two blocks fit into a column. */
function levelFor(pyramid: PeakPyramid, width: Frames): number {
  const levels = Math.log(width / (2 * BLOCK_FRAMES)) / Math.log(LEVEL_FACTOR);
  return Math.max(0, Math.min(Math.floor(levels), pyramid.levels.length - 1));
}

function takeColumn(
  pyramid: PeakPyramid,
  level: number,
  channel: number,
  blocks: { readonly from: number; readonly to: number },
  found: PeakColumns,
  column: number,
): void {
  const chunks = pyramid.levels[level];
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let block = blocks.from; block <= blocks.to; block++) {
    const chunk = chunks?.get(Math.floor(block / CHUNK_BLOCKS));
    if (chunk === undefined) continue;
    const at = (block % CHUNK_BLOCKS) * pyramid.channels + channel;
    min = Math.min(min, chunk.min[at] ?? min);
    max = Math.max(max, chunk.max[at] ?? max);
    sum += chunk.sumOfSquares[at] ?? 0;
  }
  if (min > max) return;
  const blockFrames = BLOCK_FRAMES * LEVEL_FACTOR ** level;
  const frames = framesThere(pyramid, blocks.from * blockFrames, (blocks.to + 1) * blockFrames);
  put(found, column, min, max, sum / Math.max(1, frames));
}

function put(
  found: PeakColumns,
  column: number,
  min: number,
  max: number,
  meanSquare: number,
): void {
  found.min[column] = min;
  found.max[column] = max;
  found.rms[column] = Math.sqrt(meanSquare);
}

/** Frames between `from` and `to` that came; not above 0 when none did. */
function framesThere(pyramid: PeakPyramid, from: Frames, to: Frames): Frames {
  const first = Math.max(from, pyramid.startFrame);
  const end = Math.min(to, pyramid.endFrame);
  let missing = 0;
  for (let i = firstGapBehind(pyramid.gaps, first); i < pyramid.gaps.length; i++) {
    const gap = pyramid.gaps[i];
    if (gap === undefined || gap.from >= end) break;
    missing += Math.min(gap.to, end) - Math.max(gap.from, first);
  }
  return end - first - missing;
}

/** Place of the first gap that ends behind `frame`. */
function firstGapBehind(gaps: readonly Gap[], frame: Frames): number {
  let low = 0;
  let high = gaps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((gaps[middle]?.to ?? 0) > frame) high = middle;
    else low = middle + 1;
  }
  return low;
}
