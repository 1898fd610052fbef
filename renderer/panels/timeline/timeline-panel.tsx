/** The timeline: every queue and stream as a lane over one time axis. */
import { ChevronsDownUp, Maximize2, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { UserMark } from '../../../src-core/capture/entry.ts';
import { type Point, useGestures } from '../../canvas/gestures.ts';
import { nsPerPx, type TimeScale, toNs } from '../../canvas/time-scale.ts';
import { type CanvasHandle, useCanvas } from '../../canvas/use-canvas.ts';
import { runCommand } from '../../commands.ts';
import { gapAt } from '../../gaps/gap-words.ts';
import { flagAt } from '../../marks/draw-flags.ts';
import { goToMark, useMarks } from '../../marks/use-marks.ts';
import { useEndings } from '../../store/endings.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { panViewBy, zoomView } from '../../store/time-range.ts';
import {
  select,
  selectedMessage,
  selectMessage,
  showTab,
  toggleLane,
  useView,
} from '../../store/view.ts';
import { IconButton } from '../../ui/button.tsx';
import styles from './timeline.module.css';
import { useAxis } from './timeline-axis.ts';
import { drawTimeline } from './timeline-draw.ts';
import { TimelineEmpty } from './timeline-empty.tsx';
import { type Hover, TimelineHover } from './timeline-hover.tsx';
import {
  AXIS_PX,
  hitTest,
  LABEL_PX,
  type LayoutMemory,
  laneAt,
  layOut,
  MARKS_PX,
  markAt,
  NO_MEMORY,
  queryFor,
  snapNs,
  type TimelineModel,
} from './timeline-model.ts';

export function TimelinePanel() {
  const box = useRef<HTMLDivElement>(null);
  const [scrollPx, setScroll] = useState(0);
  const [hover, setHover] = useState<Hover>();
  const view = useTimelineView();
  const [widthPx, setWidth] = useState(800);
  const scale: TimeScale = { ...view.range, leftPx: LABEL_PX, widthPx: widthPx - LABEL_PX };
  const { model, isLoading, headroom } = useTimelineModel(scale);
  const userMarks = useMarks();
  const shownPx = useRef(0);
  const maxScrollPx = Math.max(0, (model?.heightPx ?? 0) - shownPx.current);
  const scroll = Math.min(scrollPx, maxScrollPx);
  const canvas = useCanvas(
    (ctx, size, theme) => {
      shownPx.current = size.heightPx;
      if (model === undefined) {
        ctx.fillStyle = theme.panel;
        ctx.fillRect(0, 0, size.widthPx, size.heightPx);
        return;
      }
      const rest = { scrollPx: scroll, isLoading, headroom, userMarks };
      drawTimeline(ctx, size, theme, model, scale, { ...view, ...rest });
    },
    [model, view, scroll, widthPx, headroom, userMarks],
  );
  useEffect(() => setWidth(Math.max(LABEL_PX + 50, canvas.size.widthPx)), [canvas.size.widthPx]);
  useTimelineGestures({ box, model, scale, userMarks, scroll, maxScrollPx, setScroll, setHover });
  return (
    <section className={styles.panel} aria-label="Timeline" data-panel="timeline">
      <div className={styles.canvas} ref={box}>
        <TimelineCanvas canvas={canvas} />
        <TimelineEmpty model={model} />
        {hover === undefined || model === undefined ? null : (
          <TimelineHover hover={hover} widthPx={widthPx} />
        )}
      </div>
    </section>
  );
}

function TimelineCanvas({ canvas }: { readonly canvas: CanvasHandle }) {
  return (
    <canvas
      ref={canvas.ref}
      tabIndex={0}
      aria-label="Timeline of all queues. Arrow keys and W A S D move; Ctrl+Shift+T shows the same as a table."
    />
  );
}

/** For the panel's row of tabs. */
export function TimelineActions() {
  return (
    <>
      <IconButton
        label="Zoom in"
        command="timeline.zoom-in"
        icon={<ZoomIn />}
        onClick={() => runCommand('timeline.zoom-in')}
      />
      <IconButton
        label="Zoom out"
        command="timeline.zoom-out"
        icon={<ZoomOut />}
        onClick={() => runCommand('timeline.zoom-out')}
      />
      <IconButton
        label="Centre the selection; again: fit it"
        command="timeline.centre"
        icon={<ChevronsDownUp />}
        onClick={() => runCommand('timeline.centre')}
      />
      <IconButton
        label="The whole capture"
        command="timeline.fit"
        icon={<Maximize2 />}
        onClick={() => runCommand('timeline.fit')}
      />
    </>
  );
}

/** Headroom is looked at less often than messages: it costs more. */
const HEADROOM_COLUMNS = 240;
const HEADROOM_PACE = { everyMs: 250 } as const;
const NO_HEADROOM = [] as const;

/** What the user chose, as the drawing needs it. */
function useTimelineView() {
  const range = useView((view) => view.range);
  const selected = useView(selectedMessage);
  const selection = useView((view) => view.selection);
  const cursorNs = useView((view) => view.cursorNs);
  const hoverNs = useView((view) => view.hoverNs);
  const isFrozen = useView((view) => view.frozen !== undefined);
  const axis = useAxis();
  return useMemo(
    () => ({
      range,
      selected,
      cursorNs,
      hoverNs,
      isFrozen,
      axis,
      area: selection.kind === 'range' ? selection : undefined,
    }),
    [range, selected, selection, cursorNs, hoverNs, isFrozen, axis],
  );
}

function useTimelineModel(scale: TimeScale) {
  const frozen = useView((view) => view.frozen);
  const liveEndNs = useSession((session) => session.changed.endNs);
  const endNs = frozen?.endNs ?? liveEndNs;
  const streams = useSession((session) => session.status?.streams);
  const endings = useEndings();
  const { data, isLoading } = usePull('timeline', queryFor(scale, scale.widthPx));
  const pinned = useView((view) => view.pinned);
  const folded = useView((view) => view.folded);
  const memory = useRef<LayoutMemory>(NO_MEMORY);
  const widthNs = scale.toNs - scale.fromNs;
  // another zoom shows other messages: lanes may become lower again
  // biome-ignore lint/correctness/useExhaustiveDependencies: the width is what it depends on
  useEffect(() => {
    memory.current = { ...memory.current, depths: new Map() };
  }, [widthNs]);
  const laidOut = useMemo(
    () =>
      data === undefined
        ? undefined
        : layOut(data, { streams: streams ?? [], endings, endNs, pinned, folded }, memory.current),
    [data, streams, endings, endNs, pinned, folded],
  );
  useEffect(() => {
    if (laidOut !== undefined) memory.current = laidOut.memory;
  }, [laidOut]);
  const headroom = usePull('headroom', queryFor(scale, HEADROOM_COLUMNS), HEADROOM_PACE).data;
  return { model: laidOut?.model, isLoading, headroom: headroom ?? NO_HEADROOM };
}

interface GestureContext {
  readonly box: { readonly current: HTMLDivElement | null };
  readonly model: TimelineModel | undefined;
  readonly scale: TimeScale;
  readonly userMarks: readonly UserMark[];
  readonly scroll: number;
  readonly maxScrollPx: number;
  readonly setScroll: (scrollPx: number) => void;
  readonly setHover: (hover: Hover | undefined) => void;
}

function useTimelineGestures(context: GestureContext): void {
  const { box, model, scale, scroll, maxScrollPx, setScroll, setHover } = context;
  const pointer = useRef<Point>({ xPx: 0, yPx: 0 });
  const point = (at: Point | undefined) => {
    if (at !== undefined) pointer.current = at;
    const isOverTime = at !== undefined && at.xPx >= LABEL_PX;
    useView.setState({ hoverNs: isOverTime ? toNs(scale, at.xPx) : undefined });
    setHover(isOverTime && model !== undefined ? hoverAt(model, scale, at, scroll) : undefined);
  };
  useGestures(box, {
    zoom: (atPx, factor) => zoomView(factor, toNs(scale, Math.max(LABEL_PX, atPx))),
    pan: (byXPx, byYPx, isDrag) => {
      const isOverLabels = pointer.current.xPx < LABEL_PX;
      if (isOverLabels || isDrag) setScroll(Math.max(0, Math.min(maxScrollPx, scroll + byYPx)));
      if (isOverLabels) return;
      panViewBy((byXPx !== 0 || isDrag ? byXPx : byYPx) * nsPerPx(scale));
    },
    select: (from, to, isDone) => {
      if (from.xPx < LABEL_PX || model === undefined) return;
      setHover(undefined);
      chooseArea(model, scale, from, to, isDone);
    },
    click: (at) => {
      const flag = at.yPx < AXIS_PX ? flagAt(context.userMarks, scale, at.xPx) : undefined;
      if (flag === undefined) click(model, scale, at, scroll);
      else goToMark(flag);
    },
    doubleClick: () => runCommand('timeline.centre'),
    hover: point,
  });
}

function hoverAt(model: TimelineModel, scale: TimeScale, at: Point, scroll: number): Hover {
  const atNs = toNs(scale, at.xPx);
  const isOverMarks = at.yPx >= AXIS_PX && at.yPx < AXIS_PX + MARKS_PX;
  const isOverLanes = at.yPx >= AXIS_PX + MARKS_PX;
  const hit = isOverLanes ? hitTest(model, scale, at.xPx, at.yPx + scroll) : undefined;
  const mark = isOverMarks ? markAt(model, scale, at.xPx) : undefined;
  const isGapMeant = hit?.bar === undefined && (mark === undefined || mark.kind === 'dropped');
  const { gaps } = model.timeline;
  const gap = isGapMeant ? gapAt(gaps, scale, at.xPx, hit?.lane.streamId) : undefined;
  return { ...at, atNs, hit, gap, mark: gap === undefined ? mark : undefined };
}

function click(
  model: TimelineModel | undefined,
  scale: TimeScale,
  at: Point,
  scroll: number,
): void {
  if (model === undefined) return;
  if (at.xPx < LABEL_PX) {
    const lane = at.yPx < AXIS_PX + MARKS_PX ? undefined : laneAt(model, at.yPx + scroll);
    if (lane !== undefined) toggleLane('folded', lane.key);
    return;
  }
  const { hit, mark, atNs } = hoverAt(model, scale, at, scroll);
  useView.setState({ cursorNs: mark?.atNs ?? atNs, follow: false });
  const index = hit?.bar?.row.index ?? mark?.index ?? -1;
  if (index >= 0) selectMessage(index, 'timeline');
  else select({ kind: 'none' });
}

function chooseArea(
  model: TimelineModel,
  scale: TimeScale,
  from: Point,
  to: Point,
  isDone: boolean,
): void {
  const [leftPx, rightPx] = [from.xPx, Math.max(LABEL_PX, to.xPx)].sort((a, b) => a - b);
  if (leftPx === undefined || rightPx === undefined) return;
  const fromNs = snapNs(model, scale, leftPx, toNs(scale, leftPx));
  const endNs = snapNs(model, scale, rightPx, toNs(scale, rightPx));
  if (endNs <= fromNs) return;
  const selection = { kind: 'range', fromNs, toNs: endNs } as const;
  // while it is dragged it is not a step of the history
  if (isDone) select(selection);
  useView.setState({ selection, follow: false });
  if (isDone) showTab('inspector');
}
