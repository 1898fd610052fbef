/** What device and sink held over time as a chart: firm what they held at least in each pixel, faint up to the most. Pure. */
import type { HeadroomSeries } from '../../../src-core/contract-latency.ts';
import type { Frames, Ns } from '../../../src-core/units.ts';
import type { Theme } from '../../palette.ts';

export interface FillChart {
  readonly series: HeadroomSeries | undefined;
  readonly fromNs: Ns;
  readonly toNs: Ns;
  readonly cursorNs: Ns | undefined;
  readonly hoverNs: Ns | undefined;
}

const PAD_PX = 2;
const FAINT = 0.3;
const FIRM = 0.75;
const DRY_PX = 4;

export function drawFill(
  ctx: CanvasRenderingContext2D,
  chart: FillChart,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  theme: Theme,
): void {
  const { series, fromNs, toNs } = chart;
  const xOf = (atNs: Ns) => (widthPx * (atNs - fromNs)) / Math.max(1, toNs - fromNs);
  ctx.fillStyle = theme.sunken;
  ctx.fillRect(0, 0, widthPx, heightPx);
  if (series !== undefined) {
    const most = mostHeld(series);
    const yOf = (frames: Frames) => heightPx - PAD_PX - (frames / most) * (heightPx - 2 * PAD_PX);
    drawColumns(ctx, series, xOf, yOf, theme);
    if (series.bufferFrames > 0) {
      ctx.fillStyle = theme.textSecond;
      ctx.fillRect(0, Math.round(yOf(series.bufferFrames)), widthPx, 1);
    }
  }
  const line = (atNs: Ns | undefined, colour: string) => {
    if (atNs === undefined || atNs < fromNs || atNs > toNs) return;
    ctx.fillStyle = colour;
    ctx.fillRect(Math.round(xOf(atNs)), 0, 1, heightPx);
  };
  line(chart.hoverNs, theme.textFaint);
  line(chart.cursorNs, theme.cursor);
}

function drawColumns(
  ctx: CanvasRenderingContext2D,
  series: HeadroomSeries,
  xOf: (atNs: Ns) => number,
  yOf: (frames: Frames) => number,
  theme: Theme,
): void {
  const { fromNs, columnNs, totalMin } = series;
  totalMin.forEach((least, column) => {
    if (Number.isNaN(least)) return;
    const x0 = Math.round(xOf(fromNs + column * columnNs));
    const widthPx = Math.max(1, Math.round(xOf(fromNs + (column + 1) * columnNs)) - x0);
    const bar = (low: Frames, high: Frames, colour: string, alpha: number) => {
      if (!(high > low)) return;
      ctx.globalAlpha = alpha;
      ctx.fillStyle = colour;
      ctx.fillRect(x0, yOf(high), widthPx, yOf(low) - yOf(high));
      ctx.globalAlpha = 1;
    };
    const sinkMost = series.sinkMax[column] ?? 0;
    const sinkLeast = Math.min(series.sinkMin[column] ?? 0, least);
    bar(0, sinkMost, theme.wave, FAINT);
    bar(sinkMost, sinkMost + (series.deviceMax[column] ?? 0), theme.service, FAINT);
    bar(0, sinkLeast, theme.wave, FIRM);
    bar(sinkLeast, least, theme.service, FIRM);
    if (least > 0) return;
    ctx.fillStyle = theme.error; // nothing was left
    ctx.fillRect(x0, yOf(0) - DRY_PX, widthPx, DRY_PX);
  });
}

function mostHeld({ bufferFrames, deviceMax, sinkMax }: HeadroomSeries): Frames {
  let most = Math.max(1, bufferFrames);
  deviceMax.forEach((device, column) => {
    const held = device + (sinkMax[column] ?? 0);
    if (held > most) most = held;
  });
  return most;
}

/** What was held in the column of a time; undefined where the stream did not run. */
export function heldIn(
  series: HeadroomSeries | undefined,
  atNs: Ns,
): { readonly least: Frames; readonly device: Frames; readonly sink: Frames } | undefined {
  if (series === undefined) return undefined;
  const column = Math.floor((atNs - series.fromNs) / series.columnNs);
  const least = series.totalMin[column] ?? Number.NaN;
  if (Number.isNaN(least)) return undefined;
  return { least, device: series.deviceMax[column] ?? 0, sink: series.sinkMax[column] ?? 0 };
}
