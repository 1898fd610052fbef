/** The spectrogram's choices, its columns on a grid of frames, and its rows by frequency. Pure. */
import type { Frames } from '../../../src-core/units.ts';
import { type FrameScale, framesPerPx } from './waveform-scale.ts';

export const WINDOWS: readonly Frames[] = [256, 512, 1024, 2048, 4096, 8192];
export const RANGES_DB: readonly number[] = [60, 80, 100, 120];
export type FrequencyAxis = 'log' | 'mel' | 'linear';
export const AXES: readonly FrequencyAxis[] = ['log', 'mel', 'linear'];

export interface SpectrumChoices {
  readonly isOn: boolean;
  readonly windowFrames: Frames;
  readonly axis: FrequencyAxis;
  /** From full scale downwards. */
  readonly rangeDb: number;
  /** Undefined: the mean power of all channels. */
  readonly channel: number | undefined;
}

/** Column `n` is the window around frame `n * step`. Steps are powers of two and begin at frame 0, so that what was
 *  computed serves again after panning and most zooming. */
export interface SpectrumGrid {
  readonly step: Frames;
  readonly first: number;
  readonly last: number;
}

export function spectrumGrid(
  scale: FrameScale,
  windowFrames: Frames,
  total: Frames,
): SpectrumGrid | undefined {
  const wanted = 2 ** Math.round(Math.log2(Math.max(1, framesPerPx(scale))));
  // windows that overlap more than that look alike
  const step = Math.max(wanted, windowFrames / 32);
  const from = Math.max(0, scale.fromFrame);
  const to = Math.min(total - 1, scale.toFrame);
  if (to < from || scale.widthPx < 1) return undefined;
  return { step, first: Math.floor(from / step), last: Math.ceil(to / step) };
}

/** Lowest frequency of an axis without a zero. */
const LOWEST_HZ = 20;

/** Share of the height from the bottom, 0 to 1. */
export function shareOf(axis: FrequencyAxis, hz: number, topHz: number): number {
  if (axis === 'linear') return hz / topHz;
  if (axis === 'mel') return mel(hz) / mel(topHz);
  return Math.log(Math.max(hz, LOWEST_HZ) / LOWEST_HZ) / Math.log(topHz / LOWEST_HZ);
}

export function hzAt(axis: FrequencyAxis, share: number, topHz: number): number {
  if (axis === 'linear') return share * topHz;
  if (axis === 'mel') return 700 * (10 ** ((share * mel(topHz)) / 2595) - 1);
  return LOWEST_HZ * (topHz / LOWEST_HZ) ** share;
}

function mel(hz: number): number {
  return 2595 * Math.log10(1 + hz / 700);
}

/** The bins under each row of pixels, top row first: the first, and one past the last. */
export interface Rows {
  readonly from: Uint16Array;
  readonly to: Uint16Array;
}

export function rowsOf(
  axis: FrequencyAxis,
  rows: number,
  windowFrames: Frames,
  rateHz: number,
): Rows {
  const from = new Uint16Array(rows);
  const to = new Uint16Array(rows);
  const bins = windowFrames / 2;
  const binAt = (share: number) => (hzAt(axis, share, rateHz / 2) * windowFrames) / rateHz;
  for (let row = 0; row < rows; row++) {
    const low = Math.min(bins - 1, Math.max(0, Math.round(binAt((rows - 1 - row) / rows))));
    const high = Math.min(bins, Math.round(binAt((rows - row) / rows)));
    from[row] = low;
    to[row] = Math.max(low + 1, high);
  }
  return { from, to };
}

/** Frequencies that are written beside the lane, highest first, at least `apartPx` from one another. */
export function axisMarks(
  axis: FrequencyAxis,
  rateHz: number,
  heightPx: number,
  apartPx: number,
): readonly { readonly hz: number; readonly yPx: number }[] {
  const topHz = rateHz / 2;
  const candidates = axis === 'linear' ? steadySteps(topHz, heightPx / apartPx) : ROUND_HZ;
  const marks: { hz: number; yPx: number }[] = [];
  for (const hz of candidates) {
    if (hz >= topHz) continue;
    const yPx = heightPx * (1 - shareOf(axis, hz, topHz));
    const isInside = yPx >= apartPx / 2 && yPx <= heightPx - apartPx / 2;
    const isClear = marks.every((mark) => Math.abs(mark.yPx - yPx) >= apartPx);
    if (isInside && isClear) marks.push({ hz, yPx });
  }
  return marks.sort((left, right) => left.yPx - right.yPx);
}

/** The most telling ones first. */
const ROUND_HZ = [1000, 10_000, 100, 100_000, 5000, 20_000, 500, 2000, 200, 50, 50_000];

function steadySteps(topHz: number, most: number): number[] {
  const step = [500, 1000, 2000, 5000, 10_000, 20_000, 50_000].find((hz) => topHz / hz <= most);
  const every = step ?? 100_000;
  return Array.from({ length: Math.floor(topHz / every) }, (_, at) => (at + 1) * every);
}

/** `440 Hz`, `1.2 kHz` */
export function hzText(hz: number): string {
  return hz < 1000
    ? `${Math.round(hz)} Hz`
    : `${Number((hz / 1000).toFixed(hz < 1e4 ? 2 : 1))} kHz`;
}
