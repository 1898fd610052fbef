/** What the tracks of a lane say at a moment, in words, and their scales. Pure. */
import type {
  DepthTrack,
  LevelTrack,
  Outage,
  SinkTrack,
  TimelineTracks,
  TrackColumns,
} from '../../../src-core/contract-tracks.ts';
import { QUEUE_NAMES } from '../../../src-core/spec/sound.ts';
import { NS_PER_S, type Ns } from '../../../src-core/units.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import { formatCount, formatPlural } from '../../ui/format.ts';
import type { LaneView, PartKind } from './timeline-lane.ts';

export const NO_TRACKS: TimelineTracks = {
  depths: [],
  levels: [],
  sinks: [],
  outages: [],
  absent: {},
};

/** Tracks that can be hidden, in the order of a lane. */
export const TRACK_TITLES: readonly { readonly kind: PartKind; readonly title: string }[] = [
  { kind: 'state', title: 'State of the stream' },
  { kind: 'headroom', title: 'Headroom and periods' },
  { kind: 'audio', title: 'Audio' },
  { kind: 'messages', title: 'Messages' },
  { kind: 'depth', title: 'Chains in the device’s hands' },
  { kind: 'ticks', title: 'Kicks and interrupts' },
  { kind: 'sink', title: 'Calls of sink and source' },
  { kind: 'samples', title: 'QEMU’s own count' },
];

/** Tracks that the host is asked for. */
export const ASKED_TRACKS = ['depth', 'audio', 'sink'] as const satisfies readonly PartKind[];

/** One track under the pointer: what it says there, and how well that is known. */
export interface TrackWords {
  readonly text: string;
  readonly second: string;
}

/** Top of a depth track's axis: a power of two, so that it seldom changes while the end is followed. */
export function highestOf({ most }: DepthTrack): number {
  const highest = most.reduce((max, count) => Math.max(max, count), 1);
  return highest <= 5 ? highest : 2 ** Math.ceil(Math.log2(highest));
}

/** Quiet sound is drawn larger: by 2, 4 or 8, which the track's name says. */
export function gainOf({ min, max }: LevelTrack): number {
  let peak = 0;
  for (const value of max) if (value > peak) peak = value;
  for (const value of min) if (-value > peak) peak = -value;
  if (peak === 0 || peak > 0.45) return 1;
  return Math.min(8, 2 ** Math.floor(Math.log2(0.9 / peak)));
}

/** What the track of `kind` says at `atNs`; `undefined` where it says nothing. */
export function wordsOf(
  kind: PartKind,
  lane: Pick<LaneView, 'queue' | 'streamId'>,
  tracks: TimelineTracks,
  atNs: Ns,
  reachNs: Ns,
): TrackWords | undefined {
  if (kind === 'depth') {
    const depth = tracks.depths.find(({ queue }) => queue === lane.queue);
    return depth === undefined ? undefined : depthWords(depth, atNs);
  }
  if (kind === 'audio') {
    const level = tracks.levels.find(({ streamId }) => streamId === lane.streamId);
    return level === undefined ? undefined : levelWords(level, atNs);
  }
  const sink = tracks.sinks.find(({ streamId }) => streamId === lane.streamId);
  if (kind !== 'sink' || sink === undefined) return undefined;
  return sink.calls === undefined ? paceWords(sink, atNs) : callWords(sink, atNs, reachNs);
}

/** Who was gone at `atNs`, of those that the lane depends on. */
export function outageAt(
  outages: readonly Outage[],
  streamId: number,
  atNs: Ns,
): Outage | undefined {
  return outages.find(
    (one) =>
      atNs >= one.fromNs && atNs < one.toNs && (one.streamId < 0 || one.streamId === streamId),
  );
}

export function outageSentence({ of, why }: Outage): string {
  return of === 'guest'
    ? `the guest was gone${why === '' ? '' : `: ${why}`}`
    : `not heard, at the clock's pace: ${why}`;
}

function depthWords(depth: DepthTrack, atNs: Ns): TrackWords | undefined {
  const column = columnAt(depth, atNs);
  const least = depth.least[column];
  const most = depth.most[column];
  if (least === undefined || most === undefined) return undefined;
  const many = least === most ? formatCount(most) : `${formatCount(least)}–${formatCount(most)}`;
  const name = QUEUE_NAMES[depth.queue] ?? `queue ${depth.queue}`;
  const noun = most === 1 ? 'chain' : 'chains';
  return { text: `${many} ${noun} of ${name} in the device’s hands`, second: depth.grade };
}

function levelWords(level: LevelTrack, atNs: Ns): TrackWords | undefined {
  const column = columnAt(level, atNs);
  const peak = Math.max(level.max[column] ?? Number.NaN, -(level.min[column] ?? Number.NaN));
  if (Number.isNaN(peak)) return { text: 'no frames changed hands', second: 'observed' };
  const rms = level.rms[column] ?? 0;
  return { text: `peak ${decibels(peak)}, level ${decibels(rms)}`, second: 'all channels' };
}

function callWords(sink: SinkTrack, atNs: Ns, reachNs: Ns): TrackWords | undefined {
  const { calls, rateHz, periodFrames } = sink;
  if (calls === undefined) return undefined;
  let nearest = -1;
  let nearestNs = reachNs;
  calls.atNs.forEach((callNs, place) => {
    if (Math.abs(callNs - atNs) >= nearestNs) return;
    nearestNs = Math.abs(callNs - atNs);
    nearest = place;
  });
  if (nearest < 0) return undefined;
  const frames = calls.frames[nearest] ?? 0;
  const delay = calls.delayFrames[nearest] ?? -1;
  const missing = calls.missingFrames[nearest] ?? 0;
  const periods = periodFrames > 0 ? ` · ${(frames / periodFrames).toFixed(2)} P` : '';
  const took = sink.direction === 'output' ? 'the sink took' : 'the source gave';
  const held = formatDuration((delay / Math.max(1, rateHz)) * NS_PER_S);
  const ahead = delay < 0 ? '' : `, with ${held} held before`;
  const late = missing === 0 ? '' : `; ${formatPlural(missing, 'frame')} came too late`;
  return {
    text: `${took} ${formatPlural(frames, 'frame')}${periods}${ahead}${late}`,
    second: CALLS,
  };
}

function paceWords(sink: SinkTrack, atNs: Ns): TrackWords | undefined {
  const pace = sink.pace?.[columnAt(sink, atNs)] ?? Number.NaN;
  if (Number.isNaN(pace)) return undefined;
  const took = sink.direction === 'output' ? 'the sink took' : 'the source gave';
  return { text: `${took} ${pace.toFixed(2)} × real time`, second: CALLS };
}

const CALLS = 'derived from the frames that changed hands; a call that took none leaves nothing';

function columnAt({ fromNs, columnNs }: TrackColumns, atNs: Ns): number {
  return Math.floor((atNs - fromNs) / columnNs);
}

function decibels(value: number): string {
  return value <= 0 ? '−∞ dBFS' : `${(20 * Math.log10(value)).toFixed(1).replace('-', '−')} dBFS`;
}
