import { expect, test } from 'vitest';
import { levelDb, Spectrum } from '../../../src-core/audio/spectrum.ts';

const sine = (bin: number, amplitude: number) =>
  Float32Array.from(
    { length: 1024 },
    (_, at) => amplitude * Math.sin((2 * Math.PI * bin * at) / 1024 + 0.3),
  );

test('a sine at full scale is 0 dB at its own frequency and nothing far from it', () => {
  const levels = new Spectrum(1024).levels([sine(100, 1)], 0);
  expect(levels.length).toBe(512);
  expect(levelDb(levels[100] ?? 0)).toBe(0);
  expect(levelDb(levels[101] ?? 0)).toBeCloseTo(-6, 0);
  expect(levels[300]).toBe(0);
});

test('channels share one transform without mixing', () => {
  const spectrum = new Spectrum(1024);
  const both = spectrum.levels([sine(40, 1), sine(90, 0.1)], 0);
  expect(levelDb(both[40] ?? 0)).toBeCloseTo(-3, 0);
  expect(levelDb(both[90] ?? 0)).toBeCloseTo(-23, 0);
  expect(both[65]).toBe(0);
  const opposite = spectrum.levels([sine(40, 1), sine(40, -1)], 0);
  expect(levelDb(opposite[40] ?? 0)).toBe(0);
});

test('what is missing is silence', () => {
  const hole = sine(100, 1).fill(Number.NaN);
  expect(Math.max(...new Spectrum(1024).levels([hole], 0))).toBe(0);
  const half = new Spectrum(1024).levels([sine(100, 1)], -512);
  expect(levelDb(half[100] ?? 0)).toBeCloseTo(-6, 0);
});
