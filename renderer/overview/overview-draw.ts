/** Draws the overview strip. Pure. Top to bottom:
 *
 *      findings, worst on top      error ticks are the longest, notes the shortest
 *      messages                    height by the logarithm of their number
 *      least headroom              a line; gone, in the colour of errors, where a stream ran dry */
import type { Overview } from '../../src-core/contract-overview.ts';
import { fillBox, hatch } from '../canvas/paint.ts';
import { type TimeScale, toPx } from '../canvas/time-scale.ts';
import type { CanvasSize } from '../canvas/use-canvas.ts';
import { placeOfGap } from '../gaps/gap-words.ts';
import type { Theme } from '../palette.ts';

const FINDINGS_PX = 10;
const HEADROOM_PX = 6;
const TICK_PX = [0, 3, 6, FINDINGS_PX] as const;

export function drawOverview(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  overview: Overview | undefined,
  scale: TimeScale,
): void {
  fillBox(ctx, theme.sunken, 0, 0, size.widthPx, size.heightPx);
  if (overview === undefined) return;
  drawGaps(ctx, size, theme, overview, scale);
  drawMessages(ctx, size, theme, overview, scale);
  drawFindings(ctx, size, theme, overview, scale);
  drawHeadroom(ctx, size, theme, overview, scale);
}

/** Left edge and width of a column out of `columns`. */
function placeOf(
  { fromNs, toNs }: Overview,
  scale: TimeScale,
  columns: number,
  column: number,
): { readonly xPx: number; readonly widthPx: number } {
  const columnNs = (toNs - fromNs) / columns;
  const xPx = toPx(scale, fromNs + column * columnNs);
  return { xPx, widthPx: toPx(scale, fromNs + (column + 1) * columnNs) - xPx };
}

function drawMessages(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  overview: Overview,
  scale: TimeScale,
): void {
  const { count } = overview;
  const bottomPx = size.heightPx - HEADROOM_PX - 2;
  const fullPx = bottomPx - FINDINGS_PX - 1;
  const most = Math.log1p(count.reduce((so, value) => Math.max(so, value), 1));
  for (let column = 0; column < count.length; column++) {
    const messages = count[column] ?? 0;
    if (messages === 0) continue;
    const heightPx = Math.max(2, (fullPx * Math.log1p(messages)) / most);
    const { xPx, widthPx } = placeOf(overview, scale, count.length, column);
    fillBox(ctx, theme.wave, xPx, bottomPx - heightPx, Math.max(1, widthPx), heightPx);
  }
}

function drawFindings(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  overview: Overview,
  scale: TimeScale,
): void {
  const { severity, lost } = overview;
  const colours = [theme.done, theme.done, theme.held, theme.error];
  for (const worst of [1, 2, 3] as const) {
    for (let column = 0; column < severity.length; column++) {
      if (severity[column] !== worst) continue;
      const { xPx, widthPx } = placeOf(overview, scale, severity.length, column);
      const tickPx = TICK_PX[worst];
      fillBox(
        ctx,
        colours[worst] ?? theme.done,
        xPx,
        FINDINGS_PX - tickPx,
        Math.max(2, widthPx),
        tickPx,
      );
    }
  }
  for (let column = 0; column < lost.length; column++) {
    if (lost[column] !== 1) continue;
    const { xPx, widthPx } = placeOf(overview, scale, lost.length, column);
    hatch(ctx, theme.lost, xPx, 0, Math.max(6, widthPx), size.heightPx, 4);
  }
}

/** Where the capture has less than there was. */
function drawGaps(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  { gaps }: Overview,
  scale: TimeScale,
): void {
  for (const gap of gaps) {
    const { fromPx, widthPx } = placeOfGap(gap, scale);
    ctx.globalAlpha = 0.2;
    fillBox(ctx, theme.lost, fromPx, 0, widthPx, size.heightPx);
    ctx.globalAlpha = gap.kind === 'withheld' || gap.kind === 'let-go' ? 0.5 : 1;
    hatch(ctx, theme.lost, fromPx, 0, widthPx, size.heightPx, 5);
    ctx.globalAlpha = 1;
  }
}

function drawHeadroom(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  overview: Overview,
  scale: TimeScale,
): void {
  const { headroom } = overview;
  const topPx = size.heightPx - HEADROOM_PX;
  fillBox(ctx, theme.border, scale.leftPx, topPx - 1, scale.widthPx, 1);
  for (let column = 0; column < headroom.length; column++) {
    const share = headroom[column] ?? Number.NaN;
    if (Number.isNaN(share)) continue;
    const { xPx, widthPx } = placeOf(overview, scale, headroom.length, column);
    if (share <= 0) {
      fillBox(ctx, theme.error, xPx, topPx, Math.max(2, widthPx), HEADROOM_PX);
      continue;
    }
    const heightPx = Math.max(1, HEADROOM_PX * share);
    fillBox(ctx, theme.service, xPx, size.heightPx - heightPx, widthPx + 0.5, heightPx);
  }
}
