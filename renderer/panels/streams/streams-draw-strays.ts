/** Period regularity: how much later than expected each message came back, over time. Up is late, down is early. Pure. */
import type { PaceReport } from '../../../src-core/contract-latency.ts';
import type { Ns } from '../../../src-core/units.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import type { Theme } from '../../palette.ts';

export interface StraysChart {
  readonly pace: Pick<PaceReport, 'atNs' | 'strayNs' | 'index' | 'worst'> | undefined;
  /** 0: not known. */
  readonly periodNs: Ns;
  readonly cursorNs: Ns | undefined;
  /** Place of the point that is pointed at; -1: none. */
  readonly pointed: number;
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

const LEAST_NS = 100_000;
/** How far from the pointer the largest stray is looked for. */
const REACH_PX = 4;

export function drawStrays(
  ctx: CanvasRenderingContext2D,
  chart: StraysChart,
  size: Size,
  theme: Theme,
): void {
  const { widthPx, heightPx } = size;
  const { pace, periodNs, cursorNs } = chart;
  ctx.fillStyle = theme.sunken;
  ctx.fillRect(0, 0, widthPx, heightPx);
  if (pace === undefined || pace.strayNs.length === 0) return;
  const { atNs, strayNs, worst } = pace;
  const most = mostOf(strayNs);
  const middle = Math.round(heightPx / 2);
  const yOf = (ns: Ns) => middle - (Math.max(-most, Math.min(most, ns)) / most) * (middle - 3);
  const xOf = scaleOf(atNs, widthPx);
  drawGrid(ctx, periodNs, most, yOf, size, theme);
  strayNs.forEach((ns, place) => {
    const [y, x] = [yOf(ns), Math.round(xOf(atNs[place] ?? 0))];
    const isFar = periodNs > 0 && Math.abs(ns) > periodNs / 2;
    ctx.fillStyle = isFar ? theme.error : theme.service;
    ctx.fillRect(x, Math.min(y, middle), 1, Math.max(1, Math.abs(y - middle)));
    if (place === chart.pointed) ctx.fillRect(x - 2, y - 2, 5, 5);
  });
  ctx.fillStyle = theme.textSecond;
  ctx.fillRect(0, middle, widthPx, 1);
  const first = atNs[0] ?? 0;
  if (cursorNs !== undefined && cursorNs >= first && cursorNs <= (atNs.at(-1) ?? 0)) {
    ctx.fillStyle = theme.cursor;
    ctx.fillRect(Math.round(xOf(cursorNs)), 0, 1, heightPx);
  }
  ctx.font = `11px ${theme.fontMono}`;
  ctx.textAlign = 'left';
  label(ctx, `late +${inBoth(most, periodNs)}`, 11, theme);
  label(ctx, `early −${inBoth(most, periodNs)}`, heightPx - 4, theme);
  if (worst !== undefined && worst.atNs >= first) {
    ctx.fillStyle = theme.error;
    ctx.textAlign = 'center';
    const x = Math.max(8, Math.min(widthPx - 8, xOf(worst.atNs)));
    ctx.fillText('✕', x, yOf(worst.strayNs) + (worst.strayNs > 0 ? 9 : 2));
  }
}

/** Lines at whole periods, as long as they can be told apart. */
function drawGrid(
  ctx: CanvasRenderingContext2D,
  periodNs: Ns,
  most: Ns,
  yOf: (ns: Ns) => number,
  { widthPx }: Size,
  theme: Theme,
): void {
  const lines = periodNs > 0 ? Math.floor(most / periodNs) : 0;
  if (lines > 8) return;
  ctx.fillStyle = theme.grid;
  for (let nth = 1; nth <= lines; nth++) {
    ctx.fillRect(0, Math.round(yOf(nth * periodNs)), widthPx, 1);
    ctx.fillRect(0, Math.round(yOf(-nth * periodNs)), widthPx, 1);
  }
}

/** On a ground of its own, so that no stroke goes through it. */
function label(ctx: CanvasRenderingContext2D, text: string, yPx: number, theme: Theme): void {
  ctx.fillStyle = theme.sunken;
  ctx.fillRect(2, yPx - 10, ctx.measureText(text).width + 4, 13);
  ctx.fillStyle = theme.textSecond;
  ctx.fillText(text, 4, yPx);
}

/** `15.0 ms · 1.50 P` */
export function inBoth(ns: Ns, periodNs: Ns): string {
  const periods = periodNs > 0 ? ` · ${(Math.abs(ns) / periodNs).toFixed(2)} P` : '';
  return `${formatDuration(Math.abs(ns))}${periods}`;
}

/** `2.10 ms · 0.21 P late` */
export function strayText(ns: Ns, periodNs: Ns): string {
  if (Math.abs(ns) < 1) return 'on time';
  return `${inBoth(ns, periodNs)} ${ns > 0 ? 'late' : 'early'}`;
}

/** Place of the point that strays most near a pixel; -1: none is near. */
export function strayAt(
  { atNs, strayNs }: Pick<PaceReport, 'atNs' | 'strayNs'>,
  widthPx: number,
  xPx: number,
): number {
  const xOf = scaleOf(atNs, widthPx);
  let best = -1;
  atNs.forEach((at, place) => {
    if (Math.abs(xOf(at) - xPx) > REACH_PX) return;
    const isMore = Math.abs(strayNs[place] ?? 0) > Math.abs(strayNs[best] ?? 0);
    if (best < 0 || isMore) best = place;
  });
  return best;
}

function scaleOf(atNs: Float64Array, widthPx: number): (at: Ns) => number {
  const first = atNs[0] ?? 0;
  const spanNs = Math.max(1, (atNs.at(-1) ?? 0) - first);
  return (at) => ((at - first) / spanNs) * (widthPx - 1);
}

function mostOf(strayNs: Float64Array): Ns {
  return strayNs.reduce((most, ns) => Math.max(most, Math.abs(ns)), LEAST_NS);
}
