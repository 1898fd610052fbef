/** One lane of the timeline: a queue, or a stream on its queue. Its tracks stand one under the other, each message in a sub-row so
 *  that messages that overlap in time do not overlap on the screen. Pure.
 *
 *      lane   ┌ state band        (streams only)
 *             │ headroom, audio   (streams only)
 *             │ sub-row 0   ▷◇▶■
 *             │ sub-row 1      ▷◇▶■
 *             │ kicks ╷ and interrupts ╵
 *             │ how many chains the device has in hand
 *             └ calls of the sink (streams), samples of QEMU's own count */
import type {
  SessionStatus,
  StateBand,
  Timeline,
  TimelineLane,
} from '../../../src-core/contract-data.ts';
import type { LayerInfo, LayerTrack } from '../../../src-core/contract-layers.ts';
import type { TimelineTracks } from '../../../src-core/contract-tracks.ts';
import { formatName, rateHzOf } from '../../../src-core/spec/formats.ts';
import { EVENTQ, RXQ, TXQ } from '../../../src-core/spec/sound.ts';
import { type Stage, stagesOf, startOf } from '../../../src-core/spec/stages.ts';
import type { Ns } from '../../../src-core/units.ts';
import { type Ending, forgottenNs } from '../../store/endings.ts';
import { type MessageRow, queueName, rowAt } from '../../store/message-row.ts';
import { laneKey } from '../../store/view.ts';
import { formatRate } from '../../ui/format.ts';

export const AXIS_PX = 24;
export const MARKS_PX = 16;
export const LABEL_PX = 148;
export const BAR_PX = 11;
export const BAR_GAP_PX = 2;
const BAND_PX = 15;
const TICKS_PX = 9;
export const HEADROOM_PX = 22;
const LEVEL_PX = 26;
const DEPTH_PX = 20;
const QUEUE_DEPTH_PX = 14;
const SINK_PX = 13;
const ABSENT_PX = 15;
export const SAMPLES_PX = 16;
/** Of their usual height tracks keep at least so much. */
const TIGHTEST = 0.7;
/** What a lane’s name and detail take. */
const LABELS_PX = 34;
const LANE_GAP_PX = 9;
const DENSITY_PX = 36;
const FOLDED_PX = 24;
const NO_TIMES = new Float64Array(0);
/** Messages that overlap more deeply share the last sub-row. */
const MAX_SUB_ROWS = 12;

/** A track of a lane, as the user chooses it; `timeline-choice.tsx` lists them. */
export type PartKind =
  | ('state' | 'headroom' | 'audio' | 'messages')
  | ('depth' | 'ticks' | 'sink' | 'samples');

export interface Part {
  readonly kind: PartKind;
  readonly topPx: number;
  readonly heightPx: number;
  /** Why there is nothing to draw in it. */
  readonly absent?: string | undefined;
}

export interface Bar {
  readonly row: MessageRow;
  readonly stages: readonly Stage[];
  readonly fromNs: Ns;
  readonly toNs: Ns;
  readonly subRow: number;
}

export interface LaneView {
  /** `2/0`: queue and stream. */
  readonly key: string;
  readonly queue: number;
  readonly streamId: number;
  readonly title: string;
  readonly detail: string;
  readonly isPinned: boolean;
  readonly isFolded: boolean;
  readonly topPx: number;
  readonly heightPx: number;
  /** From top to bottom; those that are hidden or not of this lane are not among them. */
  readonly parts: readonly Part[];
  readonly bandTopPx: number | undefined;
  readonly barsTopPx: number;
  readonly ticksTopPx: number;
  readonly bars: readonly Bar[];
  readonly states: readonly StateBand[];
  readonly source: TimelineLane;
  /** Event buffers that wait for an event: not drawn one by one. */
  readonly waitingBuffers: number;
}

/** What is known beside the timeline itself. */
export interface LayoutFacts {
  readonly streams: SessionStatus['streams'];
  readonly endings: readonly Ending[];
  /** Where the capture ends. */
  readonly endNs: Ns;
  /** Lanes that stay on top, and those that are folded to their name, by key. */
  readonly pinned?: readonly string[];
  readonly folded?: readonly string[];
  /** Lanes by key, and tracks of all lanes by kind, that are not shown. */
  readonly hidden?: readonly string[];
  /** What the source cannot tell of. */
  readonly absent?: TimelineTracks['absent'] | undefined;
  readonly layers?: {
    readonly infos: readonly LayerInfo[];
    readonly tracks: readonly LayerTrack[];
  };
  /** Height of the panel: pinned lanes that take most of it scroll with the others. */
  readonly roomPx?: number;
}

/** What a layout keeps of the one before, so that nothing jumps while the window moves: the sub-row of each message, how
 *  many sub-rows each lane had, and how far tracks were stretched. */
export interface LayoutMemory {
  readonly subRows: ReadonlyMap<number, number>;
  readonly depths: ReadonlyMap<string, number>;
  readonly stretch?: number;
}

/** A lane before its place is known. */
export interface PackedLane {
  readonly key: string;
  readonly lane: TimelineLane;
  /** First lane of its queue: what is told of the whole queue is drawn there. */
  readonly isFirst: boolean;
  readonly isFolded: boolean;
  readonly bars: readonly Bar[];
  readonly depth: number;
  readonly waitingBuffers: number;
}

export function packLane(
  lane: TimelineLane,
  isFirst: boolean,
  facts: LayoutFacts,
  before: LayoutMemory,
  now: { readonly subRows: Map<number, number>; readonly depths: Map<string, number> },
): PackedLane {
  const key = laneKey(lane.queue, lane.streamId);
  const isFolded = facts.folded?.includes(key) === true;
  const rows = messagesOf(lane);
  const shown = lane.queue === EVENTQ ? rows.filter((row) => !Number.isNaN(row.usedNs)) : rows;
  const nothing = isFolded || facts.hidden?.includes('messages') === true;
  const packed = packBars(nothing ? [] : shown, facts, before.subRows, now.subRows);
  const depth = Math.max(packed.depth, before.depths.get(key) ?? 0);
  now.depths.set(key, depth);
  const waitingBuffers = rows.length - shown.length;
  return { key, lane, isFirst, isFolded, bars: packed.bars, depth, waitingBuffers };
}

/** `stretch`: how much higher than usual tracks are that have a scale. 1 where there is no room to spare; less where there is too
 *  little: what is told of control and event queue gives way. */
export function placeLane(
  packed: PackedLane,
  timeline: Timeline,
  facts: LayoutFacts,
  topPx: number,
  stretch: number,
): LaneView {
  const { key, lane, isFolded, bars, waitingBuffers } = packed;
  const parts = isFolded ? foldedParts(lane, topPx) : partsOf(packed, facts, topPx, stretch);
  const last = parts.at(-1);
  const belowPx = Math.max(topPx + LABELS_PX, last === undefined ? 0 : last.topPx + last.heightPx);
  const topOf = (kind: PartKind) => parts.find((part) => part.kind === kind)?.topPx;
  const isStream = lane.streamId >= 0;
  return {
    key,
    queue: lane.queue,
    streamId: lane.streamId,
    ...labelOf(lane, facts.streams),
    isPinned: facts.pinned?.includes(key) === true,
    isFolded,
    topPx,
    heightPx: isFolded ? FOLDED_PX : belowPx + LANE_GAP_PX - topPx,
    parts,
    bandTopPx: topOf('state'),
    barsTopPx: topOf('messages') ?? topPx + FOLDED_PX,
    ticksTopPx: topOf('ticks') ?? topPx + FOLDED_PX,
    bars,
    states: isStream ? timeline.states.filter(({ streamId }) => streamId === lane.streamId) : [],
    source: isFolded ? emptyLane(lane) : lane,
    waitingBuffers: isFolded ? 0 : waitingBuffers,
  };
}

/** What a stretched layout is higher by, for each whole factor. */
export function stretchablePx({ parts, isFolded, streamId }: LaneView): number {
  if (isFolded || streamId < 0) return 0;
  const grows = new Set<PartKind>(['headroom', 'audio', 'depth']);
  return parts
    .filter(({ kind, absent }) => grows.has(kind) && absent === undefined)
    .reduce((sum, { heightPx }) => sum + heightPx, 0);
}

export function partOf({ parts }: LaneView, kind: PartKind): Part | undefined {
  return parts.find((part) => part.kind === kind && part.absent === undefined);
}

function foldedParts({ streamId }: TimelineLane, topPx: number): Part[] {
  return streamId < 0 ? [] : [{ kind: 'state', topPx: topPx + 4, heightPx: BAND_PX }];
}

/** In the order of the page's list: of the stream, of the queue, of the sink. */
function partsOf(
  { lane, isFirst, depth }: PackedLane,
  { hidden = [], absent = {} }: LayoutFacts,
  topPx: number,
  stretch: number,
): Part[] {
  const factor = Math.max(TIGHTEST, stretch);
  const isStream = lane.streamId >= 0;
  const barsPx =
    lane.density === undefined ? Math.max(1, depth) * (BAR_PX + BAR_GAP_PX) : DENSITY_PX;
  const parts: Part[] = [];
  let atPx = topPx + 4;
  const add = (kind: PartKind, heightPx: number, gapPx: number) => {
    const why = (absent as Readonly<Partial<Record<PartKind, string>>>)[kind];
    if (hidden.includes(kind)) return;
    if (why === undefined) parts.push({ kind, topPx: atPx, heightPx });
    // said once a reason, in the first lane
    else if (!isFirst || parts.some((part) => part.absent === why)) return;
    else parts.push({ kind, topPx: atPx, heightPx: ABSENT_PX, absent: why });
    atPx += (why === undefined ? heightPx : ABSENT_PX) + gapPx;
  };
  if (isStream) add('state', BAND_PX, 3);
  if (isStream) add('headroom', HEADROOM_PX * factor, 3);
  if (isStream) add('audio', LEVEL_PX * factor, 4);
  add('messages', barsPx, 1);
  add('ticks', TICKS_PX, 3);
  if (isFirst && isStream) add('depth', DEPTH_PX * factor, 3);
  else if (isFirst && stretch >= 1) add('depth', QUEUE_DEPTH_PX, 3);
  if (isStream) add('sink', SINK_PX, 2);
  if (lane.samples !== undefined) {
    atPx = Math.max(atPx, topPx + LABELS_PX + 3);
    add('samples', SAMPLES_PX, 0);
  }
  return parts;
}

function emptyLane({ queue, streamId }: TimelineLane): TimelineLane {
  return { queue, streamId, kicksNs: NO_TIMES, interruptsNs: NO_TIMES };
}

function messagesOf({ messages }: TimelineLane): MessageRow[] {
  if (messages === undefined) return [];
  return Array.from({ length: messages.count }, (_, place) => rowAt(messages, place));
}

/** Gives each message the first sub-row that is free when it begins; one that had a row keeps it, so that bars do not jump
 *  while the window moves. A message that lasts still keeps its row to itself. */
export function packBars(
  rows: readonly MessageRow[],
  { endNs, endings }: Pick<LayoutFacts, 'endNs' | 'endings'>,
  before: ReadonlyMap<number, number>,
  taken: Map<number, number>,
): { bars: Bar[]; depth: number } {
  const freeFromNs: number[] = [];
  let depth = 0;
  const bars = rows.map((row) => {
    const lostNs = forgottenNs(row, endings);
    const { fromNs, toNs, isOpen } = extentOf(row, endNs, lostNs);
    const kept = before.get(row.index);
    const isKeptFree = kept !== undefined && (freeFromNs[kept] ?? 0) <= fromNs;
    const free = freeFromNs.findIndex((freeNs) => freeNs <= fromNs);
    const wanted = isKeptFree ? kept : free < 0 ? freeFromNs.length : free;
    const subRow = Math.min(MAX_SUB_ROWS - 1, wanted);
    while (freeFromNs.length <= subRow) freeFromNs.push(0);
    freeFromNs[subRow] = isOpen
      ? Number.POSITIVE_INFINITY
      : Math.max(freeFromNs[subRow] ?? 0, toNs);
    depth = Math.max(depth, subRow + 1);
    taken.set(row.index, subRow);
    return { row, stages: stagesOf(row, endNs, lostNs), fromNs, toNs, subRow };
  });
  return { bars, depth };
}

/** How many messages were under way at a time. */
export function depthAt(bars: readonly Bar[], atNs: Ns): number {
  return bars.filter(({ fromNs, toNs }) => fromNs <= atNs && atNs < toNs).length;
}

/** From the kick until it is used: an interrupt may come late, or for other messages. An event buffer waits for as long as it
 *  takes: what is drawn is the event itself. */
function extentOf(
  row: MessageRow,
  endNs: Ns,
  lostNs: Ns,
): { fromNs: Ns; toNs: Ns; isOpen: boolean } {
  const doneNs = Number.isNaN(row.usedNs) ? lostNs : row.usedNs;
  const isOpen = Number.isNaN(doneNs);
  const toNs = isOpen ? Math.max(endNs, row.poppedNs) : doneNs;
  return { fromNs: row.queue === EVENTQ ? row.usedNs : startOf(row), toNs, isOpen };
}

function labelOf(
  lane: TimelineLane,
  streams: LayoutFacts['streams'],
): { title: string; detail: string } {
  if (lane.streamId < 0) {
    const details = ['requests and answers', 'events', 'no stream named', 'no stream named'];
    return { title: queueName(lane.queue), detail: details[lane.queue] ?? '' };
  }
  const stream = streams.find(({ streamId }) => streamId === lane.streamId);
  const way = lane.queue === TXQ ? 'playback' : lane.queue === RXQ ? 'capture' : '';
  const { params } = stream ?? {};
  const detail =
    params === undefined
      ? way
      : `${formatName(params.format)} ${params.channels}ch ${formatRate(rateHzOf(params.rate))}`;
  return { title: `${queueName(lane.queue)} · stream ${lane.streamId}`, detail };
}

/** Top of a bar in the scrolled content. */
export function barTopPx(lane: LaneView, bar: Bar): number {
  return lane.barsTopPx + bar.subRow * (BAR_PX + BAR_GAP_PX);
}
