/** Draws the latency panel's charts: the histogram of a stage with its share below, and the same over time. Pure. */
import type { LatencyHeat, LatencyHistogram } from '../../../src-core/contract-latency.ts';
import type { Ns } from '../../../src-core/units.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import type { Theme } from '../../palette.ts';
import {
  axisOf,
  type HistogramView,
  shareHeight,
  sharesBelow,
  shareText,
  shareTicks,
  timeTicks,
} from './latency-model.ts';

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

const AXIS_PX = 18;
const TOP_PX = 14;
const LEFT_PX = 46;
const TICK_PX = 62;

type Axis = ReturnType<typeof axisOf>;

export function xOf({ fromNs, toNs }: Axis, widthPx: number, ns: Ns): number {
  return (widthPx * Math.log(Math.max(ns, fromNs) / fromNs)) / Math.log(toNs / fromNs);
}

export function nsAt({ fromNs, toNs }: Axis, widthPx: number, xPx: number): Ns {
  return fromNs * (toNs / fromNs) ** (xPx / Math.max(1, widthPx));
}

export function drawHistogram(
  ctx: CanvasRenderingContext2D,
  view: HistogramView,
  size: Size,
  theme: Theme,
): void {
  const { widthPx, heightPx } = size;
  const axis = axisOf(view);
  const bottom = heightPx - AXIS_PX;
  ctx.fillStyle = theme.sunken;
  ctx.fillRect(0, 0, widthPx, heightPx);
  ctx.font = `11px ${theme.fontMono}`;
  ctx.textAlign = 'center';
  for (const ns of timeTicks(axis.fromNs, axis.toNs, Math.floor(widthPx / TICK_PX))) {
    const x = Math.round(xOf(axis, widthPx, ns));
    ctx.fillStyle = theme.grid;
    ctx.fillRect(x, TOP_PX, 1, bottom - TOP_PX);
    ctx.fillStyle = theme.textSecond;
    ctx.fillText(formatDuration(ns), Math.min(Math.max(x, 22), widthPx - 24), heightPx - 5);
  }
  if (view.shape === 'cdf') drawCumulative(ctx, view, axis, { widthPx, bottom }, theme);
  else drawBoth(ctx, view, axis, { widthPx, bottom }, theme);
  if (view.uncertainNs > 0) {
    drawHatch(ctx, theme.lost, widthPx, bottom);
  } else {
    const [p50, p99] = [xOf(axis, widthPx, view.p50Ns), xOf(axis, widthPx, view.p99Ns)];
    drawMark(ctx, theme.textSecond, p99 - p50 < 28 ? 'p50 p99' : 'p50', p50, bottom);
    drawMark(ctx, theme.textSecond, p99 - p50 < 28 ? '' : 'p99', p99, bottom);
  }
  if (view.limitNs > 0) {
    drawMark(ctx, theme.error, 'budget', xOf(axis, widthPx, view.limitNs), bottom);
  }
  if (view.hoverNs !== undefined) {
    ctx.fillStyle = theme.cursor;
    ctx.fillRect(Math.round(xOf(axis, widthPx, view.hoverNs)), TOP_PX, 1, bottom - TOP_PX);
  }
}

function drawBoth(
  ctx: CanvasRenderingContext2D,
  view: HistogramView,
  axis: Axis,
  { widthPx, bottom }: { widthPx: number; bottom: number },
  theme: Theme,
): void {
  const most = Math.max(1, ...view.histogram.counts);
  const keptMost = Math.max(1, ...(view.kept?.counts ?? []));
  drawBars(ctx, view.histogram, axis, { widthPx, bottom, most }, (x, y, w, h) => {
    ctx.fillStyle = theme.service;
    ctx.fillRect(x, y, w, h);
  });
  if (view.kept !== undefined) {
    drawBars(ctx, view.kept, axis, { widthPx, bottom, most: keptMost }, (x, y, w) => {
      ctx.fillStyle = theme.held;
      ctx.fillRect(x, y, w, 2);
    });
  }
  const height = (share: number) => share;
  drawShares(ctx, view.histogram, axis, { widthPx, bottom, height }, theme.text);
}

/** Share at or below each time, with lines to read percentiles off; what is compared with is broken. */
function drawCumulative(
  ctx: CanvasRenderingContext2D,
  { histogram, kept }: HistogramView,
  axis: Axis,
  { widthPx, bottom }: { widthPx: number; bottom: number },
  theme: Theme,
): void {
  const { count } = histogram;
  const height = (share: number) => shareHeight(share, count);
  ctx.textAlign = 'left';
  for (const share of shareTicks(count)) {
    const y = Math.round(bottom - (bottom - TOP_PX) * height(share));
    ctx.fillStyle = theme.grid;
    ctx.fillRect(0, y, widthPx, 1);
    ctx.fillStyle = theme.textSecond;
    if (share > 0) ctx.fillText(shareText(share), 3, y - 3);
  }
  ctx.textAlign = 'center';
  if (kept !== undefined) {
    ctx.setLineDash([4, 3]);
    drawShares(ctx, kept, axis, { widthPx, bottom, height }, theme.held);
    ctx.setLineDash([]);
  }
  drawShares(ctx, histogram, axis, { widthPx, bottom, height }, theme.service);
}

/** Over what the clocks cannot tell. */
function drawHatch(
  ctx: CanvasRenderingContext2D,
  colour: string,
  widthPx: number,
  bottom: number,
): void {
  ctx.fillStyle = colour;
  ctx.globalAlpha = 0.45;
  for (let x = 0; x < widthPx; x++) {
    for (let y = TOP_PX + (x % 8); y < bottom; y += 8) ctx.fillRect(x, y, 1, 1);
  }
  ctx.globalAlpha = 1;
}

/** Heights are square roots: one slow message among thousands is still seen. */
function drawBars(
  ctx: CanvasRenderingContext2D,
  { edgesNs, counts }: LatencyHistogram,
  axis: Axis,
  box: { widthPx: number; bottom: number; most: number },
  paint: (x: number, y: number, w: number, h: number) => void,
): void {
  ctx.beginPath();
  for (const [bin, count] of counts.entries()) {
    if (count === 0) continue;
    const x0 = xOf(axis, box.widthPx, edgesNs[bin] ?? 0);
    const x1 = xOf(axis, box.widthPx, edgesNs[bin + 1] ?? 0);
    const heightPx = Math.max(2, (box.bottom - TOP_PX) * Math.sqrt(count / box.most));
    paint(x0, box.bottom - heightPx, Math.max(2, x1 - x0 - 1), heightPx);
  }
}

function drawShares(
  ctx: CanvasRenderingContext2D,
  histogram: LatencyHistogram,
  axis: Axis,
  box: { widthPx: number; bottom: number; height: (share: number) => number },
  colour: string,
): void {
  const shares = sharesBelow(histogram);
  if (shares.length === 0) return;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.25;
  ctx.beginPath();
  ctx.moveTo(xOf(axis, box.widthPx, histogram.edgesNs[0] ?? 0), box.bottom);
  for (const [bin, share] of shares.entries()) {
    const x = xOf(axis, box.widthPx, histogram.edgesNs[bin + 1] ?? 0);
    ctx.lineTo(x, box.bottom - (box.bottom - TOP_PX) * box.height(share));
  }
  ctx.stroke();
}

function drawMark(
  ctx: CanvasRenderingContext2D,
  colour: string,
  text: string,
  xPx: number,
  bottom: number,
): void {
  if (Number.isNaN(xPx)) return;
  ctx.fillStyle = colour;
  for (let y = TOP_PX; y < bottom; y += 6) ctx.fillRect(Math.round(xPx), y, 1, 3);
  ctx.fillText(text, xPx, 10);
}

/** Columns are time, rows are log bins of the stage; the fuller a cell, the stronger. */
export function drawHeat(
  ctx: CanvasRenderingContext2D,
  heat: LatencyHeat,
  limitNs: Ns,
  size: Size,
  theme: Theme,
): void {
  const { widthPx, heightPx } = size;
  ctx.fillStyle = theme.sunken;
  ctx.fillRect(0, 0, widthPx, heightPx);
  const bins = heat.edgesNs.length - 1;
  const used = usedBins(heat);
  if (used === undefined) return;
  const { low, high } = used;
  const plotPx = widthPx - LEFT_PX;
  const rowPx = heightPx / (high - low + 1);
  const most = Math.log(1 + Math.max(...heat.counts));
  const columnPx = plotPx / heat.columns;
  ctx.fillStyle = theme.service;
  for (let column = 0; column < heat.columns; column++) {
    for (let bin = low; bin <= high; bin++) {
      const count = heat.counts[column * bins + bin] ?? 0;
      if (count === 0) continue;
      ctx.globalAlpha = 0.25 + (0.75 * Math.log(1 + count)) / most;
      const y = heightPx - (bin - low + 1) * rowPx;
      ctx.fillRect(LEFT_PX + column * columnPx, y, Math.max(1, columnPx), Math.max(1, rowPx));
    }
  }
  ctx.globalAlpha = 1;
  ctx.font = `11px ${theme.fontMono}`;
  ctx.textAlign = 'right';
  ctx.fillStyle = theme.textSecond;
  ctx.fillText(formatDuration(heat.edgesNs[high + 1] ?? 0), LEFT_PX - 4, 10);
  ctx.fillText(formatDuration(heat.edgesNs[low] ?? 0), LEFT_PX - 4, heightPx - 3);
  if (!(limitNs > 0)) return;
  const bin = Math.log2(limitNs / (heat.edgesNs[low] ?? 1)) * 4;
  ctx.fillStyle = theme.error;
  ctx.fillRect(LEFT_PX, Math.round(heightPx - bin * rowPx), plotPx, 1);
}

/** Time and stage under a point of the heat map; `undefined` beside it. */
export function heatAt(heat: LatencyHeat, size: Size, xPx: number): Ns | undefined {
  const share = (xPx - LEFT_PX) / Math.max(1, size.widthPx - LEFT_PX);
  if (share < 0 || share > 1) return undefined;
  return heat.fromNs + share * heat.columns * heat.cellNs;
}

function usedBins(heat: LatencyHeat): { low: number; high: number } | undefined {
  const bins = heat.edgesNs.length - 1;
  let [low, high] = [bins, -1];
  for (const [place, count] of heat.counts.entries()) {
    if (count === 0) continue;
    low = Math.min(low, place % bins);
    high = Math.max(high, place % bins);
  }
  if (high < 0) return undefined;
  return { low: Math.max(0, low - 1), high: Math.min(bins - 1, high + 1) };
}
