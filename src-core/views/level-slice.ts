/** How loud each stream was, on the axis of time: peaks of its frames, laid to when they changed hands. */
import { decodePcm } from '../audio/decode.ts';
import { type PeakColumns, peakOf, peaksOfSamples } from '../audio/peaks-query.ts';
import { BLOCK_FRAMES } from '../audio/peaks-scan.ts';
import type { Capture } from '../capture/capture.ts';
import type { Track } from '../capture/tracks.ts';
import type { LevelTrack } from '../contract-tracks.ts';
import type { Frames } from '../units.ts';
import type { ColumnRange } from './depth-slice.ts';
import { frameAt } from './pcm-slice.ts';

/** PCM that one question may decode for all streams; beyond it the pyramid’s blocks have to do. */
const MOST_FRAMES = 400_000;

/** Of every stream that moved PCM in the window and has a wave. */
export function levelTracks(capture: Capture, range: ColumnRange): LevelTrack[] {
  const found = new Map<number, LevelTrack & PeakColumns>();
  let leftFrames = MOST_FRAMES;
  for (const track of capture.tracks) {
    const { fromNs, columnNs, columns } = range;
    const endNs = track.isOpen ? capture.endNs : track.toNs;
    if (track.pyramid === undefined || endNs < fromNs) continue;
    if (track.fromNs > fromNs + columns * columnNs) continue;
    const { streamId } = track;
    const level = found.get(streamId) ?? { streamId, fromNs, columnNs, ...emptyPeaks(columns) };
    found.set(streamId, level);
    leftFrames -= fill(capture, track, range, level, leftFrames);
  }
  return [...found.values()].sort((a, b) => a.streamId - b.streamId);
}

/** Gives how many frames it had to decode. */
function fill(
  capture: Capture,
  track: Track,
  { fromNs, columnNs, columns }: ColumnRange,
  level: PeakColumns,
  mostFrames: Frames,
): Frames {
  const borders = Float64Array.from({ length: columns + 1 }, (_, column) =>
    frameAt(track, fromNs + column * columnNs),
  );
  const known = borders.filter((frame) => !Number.isNaN(frame));
  const first = Math.floor(known[0] ?? 0);
  const frames = Math.ceil((known.at(-1) ?? 0) + 1) - first;
  const isFine = frames / Math.max(1, known.length) < 2 * BLOCK_FRAMES && frames <= mostFrames;
  const pcm = isFine ? capture.pcm(track, first, frames) : new Uint8Array();
  const samples = pcm.length === 0 ? [] : decodePcm(pcm, track.params);
  for (let column = 0; column < columns; column++) {
    // where a run begins or ends in the column, one of its borders is no frame
    const from = borders[column] ?? Number.NaN;
    const to = borders[column + 1] ?? Number.NaN;
    const left = Number.isNaN(from) ? to : from;
    const right = Number.isNaN(to) ? from : to;
    if (Number.isNaN(left) || (left === right && !Number.isNaN(from + to))) continue;
    merge(level, column, track, samples, first, left, Math.max(right, left + 1));
  }
  return samples.length === 0 ? 0 : frames;
}

/** All channels into one column. */
function merge(
  level: PeakColumns,
  column: number,
  track: Track,
  samples: readonly Float32Array[],
  first: Frames,
  from: Frames,
  to: Frames,
): void {
  const channels = track.pyramid?.channels ?? 0;
  let squares = 0;
  for (let channel = 0; channel < channels; channel++) {
    const own = samples[channel];
    const peak =
      own === undefined
        ? peakOf(track.pyramid, channel, Math.floor(from), Math.ceil(to))
        : peaksOfSamples(own.subarray(Math.floor(from) - first, Math.ceil(to) - first), 1);
    const min = peak.min[0] ?? Number.NaN;
    const max = peak.max[0] ?? Number.NaN;
    if (Number.isNaN(min)) continue;
    if (!((level.min[column] ?? Number.NaN) <= min)) level.min[column] = min;
    if (!((level.max[column] ?? Number.NaN) >= max)) level.max[column] = max;
    squares += (peak.rms[0] ?? 0) ** 2;
  }
  level.rms[column] = Math.sqrt(squares / Math.max(1, channels));
}

function emptyPeaks(columns: number): PeakColumns {
  const none = () => new Float32Array(columns).fill(Number.NaN);
  return { min: none(), max: none(), rms: none() };
}
