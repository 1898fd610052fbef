/** Headroom of a stream under its messages: what the sink holds at the bottom, what the device holds above it, in
 *  milliseconds against the stream's buffer. Where both are nothing the stream is about to fall silent. Pure. */
import type { StateBand } from '../../../src-core/contract-data.ts';
import type { HeadroomSeries } from '../../../src-core/contract-latency.ts';
import { fillBox, textWithin } from '../../canvas/paint.ts';
import { formatDuration, nsPerPx, type TimeScale, toPx } from '../../canvas/time-scale.ts';
import type { Theme } from '../../palette.ts';
import { LABEL_PX, type Part } from './timeline-lane.ts';

export function drawHeadroom(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  series: HeadroomSeries,
  part: Part,
  scale: TimeScale,
  states: readonly StateBand[] = [],
): void {
  const { topPx, heightPx } = part;
  const { deviceMin, sinkMin, totalMin, fromNs, columnNs, bufferFrames, periodFrames } = series;
  const full = Math.max(1, bufferFrames + periodFrames);
  const heightOf = (frames: number) => (heightPx * Math.min(frames, full)) / full;
  const bottomPx = topPx + heightPx;
  for (let column = 0; column < totalMin.length; column++) {
    const total = totalMin[column] ?? Number.NaN;
    if (Number.isNaN(total)) continue;
    const x0 = toPx(scale, fromNs + column * columnNs);
    const x1 = toPx(scale, fromNs + (column + 1) * columnNs);
    if (x1 < LABEL_PX || x0 > scale.leftPx + scale.widthPx) continue;
    const widthPx = Math.max(1, x1 - x0 + 0.5);
    if (total === 0) {
      fillBox(ctx, theme.error, x0, topPx, Math.max(2, widthPx), heightPx);
      continue;
    }
    const sinkPx = Math.min(heightOf(total), heightOf(sinkMin[column] ?? 0));
    const devicePx = Math.min(heightOf(total) - sinkPx, heightOf(deviceMin[column] ?? 0));
    ctx.globalAlpha = 0.55;
    fillBox(ctx, theme.wave, x0, bottomPx - sinkPx, widthPx, sinkPx);
    fillBox(ctx, theme.service, x0, bottomPx - sinkPx - devicePx, widthPx, devicePx);
    ctx.globalAlpha = 1;
  }
  drawPeriods(ctx, theme, series, part, scale, states);
  fillBox(ctx, theme.border, LABEL_PX, bottomPx, scale.leftPx + scale.widthPx - LABEL_PX, 1);
}

/** Nearer than that a grid is a grey area. */
const LEAST_PERIOD_PX = 8;
/** Over folded hours there would be more than anybody sees. */
const MOST_PERIODS = 4000;

/** A tick where each period ends, counted by the capture's clock from the moment at which the stream began to run. */
function drawPeriods(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  { periodFrames, rateHz }: HeadroomSeries,
  { topPx, heightPx }: Part,
  scale: TimeScale,
  states: readonly StateBand[],
): void {
  const periodNs = (periodFrames / Math.max(1, rateHz)) * 1e9;
  if (!(periodNs > 0) || periodNs / nsPerPx(scale) < LEAST_PERIOD_PX) return;
  for (const { state, fromNs, toNs } of states) {
    if (state !== 'running') continue;
    const endNs = Math.min(toNs, scale.toNs);
    const first = Math.max(0, Math.ceil((scale.fromNs - fromNs) / periodNs));
    if ((endNs - scale.fromNs) / periodNs > MOST_PERIODS) continue;
    for (let n = first; fromNs + n * periodNs <= endNs; n++) {
      const px = Math.round(toPx(scale, fromNs + n * periodNs));
      fillBox(ctx, theme.panel, px, topPx, 1, heightPx);
    }
  }
}

/** In the column of names, at the foot of the area. */
export function drawHeadroomLabel(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  { bufferFrames, rateHz }: HeadroomSeries,
  { topPx, heightPx }: Part,
): void {
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textBaseline = 'alphabetic';
  ctx.textAlign = 'left';
  ctx.fillStyle = theme.textSecond;
  const bufferNs = (bufferFrames / Math.max(1, rateHz)) * 1e9;
  const text = `headroom of ${formatDuration(bufferNs)}`;
  textWithin(ctx, text, 12, topPx + heightPx - 2, LABEL_PX - 20);
}
