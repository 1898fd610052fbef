/** The overview strip over the panels: the whole capture, live or recorded, with the visible range as a handle to drag and
 *  to resize. */

import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Overview } from '../../src-core/contract-overview.ts';
import { useGestures } from '../canvas/gestures.ts';
import {
  formatDuration,
  formatTime,
  type Range,
  type TimeScale,
  toNs,
} from '../canvas/time-scale.ts';
import { useCanvas } from '../canvas/use-canvas.ts';
import { gapAt, gapLabel } from '../gaps/gap-words.ts';
import { drawFlags } from '../marks/draw-flags.ts';
import { useMarks } from '../marks/use-marks.ts';
import { usePull } from '../store/pull.ts';
import { useSession } from '../store/session.ts';
import { centreView, zoomView } from '../store/time-range.ts';
import { moveRange, sharedView, useView } from '../store/view.ts';
import { formatCount } from '../ui/format.ts';
import styles from './overview.module.css';
import { drawOverview } from './overview-draw.ts';
import {
  columnAt,
  dragged,
  type Grip,
  gripAt,
  handleOf,
  keyed,
  steppedEnd,
} from './overview-model.ts';

const EVERY_MS = 400;
const COLUMN_PX = 2;

/** Hides itself until there is a message. */
export function OverviewStrip() {
  const firstNs = useSession((session) => session.firstNs);
  const frozenNs = useView((view) => view.frozen?.endNs);
  const endNs = useSession((session) =>
    steppedEnd(firstNs ?? 0, frozenNs ?? session.changed.endNs),
  );
  if (firstNs === undefined || endNs <= firstNs) return null;
  return <Strip fromNs={firstNs} toNs={endNs} />;
}

function Strip({ fromNs, toNs: endNs }: Range) {
  const box = useRef<HTMLDivElement>(null);
  const [widthPx, setWidth] = useState(800);
  const scale: TimeScale = useMemo(
    () => ({ fromNs, toNs: endNs, leftPx: 0, widthPx }),
    [fromNs, endNs, widthPx],
  );
  const columns = Math.max(50, Math.round(widthPx / COLUMN_PX));
  const { data } = usePull('overview', { fromNs, toNs: endNs, columns }, { everyMs: EVERY_MS });
  const marks = useMarks();
  const canvas = useCanvas(
    (ctx, size, theme) => {
      drawOverview(ctx, size, theme, data, scale);
      drawFlags(ctx, theme, marks, scale, 0, size.heightPx);
    },
    [data, scale, marks],
  );
  useEffect(() => setWidth(Math.max(50, canvas.size.widthPx)), [canvas.size.widthPx]);
  const { grip, hoverPx } = useHandleGestures(box, scale);
  return (
    <section className={styles.strip} aria-label="Overview" data-panel="overview">
      <div className={styles.box} ref={box} data-grip={grip}>
        <canvas ref={canvas.ref} />
        <RangeHandle scale={scale} />
        {hoverPx === undefined || data === undefined ? null : (
          <HoverNote overview={data} scale={scale} xPx={hoverPx} />
        )}
      </div>
    </section>
  );
}

function useHandleGestures(box: { readonly current: HTMLDivElement | null }, scale: TimeScale) {
  const [hoverPx, setHover] = useState<number>();
  const [grip, setGrip] = useState<Grip>('new');
  const drag = useRef<{ readonly grip: Grip; readonly before: Range } | undefined>(undefined);
  const handle = () => handleOf(scale, sharedView.getState().range);
  useGestures(box, {
    zoom: (atPx, factor) => zoomView(factor, toNs(scale, atPx)),
    pan: (byXPx, byYPx) => {
      const { range } = sharedView.getState();
      const byNs = ((byXPx === 0 ? byYPx : byXPx) / 400) * (range.toNs - range.fromNs);
      moveRange({ fromNs: range.fromNs + byNs, toNs: range.toNs + byNs });
    },
    select: (from, to, isDone) => {
      const { range } = sharedView.getState();
      drag.current ??= { grip: gripAt(handle(), from.xPx), before: range };
      const { grip: taken, before } = drag.current;
      setHover(undefined);
      moveRange(dragged(taken, before, toNs(scale, from.xPx), toNs(scale, to.xPx)));
      if (isDone) drag.current = undefined;
    },
    click: (at) => centreView(toNs(scale, at.xPx)),
    hover: (at) => {
      setHover(at?.xPx);
      setGrip(at === undefined ? 'new' : gripAt(handle(), at.xPx));
    },
  });
  return { grip, hoverPx };
}

/** The visible range: the only part that moves with every frame while the end is followed. */
function RangeHandle({ scale }: { readonly scale: TimeScale }) {
  // followed, it moves by less than a pixel with each message
  const { leftPx, widthPx, chosen } = useView(
    useShallow(({ range: { fromNs, toNs }, follow }) => ({
      ...wholePx(handleOf(scale, { fromNs, toNs })),
      chosen: follow ? '' : `${fromNs} ${toNs}`,
    })),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: they say when it is another one
  const range = useMemo(() => sharedView.getState().range, [leftPx, widthPx, chosen, scale]);
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = keyed(event.key, event.shiftKey, sharedView.getState().range, scale);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    moveRange(next);
  };
  const shown = `${formatTime(Math.max(0, range.fromNs), 3)} to ${formatTime(range.toNs, 3)}`;
  return (
    <div
      className={styles.handle}
      role="slider"
      tabIndex={0}
      aria-label="Visible range. Arrows move it, Shift and arrows move its end, up and down zoom."
      aria-orientation="horizontal"
      aria-valuemin={Math.round(scale.fromNs / 1e6)}
      aria-valuemax={Math.round(scale.toNs / 1e6)}
      aria-valuenow={Math.round(
        Math.min(scale.toNs, Math.max(scale.fromNs, (range.fromNs + range.toNs) / 2)) / 1e6,
      )}
      aria-valuetext={shown}
      style={{ transform: `translateX(${leftPx}px)`, width: widthPx }}
      onKeyDown={press}
    />
  );
}

function wholePx({ leftPx, widthPx }: { readonly leftPx: number; readonly widthPx: number }) {
  return { leftPx: Math.round(leftPx), widthPx: Math.round(widthPx) };
}

interface HoverNoteProps {
  readonly overview: Overview;
  readonly scale: TimeScale;
  readonly xPx: number;
}

function HoverNote({ overview, scale, xPx }: HoverNoteProps) {
  const atNs = toNs(scale, xPx);
  const column = columnAt(overview, atNs);
  if (column === undefined) return null;
  const columnNs = (overview.toNs - overview.fromNs) / overview.count.length;
  const { messages, findings, isLost } = column;
  const gap = gapAt(overview.gaps, scale, xPx);
  const parts = [
    formatTime(atNs, 3),
    `${formatCount(messages)} messages in ${formatDuration(columnNs)}`,
    ...(findings > 0 ? [`${formatCount(findings)} findings`] : []),
    ...(isLost && gap === undefined ? ['less was kept from here on, or more again'] : []),
    ...(gap === undefined ? [] : [gapLabel(gap)]),
  ];
  const isRight = xPx > scale.widthPx / 2;
  const place = isRight ? { right: scale.widthPx - xPx + 10 } : { left: xPx + 10 };
  return (
    <div className={styles.note} style={place}>
      {parts.join(' · ')}
    </div>
  );
}
