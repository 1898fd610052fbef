import { describe, expect, test } from 'vitest';
import { mixToStereo, OWN_MIX, toStereo } from '../../../renderer/audio/stereo.ts';

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

  test('mutes, solos and routes what the user says', () => {
    const muted = { ...OWN_MIX, isMuted: true };
    const solo = { ...OWN_MIX, isSolo: true };
    const first = (mixes: Parameters<typeof mixToStereo>[1]) =>
      mixToStereo([of(0.5), of(0.25)], mixes).map((side) => side[0]);
    expect(first([])).toEqual([0.5, 0.25]);
    expect(first([muted])).toEqual([0, 0.25]);
    expect(first([solo])).toEqual([0.5, 0]);
    expect(first([{ ...solo, route: 'both' }])).toEqual([0.5, 0.5]);
    expect(first([{ ...OWN_MIX, route: 'right' }, muted])).toEqual([0, 0.5]);
  });
});
