import { describe, expect, test } from 'vitest';
import { toStereo } from '../../../renderer/audio/stereo.ts';

const of = (...values: number[]) => Float32Array.from(values);

describe('two channels from any number', () => {
  test('one goes to both, two stay as they are', () => {
    expect(toStereo([of(0.5)])).toEqual([of(0.5), of(0.5)]);
    expect(toStereo([of(0.1), of(0.2)])).toEqual([of(0.1), of(0.2)]);
    expect(toStereo([])).toEqual([of(), of()]);
  });

  test('six are mixed by their positions: the left ones go left', () => {
    const silent = of(0);
    const [left, right] = toStereo([of(1), silent, silent, silent, silent, silent]);
    expect(left[0]).toBeGreaterThan(0.3);
    expect(right[0]).toBe(0);
  });

  test('no number of channels is louder than full scale', () => {
    for (let count = 1; count <= 18; count++) {
      const [left, right] = toStereo(Array.from({ length: count }, () => of(1)));
      expect(Math.max(left[0] ?? 0, right[0] ?? 0)).toBeLessThanOrEqual(1.000001);
      expect(left[0]).toBeGreaterThan(0.4);
    }
  });
});
