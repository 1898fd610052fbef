/** Lanes of peaks as pixels: one image for all of them, put onto the canvas at once. With many channels this is far cheaper
 *  than a rectangle a column, and it costs the same whatever the number of channels. Pure but for `target`. */
import type { Peaks, TrackInfo } from '../../../src-core/contract-data.ts';
import type { Theme } from '../../palette.ts';
import type { Lane } from './waveform-model.ts';
import { type FrameScale, framesPerPx, frameToPx, pxToFrame } from './waveform-scale.ts';

export interface RasterModel {
  readonly track: TrackInfo;
  readonly scale: FrameScale;
  readonly lanes: readonly Lane[];
  readonly scrollPx: number;
  readonly gain: number;
  readonly peaks: Peaks | null | undefined;
}

/** The part of the canvas that the image covers, in CSS pixels; `ratio` device pixels each. */
export interface RasterBox {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly ratio: number;
}

/** Peaks this near full scale are capped in red: for integers they stand at the end of the range. */
export const FULL_SCALE = 0.9999;
const HATCH_PX = 6;
const CAP_PX = 3;

/** Device pixels of a box. */
export function rasterSize({ widthPx, heightPx, ratio }: RasterBox): {
  width: number;
  height: number;
} {
  return { width: Math.round(widthPx * ratio), height: Math.round(heightPx * ratio) };
}

/** Fills `target` (a pixel a word, `rasterSize` of them) with the lanes. */
export function rasterLanes(
  target: Uint32Array,
  box: RasterBox,
  model: RasterModel,
  theme: Theme,
): void {
  const colours = coloursOf(theme);
  target.fill(colours.background);
  const ground = groundRow(box, model, colours);
  for (const lane of model.lanes) drawLane(target, box, model, lane, ground, colours);
}

export type Colours = ReturnType<typeof coloursOf>;

export function coloursOf(theme: Theme) {
  return {
    background: wordOf(theme.background),
    panel: wordOf(theme.panel),
    middle: wordOf(theme.border),
    wave: wordOf(theme.wave),
    rms: wordOf(theme.waveRms),
    cap: wordOf(theme.error),
    missing: wordOf(theme.lost),
  };
}

/** `#rrggbb` as the word that a little-endian machine stores as r, g, b, 255. */
export function wordOf(colour: string): number {
  const rgb = Number.parseInt(colour.slice(1, 7), 16);
  const [r, g, b] = [rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff];
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** One row of a lane without a wave: brighter where the track is. */
export function groundRow(
  box: RasterBox,
  { scale, track }: RasterModel,
  colours: Colours,
): Uint32Array {
  const { width } = rasterSize(box);
  const row = new Uint32Array(width).fill(colours.background);
  const from = Math.max(0, Math.round((frameToPx(scale, 0) - box.leftPx) * box.ratio));
  const to = Math.round((frameToPx(scale, track.frames) - box.leftPx) * box.ratio);
  if (to > from) row.fill(colours.panel, from, Math.min(width, to));
  return row;
}

/** The lane without a wave; gives its edges in device pixels. */
export function layLane(
  target: Uint32Array,
  box: RasterBox,
  { scrollPx }: RasterModel,
  lane: Lane,
  ground: Uint32Array,
  colours: Colours,
): { top: number; bottom: number } {
  const { width, height } = rasterSize(box);
  const top = Math.round((lane.topPx - scrollPx - box.topPx) * box.ratio);
  const bottom = top + Math.round(lane.heightPx * box.ratio);
  const middle = Math.round((top + bottom) / 2);
  for (let y = Math.max(0, top); y < Math.min(height, bottom); y++) target.set(ground, y * width);
  if (middle >= 0 && middle < height) {
    target.fill(colours.middle, middle * width, (middle + 1) * width);
  }
  return { top, bottom };
}

function drawLane(
  target: Uint32Array,
  box: RasterBox,
  model: RasterModel,
  lane: Lane,
  ground: Uint32Array,
  colours: Colours,
): void {
  const { width, height } = rasterSize(box);
  const { top, bottom } = layLane(target, box, model, lane, ground, colours);
  const channel = model.peaks?.channels[lane.channel];
  if (model.peaks === null || model.peaks === undefined) return;
  if (channel === undefined || channel.min.length === 0) return; // not answered yet
  const pen = new Pen(target, width, Math.max(0, top), Math.min(height, bottom));
  const half = (bottom - top) / 2 - box.ratio;
  const yOf = (value: number) =>
    Math.round((top + bottom) / 2 - Math.max(-1, Math.min(1, value * model.gain)) * half);
  const columnOf = columnsAt(box, model.scale, model.peaks);
  const capPx = CAP_PX * box.ratio;
  for (let x = 0; x < width; x++) {
    const found = columnOf(x);
    if (found === undefined) continue;
    const { max, min, rms } = strongest(channel, found.from, found.to);
    if (!(max >= min)) {
      pen.hatch(x, colours.missing, HATCH_PX * box.ratio, box.ratio);
      continue;
    }
    pen.column(x, yOf(max), yOf(min), colours.wave);
    if (rms > 0)
      pen.column(x, Math.max(yOf(rms), yOf(max)), Math.min(yOf(-rms), yOf(min)), colours.rms);
    if (max >= FULL_SCALE) pen.column(x, top, top + capPx, colours.cap);
    if (min <= -FULL_SCALE) pen.column(x, bottom - capPx, bottom, colours.cap);
  }
}

/** Which columns of the peaks lie under a device pixel; undefined where there are none. */
function columnsAt(box: RasterBox, scale: FrameScale, peaks: Peaks) {
  const perColumn = peaks.frames / peaks.columns;
  const perPixel = framesPerPx(scale) / box.ratio;
  const first = pxToFrame(scale, box.leftPx);
  return (x: number): { from: number; to: number } | undefined => {
    const frame = first + x * perPixel;
    const from = Math.floor((frame - peaks.fromFrame) / perColumn);
    if (from < 0 || from >= peaks.columns) return undefined;
    const next = Math.floor((frame + perPixel - peaks.fromFrame) / perColumn);
    return { from, to: Math.min(peaks.columns, Math.max(from + 1, next)) };
  };
}

/** Extremes of a few columns; NaN where none has PCM. */
function strongest(
  channel: Peaks['channels'][number],
  from: number,
  to: number,
): { max: number; min: number; rms: number } {
  let max = channel.max[from] ?? Number.NaN;
  let min = channel.min[from] ?? Number.NaN;
  let rms = channel.rms[from] ?? Number.NaN;
  for (let column = from + 1; column < to; column++) {
    const [high, low, power] = [channel.max[column], channel.min[column], channel.rms[column]];
    if (high !== undefined && !(high <= max)) max = high;
    if (low !== undefined && !(low >= min)) min = low;
    if (power !== undefined && !(power <= rms)) rms = power;
  }
  return { max, min, rms };
}

/** Vertical strokes inside one lane. */
export class Pen {
  private readonly target: Uint32Array;
  private readonly width: number;
  private readonly top: number;
  private readonly bottom: number;

  constructor(target: Uint32Array, width: number, top: number, bottom: number) {
    this.target = target;
    this.width = width;
    this.top = top;
    this.bottom = bottom;
  }

  /** From `from` up to but not `to`, at least one pixel. */
  column(x: number, from: number, to: number, colour: number): void {
    const first = Math.max(this.top, from);
    const end = Math.min(this.bottom, Math.max(to, from + 1));
    let at = first * this.width + x;
    for (let y = first; y < end; y++, at += this.width) this.target[at] = colour;
  }

  hatch(x: number, colour: number, step: number, thick: number): void {
    for (let y = this.top; y < this.bottom; y++) {
      if ((x + y) % step < thick) this.target[y * this.width + x] = colour;
    }
  }
}
