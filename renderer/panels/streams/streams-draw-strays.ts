/** Returns against an even pace as a row of strokes: up is late, down is early. Pure. */
import type { Ns } from '../../../src-core/units.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import type { Theme } from '../../palette.ts';

const LEAST_NS = 100_000;

export function drawStrays(
  ctx: CanvasRenderingContext2D,
  strayNs: Float64Array,
  size: { readonly widthPx: number; readonly heightPx: number },
  theme: Theme,
): void {
  const { widthPx, heightPx } = size;
  const most = mostOf(strayNs);
  ctx.fillStyle = theme.sunken;
  ctx.fillRect(0, 0, widthPx, heightPx);
  const middle = heightPx / 2;
  ctx.fillStyle = theme.borderStrong;
  ctx.fillRect(0, Math.round(middle), widthPx, 1);
  const stepPx = widthPx / Math.max(1, strayNs.length);
  ctx.fillStyle = theme.service;
  for (const [place, ns] of strayNs.entries()) {
    const heightOf = (Math.max(-most, Math.min(most, ns)) / most) * (middle - 2);
    const top = heightOf > 0 ? middle - heightOf : middle;
    ctx.fillRect(place * stepPx, top, Math.max(1, stepPx - 0.5), Math.max(1, Math.abs(heightOf)));
  }
  ctx.font = `11px ${theme.fontMono}`;
  ctx.textAlign = 'left';
  label(ctx, `late +${formatDuration(most)}`, 11, theme);
  label(ctx, `early −${formatDuration(most)}`, heightPx - 4, theme);
}

/** On a ground of its own, so that no stroke goes through it. */
function label(ctx: CanvasRenderingContext2D, text: string, yPx: number, theme: Theme): void {
  ctx.fillStyle = theme.sunken;
  ctx.fillRect(2, yPx - 10, ctx.measureText(text).width + 4, 13);
  ctx.fillStyle = theme.textSecond;
  ctx.fillText(text, 4, yPx);
}

function mostOf(strayNs: Float64Array): Ns {
  return strayNs.reduce((most, ns) => Math.max(most, Math.abs(ns)), LEAST_NS);
}
