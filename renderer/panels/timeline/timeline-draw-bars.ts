/** Messages on a lane: one bar each with a shape for every stage, or a histogram where there are too many. */

import type { Timeline } from '../../../src-core/contract-data.ts';
import { EVENTQ } from '../../../src-core/spec/sound.ts';
import type { Stage } from '../../../src-core/spec/stages.ts';
import { fillBox, hatch, verticalLine } from '../../canvas/paint.ts';
import { type TimeScale, toPx } from '../../canvas/time-scale.ts';
import { SEVERITY_MARKS, type Theme } from '../../palette.ts';
import { isOk, kindOf, STAGE_STATES } from '../../store/message-row.ts';
import { formatCount } from '../../ui/format.ts';
import { BAR_PX, type Bar, barTopPx, type LaneView, partOf } from './timeline-lane.ts';

/** Narrower bars are one block: their stages cannot be told apart. */
const MIN_STAGED_PX = 3;
const MIN_TEXT_PX = 46;

export function drawBars(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  lane: LaneView,
  scale: TimeScale,
  {
    selected,
    hovered,
  }: { readonly selected?: number | undefined; readonly hovered?: number | undefined },
): void {
  const rightPx = scale.leftPx + scale.widthPx;
  for (const [place, bar] of lane.bars.entries()) {
    const fromPx = toPx(scale, bar.fromNs);
    const endPx = Math.max(fromPx + 1, toPx(scale, bar.toNs));
    if (endPx < scale.leftPx || fromPx > rightPx) continue;
    const topPx = barTopPx(lane, bar);
    if (lane.queue === EVENTQ) {
      const next = lane.bars[place + 1];
      const roomPx = (next === undefined ? rightPx : toPx(scale, next.fromNs)) - fromPx - 16;
      drawEvent(ctx, theme, bar, fromPx, topPx, roomPx);
    } else if (endPx - fromPx < MIN_STAGED_PX) drawNarrow(ctx, theme, bar, fromPx, endPx, topPx);
    else drawStaged(ctx, theme, bar, scale, topPx);
    if (endPx - fromPx >= MIN_STAGED_PX) drawName(ctx, theme, bar, lane, fromPx, endPx, topPx);
    drawTrouble(ctx, theme, bar, fromPx, endPx, topPx);
    if (bar.row.index === hovered) drawHovered(ctx, theme, fromPx, endPx, topPx);
    if (bar.row.index === selected) drawChosen(ctx, theme, fromPx, endPx, topPx);
  }
}

/** Counts as columns, the worst finding as their colour, the longest life as a line above. */
export function drawDensity(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  lane: LaneView,
  timeline: Timeline,
  scale: TimeScale,
): void {
  const { density } = lane.source;
  if (density === undefined) return;
  const heightPx = (partOf(lane, 'messages')?.heightPx ?? 0) - 1;
  const most = density.count.reduce((max, count) => Math.max(max, count), 1);
  const columnNs = (timeline.toNs - timeline.fromNs) / density.count.length;
  for (const [column, count] of density.count.entries()) {
    if (count === 0) continue;
    const fromNs = timeline.fromNs + column * columnNs;
    const xPx = toPx(scale, fromNs);
    const columnPx = Math.max(1, toPx(scale, fromNs + columnNs) - xPx);
    if (xPx < scale.leftPx - columnPx || xPx > scale.leftPx + scale.widthPx) continue;
    const tallPx = Math.max(2, (count / most) * heightPx);
    const mark = SEVERITY_MARKS[density.severity[column] ?? 0] ?? SEVERITY_MARKS[0];
    const colour = mark.name === 'none' ? theme.service : theme[mark.state];
    fillBox(ctx, colour, xPx, lane.barsTopPx + heightPx - tallPx, columnPx, tallPx);
    if (mark.name === 'error') fillBox(ctx, colour, xPx, lane.barsTopPx, Math.max(2, columnPx), 3);
  }
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'right';
  const label = `up to ${formatCount(most)} a pixel`;
  const rightPx = scale.leftPx + scale.widthPx - 6;
  const labelPx = ctx.measureText(label).width;
  // on a ground of its own, clear of the state band above and the columns below
  fillBox(ctx, theme.panel, rightPx - labelPx - 4, lane.barsTopPx + 2, labelPx + 8, 15);
  ctx.fillStyle = theme.textSecond;
  ctx.fillText(label, rightPx, lane.barsTopPx + 4);
  ctx.textAlign = 'left';
}

function drawStaged(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  bar: Bar,
  scale: TimeScale,
  topPx: number,
): void {
  for (const stage of bar.stages) {
    const fromPx = Math.max(scale.leftPx - 2, toPx(scale, stage.fromNs));
    const endPx = Math.min(scale.leftPx + scale.widthPx + 2, toPx(scale, stage.toNs));
    if (endPx < fromPx) continue;
    drawStage(ctx, theme, stage, fromPx, Math.max(1, endPx - fromPx), topPx);
  }
}

/** Hollow, dashed, solid, thin: the same shapes as in the table and the inspector. */
function drawStage(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  stage: Stage,
  xPx: number,
  widthPx: number,
  topPx: number,
): void {
  const colour = theme[STAGE_STATES[stage.id]];
  switch (stage.id) {
    case 'post':
    case 'pop':
      ctx.strokeStyle = colour;
      ctx.lineWidth = 1;
      if (widthPx < 2.5) fillBox(ctx, colour, xPx, topPx + 2, widthPx, BAR_PX - 4);
      else ctx.strokeRect(xPx + 0.5, topPx + 2.5, widthPx - 1, BAR_PX - 5);
      break;
    case 'wait':
      drawDashes(ctx, colour, xPx, widthPx, topPx + 4, BAR_PX - 8);
      break;
    case 'sink':
    case 'handle':
      fillBox(ctx, colour, xPx, topPx, Math.max(2, widthPx), BAR_PX);
      break;
    case 'complete':
      fillBox(ctx, colour, xPx, topPx + BAR_PX / 2 - 1, widthPx, 2);
      break;
    case 'forgotten':
      hatch(ctx, colour, xPx, topPx + 2, widthPx, BAR_PX - 4, 5);
      fillBox(ctx, colour, xPx + widthPx - 2, topPx, 2, BAR_PX);
      break;
    case 'notify':
      fillBox(ctx, colour, xPx, topPx + BAR_PX / 2 - 1, widthPx, 2);
      fillBox(ctx, colour, xPx + widthPx - 1, topPx + 2, 1, BAR_PX - 4);
      break;
  }
}

/** Dashes sit on fixed screen positions no nearer than 6 px: a long wait costs no more than a short one to draw. */
function drawDashes(
  ctx: CanvasRenderingContext2D,
  colour: string,
  xPx: number,
  widthPx: number,
  yPx: number,
  heightPx: number,
): void {
  ctx.fillStyle = colour;
  if (widthPx < 8) {
    ctx.fillRect(xPx, yPx, widthPx, heightPx);
    return;
  }
  const endPx = xPx + widthPx;
  for (let at = xPx; at < endPx; at += 6) ctx.fillRect(at, yPx, Math.min(4, endPx - at), heightPx);
}

function drawNarrow(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  bar: Bar,
  fromPx: number,
  endPx: number,
  topPx: number,
): void {
  const isOpen = bar.stages.at(-1)?.isOpen === true;
  const colour = isOpen ? theme.posted : theme.service;
  fillBox(ctx, colour, fromPx, topPx + 1, Math.max(1, endPx - fromPx), BAR_PX - 2);
}

/** An event is a moment: a diamond where the device used the buffer. */
function drawEvent(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  bar: Bar,
  xPx: number,
  topPx: number,
  roomPx: number,
): void {
  const middlePx = topPx + BAR_PX / 2;
  ctx.fillStyle = theme.posted;
  ctx.beginPath();
  ctx.moveTo(xPx, middlePx - 5);
  ctx.lineTo(xPx + 5, middlePx);
  ctx.lineTo(xPx, middlePx + 5);
  ctx.lineTo(xPx - 5, middlePx);
  ctx.fill();
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.fillStyle = theme.text;
  const name = kindOf(bar.row);
  if (ctx.measureText(name).width <= roomPx) ctx.fillText(name, xPx + 8, middlePx + 0.5);
}

/** The name of a control request, where its bar has room or stands alone. */
function drawName(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  bar: Bar,
  lane: LaneView,
  fromPx: number,
  endPx: number,
  topPx: number,
): void {
  if (lane.queue !== 0 || endPx - fromPx < MIN_TEXT_PX) return;
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  const text = kindOf(bar.row);
  const widthPx = ctx.measureText(text).width;
  if (widthPx + 10 > endPx - fromPx) return;
  const xPx = Math.max(fromPx, 0) + 4;
  fillBox(ctx, theme.panel, xPx - 2, topPx, widthPx + 4, BAR_PX);
  ctx.fillStyle = theme.text;
  ctx.fillText(text, xPx, topPx + BAR_PX / 2 + 0.5);
}

/** A finding or a refusal: a red or amber underline with a notch, so that it shows on bars of any width. */
function drawTrouble(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  bar: Bar,
  fromPx: number,
  endPx: number,
  topPx: number,
): void {
  const { severity } = bar.row;
  if (severity < 2 && isOk(bar.row)) return;
  const colour = severity === 2 && isOk(bar.row) ? theme.held : theme.error;
  fillBox(ctx, colour, fromPx, topPx + BAR_PX - 1, Math.max(3, endPx - fromPx), 2);
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.moveTo(fromPx, topPx - 1);
  ctx.lineTo(fromPx + 6, topPx - 1);
  ctx.lineTo(fromPx, topPx + 5);
  ctx.fill();
}

/** Pointed at, here or in another panel. */
function drawHovered(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  fromPx: number,
  endPx: number,
  topPx: number,
): void {
  const widthPx = Math.max(4, endPx - fromPx) + 4;
  ctx.globalAlpha = 0.25;
  fillBox(ctx, theme.cursor, fromPx - 2, topPx - 1, widthPx, BAR_PX + 2);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = theme.cursor;
  ctx.lineWidth = 1;
  ctx.strokeRect(fromPx - 1.5, topPx - 0.5, widthPx - 1, BAR_PX + 1);
}

function drawChosen(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  fromPx: number,
  endPx: number,
  topPx: number,
): void {
  ctx.strokeStyle = theme.cursor;
  ctx.lineWidth = 1.5;
  ctx.strokeRect(fromPx - 2.5, topPx - 1.5, Math.max(4, endPx - fromPx) + 5, BAR_PX + 3);
  verticalLine(ctx, theme.selectionBorder, fromPx, topPx + BAR_PX + 2, topPx + BAR_PX + 6);
}
