/** What the timeline shows and where: lanes one under the other, as `timeline-lane.ts` lays each out, and what is at a point of
 *  them. Pure; positions along the time axis come from the scale. */
import type { Timeline, TimelineMark } from '../../../src-core/contract-data.ts';
import type { Stage } from '../../../src-core/spec/stages.ts';
import type { Ns } from '../../../src-core/units.ts';
import { type TimeScale, toPx } from '../../canvas/time-scale.ts';
import {
  AXIS_PX,
  BAR_GAP_PX,
  BAR_PX,
  type Bar,
  type LaneView,
  type LayoutFacts,
  type LayoutMemory,
  MARKS_PX,
  type PackedLane,
  type Part,
  packLane,
  placeLane,
  stretchablePx,
} from './timeline-lane.ts';
import { type LayerRow, layOutLayers } from './timeline-layers.ts';

/** Of the panel's height. */
const MOST_PINNED = 0.75;
export interface TimelineModel {
  readonly timeline: Timeline;
  readonly lanes: readonly LaneView[];
  /** What other programs told, under the lanes. */
  readonly layers: readonly LayerRow[];
  readonly marks: readonly TimelineMark[];
  readonly heightPx: number;
  /** Lanes above this line are pinned: they do not scroll. */
  readonly pinnedBottomPx: number;
  readonly endNs: Ns;
}

export const NO_MEMORY: LayoutMemory = { subRows: new Map(), depths: new Map() };

/** Tracks with a scale grow up to so much where the panel has room to spare, in steps of so much. */
const MOST_STRETCH = 2.5;
const STRETCH_STEP = 0.25;
/** There is less room than all of them need. */
const TIGHT = 0.5;

export function layOut(
  timeline: Timeline,
  facts: LayoutFacts,
  before: LayoutMemory,
): { model: TimelineModel; memory: LayoutMemory } {
  const subRows = new Map<number, number>();
  const depths = new Map<string, number>();
  const pinned = new Set(facts.pinned);
  const onTop = ({ key }: PackedLane) => Number(pinned.has(key));
  const packed = timeline.lanes
    .map((lane, place) => {
      const isFirst = timeline.lanes[place - 1]?.queue !== lane.queue;
      return packLane(lane, isFirst, facts, before, { subRows, depths });
    })
    .filter(({ key }) => facts.hidden?.includes(key) !== true)
    .sort((a, b) => onTop(b) - onTop(a));
  const low = placeAll(packed, timeline, facts, 1);
  const isTight = low.heightPx > (facts.roomPx ?? low.heightPx);
  const stretch = isTight ? TIGHT : stretchFor(low, facts.roomPx, before.stretch ?? 1);
  const model = stretch === 1 ? low : placeAll(packed, timeline, facts, stretch);
  return { model, memory: { subRows, depths, stretch } };
}

function placeAll(
  packed: readonly PackedLane[],
  timeline: Timeline,
  facts: LayoutFacts,
  stretch: number,
): TimelineModel {
  let topPx = AXIS_PX + MARKS_PX;
  let pinnedBottomPx = topPx;
  const lanes = packed.map((lane) => {
    const view = placeLane(lane, timeline, facts, topPx, stretch);
    topPx += view.heightPx;
    if (view.isPinned && topPx <= MOST_PINNED * (facts.roomPx ?? 1e6)) pinnedBottomPx = topPx;
    return view;
  });
  const { endNs } = facts;
  const layers = layOutLayers(
    facts.layers?.infos ?? [],
    facts.layers?.tracks ?? [],
    facts.folded ?? [],
    topPx,
  );
  const heightPx = layers.reduce((sum, row) => sum + row.heightPx, topPx);
  return { timeline, lanes, layers, marks: timeline.marks, heightPx, pinnedBottomPx, endNs };
}

/** As high as the room allows, and as before while that still fits: a lane that gets another sub-row moves nothing else. */
function stretchFor(
  { lanes, heightPx }: TimelineModel,
  roomPx: number | undefined,
  before: number,
): number {
  const growsPx = lanes.reduce((sum, lane) => sum + stretchablePx(lane), 0);
  if (roomPx === undefined || growsPx === 0) return 1;
  const fits = 1 + (roomPx - heightPx) / growsPx;
  const steps = Math.floor(Math.min(MOST_STRETCH, fits) / STRETCH_STEP) * STRETCH_STEP;
  const wanted = Math.max(1, steps);
  return before <= fits && wanted - before < 2 * STRETCH_STEP && before >= 1 ? before : wanted;
}

/** What the pointer is over. */
export interface Hit {
  readonly lane: LaneView;
  readonly bar: Bar | undefined;
  readonly stage: Stage | undefined;
  /** The track of the lane. */
  readonly part: Part | undefined;
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
  const part = lane.parts.find(
    ({ topPx, heightPx }) => yPx >= topPx - 1 && yPx < topPx + heightPx + 1,
  );
  return { lane, bar, stage, part };
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
