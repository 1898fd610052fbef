/** Flags of the user's marks over a time axis: a pennant with the mark's number, a line below it, a band for an area. Pure. */
import type { UserMark } from '../../src-core/capture/entry.ts';
import { fillBox, verticalLine } from '../canvas/paint.ts';
import { type TimeScale, toPx } from '../canvas/time-scale.ts';
import type { Theme } from '../palette.ts';

const FLAG_PX = 16;
const FLAG_HEIGHT_PX = 12;

/** Beside the number that always stands with it. */
export function markColour(theme: Theme, colour: number): string {
  const { accent, held, service, stream1, stream2, stream3, stream0, lost } = theme;
  const colours = [accent, held, service, stream1, stream2, stream3, stream0, lost];
  return colours[colour % colours.length] ?? accent;
}

/** In `[topPx, bottomPx)`; the pennant stands at the top. */
export function drawFlags(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  marks: readonly UserMark[],
  scale: TimeScale,
  topPx: number,
  bottomPx: number,
): void {
  if (marks.length === 0) return; // a font alone costs as much as what is drawn
  const rightPx = scale.leftPx + scale.widthPx;
  ctx.font = `600 11px ${theme.fontUi}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  marks.forEach(({ fromNs, toNs, colour }, place) => {
    const fromPx = toPx(scale, fromNs);
    const toXPx = toPx(scale, toNs);
    if (toXPx < scale.leftPx || fromPx > rightPx) return;
    const paint = markColour(theme, colour);
    const leftPx = Math.max(scale.leftPx, fromPx);
    if (toNs > fromNs) {
      ctx.globalAlpha = 0.12;
      fillBox(
        ctx,
        paint,
        leftPx,
        topPx,
        Math.max(1, Math.min(rightPx, toXPx) - leftPx),
        bottomPx - topPx,
      );
      ctx.globalAlpha = 1;
      if (toXPx <= rightPx) verticalLine(ctx, paint, toXPx, topPx, bottomPx);
    }
    if (fromPx >= scale.leftPx) verticalLine(ctx, paint, fromPx, topPx, bottomPx);
    fillBox(ctx, paint, leftPx, topPx, FLAG_PX, FLAG_HEIGHT_PX);
    ctx.fillStyle = theme.panel;
    ctx.fillText(String(place + 1), leftPx + FLAG_PX / 2, topPx + FLAG_HEIGHT_PX / 2 + 0.5);
  });
  ctx.textAlign = 'left';
}

/** The mark whose pennant is at `xPx`; the last drawn lies on top. */
export function flagAt(
  marks: readonly UserMark[],
  scale: TimeScale,
  xPx: number,
): UserMark | undefined {
  return marks.findLast(({ fromNs, toNs }) => {
    const leftPx = Math.max(scale.leftPx, toPx(scale, fromNs));
    return toPx(scale, toNs) >= scale.leftPx && xPx >= leftPx - 1 && xPx <= leftPx + FLAG_PX;
  });
}
