/** Small marks that several canvases draw: crisp lines, cut text, hatching, the time axis. Pure: they only touch `ctx`. */
import type { Theme } from '../palette.ts';
import { type Tick, type TimeScale, ticks, toPx } from './time-scale.ts';

export function fillBox(
  ctx: CanvasRenderingContext2D,
  colour: string,
  xPx: number,
  yPx: number,
  widthPx: number,
  heightPx: number,
): void {
  ctx.fillStyle = colour;
  ctx.fillRect(xPx, yPx, widthPx, heightPx);
}

export function verticalLine(
  ctx: CanvasRenderingContext2D,
  colour: string,
  xPx: number,
  fromPx: number,
  toYPx: number,
): void {
  fillBox(ctx, colour, Math.round(xPx), fromPx, 1, toYPx - fromPx);
}

/** Text that ends in an ellipsis where it does not fit; nothing when not even two letters do. */
export function textWithin(
  ctx: CanvasRenderingContext2D,
  text: string,
  xPx: number,
  yPx: number,
  widthPx: number,
): void {
  if (ctx.measureText(text).width <= widthPx) {
    ctx.fillText(text, xPx, yPx);
    return;
  }
  const perLetter = ctx.measureText('n').width;
  const letters = Math.floor(widthPx / perLetter) - 1;
  if (letters >= 2) ctx.fillText(`${text.slice(0, letters)}…`, xPx, yPx);
}

/** Diagonal lines inside a box: for what is lost or unknown. */
export function hatch(
  ctx: CanvasRenderingContext2D,
  colour: string,
  xPx: number,
  yPx: number,
  widthPx: number,
  heightPx: number,
  stepPx = 6,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(xPx, yPx, widthPx, heightPx);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.beginPath();
  const first = Math.floor((xPx - heightPx) / stepPx) * stepPx;
  for (let at = first; at < xPx + widthPx; at += stepPx) {
    ctx.moveTo(at, yPx + heightPx);
    ctx.lineTo(at + heightPx, yPx);
  }
  ctx.stroke();
  ctx.restore();
}

/** Ticks with their times along the top, and a faint line down to `toYPx` for each. */
export function drawTimeAxis(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  scale: TimeScale,
  heightPx: number,
  toYPx: number,
  marks: readonly Tick[] = ticks(scale, 120),
): void {
  const rightPx = scale.leftPx + scale.widthPx;
  ctx.font = `11px ${theme.fontMono}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  for (const tick of marks) {
    const xPx = toPx(scale, tick.atNs);
    if (xPx < scale.leftPx - 0.5) continue;
    verticalLine(ctx, tick.isMajor ? theme.border : theme.grid, xPx, heightPx, toYPx);
    verticalLine(ctx, theme.borderStrong, xPx, heightPx - 5, heightPx);
    ctx.fillStyle = theme.textSecond;
    const labelPx = ctx.measureText(tick.label).width;
    if (xPx + 4 + labelPx <= rightPx) ctx.fillText(tick.label, xPx + 4, heightPx / 2);
  }
  fillBox(ctx, theme.border, scale.leftPx, heightPx - 1, scale.widthPx, 1);
}
