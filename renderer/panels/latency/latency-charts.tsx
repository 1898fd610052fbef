/** The latency panel's charts with what is under the pointer in words: histogram, share below, heat map over time. */
import { useMemo, useRef, useState } from 'react';
import type {
  LatencyGroupSummary,
  LatencyHeat,
  LatencyHistogram,
  NsRange,
} from '../../../src-core/contract-latency.ts';
import type { Ns } from '../../../src-core/units.ts';
import { type Point, useGestures } from '../../canvas/gestures.ts';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { useCanvas } from '../../canvas/use-canvas.ts';
import { usePull } from '../../store/pull.ts';
import { centreView } from '../../store/time-range.ts';
import { select, sharedView, showTab } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { formatCount, formatInPeriods } from '../../ui/format.ts';
import { useLatencyShape } from './blame-view.ts';
import styles from './latency.module.css';
import { drawHeat, drawHistogram, heatAt, nsAt } from './latency-draw.ts';
import {
  axisOf,
  binAt,
  countsText,
  filterText,
  type HistogramView,
  type StageLine,
  sharesBelow,
} from './latency-model.ts';

export interface ChartsProps {
  readonly group: LatencyGroupSummary;
  readonly line: StageLine;
  readonly range: NsRange | undefined;
  /** What the stage is compared with. */
  readonly keptRange: NsRange | undefined;
}

const EVERY_MS = 300;
const HEAT_COLUMNS = 160;
const NOTHING: LatencyHistogram = {
  edgesNs: new Float64Array(),
  counts: new Uint32Array(),
  count: 0,
};

export function Charts({ group, line, range, keptRange }: ChartsProps) {
  const { queue, streamId } = group;
  const query = { queue, streamId, stage: line.stage };
  const histogram = usePull('latencyHistogram', { ...query, ...range }, { everyMs: EVERY_MS }).data;
  const kept = usePull(
    'latencyHistogram',
    { ...query, ...keptRange },
    { live: false, enabled: keptRange !== undefined },
  ).data;
  const heat = usePull(
    'latencyHeat',
    { ...query, ...range, columns: HEAT_COLUMNS },
    { everyMs: EVERY_MS },
  ).data;
  return (
    <div className={styles.charts}>
      <Histogram
        group={group}
        line={line}
        histogram={histogram ?? NOTHING}
        kept={keptRange === undefined ? undefined : kept}
      />
      {heat === undefined ? null : <Heat heat={heat} limitNs={line.limitNs} />}
    </div>
  );
}

interface HistogramProps {
  readonly group: LatencyGroupSummary;
  readonly line: StageLine;
  readonly histogram: LatencyHistogram;
  readonly kept: LatencyHistogram | undefined;
}

function Histogram({ group, line, histogram, kept }: HistogramProps) {
  const [hoverNs, setHover] = useState<Ns>();
  const [brush, setBrush] = useState<{ fromNs: Ns; toNs: Ns }>();
  const box = useRef<HTMLDivElement>(null);
  const shape = useLatencyShape((one) => one.shape);
  const view: HistogramView = useMemo(() => {
    const { limitNs, p50Ns, p90Ns, p99Ns, uncertainNs } = line;
    return { histogram, kept, limitNs, p50Ns, p90Ns, p99Ns, hoverNs, shape, uncertainNs };
  }, [histogram, kept, line, hoverNs, shape]);
  const canvas = useCanvas((ctx, size, theme) => drawHistogram(ctx, view, size, theme), [view]);
  const at = (point: Point) => nsAt(axisOf(view), canvas.size.widthPx, point.xPx);
  useGestures(box, {
    hover: (point) => setHover(point === undefined ? undefined : at(point)),
    select: (from, to) => {
      const [fromNs, toNs] = [at(from), at(to)].sort((a, b) => a - b);
      if (fromNs !== undefined && toNs !== undefined) setBrush({ fromNs, toNs });
    },
    click: (point) => {
      const bin = binAt(histogram, at(point));
      const [fromNs, toNs] = [histogram.edgesNs[bin], histogram.edgesNs[bin + 1]];
      setBrush(fromNs === undefined || toNs === undefined ? undefined : { fromNs, toNs });
    },
  });
  return (
    <figure className={styles.figure}>
      <figcaption>
        <b>{line.name}</b>
        <span className={styles.counts}>{countsText(line, group)}</span>
        <span className={styles.second} title={line.meaning}>
          {line.meaning}
        </span>
        <ShapeSwitch />
      </figcaption>
      <div ref={box} className={styles.histogram}>
        <canvas
          ref={canvas.ref}
          role="img"
          aria-label={`Histogram of ${line.name}: ${line.count} messages, p50 ${formatDuration(line.p50Ns)}, p99 ${formatDuration(line.p99Ns)}`}
        />
      </div>
      <div className={styles.foot}>
        {brush === undefined ? (
          <span className={styles.second}>{hoverText(view, group.periodNs)}</span>
        ) : (
          <>
            <span className={`${styles.filter} mono selectable`}>
              {filterText(group, line.stage, brush.fromNs, brush.toNs)}
            </span>
            <Button
              tone="quiet"
              tip="Shows only these messages in the message list"
              onClick={() => filterBy(filterText(group, line.stage, brush.fromNs, brush.toNs))}
            >
              Filter
            </Button>
            <CopyButton
              text={() => filterText(group, line.stage, brush.fromNs, brush.toNs)}
              label="Copy this filter"
            />
          </>
        )}
      </div>
    </figure>
  );
}

/** Only these messages in the list, which comes to the front. */
function filterBy(expression: string): void {
  sharedView.setState({ filter: { expression } });
  showTab('messages');
}

/** Longer than the end of a bin. */
function countOver({ counts }: LatencyHistogram, bin: number): number {
  return counts.slice(bin + 1).reduce((sum, many) => sum + many, 0);
}

function hoverText(view: HistogramView, periodNs: Ns): string {
  const { histogram, hoverNs, shape, uncertainNs } = view;
  if (uncertainNs > 0) {
    return `▨ The clock of this source steps by ${formatDuration(uncertainNs)}, over a tenth of this stage: no percentiles.`;
  }
  const bin = hoverNs === undefined ? -1 : binAt(histogram, hoverNs);
  if ((bin < 0 || hoverNs === undefined) && shape === 'cdf') return percentilesText(view, periodNs);
  if (bin < 0 || hoverNs === undefined) {
    return 'Bars: messages (square root). Line: share at or below. Click a bar or drag for a filter.';
  }
  const { edgesNs, counts } = histogram;
  const below = ((sharesBelow(histogram)[bin] ?? 0) * 100).toFixed(2);
  const to = formatInPeriods(edgesNs[bin + 1] ?? 0, periodNs);
  if (shape === 'cdf') {
    return `${below} % take ${to} or less; ${formatCount(countOver(histogram, bin))} take longer`;
  }
  return `${formatDuration(edgesNs[bin] ?? 0)} to ${to}: ${formatCount(counts[bin] ?? 0)} messages; ${below} % at or below`;
}

/** Read off at once, without a pointer. */
function percentilesText({ p50Ns, p90Ns, p99Ns }: HistogramView, periodNs: Ns): string {
  const text = (ns: Ns) => formatInPeriods(ns, periodNs);
  return `p50 ${text(p50Ns)}, p90 ${text(p90Ns)}, p99 ${text(p99Ns)}. Point to read others off, drag for a filter.`;
}

function ShapeSwitch() {
  const shape = useLatencyShape((one) => one.shape);
  return (
    <span className={styles.shapes}>
      <Button
        tone="quiet"
        pressed={shape === 'histogram'}
        tip="How many messages took how long"
        onClick={() => useLatencyShape.setState({ shape: 'histogram' })}
      >
        Histogram
      </Button>
      <Button
        tone="quiet"
        pressed={shape === 'cdf'}
        tip="The share of messages that took no longer: percentiles can be read off"
        onClick={() => useLatencyShape.setState({ shape: 'cdf' })}
      >
        CDF
      </Button>
    </span>
  );
}

function Heat({ heat, limitNs }: { readonly heat: LatencyHeat; readonly limitNs: Ns }) {
  const box = useRef<HTMLDivElement>(null);
  const [hoverNs, setHover] = useState<Ns>();
  const canvas = useCanvas(
    (ctx, size, theme) => drawHeat(ctx, heat, limitNs, size, theme),
    [heat, limitNs],
  );
  useGestures(box, {
    hover: (point) => {
      const atNs = point && heatAt(heat, canvas.size, point.xPx);
      setHover(atNs);
      sharedView.setState({ hoverNs: atNs });
    },
    click: (point) => {
      const atNs = heatAt(heat, canvas.size, point.xPx);
      if (atNs !== undefined) centreView(atNs);
    },
    select: (from, to, isDone) => {
      const [a, b] = [heatAt(heat, canvas.size, from.xPx), heatAt(heat, canvas.size, to.xPx)];
      if (!isDone || a === undefined || b === undefined) return;
      select({ kind: 'range', fromNs: Math.min(a, b), toNs: Math.max(a, b) });
    },
  });
  const toNs = heat.fromNs + heat.columns * heat.cellNs;
  return (
    <figure className={styles.figure}>
      <figcaption>
        <b>over time</b>
        <span className={styles.second}>the fuller, the more messages</span>
      </figcaption>
      <div ref={box} className={styles.heat}>
        <canvas ref={canvas.ref} role="img" aria-label="The same over time, as a heat map" />
      </div>
      <div className={styles.foot}>
        <span className={styles.second}>
          {hoverNs === undefined
            ? `${formatTime(heat.fromNs, 3)} to ${formatTime(toNs, 3)}. Drag selects a stretch.`
            : `at ${formatTime(hoverNs, 3)}`}
        </span>
      </div>
    </figure>
  );
}
