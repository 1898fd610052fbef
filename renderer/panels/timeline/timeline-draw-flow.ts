/** Arrows of the selected message's flow. Pure. */
import { type TimeScale, toPx } from '../../canvas/time-scale.ts';
import type { Theme } from '../../palette.ts';
import type { FlowArrow, FlowEnd } from './timeline-flow.ts';
import { LABEL_PX } from './timeline-lane.ts';
import { shownY, type TimelineModel } from './timeline-model.ts';

const HEAD_PX = 5;
/** Nearer ends than this are no arrow that one could see. */
const LEAST_PX = 3;

export function drawFlow(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  model: TimelineModel,
  arrows: readonly FlowArrow[],
  scale: TimeScale,
  scrollPx: number,
): void {
  if (arrows.length === 0) return;
  const place = ({ atNs, yPx, lane }: FlowEnd) => ({
    xPx: toPx(scale, atNs),
    yPx: lane === undefined ? yPx : shownY(model, yPx, scrollPx),
  });
  ctx.save();
  ctx.beginPath();
  ctx.rect(LABEL_PX, 0, scale.widthPx, 1e5);
  ctx.clip();
  ctx.strokeStyle = theme.cursor;
  ctx.fillStyle = theme.cursor;
  ctx.lineWidth = 1.25;
  for (const arrow of arrows) {
    const from = place(arrow.from);
    const to = place(arrow.to);
    const [wide, high] = [to.xPx - from.xPx, to.yPx - from.yPx];
    if (Math.hypot(wide, high) < LEAST_PX) continue;
    ctx.globalAlpha = 0.85;
    ctx.setLineDash(arrow.isDerived ? [3, 3] : []);
    // leaves and arrives sideways when there is room, so that it can be told from the bars’ edges
    const bend = Math.max(Math.min(24, Math.abs(wide) / 2), Math.abs(high) > 20 ? 10 : 0);
    ctx.beginPath();
    ctx.moveTo(from.xPx, from.yPx);
    ctx.bezierCurveTo(from.xPx + bend, from.yPx, to.xPx - bend, to.yPx, to.xPx, to.yPx);
    ctx.stroke();
    drawHead(ctx, to.xPx, to.yPx, bend > 0 ? 0 : Math.atan2(high, wide));
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  ctx.restore();
}

function drawHead(ctx: CanvasRenderingContext2D, xPx: number, yPx: number, towards: number): void {
  const corner = (turn: number) =>
    [xPx - HEAD_PX * Math.cos(towards + turn), yPx - HEAD_PX * Math.sin(towards + turn)] as const;
  ctx.beginPath();
  ctx.moveTo(xPx, yPx);
  ctx.lineTo(...corner(0.5));
  ctx.lineTo(...corner(-0.5));
  ctx.fill();
}
