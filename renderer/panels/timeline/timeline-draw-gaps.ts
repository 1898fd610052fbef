/** What the capture lacks, hatched in its place: through all lanes, or where it is only a stream's sound in the lane of the
 *  stream, with how much under the axis. Pure. */
import type { GapBand } from '../../../src-core/contract-gaps.ts';
import { fillBox, hatch, textWithin } from '../../canvas/paint.ts';
import type { TimeScale } from '../../canvas/time-scale.ts';
import { gapLabel, placeOfGap } from '../../gaps/gap-words.ts';
import type { Theme } from '../../palette.ts';
import { AXIS_PX, LABEL_PX, MARKS_PX } from './timeline-lane.ts';

/** The part that is in view; `undefined` when none is. */
function inView(gap: GapBand, scale: TimeScale): { xPx: number; widthPx: number } | undefined {
  const { fromPx, widthPx } = placeOfGap(gap, scale);
  const xPx = Math.max(LABEL_PX, fromPx);
  const endPx = Math.min(scale.leftPx + scale.widthPx, fromPx + widthPx);
  return endPx <= xPx ? undefined : { xPx, widthPx: endPx - xPx };
}

/** Behind the bars of a lane, or of all lanes (`streamId` -1). */
export function drawGaps(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  gaps: readonly GapBand[],
  streamId: number,
  box: { readonly topPx: number; readonly heightPx: number },
  scale: TimeScale,
): void {
  for (const gap of gaps) {
    if (gap.streamId !== streamId) continue;
    const place = inView(gap, scale);
    if (place === undefined) continue;
    const { xPx, widthPx } = place;
    ctx.globalAlpha = 0.1;
    fillBox(ctx, theme.lost, xPx, box.topPx, widthPx, box.heightPx);
    ctx.globalAlpha = 0.5;
    hatch(ctx, theme.lost, xPx, box.topPx, widthPx, box.heightPx, 8);
    ctx.globalAlpha = 1;
  }
}

/** In the strip of findings: each gap with its count, as far as there is room before the next one. */
export function drawGapLabels(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  gaps: readonly GapBand[],
  scale: TimeScale,
): void {
  const topPx = AXIS_PX + 1;
  const heightPx = MARKS_PX - 2;
  const places = gaps
    .map((gap) => ({ gap, place: inView(gap, scale) }))
    .flatMap(({ gap, place }) => (place === undefined ? [] : [{ gap, ...place }]))
    .sort((a, b) => a.xPx - b.xPx);
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  for (const [place, { gap, xPx, widthPx }] of places.entries()) {
    hatch(ctx, theme.lost, xPx, topPx, widthPx, heightPx, 4);
    const endPx = places[place + 1]?.xPx ?? scale.leftPx + scale.widthPx;
    const roomPx = endPx - xPx - 18;
    const label = gapLabel(gap);
    const textPx = Math.min(roomPx, ctx.measureText(label).width + 6);
    if (textPx < 30) continue;
    fillBox(ctx, theme.panel, xPx + 10, topPx, textPx + 2, heightPx);
    ctx.fillStyle = theme.lost;
    textWithin(ctx, label, xPx + 13, topPx + heightPx / 2 + 0.5, textPx);
  }
}
