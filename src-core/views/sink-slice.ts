/** When the sink took frames of a stream, or the source gave some: a tick for each call, or the pace where there are too many. */
import type { Capture } from '../capture/capture.ts';
import type { Track } from '../capture/tracks.ts';
import type { SinkTrack } from '../contract-tracks.ts';
import { rateHzOf } from '../spec/formats.ts';
import { type Frames, NS_PER_S, type Ns } from '../units.ts';
import type { ColumnRange } from './depth-slice.ts';

/** Up to so many stretches of PCM a column calls are told one by one. */
const STRETCHES_PER_COLUMN = 1;

interface Calls {
  readonly atNs: number[];
  readonly frames: number[];
  readonly delayFrames: number[];
  readonly missingFrames: number[];
}

/** Of every stream that has a run in the window. */
export function sinkTracks(capture: Capture, range: ColumnRange): SinkTrack[] {
  const { fromNs, columnNs, columns } = range;
  const toNs = fromNs + columns * columnNs;
  const byStream = new Map<number, Track[]>();
  for (const track of capture.tracks) {
    const endNs = track.isOpen ? capture.endNs : track.toNs;
    if (track.segments === 0 || endNs < fromNs || track.fromNs > toNs) continue;
    byStream.set(track.streamId, [...(byStream.get(track.streamId) ?? []), track]);
  }
  return [...byStream.entries()]
    .sort(([a], [b]) => a - b)
    .flatMap(([streamId, tracks]) => {
      const last = tracks.at(-1);
      if (last === undefined) return [];
      const stretches = tracks.reduce(
        (sum, track) => sum + track.placeAt(toNs) - track.placeAt(fromNs - 1),
        0,
      );
      const told =
        stretches <= STRETCHES_PER_COLUMN * columns
          ? { calls: callsOf(tracks, fromNs, toNs) }
          : { pace: paceOf(capture, tracks, range) };
      const rateHz = rateHzOf(last.params.rate);
      const periodFrames = Math.floor(last.params.periodBytes / Math.max(1, last.frameBytes));
      const { direction } = last;
      return [{ streamId, fromNs, columnNs, direction, rateHz, periodFrames, ...told }];
    });
}

/** Stretches of one moment were taken in one call. */
function callsOf(tracks: readonly Track[], fromNs: Ns, toNs: Ns): NonNullable<SinkTrack['calls']> {
  const calls: Calls = { atNs: [], frames: [], delayFrames: [], missingFrames: [] };
  for (const track of tracks) {
    const missing = new Map(track.xruns.map((xrun) => [xrun.atFrame, xrun.missingFrames]));
    const last = track.placeAt(toNs);
    for (let place = Math.max(0, track.placeAt(fromNs - 1) + 1); place <= last; place++) {
      const { atNs, fromFrame, frames, delayFrames } = track.segment(place);
      const at = calls.atNs.length - 1;
      if (calls.atNs[at] === atNs) {
        calls.frames[at] = (calls.frames[at] ?? 0) + frames;
        continue;
      }
      calls.atNs.push(atNs);
      calls.frames.push(frames);
      calls.delayFrames.push(delayFrames);
      calls.missingFrames.push(missing.get(fromFrame) ?? 0);
    }
  }
  return {
    atNs: Float64Array.from(calls.atNs),
    frames: Float64Array.from(calls.frames),
    delayFrames: Float64Array.from(calls.delayFrames),
    missingFrames: Float64Array.from(calls.missingFrames),
  };
}

function paceOf(
  capture: Capture,
  tracks: readonly Track[],
  { fromNs, columnNs, columns }: ColumnRange,
): Float32Array {
  const pace = new Float32Array(columns).fill(Number.NaN);
  for (const track of tracks) {
    const endNs = track.isOpen ? capture.endNs : track.toNs;
    const expected = (columnNs * rateHzOf(track.params.rate)) / NS_PER_S;
    const first = Math.max(0, Math.floor((track.segment(0).atNs - fromNs) / columnNs));
    const last = Math.min(columns - 1, Math.floor((endNs - fromNs) / columnNs));
    let before = takenAt(track, fromNs + first * columnNs);
    for (let column = first; column <= last; column++) {
      const taken = takenAt(track, fromNs + (column + 1) * columnNs);
      pace[column] = (taken - before) / expected;
      before = taken;
    }
  }
  return pace;
}

/** Frames of a run that had changed hands before `atNs`. */
function takenAt(track: Track, atNs: Ns): Frames {
  const place = track.placeAt(atNs - 1);
  if (place < 0) return 0;
  const { fromFrame, frames } = track.segment(place);
  return fromFrame + frames;
}
