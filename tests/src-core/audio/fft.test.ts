import { expect, test } from 'vitest';
import { Fft } from '../../../src-core/audio/fft.ts';

test('agrees with the sum that defines it', () => {
  const points = 16;
  const real = Float64Array.from({ length: points }, (_, at) => Math.sin(at * at));
  const imaginary = Float64Array.from({ length: points }, (_, at) => Math.cos(3 * at + 1));
  const wanted = Array.from({ length: points }, (_, bin) => {
    let [re, im] = [0, 0];
    for (let at = 0; at < points; at++) {
      const angle = (-2 * Math.PI * bin * at) / points;
      re += (real[at] ?? 0) * Math.cos(angle) - (imaginary[at] ?? 0) * Math.sin(angle);
      im += (real[at] ?? 0) * Math.sin(angle) + (imaginary[at] ?? 0) * Math.cos(angle);
    }
    return [re, im] as const;
  });
  new Fft(points).transform(real, imaginary);
  wanted.forEach(([re, im], bin) => {
    expect(real[bin]).toBeCloseTo(re, 9);
    expect(imaginary[bin]).toBeCloseTo(im, 9);
  });
});
