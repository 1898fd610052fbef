/** The strip of findings under the axis: violations, xruns, losses and resets, merged where they share a pixel. */
import type { TimelineMark } from '../../../src-core/contract-data.ts';
import { fillBox, verticalLine } from '../../canvas/paint.ts';
import { type TimeScale, toPx } from '../../canvas/time-scale.ts';
import type { CanvasSize } from '../../canvas/use-canvas.ts';
import type { Theme } from '../../palette.ts';
import { AXIS_PX, LABEL_PX, MARKS_PX } from './timeline-lane.ts';
import type { TimelineModel } from './timeline-model.ts';

const MERGE_PX = 5;
const RANK = { error: 3, warning: 2, note: 1 } as const;

export function drawMarks(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  model: TimelineModel,
  scale: TimeScale,
): void {
  fillBox(ctx, theme.border, LABEL_PX, AXIS_PX + MARKS_PX - 1, size.widthPx - LABEL_PX, 1);
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'center';
  for (const { mark, xPx } of mergeMarks(model.marks, scale)) {
    const colour = colourOf(theme, mark);
    if (mark.kind !== 'violation') {
      ctx.globalAlpha = 0.45;
      verticalLine(ctx, colour, xPx, AXIS_PX + MARKS_PX, size.heightPx);
      ctx.globalAlpha = 1;
    }
    ctx.fillStyle = colour;
    ctx.fillText(glyphOf(mark), xPx, AXIS_PX + MARKS_PX / 2 + 0.5);
  }
  ctx.textAlign = 'left';
}

/** The worst of the marks that would lie on each other. */
export function mergeMarks(
  marks: readonly TimelineMark[],
  scale: TimeScale,
): readonly { mark: TimelineMark; xPx: number }[] {
  const byPlace = new Map<number, { mark: TimelineMark; xPx: number }>();
  for (const mark of marks) {
    const xPx = toPx(scale, mark.atNs);
    if (xPx < LABEL_PX || xPx > scale.leftPx + scale.widthPx) continue;
    const place = Math.floor(xPx / MERGE_PX);
    const there = byPlace.get(place);
    if (there === undefined || RANK[mark.severity] > RANK[there.mark.severity]) {
      byPlace.set(place, { mark, xPx });
    }
  }
  return [...byPlace.values()];
}

export function glyphOf({ kind, severity }: TimelineMark): string {
  if (kind === 'xrun') return '◆';
  if (kind === 'dropped') return '▨';
  if (kind === 'reset') return '↺';
  return severity === 'error' ? '✕' : severity === 'warning' ? '▲' : '·';
}

function colourOf(theme: Theme, { kind, severity }: TimelineMark): string {
  if (kind === 'dropped') return theme.lost;
  if (kind === 'reset') return theme.textSecond;
  return severity === 'error' ? theme.error : severity === 'warning' ? theme.held : theme.done;
}
