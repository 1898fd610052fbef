/** Idle times that are folded: a zigzag from top to bottom, and on the axis how long each is. Pure. */
import { fillBox } from '../../canvas/paint.ts';
import { formatDuration, type ScalePiece, type TimeScale } from '../../canvas/time-scale.ts';
import type { CanvasSize } from '../../canvas/use-canvas.ts';
import type { Theme } from '../../palette.ts';
import { AXIS_PX } from './timeline-lane.ts';

const TOOTH_PX = 6;
/** A fold of which less is in view has no zigzag. */
const LEAST_PX = 2.5 * TOOTH_PX;

export function drawFolds(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  scale: TimeScale,
): void {
  for (const { fromPx, toPx } of foldsOf(scale)) {
    ctx.globalAlpha = 0.6;
    fillBox(ctx, theme.background, fromPx, AXIS_PX, toPx - fromPx, size.heightPx);
    ctx.globalAlpha = 1;
    if (toPx - fromPx < LEAST_PX) continue;
    const middlePx = (fromPx + toPx) / 2;
    ctx.strokeStyle = theme.borderStrong;
    ctx.lineWidth = 1;
    for (const besidePx of [-3, 3]) {
      ctx.beginPath();
      for (let tooth = 0; AXIS_PX + tooth * TOOTH_PX <= size.heightPx + TOOTH_PX; tooth++) {
        const xPx = middlePx + besidePx + (tooth % 2 === 0 ? -TOOTH_PX / 2 : TOOTH_PX / 2);
        if (tooth === 0) ctx.moveTo(xPx, AXIS_PX);
        else ctx.lineTo(xPx, AXIS_PX + tooth * TOOTH_PX);
      }
      ctx.stroke();
    }
  }
}

/** `4.2 s idle` over each. */
export function drawFoldLabels(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  scale: TimeScale,
): void {
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textBaseline = 'middle';
  for (const { fromPx, toPx, fold } of foldsOf(scale)) {
    if (fold === undefined || toPx - fromPx < LEAST_PX) continue;
    const label = `${formatDuration(fold.toNs - fold.fromNs)} idle`;
    const widthPx = Math.max(toPx - fromPx, ctx.measureText(label).width + 8);
    const rightPx = scale.leftPx + scale.widthPx;
    const wantedPx = (fromPx + toPx - widthPx) / 2;
    const leftPx = Math.max(scale.leftPx, Math.min(rightPx - widthPx, wantedPx));
    fillBox(ctx, theme.background, leftPx, 0, widthPx, AXIS_PX - 1);
    ctx.fillStyle = theme.textSecond;
    ctx.textAlign = 'center';
    ctx.fillText(label, leftPx + widthPx / 2, AXIS_PX / 2);
  }
  ctx.textAlign = 'left';
}

function foldsOf({ pieces = [] }: TimeScale): readonly ScalePiece[] {
  return pieces.filter(({ fold }) => fold !== undefined);
}
