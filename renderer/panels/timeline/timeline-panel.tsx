/** The timeline: every queue and stream as a lane over one time axis. */
import { ChevronsDownUp, FoldHorizontal, Maximize2, ZoomIn, ZoomOut } from 'lucide-react';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { TimelineQuery } from '../../../src-core/contract-data.ts';
import type { TimelineTracks } from '../../../src-core/contract-tracks.ts';
import { foldScale } from '../../canvas/folds.ts';
import { nsPerPx, type TimeScale } from '../../canvas/time-scale.ts';
import { type CanvasHandle, useCanvas } from '../../canvas/use-canvas.ts';
import { runCommand } from '../../commands.ts';
import { useMarks } from '../../marks/use-marks.ts';
import { useEndings } from '../../store/endings.ts';
import { foldedTimes, isWhole, setFolding, tellIdleTimes, useFolds } from '../../store/folds.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import {
  selectedMessage,
  type TimeRange,
  usePanelView,
  useView,
  type View,
} from '../../store/view.ts';
import { IconButton } from '../../ui/button.tsx';
import styles from './timeline.module.css';
import { useAxis } from './timeline-axis.ts';
import { TracksMenu } from './timeline-choice.tsx';
import { drawTimeline } from './timeline-draw.ts';
import { TimelineEmpty } from './timeline-empty.tsx';
import { scrollToShow } from './timeline-flow.ts';
import { type Hover, TimelineHover } from './timeline-hover.tsx';
import { LABEL_PX, type LayoutMemory } from './timeline-lane.ts';
import { layOut, NO_MEMORY, queryFor } from './timeline-model.ts';
import { useTimelineGestures } from './timeline-pointer.ts';
import { ASKED_TRACKS, NO_TRACKS } from './timeline-tracks.ts';

export function TimelinePanel() {
  const box = useRef<HTMLDivElement>(null);
  const [scrollPx, setScroll] = useState(0);
  const [hover, setHover] = useState<Hover>();
  const [widthPx, setWidth] = useState(800);
  const [heightPx, setHeight] = useState(400);
  const { model, range, scale, isLoading, headroom, tracks } = useTimelineModel(
    widthPx - LABEL_PX,
    heightPx,
  );
  const view = useTimelineView(range);
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
      const rest = { scrollPx: scroll, isLoading, headroom, tracks, userMarks };
      drawTimeline(ctx, size, theme, model, scale, { ...view, ...rest });
    },
    [model, view, scale, scroll, headroom, tracks, userMarks],
  );
  useEffect(() => setWidth(Math.max(LABEL_PX + 50, canvas.size.widthPx)), [canvas.size.widthPx]);
  useEffect(() => setHeight(canvas.size.heightPx), [canvas.size.heightPx]);
  // once for each message that is chosen: after that the user may scroll it away
  const shownIndex = useRef<number | undefined>(undefined);
  useEffect(() => {
    const { selected } = view;
    if (selected === undefined || model === undefined || selected === shownIndex.current) return;
    const wanted = scrollToShow(model, selected, scroll, heightPx);
    if (wanted === undefined) return;
    shownIndex.current = selected;
    setScroll(wanted);
  }, [view, model, scroll, heightPx]);
  useTimelineGestures({ box, model, scale, userMarks, scroll, maxScrollPx, setScroll, setHover });
  return (
    <section className={styles.panel} aria-label="Timeline" data-panel="timeline">
      <div className={styles.canvas} ref={box}>
        <TimelineCanvas canvas={canvas.ref} />
        <TimelineEmpty model={model} />
        {hover === undefined || model === undefined ? null : (
          <TimelineHover {...{ hover, widthPx, heightPx, headroom, tracks, scale }} />
        )}
      </div>
    </section>
  );
}

const TimelineCanvas = memo(function OneCanvas(props: { readonly canvas: CanvasHandle['ref'] }) {
  return (
    <canvas
      ref={props.canvas}
      tabIndex={0}
      aria-label="Timeline of all queues. Arrow keys and W A S D move; Ctrl+Shift+T shows the same as a table."
    />
  );
});

/** For the panel's row of tabs. */
export function TimelineActions() {
  const isFolding = useFolds((folds) => folds.isOn);
  return (
    <>
      <TracksMenu />
      <IconButton
        label="Fold idle times over 2 s"
        command="timeline.fold-idle"
        icon={<FoldHorizontal />}
        pressed={isFolding}
        onClick={() => setFolding(!isFolding)}
      />
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
const TRACKS_PACE = { everyMs: 150 } as const;
const LAYERS_PACE = { everyMs: 300 } as const;
const NO_LAYERS = [] as const;

/** What the user chose, as the drawing needs it. */
function useTimelineView(range: TimeRange) {
  const selected = useView(selectedMessage);
  const selection = useView((view) => view.selection);
  const cursorNs = useView((view) => view.cursorNs);
  const hoverNs = useView((view) => view.hoverNs);
  const hovered = useView((view) => view.hoverIndex);
  const isFrozen = useView((view) => view.frozen !== undefined);
  const axis = useAxis(range);
  return useMemo(
    () => ({
      range,
      selected,
      hovered,
      cursorNs,
      hoverNs,
      isFrozen,
      axis,
      area: selection.kind === 'range' ? selection : undefined,
    }),
    [range, selected, hovered, selection, cursorNs, hoverNs, isFrozen, axis],
  );
}

/** The range that is drawn. While the end is followed the picture moves with each answer, and not once more in between. */
function useShownRange(answer: unknown): TimeRange {
  const panelView = usePanelView();
  const chosen = useView((view) =>
    view.follow && view.frozen === undefined ? undefined : view.range,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each answer
  return useMemo(() => chosen ?? panelView.getState().range, [chosen, answer, panelView]);
}

/** A range across the panel, with what is idle in it folded as it is now. */
function foldedScale({ fromNs, toNs }: TimeRange, widthPx: number, view: View): TimeScale {
  return foldScale({ fromNs, toNs, leftPx: LABEL_PX, widthPx }, foldedTimes(view));
}

/** The same, made again whenever something folds or opens. */
function useFoldedScale(range: TimeRange, widthPx: number): TimeScale {
  const view = usePanelView();
  const isOn = useFolds((folds) => folds.isOn);
  const { data } = usePull('idleTimes', {}, { everyMs: 1000, enabled: isOn });
  useEffect(() => tellIdleTimes(data), [data]);
  const times = useFolds((folds) => folds.times);
  const opened = useFolds((folds) => folds.opened);
  const follow = useView((look) => look.follow);
  const isRecorded = useSession(isWhole);
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are what `foldedTimes` looks at
  return useMemo(
    () => foldedScale(range, widthPx, view),
    [range, widthPx, view, times, isOn, opened, follow, isRecorded],
  );
}

/** Columns that a query may have where folds make more of them than pixels. */
const MOST_COLUMNS = 8000;

/** Over folds as many columns a second as beside them. */
function columnsOf(scale: TimeScale, columns: number): number {
  const unfolded = (scale.toNs - scale.fromNs) / nsPerPx(scale) / scale.widthPx;
  return Math.min(Math.max(columns, MOST_COLUMNS), columns * unfolded);
}

function timelineQuery(scale: TimeScale): TimelineQuery {
  if (scale.pieces === undefined) return queryFor(scale, scale.widthPx);
  const bars = queryFor(scale, scale.widthPx).columns;
  return { ...queryFor(scale, columnsOf(scale, scale.widthPx)), bars };
}

function headroomQuery(scale: TimeScale): TimelineQuery {
  return queryFor(scale, columnsOf(scale, HEADROOM_COLUMNS));
}

/** What the host tells of the tracks that are shown. */
function useTracks(query: TimelineQuery, hidden: readonly string[]): TimelineTracks {
  const { fromNs, toNs, columns } = query;
  const kinds = useMemo(() => ASKED_TRACKS.filter((kind) => !hidden.includes(kind)), [hidden]);
  const { data } = usePull('timelineTracks', { fromNs, toNs, columns, kinds }, TRACKS_PACE);
  return data ?? NO_TRACKS;
}

/** What other programs told, if anything was laid beside the session. */
function useLayers({ fromNs, toNs, columns }: TimelineQuery) {
  const infos = usePull('layers', {}, LAYERS_PACE).data ?? NO_LAYERS;
  const enabled = infos.length > 0;
  const told = usePull('layerTracks', { fromNs, toNs, columns }, { ...LAYERS_PACE, enabled }).data;
  const tracks = enabled && told !== undefined ? told : NO_LAYERS;
  return useMemo(() => ({ infos, tracks }), [infos, tracks]);
}

function useTimelineModel(widthPx: number, roomPx: number) {
  const view = usePanelView();
  const frozen = useView((look) => look.frozen);
  const streams = useSession((session) => session.status?.streams);
  const endings = useEndings();
  const shownPx = Math.max(50, widthPx);
  const query = useView(
    useShallow(({ range }) => timelineQuery(foldedScale(range, shownPx, view))),
  );
  const { data, isLoading } = usePull('timeline', query);
  const range = useShownRange(data);
  const scale = useFoldedScale(range, shownPx);
  // biome-ignore lint/correctness/useExhaustiveDependencies: where it ended when the answer came
  const endNs = useMemo(() => frozen?.endNs ?? useSession.getState().changed.endNs, [frozen, data]);
  const pinned = useView((look) => look.pinned);
  const folded = useView((look) => look.folded);
  const hidden = useView((look) => look.hidden);
  const tracks = useTracks(query, hidden);
  const { absent } = tracks;
  const layers = useLayers(query);
  const memory = useRef<LayoutMemory>(NO_MEMORY);
  // a pan over a fold changes the range, and is no other zoom
  const zoom = Math.round(Math.log(nsPerPx(scale)) * 1000);
  // another zoom shows other messages: lanes may become lower again
  // biome-ignore lint/correctness/useExhaustiveDependencies: the zoom is what it depends on
  useEffect(() => {
    memory.current = { ...memory.current, depths: new Map() };
  }, [zoom]);
  const laidOut = useMemo(
    () =>
      data === undefined
        ? undefined
        : layOut(
            data,
            {
              ...{ streams: streams ?? [], endings, endNs, pinned, folded, hidden, absent },
              ...{ layers, roomPx },
            },
            memory.current,
          ),
    [data, streams, endings, endNs, pinned, folded, hidden, absent, layers, roomPx],
  );
  useEffect(() => {
    if (laidOut !== undefined) memory.current = laidOut.memory;
  }, [laidOut]);
  const coarse = useView(
    useShallow(({ range }) => headroomQuery(foldedScale(range, shownPx, view))),
  );
  const headroom = usePull('headroom', coarse, HEADROOM_PACE).data;
  return {
    ...{ model: laidOut?.model, range, scale, isLoading, tracks },
    headroom: headroom ?? NO_HEADROOM,
  };
}
