import { describe, expect, test } from 'vitest';
import { DARK } from '../../../../renderer/palette.ts';
import { drawMeter } from '../../../../renderer/panels/waveform/waveform-meter-draw.ts';
import {
  holdLevel,
  levelsOf,
  meterShare,
  meterText,
  meterWindow,
  shownHold,
} from '../../../../renderer/panels/waveform/waveform-meter-model.ts';
import { recordingContext } from '../../recording-context.ts';

const sine = (amplitude: number, phase = 0) =>
  Float32Array.from({ length: 4800 }, (_, at) => amplitude * Math.sin(at / 10 + phase));

describe('levels of a moment', () => {
  test('a sine has its amplitude as peak and 3 dB less as RMS', () => {
    const { channels } = levelsOf([sine(0.5)]);
    expect(meterText(channels[0]?.peak ?? 0)).toBe('-6.0');
    expect(meterText(channels[0]?.rms ?? 0)).toBe('-9.0');
    expect(channels[0]?.isClipped).toBe(false);
  });

  test('full scale is clipped, silence has no level', () => {
    const { channels, correlation } = levelsOf([new Float32Array([0, -1, 0]), new Float32Array(3)]);
    expect(channels.map(({ isClipped }) => isClipped)).toEqual([true, false]);
    expect(meterText(channels[1]?.peak ?? 1)).toBe('-∞');
    expect(correlation).toBeUndefined();
  });

  test('channels that are the same, opposite or unrelated are told apart', () => {
    const of = (right: Float32Array) => levelsOf([sine(0.5), right]).correlation;
    expect(of(sine(0.1))).toBeCloseTo(1);
    expect(of(sine(-0.5))).toBeCloseTo(-1);
    expect(of(sine(0.5, Math.PI / 2))).toBeCloseTo(0, 1);
    expect(levelsOf([sine(0.5)]).correlation).toBeUndefined();
  });

  test('the window ends with the frame and stays inside the run', () => {
    expect(meterWindow(9999, 48_000, 20_000)).toEqual({ fromFrame: 5200, frames: 4800 });
    expect(meterWindow(10, 48_000, 20_000)).toEqual({ fromFrame: 0, frames: 11 });
    expect(meterWindow(50_000, 48_000, 20_000)).toEqual({ fromFrame: 15_200, frames: 4800 });
  });

  test('a peak is held, then falls; a clip is shown as long', () => {
    const loud = holdLevel(undefined, { peak: 1, rms: 0.5, isClipped: true }, 0);
    const quiet = { peak: 0.1, rms: 0.1, isClipped: false };
    const held = holdLevel(loud, quiet, 1000);
    expect(shownHold(held, 1000)).toEqual({ peak: 1, isClipped: true });
    expect(shownHold(held, 2500).peak).toBeCloseTo(0.1);
    expect(shownHold(held, 2500).isClipped).toBe(false);
    expect(holdLevel(held, quiet, 4000).peak).toBe(0.1);
  });

  test('the scale reaches from -60 dBFS to full scale', () => {
    expect([1, 2, 0.001, 0, Number.NaN].map(meterShare)).toEqual([1, 1, 0, 0, 0]);
    expect(meterShare(10 ** (-30 / 20))).toBeCloseTo(0.5);
  });
});

describe('the meter', () => {
  const model = (channels: readonly Float32Array[], names: readonly string[]) => {
    const levels = levelsOf(channels);
    const held = levels.channels.map((level) => holdLevel(undefined, level, 0));
    return { names, levels, held, atMs: 0, samples: channels };
  };

  test('says peak and RMS of the loudest channel, and lights where it clipped', () => {
    const drawing = recordingContext();
    const loud = model([sine(0.5), new Float32Array([1, 1])], ['FL', 'FR']);
    drawMeter(drawing.ctx, loud, { widthPx: 84, heightPx: 260 }, DARK);
    expect(drawing.texts()).toEqual(expect.arrayContaining(['FL', 'FR', 'peak', '0.0', 'corr']));
    const lights = drawing.of('fillRect').filter(({ args }) => args[3] === 7);
    expect(lights.map(({ fillStyle }) => fillStyle)).toEqual([DARK.raised, DARK.error]);
  });

  test('without levels it shows an empty scale, and low panels have no goniometer', () => {
    const drawing = recordingContext();
    const none = { names: ['FL', 'FR'], levels: undefined, held: [], atMs: 0, samples: [] };
    drawMeter(drawing.ctx, none, { widthPx: 84, heightPx: 150 }, DARK);
    expect(drawing.texts()).toContain('–');
    expect(drawing.texts()).not.toContain('corr');
  });
});
