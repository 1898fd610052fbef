/** Lanes of single samples as pixels: unconnected points, because between samples nothing is known; stems where there is room. One
 *  image for all, as with peaks: thousands of rectangles a redraw are what made this view the slowest. Pure but for `target`. */
import type { Theme } from '../../palette.ts';
import type { DecodedSamples, Lane } from './waveform-model.ts';
import {
  coloursOf,
  FULL_SCALE,
  groundRow,
  layLane,
  Pen,
  type RasterBox,
  type RasterModel,
  rasterSize,
} from './waveform-raster.ts';
import { type FrameScale, framesPerPx, frameToPx } from './waveform-scale.ts';

const STEM_FROM_PX = 4;
const BIG_DOT_FROM_PX = 12;
/** Room between the loudest sample and the lane's edge. */
const MARGIN_PX = 3;

/** Fills `target` (a pixel a word, `rasterSize` of them) with the lanes. */
export function rasterSamples(
  target: Uint32Array,
  box: RasterBox,
  model: RasterModel,
  samples: DecodedSamples,
  theme: Theme,
): void {
  const colours = coloursOf(theme);
  target.fill(colours.background);
  const ground = groundRow(box, model, colours);
  for (const lane of model.lanes) {
    const edges = layLane(target, box, model, lane, ground, colours);
    drawLane(target, box, model, lane, samples, edges, colours);
  }
}

function drawLane(
  target: Uint32Array,
  box: RasterBox,
  { scale, gain, track }: RasterModel,
  lane: Lane,
  samples: DecodedSamples,
  { top, bottom }: { readonly top: number; readonly bottom: number },
  colours: ReturnType<typeof coloursOf>,
): void {
  const values = samples.channels[lane.channel];
  if (values === undefined) return;
  const { width, height } = rasterSize(box);
  const pen = new Pen(target, width, Math.max(0, top), Math.min(height, bottom));
  const middle = (top + bottom) / 2;
  const half = middle - top - MARGIN_PX * box.ratio;
  const pxPerFrame = 1 / framesPerPx(scale);
  const hasStems = pxPerFrame >= STEM_FROM_PX;
  const dot = Math.round(dotOf(pxPerFrame) * box.ratio);
  const { first, end } = inView(scale, samples, values.length, track.frames);
  for (let at = first; at < end; at++) {
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const x = (frameToPx(scale, samples.fromFrame + at) - box.leftPx) * box.ratio;
    const y = middle - Math.max(-1, Math.min(1, value * gain)) * half;
    const column = Math.round(x - 0.5);
    if (hasStems && column >= 0 && column < width) {
      pen.column(
        column,
        Math.round(Math.min(y, middle)),
        Math.round(Math.max(y, middle)),
        colours.wave,
      );
    }
    const colour = Math.abs(value) >= FULL_SCALE ? colours.cap : colours.rms;
    const from = Math.max(0, Math.round(x - dot / 2));
    const to = Math.min(width, Math.round(x - dot / 2) + dot);
    const upper = Math.round(y - dot / 2);
    for (let one = from; one < to; one++) pen.column(one, upper, upper + dot, colour);
  }
}

function dotOf(pxPerFrame: number): number {
  if (pxPerFrame >= BIG_DOT_FROM_PX) return 5;
  return pxPerFrame >= STEM_FROM_PX ? 3 : 2;
}

/** Places of the samples between the edges of the view, as far as the run goes. */
function inView(
  scale: FrameScale,
  { fromFrame }: DecodedSamples,
  count: number,
  total: number,
): { first: number; end: number } {
  return {
    first: Math.max(0, Math.floor(scale.fromFrame) - fromFrame),
    end: Math.min(count, Math.ceil(scale.toFrame) - fromFrame + 1, total - fromFrame),
  };
}
