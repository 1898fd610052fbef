/** Pointer on the timeline: hover, click, drag of an area, edges that hold on to messages. */
import { useRef } from 'react';
import type { UserMark } from '../../../src-core/capture/entry.ts';
import { type Point, useGestures } from '../../canvas/gestures.ts';
import { foldAt, type TimeScale, toNs } from '../../canvas/time-scale.ts';
import { runCommand } from '../../commands.ts';
import { gapAt } from '../../gaps/gap-words.ts';
import { flagAt } from '../../marks/draw-flags.ts';
import { goToMark } from '../../marks/use-marks.ts';
import { dragEdge, releaseEdge } from '../../store/area-edges.ts';
import { openFold } from '../../store/folds.ts';
import { showSelected } from '../../store/show-selected.ts';
import { panView, zoomView } from '../../store/time-range.ts';
import {
  hoverMessage,
  select,
  selectMessage,
  toggleLane,
  usePanelView,
  type View,
} from '../../store/view.ts';
import type { Hover } from './timeline-hover.tsx';
import { AXIS_PX, LABEL_PX, MARKS_PX } from './timeline-lane.ts';
import { layerAt } from './timeline-layers.ts';
import { contentY, hitTest, laneAt, markAt, type TimelineModel } from './timeline-model.ts';
import { snapNs } from './timeline-snap.ts';

export interface GestureContext {
  readonly box: { readonly current: HTMLDivElement | null };
  readonly model: TimelineModel | undefined;
  readonly scale: TimeScale;
  readonly userMarks: readonly UserMark[];
  readonly scroll: number;
  readonly maxScrollPx: number;
  readonly setScroll: (scrollPx: number) => void;
  readonly setHover: (hover: Hover | undefined) => void;
}

export function useTimelineGestures(context: GestureContext): void {
  const { box, model, scale, scroll, maxScrollPx, setScroll, setHover } = context;
  const view = usePanelView();
  const pointer = useRef<Point>({ xPx: 0, yPx: 0 });
  const point = (at: Point | undefined, { altKey }: PointerEvent) => {
    if (at !== undefined) pointer.current = at;
    if (at === undefined || at.xPx < LABEL_PX || model === undefined) {
      view.setState({ hoverNs: undefined });
      hoverMessage(undefined);
      setHover(undefined);
      return;
    }
    const hover = hoverAt(model, scale, at, scroll);
    view.setState({ hoverNs: hover.atNs });
    const row = hover.hit?.bar?.row;
    hoverMessage(row?.index, row?.streamId);
    dragEdge(edgeNs(model, scale, at.xPx, altKey), view);
    setHover(hover);
  };
  useGestures(box, {
    zoom: (atPx, factor) => zoomView(factor, toNs(scale, Math.max(LABEL_PX, atPx)), view),
    pan: (byXPx, byYPx, isDrag) => {
      const isOverLabels = pointer.current.xPx < LABEL_PX;
      if (isOverLabels || isDrag) setScroll(Math.max(0, Math.min(maxScrollPx, scroll + byYPx)));
      if (isOverLabels) return;
      panView((byXPx !== 0 || isDrag ? byXPx : byYPx) / scale.widthPx, view);
    },
    select: (from, to, isDone, { altKey }) => {
      if (from.xPx < LABEL_PX || model === undefined) return;
      setHover(undefined);
      chooseArea(view, model, scale, from, to, { isDone, isFree: altKey });
    },
    click: (at, { altKey }) => {
      if (view.getState().heldEdge !== undefined) {
        releaseEdge(view);
        return;
      }
      const flag = at.yPx < AXIS_PX ? flagAt(context.userMarks, scale, at.xPx) : undefined;
      if (flag === undefined) click(view, model, scale, at, scroll, altKey);
      else goToMark(flag, view);
    },
    doubleClick: () => runCommand('timeline.centre'),
    hover: point,
  });
}

function hoverAt(model: TimelineModel, scale: TimeScale, at: Point, scroll: number): Hover {
  const atNs = toNs(scale, at.xPx);
  const isOverMarks = at.yPx >= AXIS_PX && at.yPx < AXIS_PX + MARKS_PX;
  const isOverLanes = at.yPx >= AXIS_PX + MARKS_PX;
  const hit = isOverLanes
    ? hitTest(model, scale, at.xPx, contentY(model, at.yPx, scroll))
    : undefined;
  const mark = isOverMarks ? markAt(model, scale, at.xPx) : undefined;
  const isGapMeant = hit?.bar === undefined && (mark === undefined || mark.kind === 'dropped');
  const { gaps } = model.timeline;
  const gap = isGapMeant ? gapAt(gaps, scale, at.xPx, hit?.lane.streamId) : undefined;
  const isFoldMeant = hit?.bar === undefined && mark === undefined;
  const fold = isFoldMeant ? foldAt(scale, at.xPx)?.fold : undefined;
  const layer = isOverLanes ? layerAt(model.layers, contentY(model, at.yPx, scroll)) : undefined;
  const shownMark = gap === undefined ? mark : undefined;
  return { ...at, atNs, hit, layer, gap, mark: shownMark, fold };
}

function click(
  view: View,
  model: TimelineModel | undefined,
  scale: TimeScale,
  at: Point,
  scroll: number,
  isFree: boolean,
): void {
  if (model === undefined) return;
  if (at.xPx < LABEL_PX) {
    const yPx = contentY(model, at.yPx, scroll);
    const isOverLanes = at.yPx >= AXIS_PX + MARKS_PX;
    const lane = isOverLanes ? (laneAt(model, yPx) ?? layerAt(model.layers, yPx)) : undefined;
    if (lane !== undefined) toggleLane('folded', lane.key);
    return;
  }
  const { hit, mark, fold } = hoverAt(model, scale, at, scroll);
  if (fold !== undefined) {
    openFold(fold, view);
    return;
  }
  const atNs = edgeNs(model, scale, at.xPx, isFree);
  view.setState({ cursorNs: mark?.atNs ?? atNs, follow: false });
  const index = hit?.bar?.row.index ?? mark?.index ?? -1;
  if (index >= 0) selectMessage(index, 'timeline', view);
  else select({ kind: 'none' }, view);
}

function chooseArea(
  view: View,
  model: TimelineModel,
  scale: TimeScale,
  from: Point,
  to: Point,
  { isDone, isFree }: { readonly isDone: boolean; readonly isFree: boolean },
): void {
  const [leftPx, rightPx] = [from.xPx, Math.max(LABEL_PX, to.xPx)].sort((a, b) => a - b);
  if (leftPx === undefined || rightPx === undefined) return;
  const fromNs = edgeNs(model, scale, leftPx, isFree);
  const endNs = edgeNs(model, scale, rightPx, isFree);
  if (endNs <= fromNs) return;
  const selection = { kind: 'range', fromNs, toNs: endNs } as const;
  // while it is dragged it is not a step of the history
  if (isDone) select(selection, view);
  view.setState({ selection, follow: false });
  if (isDone) showSelected('inspector', view);
}

/** The time at `xPx`, or that of an edge near it; `isFree` (Alt): exactly there. */
function edgeNs(model: TimelineModel, scale: TimeScale, xPx: number, isFree: boolean): number {
  const atNs = toNs(scale, xPx);
  return isFree ? atNs : snapNs(model, scale, xPx, atNs);
}
