import { describe, expect, test } from 'vitest';
import { encodeSamples, Music } from '../../../src-core/transport/demo-guest-music.ts';

const stereo = { seed: 3, rateHz: 48000, channels: 2, part: 'band' } as const;

function first(frames: number, pieces: readonly number[], options = stereo): Float32Array {
  const music = new Music(options);
  const all = new Float32Array(frames * options.channels);
  for (let at = 0, k = 0; at < frames; k++) {
    const now = Math.min(pieces[k % pieces.length] ?? 1, frames - at);
    music.fill(all.subarray(at * options.channels), now);
    at += now;
  }
  return all;
}

describe('the music', () => {
  test('is the same however it is cut into periods', () => {
    expect(first(30_000, [30_000])).toEqual(first(30_000, [480, 1, 7777]));
  });

  test('peaks around -12 dBFS and is never silent for long', () => {
    const samples = first(30 * 48_000, [48_000]);
    let peak = 0;
    for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
    expect(20 * Math.log10(peak)).toBeGreaterThan(-14);
    expect(20 * Math.log10(peak)).toBeLessThan(-10);
    for (let at = 48_000; at < samples.length; at += 48_000) {
      const part = samples.subarray(at, at + 24_000);
      expect(
        Math.sqrt(part.reduce((sum, one) => sum + one * one, 0) / part.length),
      ).toBeGreaterThan(0.003);
    }
  });
});

describe('samples as bytes', () => {
  const samples = Float32Array.of(0, 1, -1, 0.5);

  test.each([
    ['U8', '80ff01c0'],
    ['S16', '0000ff7f01800040'],
    ['S32', '00000000ffffff7f0100008000000040'],
    ['FLOAT', '000000000000803f000080bf0000003f'],
  ])('in %s are little-endian', (format, expected) => {
    expect(Buffer.from(encodeSamples(samples, format)).toString('hex')).toBe(expected);
  });
});
