/** What the timeline shows and where: lanes one under the other, each message in a sub-row of its lane so that messages
 *  that overlap in time do not overlap on the screen. Pure; positions along the time axis come from the scale.
 *
 *      lane   ┌ state band        (streams only)
 *             │ sub-row 0   ▷◇▶■
 *             │ sub-row 1      ▷◇▶■
 *             └ kicks ╷ and interrupts ╵ */

import type {
  SessionStatus,
  StateBand,
  Timeline,
  TimelineLane,
  TimelineMark,
} from '../../../src-core/contract-data.ts';
import { formatName, rateHzOf } from '../../../src-core/spec/formats.ts';
import { EVENTQ, RXQ, TXQ } from '../../../src-core/spec/sound.ts';
import { type Stage, stagesOf, startOf } from '../../../src-core/spec/stages.ts';
import type { Ns } from '../../../src-core/units.ts';
import { type TimeScale, toPx } from '../../canvas/time-scale.ts';
import { type Ending, forgottenNs } from '../../store/endings.ts';
import { type MessageRow, queueName, rowAt } from '../../store/message-row.ts';
import { formatRate } from '../../ui/format.ts';

export const AXIS_PX = 24;
export const MARKS_PX = 16;
export const LABEL_PX = 148;
export const BAR_PX = 11;
const BAR_GAP_PX = 2;
const BAND_PX = 15;
const TICKS_PX = 9;
export const HEADROOM_PX = 22;
export const SAMPLES_PX = 16;
/** What a lane’s name and detail take. */
const LABELS_PX = 34;
const LANE_GAP_PX = 9;
const DENSITY_PX = 36;
const FOLDED_PX = 24;
const NO_TIMES = new Float64Array(0);
/** Of the panel's height. */
const MOST_PINNED = 0.75;
/** Messages that overlap more deeply share the last sub-row. */
const MAX_SUB_ROWS = 12;

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
  readonly bandTopPx: number | undefined;
  readonly barsTopPx: number;
  readonly ticksTopPx: number;
  /** Where the headroom is drawn; only of streams. */
  readonly headroomTopPx: number | undefined;
  /** Where the samples of QEMU's own count are drawn; only where there are some. */
  readonly samplesTopPx: number | undefined;
  readonly bars: readonly Bar[];
  readonly states: readonly StateBand[];
  readonly source: TimelineLane;
  /** Event buffers that wait for an event: not drawn one by one. */
  readonly waitingBuffers: number;
}

export interface TimelineModel {
  readonly timeline: Timeline;
  readonly lanes: readonly LaneView[];
  readonly marks: readonly TimelineMark[];
  readonly heightPx: number;
  /** Lanes above this line are pinned: they do not scroll. */
  readonly pinnedBottomPx: number;
  readonly endNs: Ns;
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
  /** Height of the panel: pinned lanes that take most of it scroll with the others. */
  readonly roomPx?: number;
}

/** What a layout keeps of the one before, so that nothing jumps while the window moves: the sub-row of each message, and
 *  how many sub-rows each lane had. */
export interface LayoutMemory {
  readonly subRows: ReadonlyMap<number, number>;
  readonly depths: ReadonlyMap<string, number>;
}

export const NO_MEMORY: LayoutMemory = { subRows: new Map(), depths: new Map() };

export function layOut(
  timeline: Timeline,
  facts: LayoutFacts,
  before: LayoutMemory,
): { model: TimelineModel; memory: LayoutMemory } {
  const subRows = new Map<number, number>();
  const depths = new Map<string, number>();
  let topPx = AXIS_PX + MARKS_PX;
  let pinnedBottomPx = topPx;
  const pinned = new Set(facts.pinned);
  const onTop = (lane: TimelineLane) => Number(pinned.has(keyOf(lane)));
  const inOrder = [...timeline.lanes].sort((a, b) => onTop(b) - onTop(a));
  const lanes = inOrder.map((lane) => {
    const view = layOutLane(lane, timeline, facts, topPx, before, { subRows, depths });
    topPx += view.heightPx;
    if (view.isPinned && topPx <= MOST_PINNED * (facts.roomPx ?? 1e6)) pinnedBottomPx = topPx;
    return view;
  });
  const { endNs } = facts;
  return {
    model: { timeline, lanes, marks: timeline.marks, heightPx: topPx, pinnedBottomPx, endNs },
    memory: { subRows, depths },
  };
}

function layOutLane(
  lane: TimelineLane,
  timeline: Timeline,
  facts: LayoutFacts,
  topPx: number,
  before: LayoutMemory,
  now: { readonly subRows: Map<number, number>; readonly depths: Map<string, number> },
): LaneView {
  const isStream = lane.streamId >= 0;
  const rows = messagesOf(lane);
  const shown = lane.queue === EVENTQ ? rows.filter((row) => !Number.isNaN(row.usedNs)) : rows;
  const key = keyOf(lane);
  if (facts.folded?.includes(key) === true) return foldedLane(lane, timeline, facts, topPx, key);
  const packed = packBars(shown, facts, before.subRows, now.subRows);
  const depth = Math.max(packed.depth, before.depths.get(key) ?? 0);
  now.depths.set(key, depth);
  const bandTopPx = isStream ? topPx + 4 : undefined;
  const barsTopPx = topPx + 4 + (isStream ? BAND_PX + 3 : 0);
  const barsPx =
    lane.density === undefined ? Math.max(1, depth) * (BAR_PX + BAR_GAP_PX) : DENSITY_PX;
  const ticksTopPx = barsTopPx + barsPx + 1;
  const headroomTopPx = isStream ? ticksTopPx + TICKS_PX + 3 : undefined;
  const belowPx = headroomTopPx === undefined ? ticksTopPx + TICKS_PX : headroomTopPx + HEADROOM_PX;
  const samplesTopPx =
    lane.samples === undefined ? undefined : Math.max(belowPx, topPx + LABELS_PX) + 3;
  const endPx = samplesTopPx === undefined ? belowPx : samplesTopPx + SAMPLES_PX;
  return {
    key,
    queue: lane.queue,
    streamId: lane.streamId,
    ...labelOf(lane, facts.streams),
    isPinned: facts.pinned?.includes(key) === true,
    isFolded: false,
    topPx,
    heightPx: endPx + LANE_GAP_PX - topPx,
    bandTopPx,
    barsTopPx,
    ticksTopPx,
    headroomTopPx,
    samplesTopPx,
    bars: packed.bars,
    states: isStream ? timeline.states.filter(({ streamId }) => streamId === lane.streamId) : [],
    source: lane,
    waitingBuffers: rows.length - shown.length,
  };
}

/** Only the name, and the states as a line. */
function foldedLane(
  lane: TimelineLane,
  timeline: Timeline,
  facts: LayoutFacts,
  topPx: number,
  key: string,
): LaneView {
  const isStream = lane.streamId >= 0;
  return {
    key,
    queue: lane.queue,
    streamId: lane.streamId,
    ...labelOf(lane, facts.streams),
    isPinned: facts.pinned?.includes(key) === true,
    isFolded: true,
    topPx,
    heightPx: FOLDED_PX,
    bandTopPx: isStream ? topPx + 4 : undefined,
    barsTopPx: topPx + FOLDED_PX,
    ticksTopPx: topPx + FOLDED_PX,
    headroomTopPx: undefined,
    samplesTopPx: undefined,
    bars: [],
    states: isStream ? timeline.states.filter(({ streamId }) => streamId === lane.streamId) : [],
    source: {
      queue: lane.queue,
      streamId: lane.streamId,
      kicksNs: NO_TIMES,
      interruptsNs: NO_TIMES,
    },
    waitingBuffers: 0,
  };
}

function keyOf({ queue, streamId }: TimelineLane): string {
  return `${queue}/${streamId}`;
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

/** What the pointer is over. */
export interface Hit {
  readonly lane: LaneView;
  readonly bar: Bar | undefined;
  readonly stage: Stage | undefined;
}

const REACH_PX = 4;

/** Where a line of the content is seen: pinned lanes stay, the others scroll under them. */
export function shownY({ pinnedBottomPx }: TimelineModel, yPx: number, scrollPx: number): number {
  return yPx < pinnedBottomPx ? yPx : yPx - scrollPx;
}

/** The line of the content that is seen at `yPx` of the panel. */
export function contentY({ pinnedBottomPx }: TimelineModel, yPx: number, scrollPx: number): number {
  return yPx < pinnedBottomPx ? yPx : yPx + scrollPx;
}

/** The lane at `yPx` of the content. */
export function laneAt({ lanes }: TimelineModel, yPx: number): LaneView | undefined {
  return lanes.find(({ topPx, heightPx }) => yPx >= topPx && yPx < topPx + heightPx);
}

/** The lane at `yPx` (of the content) and the message at `xPx` in it, the nearest within a few pixels. */
export function hitTest(
  model: TimelineModel,
  scale: TimeScale,
  xPx: number,
  yPx: number,
): Hit | undefined {
  const lane = laneAt(model, yPx);
  if (lane === undefined) return undefined;
  const subRow = Math.floor((yPx - lane.barsTopPx) / (BAR_PX + BAR_GAP_PX));
  let bar: Bar | undefined;
  let nearestPx = REACH_PX;
  for (const candidate of lane.bars) {
    if (candidate.subRow !== subRow) continue;
    const fromPx = toPx(scale, candidate.fromNs);
    const toEndPx = toPx(scale, candidate.toNs);
    const awayPx = Math.max(0, fromPx - xPx, xPx - toEndPx);
    if (awayPx < nearestPx) {
      nearestPx = awayPx;
      bar = candidate;
    }
  }
  const stage = bar?.stages.find(
    ({ fromNs, toNs }) => toPx(scale, fromNs) <= xPx && toPx(scale, toNs) >= xPx,
  );
  return { lane, bar, stage };
}

/** The mark nearest to `xPx`, worst first among equals. */
export function markAt(
  model: TimelineModel,
  scale: TimeScale,
  xPx: number,
): TimelineMark | undefined {
  let nearest: TimelineMark | undefined;
  let nearestPx = 7;
  for (const mark of model.marks) {
    const awayPx = Math.abs(toPx(scale, mark.atNs) - xPx);
    if (awayPx < nearestPx) {
      nearestPx = awayPx;
      nearest = mark;
    }
  }
  return nearest;
}

/** Top of a bar in the scrolled content. */
export function barTopPx(lane: LaneView, bar: Bar): number {
  return lane.barsTopPx + bar.subRow * (BAR_PX + BAR_GAP_PX);
}

/** The window to ask the host for: the visible one and a quarter more on both sides, in steps, so that a small pan needs no
 *  answer. */
export function queryFor(
  range: { readonly fromNs: Ns; readonly toNs: Ns },
  widthPx: number,
): { fromNs: Ns; toNs: Ns; columns: number } {
  const widthNs = range.toNs - range.fromNs;
  const stepNs = widthNs / 4;
  const fromNs = Math.floor(range.fromNs / stepNs - 1) * stepNs;
  const toNs = Math.ceil(range.toNs / stepNs + 1) * stepNs;
  const columns = Math.round((widthPx * (toNs - fromNs)) / widthNs);
  return { fromNs: Math.floor(fromNs), toNs: Math.ceil(toNs), columns };
}
