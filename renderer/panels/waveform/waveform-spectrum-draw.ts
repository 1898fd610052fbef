/** Draws the spectrogram: a column of levels by frequency for each pixel, the axis in the gutter, cursors. Pure. */
import { levelDb } from '../../../src-core/audio/spectrum.ts';
import type { Frames } from '../../../src-core/units.ts';
import { fillBox } from '../../canvas/paint.ts';
import type { Theme } from '../../palette.ts';
import { wordOf } from './waveform-raster.ts';
import { type FrameScale, framesPerPx, frameToPx, pxToFrame } from './waveform-scale.ts';
import type { Columns } from './waveform-spectrum-columns.ts';
import {
  axisMarks,
  hzAt,
  hzText,
  type Rows,
  rowsOf,
  type SpectrumChoices,
} from './waveform-spectrum-model.ts';

export interface SpectrumModel {
  readonly scale: FrameScale;
  readonly choices: SpectrumChoices;
  readonly rateHz: number;
  /** Column `n` is the window around frame `n * step`. */
  readonly step: Frames;
  readonly columns: Columns;
  readonly cursorFrame: Frames | undefined;
  readonly hoverFrame: Frames | undefined;
  readonly playFrame: Frames | undefined;
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly ratio?: number;
}

export function drawSpectrum(
  ctx: CanvasRenderingContext2D,
  model: SpectrumModel,
  size: Size,
  theme: Theme,
): void {
  const { ratio = 1 } = size;
  const { leftPx, widthPx } = model.scale;
  fillBox(ctx, theme.background, 0, 0, size.widthPx, size.heightPx);
  const width = Math.round(widthPx * ratio);
  const height = Math.round(size.heightPx * ratio);
  if (width < 1 || height < 1) return;
  const image = ctx.createImageData(width, height);
  rasterSpectrum(new Uint32Array(image.data.buffer), width, height, ratio, model, theme);
  ctx.putImageData(image, Math.round(leftPx * ratio), 0);
  drawAxis(ctx, model, size, theme);
  for (const [frame, colour] of [
    [model.hoverFrame, theme.textFaint],
    [model.cursorFrame, theme.cursor],
    [model.playFrame, theme.service],
  ] as const) {
    const x = frame === undefined ? -1 : frameToPx(model.scale, frame);
    if (x >= leftPx && x <= leftPx + widthPx) {
      fillBox(ctx, colour, Math.round(x), 0, 1, size.heightPx);
    }
  }
}

/** Fills `target`, `width` times `height` pixels. */
export function rasterSpectrum(
  target: Uint32Array,
  width: number,
  height: number,
  ratio: number,
  model: SpectrumModel,
  theme: Theme,
): void {
  const { scale, step, columns, choices, rateHz } = model;
  const colours = coloursOf(theme, choices.rangeDb);
  target.fill(wordOf(theme.background));
  const rows = rowsFor(choices, height, rateHz);
  const perPixel = framesPerPx(scale) / ratio;
  const first = pxToFrame(scale, scale.leftPx) + perPixel / 2;
  for (let x = 0; x < width; x++) {
    const column = columns.get(Math.round((first + x * perPixel) / step));
    if (column === undefined || column.length === 0) continue;
    const levels = levelsByRow(column, rows);
    for (let row = 0, at = x; row < height; row++, at += width) {
      target[at] = colours[levels[row] ?? 0] ?? 0;
    }
  }
}

/** Level under the pointer: `1.2 kHz  -34.5 dB`. */
export function spectrumText(
  model: SpectrumModel,
  frame: Frames,
  yPx: number,
  heightPx: number,
): string | undefined {
  const { choices, rateHz, step, columns } = model;
  const hz = hzAt(choices.axis, 1 - yPx / heightPx, rateHz / 2);
  const column = columns.get(Math.round(frame / step));
  const level = column?.[Math.round((hz * choices.windowFrames) / rateHz)];
  if (level === undefined) return undefined;
  const db = level === 0 ? '< -127 dB' : `${levelDb(level).toFixed(1)} dB`;
  return `${hzText(hz)}  ${db}`;
}

interface LaidRows extends Rows {
  readonly key: string;
  readonly levels: WeakMap<Uint8Array, Uint8Array>;
}

let laid: LaidRows | undefined;

/** Rows of one axis and height, with the columns that were laid out in them: the same ones come with every redraw. */
function rowsFor({ axis, windowFrames }: SpectrumChoices, height: number, rateHz: number) {
  const key = `${axis} ${windowFrames} ${height} ${rateHz}`;
  if (laid?.key !== key) {
    laid = { ...rowsOf(axis, height, windowFrames, rateHz), key, levels: new WeakMap() };
  }
  return laid;
}

/** The highest level of the bins under each row, so that a tone never falls between two rows. */
function levelsByRow(column: Uint8Array, { from, to, levels }: LaidRows): Uint8Array {
  const known = levels.get(column);
  if (known !== undefined) return known;
  const made = new Uint8Array(from.length);
  for (let row = 0; row < made.length; row++) {
    let highest = 0;
    const end = to[row] ?? 0;
    for (let bin = from[row] ?? 0; bin < end; bin++) highest = Math.max(highest, column[bin] ?? 0);
    made[row] = highest;
  }
  levels.set(column, made);
  return made;
}

/** From nothing to full scale; each step is brighter than the one before (darker on white). */
const STOPS = {
  dark: ['#14171C', '#232F63', '#6B3A8E', '#C94F6D', '#F59B4C', '#FFF1B8'],
  light: ['#FFFFFF', '#F6DDB4', '#EE9A63', '#C4456C', '#6A2A7C', '#1B1240'],
} as const;

/** A colour for each of the 256 levels. */
function coloursOf(theme: Theme, rangeDb: number): Uint32Array {
  const stops = [theme.background, ...STOPS[theme.scheme].slice(1)].map(rgbOf);
  return Uint32Array.from({ length: 256 }, (_, level) => {
    const share = Math.max(0, 1 + levelDb(level) / rangeDb) * (stops.length - 1);
    const low = stops[Math.floor(share)] ?? [0, 0, 0];
    const high = stops[Math.ceil(share)] ?? low;
    const [r, g, b] = low.map((value, at) => {
      const other = high[at] ?? value;
      return Math.round(value + (other - value) * (share % 1));
    });
    return ((255 << 24) | ((b ?? 0) << 16) | ((g ?? 0) << 8) | (r ?? 0)) >>> 0;
  });
}

function rgbOf(colour: string): readonly number[] {
  const word = wordOf(colour);
  return [word & 0xff, (word >> 8) & 0xff, (word >> 16) & 0xff];
}

function drawAxis(
  ctx: CanvasRenderingContext2D,
  { scale, choices, rateHz }: SpectrumModel,
  size: Size,
  theme: Theme,
): void {
  fillBox(ctx, theme.border, scale.leftPx - 1, 0, 1, size.heightPx);
  ctx.font = `11px ${theme.fontMono}`;
  ctx.fillStyle = theme.textSecond;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  for (const { hz, yPx } of axisMarks(choices.axis, rateHz, size.heightPx, 18)) {
    fillBox(ctx, theme.borderStrong, scale.leftPx - 5, Math.round(yPx), 4, 1);
    ctx.fillStyle = theme.textSecond;
    ctx.fillText(hz < 1000 ? `${hz}` : `${hz / 1000}k`, scale.leftPx - 8, yPx);
  }
}
