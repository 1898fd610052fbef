/** Pace: how fast the sink takes and the guest posts against the capture's clock, how evenly messages return, and in which
 *  steps the position moves. Fits are robust: a stall or a gap does not bend the line. */
import type { Capture } from '../capture/capture.ts';
import type { Track } from '../capture/tracks.ts';
import type { PaceReport } from '../contract-latency.ts';
import { LIMITS } from '../limits.ts';
import { NS_PER_S, type Ns } from '../units.ts';
import { missingFrames, payloadFrames, queueOf, trackRateHz } from './ownership.ts';
import { returnNs } from './stage-times.ts';

/** Points that a line is laid through. */
const FIT_POINTS = 256;
/** Shorter runs have no pace. */
const SHORTEST_NS = NS_PER_S;
const ROWS_LOOKED_AT = 100_000;
/** Returns whose stray is told: the last so many. */
const STRAYS = 4000;
/** Neighbours whose median is on time. */
const NEIGHBOURS = 16;
/** Of a period: what follows sooner belongs to one burst. */
const BURST_SHARE = 0.5;
/** No two clocks drift so far: it is a jump. */
const JUMP_SHARE = 0.002;

export interface Fit {
  /** Value at `atNs` 0, and its rise a nanosecond. */
  readonly atZero: number;
  readonly slope: number;
  /** One standard error of the slope, from the residuals. */
  readonly slopeError: number;
}

/** A line through points by the median of slopes between points that lie far apart (Theil and Sen); `undefined` for fewer
 *  than eight. */
export function robustFit(xs: readonly number[], ys: readonly number[]): Fit | undefined {
  const count = Math.min(xs.length, ys.length);
  if (count < 8) return undefined;
  const [x0 = 0] = xs;
  const [y0 = 0] = ys;
  const far = Math.floor(count / 4);
  const slopes: number[] = [];
  for (let left = 0; left < count; left++) {
    for (let right = left + far; right < count; right++) {
      const run = (xs[right] ?? 0) - (xs[left] ?? 0);
      if (run > 0) slopes.push(((ys[right] ?? 0) - (ys[left] ?? 0)) / run);
    }
  }
  const slope = medianOf(slopes);
  const rests = xs.slice(0, count).map((x, place) => (ys[place] ?? 0) - y0 - slope * (x - x0));
  const middle = medianOf(rests);
  const spread = 1.4826 * medianOf(rests.map((rest) => Math.abs(rest - middle)));
  const meanX = xs.reduce((sum, x) => sum + (x - x0), 0) / count;
  const width = Math.sqrt(xs.reduce((sum, x) => sum + (x - x0 - meanX) ** 2, 0));
  return {
    atZero: y0 + middle - slope * x0,
    slope,
    slopeError: width > 0 ? spread / width : Number.POSITIVE_INFINITY,
  };
}

export function medianOf(values: readonly number[]): number {
  return shareOf(values, 0.5);
}

/** Of each stream's last run. */
export function paceReports(capture: Capture, points: number): readonly PaceReport[] {
  const latest = new Map<number, Track>();
  for (const track of capture.tracks) if (track.segments > 0) latest.set(track.streamId, track);
  return [...latest.values()]
    .sort((a, b) => a.streamId - b.streamId)
    .map((track) => paceOfRun(capture, track, Math.min(points, LIMITS.rowsPerRequest)));
}

export function paceOfRun(capture: Capture, track: Track, points: number): PaceReport {
  const rateHz = trackRateHz(track);
  const steps = stepsOf(track);
  const sink = ppmOf(movedFit(track), rateHz);
  const rows = rowsOfRun(capture, track);
  const guest = ppmOf(postedFit(capture, track, rows), rateHz);
  const strays = straysOf(capture, track, rows, points);
  const sorted = strays.all.map(Math.abs);
  return {
    ...{ streamId: track.streamId, track: track.track, rateHz },
    ...{ sinkPpm: sink.ppm, sinkPpmError: sink.error, guestPpm: guest.ppm },
    guestPpmError: guest.error,
    driftPpm: guest.ppm - sink.ppm,
    driftPpmError: Math.hypot(guest.error, sink.error),
    granularityFrames: medianOf(steps),
    granularityMaxFrames: steps.reduce((most, step) => Math.max(most, step), 0),
    ...{ atNs: strays.atNs, strayNs: strays.strayNs, index: strays.index },
    ...{ strayP50Ns: shareOf(sorted, 0.5), strayP99Ns: shareOf(sorted, 0.99) },
    count: strays.all.length,
    ...(strays.worst === undefined ? {} : { worst: strays.worst }),
  };
}

/** Frames that moved at one moment, for up to so many moments at the end of the run. */
function stepsOf(track: Track): readonly number[] {
  const steps: number[] = [];
  let end = track.segments;
  while (end > 0 && steps.length < 4 * FIT_POINTS) {
    const last = track.segment(end - 1);
    let first = end - 1;
    while (first > 0 && track.segment(first - 1).atNs === last.atNs) first--;
    steps.push(last.fromFrame + last.frames - track.segment(first).fromFrame);
    end = first;
  }
  return steps;
}

/** Frames moved before each moment, over the whole run. The first moments fill the sink: they are left out. */
function movedFit(track: Track): Fit | undefined {
  const skip = Math.min(16, track.segments >> 2);
  const [ns, frames]: [number[], number[]] = [[], []];
  const missingBefore = missingFrames(track);
  for (const place of spread(skip, track.segments)) {
    const { atNs, fromFrame } = track.segment(place);
    ns.push(atNs);
    frames.push(fromFrame + missingBefore(fromFrame));
  }
  return fitWithoutJumps(track, ns, frames);
}

function postedFit(capture: Capture, track: Track, rows: readonly number[]): Fit | undefined {
  const { messages } = capture;
  const skip = Math.min(16, rows.length >> 2);
  const [ns, frames]: [number[], number[]] = [[], []];
  const missingBefore = missingFrames(track);
  for (const place of spread(skip, rows.length)) {
    const row = rows[place] ?? 0;
    const kick = messages.kickAfterNs.get(row);
    const fromFrame = messages.fromFrame.get(row);
    ns.push(messages.poppedNs.get(row) + (kick <= 0 ? kick : 0));
    frames.push(fromFrame + missingBefore(fromFrame));
  }
  return fitWithoutJumps(track, ns, frames);
}

/** What moves in a burst counts with its last frame: a guest that was late posts its whole buffer at once, and its first
 *  message alone would look like a jump that the others do not take back. */
function fitWithoutJumps(
  track: Track,
  ns: readonly Ns[],
  frames: readonly number[],
): Fit | undefined {
  const apartNs = (periodFramesOf(track) / trackRateHz(track)) * NS_PER_S * BURST_SHARE;
  const lasts = ns
    .map((_, place) => place)
    .filter((place) => {
      const nextNs = ns[place + 1];
      return nextNs === undefined || nextNs - (ns[place] ?? 0) >= apartNs;
    });
  const lastNs = lasts.map((place) => ns[place] ?? 0);
  const lastFrames = lasts.map((place) => frames[place] ?? 0);
  return tooShort(lastNs) ? undefined : robustFit(lastNs, withoutJumps(track, lastNs, lastFrames));
}

function periodFramesOf({ params, frameBytes }: Track): number {
  return params.periodBytes / frameBytes;
}

/** Where a clock stood still or leapt (a host that was too busy, a guest that was paused) the frames go on from there: a
 *  drift is what lies between such jumps. */
function withoutJumps(track: Track, ns: readonly Ns[], frames: readonly number[]): number[] {
  const perNs = trackRateHz(track) / NS_PER_S;
  const periodFrames = periodFramesOf(track);
  let jumped = 0;
  return frames.map((frame, place) => {
    const since = (ns[place] ?? 0) - (ns[place - 1] ?? ns[place] ?? 0);
    const off = frame - (frames[place - 1] ?? frame) - since * perNs;
    if (Math.abs(off) > Math.max(periodFrames, JUMP_SHARE * since * perNs)) jumped += off;
    return frame - jumped;
  });
}

/** Rows of the run that moved, at most the last so many. */
function rowsOfRun(capture: Capture, track: Track): readonly number[] {
  const { messages } = capture;
  const rows: number[] = [];
  const queue = queueOf(track);
  const first = Math.max(messages.rowAt(track.fromNs), messages.rows - ROWS_LOOKED_AT);
  for (let row = first; row < messages.rows; row++) {
    if (messages.track.get(row) === track.track && messages.queue.get(row) === queue) {
      rows.push(row);
    }
  }
  return rows;
}

/** Returns against an even pace: how much later than its neighbours each came. */
function straysOf(capture: Capture, track: Track, rows: readonly number[], points: number) {
  const { messages } = capture;
  const perFrameNs = NS_PER_S / Math.max(1, trackRateHz(track));
  const whole = rows
    .slice(-STRAYS)
    .filter(
      (row) =>
        !Number.isNaN(messages.usedAfterNs.get(row)) &&
        messages.frames.get(row) >= payloadFrames(messages, track, row),
    );
  const times = whole.map((row) => returnNs(messages, row));
  const offsets = whole.map((row, place) => {
    const endFrame = messages.fromFrame.get(row) + messages.frames.get(row);
    return (times[place] ?? 0) - endFrame * perFrameNs;
  });
  const all = offsets.map((ns, place) => {
    const from = Math.max(0, Math.min(place - NEIGHBOURS, offsets.length - 2 * NEIGHBOURS));
    return ns - medianOf(offsets.slice(from, from + 2 * NEIGHBOURS + 1));
  });
  const from = Math.max(0, whole.length - Math.max(0, Math.floor(points) || 0));
  const most = all.reduce((sum, ns) => Math.max(sum, Math.abs(ns)), 0);
  const place = all.findIndex((ns) => Math.abs(ns) === most);
  const [index, atNs, strayNs] = [whole[place], times[place], all[place]];
  const isThere = index !== undefined && atNs !== undefined && strayNs !== undefined;
  return {
    all,
    worst: isThere ? { index, atNs, strayNs } : undefined,
    atNs: Float64Array.from(times.slice(from)),
    strayNs: Float64Array.from(all.slice(from)),
    index: Float64Array.from(whole.slice(from)),
  };
}

function ppmOf(fit: Fit | undefined, rateHz: number): { ppm: number; error: number } {
  if (fit === undefined || !(rateHz > 0)) return { ppm: Number.NaN, error: Number.NaN };
  const nominal = rateHz / NS_PER_S;
  const ppm = (fit.slope / nominal - 1) * 1e6;
  // what one nanosecond of rounding in each time does is the least that can be said
  return { ppm, error: Math.max((2 * fit.slopeError * 1e6) / nominal, 0.01) };
}

function tooShort(ns: readonly Ns[]): boolean {
  return (ns.at(-1) ?? 0) - (ns[0] ?? 0) < SHORTEST_NS;
}

/** At most `FIT_POINTS` places in `[from, to)`, evenly. */
function spread(from: number, to: number): readonly number[] {
  const count = Math.min(FIT_POINTS, Math.max(0, to - from));
  return Array.from({ length: count }, (_, point) =>
    Math.floor(from + (point * (to - from)) / count),
  );
}

function shareOf(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  if (count === 0) return Number.NaN;
  if (share === 0.5 && count % 2 === 0) {
    return ((sorted[count / 2 - 1] ?? 0) + (sorted[count / 2] ?? 0)) / 2;
  }
  return sorted[Math.max(0, Math.ceil(share * count) - 1)] ?? Number.NaN;
}
