/** The fill of a stream over the time in view, live and recorded alike: read out of the messages, not sampled. */
import { useRef, useState } from 'react';
import type { StreamStatus } from '../../../src-core/contract-data.ts';
import { NS_PER_S, type Ns } from '../../../src-core/units.ts';
import { useGestures } from '../../canvas/gestures.ts';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { useCanvas } from '../../canvas/use-canvas.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { usePanelView, useView } from '../../store/view.ts';
import { formatCount } from '../../ui/format.ts';
import charts from './streams-charts.module.css';
import { drawFill, heldIn } from './streams-draw-fill.ts';
import { movedText } from './streams-model.ts';

/** Shown while the end is followed. */
const FOLLOWED_NS: Ns = 30 * NS_PER_S;
const COLUMNS = 240;
const EVERY_MS = 250;

interface FillProps {
  readonly stream: StreamStatus;
  readonly endNs: Ns;
}

export function FillChartView({ stream, endNs }: FillProps) {
  const view = usePanelView();
  const box = useRef<HTMLDivElement>(null);
  const [pointNs, setPoint] = useState<Ns>();
  const { fromNs, toNs, isFollowed } = useShownTime(endNs);
  const query = { fromNs, toNs, columns: COLUMNS };
  const all = usePull('headroom', query, { everyMs: EVERY_MS }).data ?? [];
  const series = all.find(({ streamId }) => streamId === stream.streamId);
  const cursorNs = useView((look) => look.cursorNs);
  const otherNs = useView((look) => look.hoverNs);
  const hoverNs = pointNs ?? otherNs;
  const canvas = useCanvas(
    (ctx, size, theme) => drawFill(ctx, { series, fromNs, toNs, cursorNs, hoverNs }, size, theme),
    [series, fromNs, toNs, cursorNs, hoverNs],
  );
  const atX = (xPx: number) => fromNs + ((toNs - fromNs) * xPx) / Math.max(1, canvas.size.widthPx);
  useGestures(box, {
    hover: (point) => {
      const atNs = point === undefined ? undefined : atX(point.xPx);
      setPoint(atNs);
      view.setState({ hoverNs: atNs });
    },
    click: ({ xPx }) => view.setState({ cursorNs: atX(xPx) }),
  });
  const held = hoverNs === undefined ? undefined : heldIn(series, hoverNs);
  const rateHz = series?.rateHz ?? 0;
  return (
    <div>
      <div ref={box} className={charts.chart}>
        <canvas
          ref={canvas.ref}
          role="img"
          aria-label={`What device and sink held between ${formatTime(fromNs, 3)} and ${formatTime(toNs, 3)}`}
        />
        {series === undefined ? (
          <span className={charts.chartEmpty}>nothing ran in this time</span>
        ) : null}
      </div>
      <div className={charts.chartFoot}>
        <span>{isFollowed ? `${formatDuration(toNs - fromNs)} ago` : formatTime(fromNs, 3)}</span>
        <span title={movedText(stream)}>
          {held === undefined || hoverNs === undefined
            ? movedText(stream)
            : `${formatTime(hoverNs, 3)}: device ${formatCount(held.device)}, sink ${formatCount(Math.round(held.sink))} frames; least ${leastText(held.least, rateHz)}`}
        </span>
        <span>{isFollowed ? 'now' : formatTime(toNs, 3)}</span>
      </div>
    </div>
  );
}

function leastText(frames: number, rateHz: number): string {
  const time = rateHz > 0 ? ` · ${formatDuration((frames * NS_PER_S) / rateHz)}` : '';
  return frames === 0 ? '0: dry' : `${formatCount(Math.round(frames))}${time}`;
}

/** The last half minute while the end of a session is followed; else what the timeline shows. */
function useShownTime(endNs: Ns): { fromNs: Ns; toNs: Ns; isFollowed: boolean } {
  const range = useView((look) => look.range);
  const isFollowing = useView((look) => look.follow && look.frozen === undefined);
  const isLive = useSession(({ status }) => status?.phase === 'live');
  if (isFollowing && isLive) {
    const toNs = Math.max(endNs, NS_PER_S);
    return { fromNs: Math.max(0, toNs - FOLLOWED_NS), toNs, isFollowed: true };
  }
  const fromNs = Math.max(0, range.fromNs);
  return { fromNs, toNs: Math.max(fromNs + 1, range.toNs), isFollowed: false };
}
