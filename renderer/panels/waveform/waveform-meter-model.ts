/** Levels of a moment: peak, RMS and clipping of each channel over the tenth of a second that ends there, and how the two
 *  channels of a stereo run go together. Pure. */
import type { Frames } from '../../../src-core/units.ts';

/** Of one channel, over the window. Amplitudes, 1 is full scale. */
export interface Level {
  readonly peak: number;
  readonly rms: number;
  readonly isClipped: boolean;
}

export interface Levels {
  readonly channels: readonly Level[];
  /** Of two channels: 1 the same, 0 unrelated, -1 opposite; undefined where there are not two, or one is silent. */
  readonly correlation: number | undefined;
}

/** What stands above the bars for a while: the highest peak of late, and that it clipped. */
export interface HeldLevel {
  readonly peak: number;
  readonly atMs: number;
  readonly clippedAtMs: number;
}

export const WINDOW_S = 0.1;
/** The meter's lower end. */
export const METER_DB = 60;
const FULL_SCALE = 0.9999;
const HOLD_MS = 1500;
const FALL_DB_PER_S = 20;

/** The stretch whose levels are those of `frame`. */
export function meterWindow(
  frame: Frames,
  rateHz: number,
  total: Frames,
): { readonly fromFrame: Frames; readonly frames: Frames } {
  const length = Math.max(1, Math.round(rateHz * WINDOW_S));
  const toFrame = Math.min(total, Math.max(1, Math.floor(frame) + 1));
  const fromFrame = Math.max(0, toFrame - length);
  return { fromFrame, frames: toFrame - fromFrame };
}

export function levelsOf(channels: readonly Float32Array[]): Levels {
  return { channels: channels.map(levelOf), correlation: correlationOf(channels) };
}

function levelOf(samples: Float32Array): Level {
  let peak = 0;
  let squares = 0;
  for (const value of samples) {
    const size = Math.abs(value);
    if (size > peak) peak = size;
    if (size < Number.POSITIVE_INFINITY) squares += value * value;
  }
  const rms = samples.length === 0 ? 0 : Math.sqrt(squares / samples.length);
  return { peak, rms, isClipped: peak >= FULL_SCALE };
}

function correlationOf([left, right, third]: readonly Float32Array[]): number | undefined {
  if (left === undefined || right === undefined || third !== undefined) return undefined;
  let [both, lefts, rights] = [0, 0, 0];
  for (let at = 0; at < left.length; at++) {
    const [one, other] = [left[at] ?? 0, right[at] ?? 0];
    both += one * other;
    lefts += one * one;
    rights += other * other;
  }
  const correlation = both / Math.sqrt(lefts * rights);
  return Number.isFinite(correlation) ? correlation : undefined;
}

/** Holds the highest peak for a while, then lets it fall. Where nothing is heard `atMs` is far ahead of what was held, so that
 *  only the moment's own level stands. */
export function holdLevel(before: HeldLevel | undefined, level: Level, atMs: number): HeldLevel {
  const clippedAtMs = level.isClipped ? atMs : (before?.clippedAtMs ?? Number.NEGATIVE_INFINITY);
  if (before === undefined) return { peak: level.peak, atMs, clippedAtMs };
  const fallenS = Math.max(0, atMs - before.atMs - HOLD_MS) / 1000;
  const held = before.peak * 10 ** ((-FALL_DB_PER_S * fallenS) / 20);
  if (level.peak >= held) return { peak: level.peak, atMs, clippedAtMs };
  return { ...before, clippedAtMs };
}

/** Of a held level at a later moment. */
export function shownHold(held: HeldLevel, atMs: number): { peak: number; isClipped: boolean } {
  const fallenS = Math.max(0, atMs - held.atMs - HOLD_MS) / 1000;
  return {
    peak: held.peak * 10 ** ((-FALL_DB_PER_S * fallenS) / 20),
    isClipped: atMs - held.clippedAtMs <= HOLD_MS,
  };
}

/** Share of the meter's height, 0 to 1. */
export function meterShare(amplitude: number): number {
  const level = 1 + (20 * Math.log10(amplitude)) / METER_DB;
  return Number.isNaN(level) ? 0 : Math.max(0, Math.min(1, level));
}

/** `-6.1`, `-∞`: decibels of full scale without the unit. */
export function meterText(amplitude: number): string {
  if (!(amplitude > 0)) return '-∞';
  const level = 20 * Math.log10(amplitude);
  return level <= -100 ? level.toFixed(0) : level.toFixed(1);
}
