/** The ribbon over the waves: which message carried which frames, and where PCM was missing. Pure. */
import type { Borders, Peaks, TrackInfo } from '../../../src-core/contract-data.ts';
import { nsOf } from '../../../src-core/units.ts';
import { fillBox } from '../../canvas/paint.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import type { Theme } from '../../palette.ts';
import { formatCount } from '../../ui/format.ts';
import { RIBBON_PX, RULER_PX, ribbonParts } from './waveform-model.ts';
import { type FrameScale, frameToPx } from './waveform-scale.ts';

export interface RibbonModel {
  readonly track: TrackInfo;
  readonly scale: FrameScale;
  readonly borders: Borders | undefined;
  readonly peaks: Peaks | null | undefined;
  readonly selectedMessage: number;
  /** Under the pointer, here or in another panel; -1 and absent: none. */
  readonly hoveredMessage?: number | undefined;
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

const LABEL_FROM_PX = 44;
/** Narrower messages have no line through the lanes: it would hide the wave. */
const LINE_FROM_PX = 14;

/** Messages in two alternating shades, each with its number where there is room, and its border down through the lanes. */
export function drawRibbon(
  ctx: CanvasRenderingContext2D,
  model: RibbonModel,
  size: Size,
  theme: Theme,
): void {
  const { scale, borders, selectedMessage, hoveredMessage } = model;
  fillBox(ctx, theme.sunken, scale.leftPx, RULER_PX, scale.widthPx, RIBBON_PX);
  fillBox(ctx, theme.border, scale.leftPx, RULER_PX + RIBBON_PX, scale.widthPx, 1);
  ctx.font = `11px ${theme.fontMono}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  if (borders === undefined) {
    ctx.fillStyle = theme.textSecond;
    const text = 'Zoom in (W) to see which message carried what';
    ctx.fillText(text, scale.leftPx + 6, RULER_PX + RIBBON_PX / 2 + 0.5);
    return;
  }
  for (const { fromFrame, toFrame, index } of ribbonParts(borders)) {
    const from = Math.max(scale.leftPx, frameToPx(scale, fromFrame));
    const to = Math.min(scale.leftPx + scale.widthPx, frameToPx(scale, toFrame));
    if (to <= from) continue;
    const isSelected = index === selectedMessage;
    const shade = index % 2 === 0 ? theme.raised : theme.panel;
    fillBox(ctx, isSelected ? theme.selection : shade, from, RULER_PX, to - from, RIBBON_PX);
    const edge = isSelected ? theme.selectionBorder : theme.borderStrong;
    if (frameToPx(scale, fromFrame) >= scale.leftPx) {
      fillBox(ctx, edge, Math.round(from), RULER_PX, 1, RIBBON_PX);
      if (to - from >= LINE_FROM_PX || isSelected) {
        ctx.globalAlpha = 0.5;
        fillBox(ctx, edge, Math.round(from), RULER_PX + RIBBON_PX, 1, size.heightPx);
        ctx.globalAlpha = 1;
      }
    }
    if (isSelected) fillBox(ctx, edge, from, RULER_PX + RIBBON_PX - 2, to - from, 2);
    if (index === hoveredMessage) fillBox(ctx, theme.cursor, from, RULER_PX, to - from, 2);
    if (to - from < LABEL_FROM_PX || index < 0) continue;
    ctx.fillStyle = isSelected ? theme.text : theme.textSecond;
    ctx.fillText(`#${formatCount(index)}`, from + 5, RULER_PX + RIBBON_PX / 2 + 0.5);
  }
}

/** A red line with its glyph where the stream ran dry, and for how long where there is room. */
export function drawXruns(
  ctx: CanvasRenderingContext2D,
  { scale, peaks, track }: RibbonModel,
  size: Size,
  theme: Theme,
): void {
  const xruns = peaks?.xruns;
  if (xruns === undefined) return;
  const rightPx = scale.leftPx + scale.widthPx;
  ctx.font = `11px ${theme.fontMono}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  let freePx = Number.NEGATIVE_INFINITY;
  xruns.atFrame.forEach((frame, nth) => {
    const x = Math.round(frameToPx(scale, frame));
    if (x < scale.leftPx || x > rightPx || x < freePx - 0.5) return;
    fillBox(ctx, theme.error, x, RULER_PX, 1, size.heightPx);
    const missing = xruns.missingFrames[nth] ?? 0;
    const next = xruns.atFrame[nth + 1];
    const roomPx = (next === undefined ? rightPx : frameToPx(scale, next)) - x;
    const text = `✕ ${xrunText(track, missing)}`;
    const widthPx = ctx.measureText(text).width + 8;
    const isWide = roomPx > widthPx + 6;
    const shown = isWide ? text : '✕';
    const boxPx = isWide ? widthPx : 12;
    fillBox(ctx, theme.background, x + 1, RULER_PX + RIBBON_PX + 2, boxPx, 15);
    ctx.fillStyle = theme.error;
    ctx.fillText(shown, x + 3, RULER_PX + RIBBON_PX + 10);
    freePx = x + 2;
  });
}

/** Where silence filled a gap, when the wave is as the sink had it. Tinted with firm edges where the sink counted it, with broken
 *  ones and `~` where the device's clock tells. */
export function drawSilences(
  ctx: CanvasRenderingContext2D,
  { scale, peaks, track }: RibbonModel,
  size: Size,
  theme: Theme,
): void {
  const silences = peaks?.silences;
  if (silences === undefined) return;
  const topPx = RULER_PX + RIBBON_PX + 1;
  const rightPx = scale.leftPx + scale.widthPx;
  ctx.font = `11px ${theme.fontMono}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  let freePx = Number.NEGATIVE_INFINITY;
  silences.fromFrame.forEach((fromFrame, nth) => {
    const frames = silences.frames[nth] ?? 0;
    const from = Math.max(scale.leftPx, frameToPx(scale, fromFrame));
    const to = Math.min(rightPx, frameToPx(scale, fromFrame + frames));
    if (to < scale.leftPx || from > rightPx) return;
    const isCounted = silences.counted[nth] === 1;
    const widthPx = Math.max(2, to - from);
    ctx.globalAlpha = 0.18;
    fillBox(ctx, theme.error, from, RULER_PX, widthPx, size.heightPx);
    ctx.globalAlpha = 1;
    for (const x of [Math.round(from), Math.round(from + widthPx) - 1]) {
      const step = isCounted ? size.heightPx : 8;
      for (let y = RULER_PX; y < size.heightPx; y += step) {
        fillBox(ctx, theme.error, x, y, 1, isCounted ? step : step / 2);
      }
    }
    const time = track.rateHz > 0 ? ` · ${formatDuration(nsOf(frames, track.rateHz))}` : '';
    const short = `✕ silence${isCounted ? '' : ' ~'}`;
    const text = `${short}${time} · ${formatCount(frames)} frames`;
    const shown = [text, `${short}${time}`, '✕'].find((one) => {
      const wanted = ctx.measureText(one).width + 8;
      return one === '✕' || wanted < Math.max(widthPx, 60);
    });
    if (shown === undefined || from < freePx) return;
    const boxPx = ctx.measureText(shown).width + 8;
    fillBox(ctx, theme.background, from + 1, topPx + 1, boxPx, 15);
    ctx.fillStyle = theme.error;
    ctx.fillText(shown, from + 4, topPx + 9);
    freePx = from + boxPx + 2;
  });
}

function xrunText({ direction, rateHz }: TrackInfo, missingFrames: number): string {
  const word = direction === 'output' ? 'underrun' : 'overrun';
  if (missingFrames <= 0) return word;
  const time = rateHz > 0 ? ` · ${formatDuration(nsOf(missingFrames, rateHz))}` : '';
  return `${word} ${formatCount(missingFrames)} frames${time}`;
}
