/** Headroom: the frames between the guest and silence, over time and by owner, and when they run out. */
import type { Capture } from '../capture/capture.ts';
import type { Track } from '../capture/tracks.ts';
import type { HeadroomSeries, StreamForecast } from '../contract-latency.ts';
import { LIMITS } from '../limits.ts';
import { type Frames, NS_PER_S, type Ns } from '../units.ts';
import { heldAt, lastSegmentAt, queueOf, trackRateHz } from './ownership.ts';

/** Moments that one question looks at for each column; a busier column is sampled evenly. */
const LOOKS_PER_COLUMN = 3;

/** The runs in view, one series a stream; where a stream ran twice, its later run wins a column. */
export function headroomSeries(
  capture: Capture,
  query: { fromNs: Ns; toNs: Ns; columns: number },
): readonly HeadroomSeries[] {
  const columns = Math.min(Math.max(1, Math.floor(query.columns) || 1), LIMITS.pixelsPerRequest);
  const fromNs = Math.max(0, query.fromNs);
  const columnNs = Math.max(1, (query.toNs - fromNs) / columns);
  const series = new Map<number, HeadroomSeries>();
  for (const track of capture.tracks) {
    const endNs = track.isOpen ? capture.endNs : track.toNs;
    if (endNs < fromNs || track.fromNs > query.toNs) continue;
    const known = series.get(track.streamId) ?? emptySeries(track, fromNs, columnNs, columns);
    series.set(track.streamId, known);
    fill(capture, track, endNs, known);
    markDry(track, known);
  }
  return [...series.values()].sort((a, b) => a.streamId - b.streamId);
}

/** For each stream that has a run at `atNs`: what is held, and when it is used up if the guest posts nothing more. */
export function forecasts(capture: Capture, atNs: Ns): readonly StreamForecast[] {
  const latest = new Map<number, Track>();
  for (const track of capture.tracks) {
    const endNs = track.isOpen ? capture.endNs : track.toNs;
    if (track.fromNs <= atNs && atNs <= endNs) latest.set(track.streamId, track);
  }
  return [...latest.values()].map((track) => {
    const { device, sink } = heldAt(capture, track, atNs);
    const isRunning = capture.story.stateAt(track.streamId, atNs) === 'running';
    const rateHz = trackRateHz(track);
    const isKnown = isRunning && rateHz > 0 && track.direction === 'output';
    const dryNs = isKnown ? atNs + ((device + sink) * NS_PER_S) / rateHz : Number.NaN;
    return { streamId: track.streamId, atNs, deviceFrames: device, sinkFrames: sink, dryNs };
  });
}

function fill(capture: Capture, track: Track, endNs: Ns, series: HeadroomSeries): void {
  const { fromNs, columnNs } = series;
  const columns = series.deviceMin.length;
  const first = Math.max(0, Math.floor((track.fromNs - fromNs) / columnNs));
  const last = Math.min(columns - 1, Math.floor((endNs - fromNs) / columnNs));
  for (let column = first; column <= last; column++) {
    const startNs = Math.max(track.fromNs, fromNs + column * columnNs);
    const stopNs = Math.min(endNs, fromNs + (column + 1) * columnNs);
    look(capture, track, startNs, column, series);
    for (const atNs of moments(capture, track, startNs, stopNs)) {
      look(capture, track, atNs - 1, column, series); // a moment before it is where the least is held
      look(capture, track, atNs, column, series);
    }
  }
}

/** An underrun shows at every zoom, whichever moments were looked at. */
function markDry(track: Track, series: HeadroomSeries): void {
  for (const { atFrame } of track.xruns) {
    const place = track.placeOf(atFrame);
    if (place >= track.segments) continue;
    const column = Math.floor((track.segment(place).atNs - 1 - series.fromNs) / series.columnNs);
    if (column >= 0 && column < series.totalMin.length) series.totalMin[column] = 0;
  }
}

/** Times between `startNs` and `stopNs` at which frames came or went: all, or some of them evenly. */
function moments(capture: Capture, track: Track, startNs: Ns, stopNs: Ns): readonly Ns[] {
  const times: Ns[] = [];
  const from = lastSegmentAt(track, startNs) + 1;
  const to = lastSegmentAt(track, stopNs) + 1;
  const step = Math.max(1, Math.floor((to - from) / LOOKS_PER_COLUMN));
  for (let place = from; place < to; place += step) times.push(track.segment(place).atNs);
  const { messages } = capture;
  const fromRow = messages.rowAt(startNs);
  const toRow = messages.rowAt(stopNs);
  const rowStep = Math.max(1, Math.floor((toRow - fromRow) / LOOKS_PER_COLUMN));
  const queue = queueOf(track);
  for (let row = fromRow; row < toRow; row += rowStep) {
    if (messages.queue.get(row) === queue) times.push(messages.poppedNs.get(row));
  }
  return times;
}

function look(
  capture: Capture,
  track: Track,
  atNs: Ns,
  column: number,
  series: HeadroomSeries,
): void {
  const place = lastSegmentAt(track, atNs);
  if (atNs < track.fromNs || place < 0) return; // before anything played nothing can run dry
  const { device, sink } = heldAt(capture, track, atNs);
  // the end of what there was to play is no loss
  if (device + sink === 0 && !track.isOpen && place === track.segments - 1) return;
  least(series.deviceMin, column, device);
  most(series.deviceMax, column, device);
  least(series.sinkMin, column, sink);
  most(series.sinkMax, column, sink);
  least(series.totalMin, column, device + sink);
}

function least(values: Float32Array, column: number, frames: Frames): void {
  if (!((values[column] ?? Number.NaN) <= frames)) values[column] = frames;
}

function most(values: Float32Array, column: number, frames: Frames): void {
  if (!((values[column] ?? Number.NaN) >= frames)) values[column] = frames;
}

function emptySeries(track: Track, fromNs: Ns, columnNs: Ns, columns: number): HeadroomSeries {
  const none = () => new Float32Array(columns).fill(Number.NaN);
  const { bufferBytes, periodBytes } = track.params;
  return {
    streamId: track.streamId,
    ...{ fromNs, columnNs, rateHz: trackRateHz(track) },
    bufferFrames: Math.floor(bufferBytes / track.frameBytes),
    periodFrames: Math.floor(periodBytes / track.frameBytes),
    ...{ deviceMin: none(), deviceMax: none(), sinkMin: none(), sinkMax: none() },
    totalMin: none(),
    sinkGrade: 'derived',
  };
}
