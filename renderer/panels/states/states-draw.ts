/** Draws when a stream was in which state: a lane a state. Pure. */
import type { CanvasSize } from '../../canvas/use-canvas.ts';
import type { Theme } from '../../palette.ts';
import { STREAM_STATE_MARKS } from '../streams/streams-model.ts';
import type { LaneBar } from './states-model.ts';

export const LANE_PX = 14;

export function drawLanes(
  ctx: CanvasRenderingContext2D,
  bars: readonly LaneBar[],
  cursorPx: number | undefined,
  { widthPx, heightPx }: CanvasSize,
  theme: Theme,
): void {
  ctx.fillStyle = theme.sunken;
  ctx.fillRect(0, 0, widthPx, heightPx);
  ctx.fillStyle = theme.grid;
  for (let yPx = LANE_PX; yPx < heightPx; yPx += LANE_PX) ctx.fillRect(0, yPx, widthPx, 1);
  bars.forEach(({ state, lane, fromPx, toPx, isAssumed }, place) => {
    ctx.fillStyle = theme[STREAM_STATE_MARKS[state].colour];
    if (isAssumed) dashes(ctx, lane * LANE_PX + 3, fromPx, toPx);
    else ctx.fillRect(fromPx, lane * LANE_PX + 3, toPx - fromPx, LANE_PX - 5);
    const next = bars[place + 1];
    if (next === undefined) return;
    const top = Math.min(lane, next.lane);
    const spanPx = Math.abs(lane - next.lane) * LANE_PX;
    ctx.fillStyle = theme.textFaint;
    ctx.fillRect(next.fromPx, top * LANE_PX + LANE_PX / 2, 1, spanPx);
  });
  if (cursorPx === undefined) return;
  ctx.fillStyle = theme.cursor;
  ctx.fillRect(Math.round(cursorPx), 0, 1, heightPx);
}

const DASH_PX = 6;

/** Not seen, only assumed: told by its shape. */
function dashes(ctx: CanvasRenderingContext2D, topPx: number, fromPx: number, toPx: number): void {
  for (let xPx = fromPx; xPx < toPx; xPx += 2 * DASH_PX) {
    ctx.fillRect(xPx, topPx, Math.min(DASH_PX, toPx - xPx), LANE_PX - 5);
  }
}
