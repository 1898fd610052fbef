/** How many chains QEMU held each time that it was asked: dots, since what was between two of them is not known. Pure. */
import { fillBox, textWithin } from '../../canvas/paint.ts';
import { type TimeScale, toPx } from '../../canvas/time-scale.ts';
import type { Theme } from '../../palette.ts';
import { LABEL_PX, type LaneView, partOf, SAMPLES_PX } from './timeline-lane.ts';

const DOT_PX = 3;
/** Dots that are nearer to each other get no numbers. */
const NUMBERED_PX = 28;

export function drawSamples(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  lane: LaneView,
  scale: TimeScale,
): void {
  const { samples } = lane.source;
  const topPx = partOf(lane, 'samples')?.topPx;
  if (samples === undefined || topPx === undefined) return;
  const { atNs, inUse } = samples;
  const most = inUse.reduce((highest, count) => Math.max(highest, count), 1);
  const roomPx = SAMPLES_PX - DOT_PX - 2;
  ctx.font = `10px ${theme.fontMono}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.fillStyle = theme.textSecond;
  let lastPx = Number.NEGATIVE_INFINITY;
  atNs.forEach((at, place) => {
    const xPx = Math.round(toPx(scale, at));
    if (xPx < LABEL_PX - DOT_PX) return;
    const count = inUse[place] ?? 0;
    const yPx = topPx + roomPx * (1 - count / most) + DOT_PX / 2 + 1;
    ctx.beginPath();
    ctx.arc(xPx, yPx, DOT_PX / 2 + 0.4, 0, 2 * Math.PI);
    ctx.fill();
    if (xPx - lastPx >= NUMBERED_PX) ctx.fillText(String(count), xPx + 4, topPx + SAMPLES_PX / 2);
    lastPx = xPx;
  });
}

/** Beside the lane's name, over the name's own ground. */
export function drawSamplesLabel(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  lane: LaneView,
): void {
  const topPx = partOf(lane, 'samples')?.topPx;
  if (topPx === undefined) return;
  fillBox(ctx, theme.background, 8, topPx, LABEL_PX - 12, SAMPLES_PX);
  ctx.fillStyle = theme.textSecond;
  ctx.font = `10.5px ${theme.fontUi}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  textWithin(ctx, '● held by QEMU', 12, topPx + SAMPLES_PX / 2, LABEL_PX - 20);
}
