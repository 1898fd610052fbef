/** Draws the waveform: lanes with peaks and RMS, or single samples; the ribbon of messages; marks. Pure. */

import type { Borders, Peaks, TrackInfo } from '../../../src-core/contract-data.ts';
import type { WaveMark } from '../../../src-core/contract-proof.ts';
import { type Frames, NS_PER_S } from '../../../src-core/units.ts';
import { drawTimeAxis, fillBox, verticalLine } from '../../canvas/paint.ts';
import type { TimeScale } from '../../canvas/time-scale.ts';
import { drawFlags } from '../../marks/draw-flags.ts';
import type { Theme } from '../../palette.ts';
import { formatCount } from '../../ui/format.ts';
import { drawContent } from './waveform-draw-content.ts';
import { drawRibbon, drawSilences, drawXruns } from './waveform-draw-ribbon.ts';
import type { Flag } from './waveform-flags.ts';
import type { DecodedSamples } from './waveform-model.ts';
import { gainText, type Lane, RIBBON_PX, RULER_PX } from './waveform-model.ts';
import { rasterLanes, rasterSize } from './waveform-raster.ts';
import { rasterSamples } from './waveform-raster-samples.ts';
import {
  type FrameRange,
  type FrameScale,
  framesPerPx,
  frameToPx,
  showsSamples,
} from './waveform-scale.ts';
import { DB_RANGE } from './waveform-versions.ts';

export interface WaveModel {
  readonly track: TrackInfo;
  readonly scale: FrameScale;
  readonly lanes: readonly Lane[];
  readonly scrollPx: number;
  readonly gain: number;
  /** Amplitudes are decibels already: `DB_RANGE` from the middle to the edge. */
  readonly isDb: boolean;
  readonly marks: readonly WaveMark[];
  readonly flags: readonly Flag[];
  readonly peaks: Peaks | null | undefined;
  readonly samples: DecodedSamples | undefined;
  readonly borders: Borders | undefined;
  /** Row of the selected message; -1 for none. */
  readonly selectedMessage: number;
  readonly hoveredMessage?: number | undefined;
  /** What the selected message carried. */
  readonly stretch: FrameRange | undefined;
  readonly area: FrameRange | undefined;
  readonly cursorFrame: Frames | undefined;
  readonly hoverFrame: Frames | undefined;
  readonly playFrame: Frames | undefined;
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Device pixels a CSS pixel; 1 when absent. */
  readonly ratio?: number;
}

export function drawWave(
  ctx: CanvasRenderingContext2D,
  model: WaveModel,
  size: Size,
  theme: Theme,
): void {
  fillBox(ctx, theme.background, 0, 0, size.widthPx, size.heightPx);
  drawLanes(ctx, model, size, theme);
  drawStretch(ctx, model, size, theme);
  drawArea(ctx, model, size, theme);
  drawRuler(ctx, model, size, theme);
  drawRibbon(ctx, model, size, theme);
  drawContent(ctx, model, size, theme);
  drawXruns(ctx, model, size, theme);
  drawSilences(ctx, model, size, theme);
  drawGutter(ctx, model, size, theme);
  const flags = model.flags.map(({ placed }) => placed);
  drawFlags(ctx, theme, flags, runScale(model), 0, size.heightPx);
  drawCursors(ctx, model, size, theme);
}

/** The scale in times from the begin of the run, as if every frame took as long. */
export function runScale({ scale, track }: Pick<WaveModel, 'scale' | 'track'>): TimeScale {
  const nsPerFrame = NS_PER_S / Math.max(1, track.rateHz);
  const { leftPx, widthPx, fromFrame, toFrame } = scale;
  return { leftPx, widthPx, fromNs: fromFrame * nsPerFrame, toNs: toFrame * nsPerFrame };
}

/** All lanes as one image: its pixels are the canvas's own, so it is put past the context's scaling. */
function drawLanes(
  ctx: CanvasRenderingContext2D,
  model: WaveModel,
  size: Size,
  theme: Theme,
): void {
  const { leftPx, widthPx } = model.scale;
  const topPx = RULER_PX + RIBBON_PX + 1;
  const { ratio = 1 } = size;
  const box = { leftPx, topPx, widthPx, heightPx: size.heightPx - topPx, ratio };
  const { width, height } = rasterSize(box);
  if (width < 1 || height < 1) return;
  const samples = showsSamples(model.scale) ? model.samples : undefined;
  const of = [theme, samples ?? model.peaks, ...shownOf(model, box)];
  const kept = images.get(ctx);
  const fits = kept?.image.width === width && kept.image.height === height;
  const image = fits ? kept.image : ctx.createImageData(width, height);
  // what moves most, pointer, cursor and playhead, changes nothing in it
  const isSame = fits && kept.of.every((value, place) => Object.is(value, of[place]));
  if (!isSame) {
    const target = new Uint32Array(image.data.buffer);
    if (samples === undefined) rasterLanes(target, box, model, theme);
    else rasterSamples(target, box, model, samples, theme);
    images.set(ctx, { image, of });
  }
  ctx.putImageData(image, Math.round(leftPx * ratio), Math.round(topPx * ratio));
}

/** Everything besides the wave itself that its pixels depend on. */
function shownOf(
  { scale, lanes, scrollPx, gain, track }: WaveModel,
  box: { readonly heightPx: number; readonly ratio: number },
): readonly unknown[] {
  const { fromFrame, toFrame, leftPx, widthPx } = scale;
  const places = [fromFrame, toFrame, leftPx, widthPx, box.heightPx, box.ratio];
  return [...places, lanes, scrollPx, gain, track.frames];
}

interface Kept {
  readonly image: ImageData;
  /** What it was made of. */
  readonly of: readonly unknown[];
}

/** One image a canvas, made again when its size changes. */
const images = new WeakMap<CanvasRenderingContext2D, Kept>();

/** Times from the begin of the track; frame numbers once single samples show. */
function drawRuler(
  ctx: CanvasRenderingContext2D,
  model: WaveModel,
  size: Size,
  theme: Theme,
): void {
  const { scale, track } = model;
  fillBox(ctx, theme.background, 0, 0, size.widthPx, RULER_PX);
  if (track.rateHz > 0 && !showsSamples(scale)) {
    drawTimeAxis(ctx, theme, runScale(model), RULER_PX, RULER_PX);
    return;
  }
  drawFrameTicks(ctx, scale, theme);
}

function drawFrameTicks(ctx: CanvasRenderingContext2D, scale: FrameScale, theme: Theme): void {
  ctx.font = `11px ${theme.fontMono}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  const wanted = framesPerPx(scale) * 110;
  const step =
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000].find((one) => one >= wanted) ?? 10_000;
  const first = Math.max(0, Math.ceil(scale.fromFrame / step) * step);
  for (let frame = first; frame <= scale.toFrame; frame += step) {
    const x = frameToPx(scale, frame);
    verticalLine(ctx, theme.borderStrong, x, RULER_PX - 5, RULER_PX);
    ctx.fillStyle = theme.textSecond;
    ctx.fillText(`frame ${formatCount(frame)}`, x + 4, RULER_PX / 2);
  }
  fillBox(ctx, theme.border, scale.leftPx, RULER_PX - 1, scale.widthPx, 1);
}

/** Never narrower than two pixels, so that one message can be found in an hour. */
function drawStretch(
  ctx: CanvasRenderingContext2D,
  { stretch, scale }: WaveModel,
  size: Size,
  theme: Theme,
): void {
  if (stretch === undefined) return;
  const from = Math.max(scale.leftPx, frameToPx(scale, stretch.fromFrame));
  const to = Math.min(scale.leftPx + scale.widthPx, frameToPx(scale, stretch.toFrame));
  if (to < scale.leftPx || from > scale.leftPx + scale.widthPx) return;
  const widthPx = Math.max(2, to - from);
  ctx.globalAlpha = widthPx < 6 ? 0.8 : 0.16;
  fillBox(ctx, theme.selectionBorder, from, RULER_PX, widthPx, size.heightPx);
  ctx.globalAlpha = 1;
}

function drawArea(ctx: CanvasRenderingContext2D, model: WaveModel, size: Size, theme: Theme): void {
  const { area, scale } = model;
  if (area === undefined) return;
  const from = Math.max(scale.leftPx, frameToPx(scale, area.fromFrame));
  const to = Math.min(scale.leftPx + scale.widthPx, frameToPx(scale, area.toFrame));
  if (to <= from) return;
  ctx.globalAlpha = 0.18;
  fillBox(ctx, theme.accent, from, RULER_PX, to - from, size.heightPx);
  ctx.globalAlpha = 1;
  verticalLine(ctx, theme.selectionBorder, from, RULER_PX, size.heightPx);
  verticalLine(ctx, theme.selectionBorder, to - 1, RULER_PX, size.heightPx);
}

/** Channel names and the level of the lanes' edges. */
function drawGutter(
  ctx: CanvasRenderingContext2D,
  model: WaveModel,
  size: Size,
  theme: Theme,
): void {
  const widthPx = model.scale.leftPx;
  const top = RULER_PX + RIBBON_PX;
  fillBox(ctx, theme.background, 0, 0, widthPx, size.heightPx);
  fillBox(ctx, theme.border, widthPx - 1, 0, 1, size.heightPx);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, top, widthPx, size.heightPx - top);
  ctx.clip();
  ctx.textAlign = 'right';
  for (const { title, topPx, heightPx } of model.lanes) {
    const y = topPx - model.scrollPx;
    ctx.textBaseline = 'middle';
    ctx.font = `12px ${theme.fontUi}`;
    ctx.fillStyle = theme.text;
    ctx.fillText(title, widthPx - 6, y + heightPx / 2);
    if (heightPx < 60) continue;
    ctx.font = `11px ${theme.fontMono}`;
    ctx.fillStyle = theme.textSecond;
    ctx.textBaseline = 'top';
    const edge = model.isDb ? `0…-${DB_RANGE}` : gainText(model.gain).replace(' dBFS', '');
    ctx.fillText(edge, widthPx - 6, y + 2);
    ctx.fillText('dBFS', widthPx - 6, y + 15);
  }
  ctx.restore();
  ctx.font = `11px ${theme.fontUi}`;
  ctx.fillStyle = theme.textSecond;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  ctx.fillText('msg', widthPx - 6, RULER_PX + RIBBON_PX / 2);
}

function drawCursors(
  ctx: CanvasRenderingContext2D,
  model: WaveModel,
  size: Size,
  theme: Theme,
): void {
  const { scale, cursorFrame, hoverFrame, playFrame } = model;
  const line = (frame: Frames | undefined, colour: string, widthPx: number) => {
    if (frame === undefined) return;
    const x = frameToPx(scale, frame);
    if (x < scale.leftPx || x > scale.leftPx + scale.widthPx) return;
    fillBox(ctx, colour, Math.round(x), RULER_PX - 5, widthPx, size.heightPx);
  };
  line(hoverFrame, theme.textFaint, 1);
  line(cursorFrame, theme.cursor, 1);
  line(playFrame, theme.service, 2);
}
