import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePcm } from '../../../src-core/audio/decode.ts';
import { decodable, PeakPyramid } from '../../../src-core/audio/peaks.ts';
import { peaksOf, peaksOfSamples } from '../../../src-core/audio/peaks-query.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import { frameBytesOf } from '../../../src-core/spec/formats.ts';
import { countingPcm, formatId, paramsOf, pcm16 } from './audio-rig.ts';

const stereo16 = { format: formatId('S16'), channels: 2 };

/** Minimum, maximum and RMS of `samples[from…to)`, the slow way. */
function plainly(samples: Float32Array, from: number, to: number) {
  const part = samples.slice(from, to);
  const squares = part.reduce((sum, value) => sum + value * value, 0);
  return { min: Math.min(...part), max: Math.max(...part), rms: Math.sqrt(squares / part.length) };
}

describe('the pyramid', () => {
  test('gives for aligned columns what the samples give, however it was fed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('S16', 'U8', 'S24_3', 'S20', 'FLOAT64', 'MU_LAW'),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 }),
        (format, channels, parts) => {
          const params = paramsOf({ format, channels });
          const pyramid = new PeakPyramid(params);
          const frames = parts.reduce((sum, part) => sum + part, 0);
          const pcm =
            format === 'FLOAT64'
              ? new Uint8Array(
                  Float64Array.from({ length: frames * channels }, (_, i) => Math.sin(i)).buffer,
                )
              : countingPcm(params, frames);
          const frameBytes = frameBytesOf(params);
          let at = 0;
          for (const part of parts) {
            pyramid.append(pcm.subarray(at * frameBytes, (at + part) * frameBytes), at);
            at += part;
          }
          expect([pyramid.startFrame, pyramid.endFrame]).toEqual([0, frames]);
          decodePcm(pcm, params).forEach((samples, channel) => {
            for (const width of [256, 2048, 8192]) {
              const columns = Math.ceil(frames / width);
              const found = peaksOf(pyramid, channel, 0, columns * width, columns);
              for (let column = 0; column < columns; column++) {
                const wanted = plainly(samples, column * width, (column + 1) * width);
                expect(found.min[column]).toBeCloseTo(wanted.min, 6);
                expect(found.max[column]).toBeCloseTo(wanted.max, 6);
                expect(found.rms[column]).toBeCloseTo(wanted.rms, 5);
              }
            }
          });
        },
      ),
      { seed: 25, numRuns: 60 },
    );
  });

  test('never hides a peak in a column, at any zoom', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 99_999 }),
        fc.integer({ min: 0, max: 50_000 }),
        fc.integer({ min: 1, max: 300 }),
        (loud, from, columns) => {
          const pcm = new Uint8Array(400_000);
          pcm.set(pcm16(0, 32767), loud * 4);
          const pyramid = new PeakPyramid(stereo16);
          pyramid.append(pcm, 0);
          const found = peaksOf(pyramid, 1, from, 100_000, columns);
          const column = Math.floor(((loud - from) * columns) / (100_000 - from));
          if (loud >= from) expect(found.max[column]).toBeCloseTo(32767 / 32768, 6);
          expect(peaksOf(pyramid, 0, from, 100_000, columns).max.every((max) => max === 0)).toBe(
            true,
          );
        },
      ),
      { seed: 25, numRuns: 100 },
    );
  });

  test('may begin at any frame, and knows nothing before and behind its data', () => {
    const pyramid = new PeakPyramid(stereo16);
    pyramid.append(pcm16(100, 200, 300, 400), 1e9 + 7);
    expect([pyramid.startFrame, pyramid.endFrame]).toEqual([1e9 + 7, 1e9 + 9]);
    const found = peaksOf(pyramid, 1, 1e9 - 1024, 1e9 + 1024, 2);
    expect([...found.max]).toEqual([Number.NaN, Math.fround(400 / 32768)]);
    expect(found.rms[1]).toBeCloseTo(Math.sqrt((200 ** 2 + 400 ** 2) / 2) / 32768, 6);
  });

  test('has gaps where frames never came: no peaks in them, and none in the RMS beside them', () => {
    const pyramid = new PeakPyramid({ format: formatId('S16'), channels: 1 });
    const loud = new Uint8Array(new Int16Array(1000).fill(16384).buffer);
    pyramid.append(loud, 0);
    pyramid.append(loud, 100_000);
    const found = peaksOf(pyramid, 0, 0, 101_000, 101);
    const known = Array.from(found.max, (value) => !Number.isNaN(value));
    expect(known.filter(Boolean)).toHaveLength(2);
    expect([...found.rms].filter((value) => !Number.isNaN(value))).toEqual([0.5, 0.5]);
    expect(pyramid.gaps).toEqual([{ from: 1000, to: 100_000 }]);
  });

  test('is not led astray by a gap as long as the age of the universe', () => {
    const pyramid = new PeakPyramid(stereo16);
    pyramid.append(pcm16(1, 2), 0);
    pyramid.append(pcm16(3, 4), 2 ** 52);
    expect(pyramid.endFrame).toBe(2 ** 52 + 1);
    expect(pyramid.levels.length).toBeLessThan(30);
    const found = peaksOf(pyramid, 0, 0, 2 ** 52 + 1, 2);
    expect([...found.max].map((value) => value * 32768)).toEqual([1, 3]);
  });

  test('counts the frames that came first when some come twice', () => {
    const pyramid = new PeakPyramid({ format: formatId('S16'), channels: 1 });
    pyramid.append(pcm16(1, 1, 1, 1), 0);
    pyramid.append(pcm16(9, 9, 5), 2);
    expect(pyramid.endFrame).toBe(5);
    expect(peaksOf(pyramid, 0, 0, 256, 1).max[0]).toBeCloseTo(5 / 32768, 9);
    pyramid.append(pcm16(9), 0);
    pyramid.append(new Uint8Array(1), 5);
    pyramid.append(pcm16(9), Number.NaN);
    expect(pyramid.endFrame).toBe(5);
  });

  test('passes over floats that are not numbers and keeps those beyond full scale', () => {
    const layout = { format: formatId('FLOAT'), channels: 1 };
    const pyramid = new PeakPyramid(layout);
    const values = Float32Array.from([Number.NaN, 3, -0.5, Number.NaN]);
    pyramid.append(new Uint8Array(values.buffer), 0);
    const found = peaksOf(pyramid, 0, 0, 4, 1);
    expect([found.min[0], found.max[0]]).toEqual([-0.5, 3]);
    expect(found.rms[0]).toBeGreaterThan(0);
  });

  test('stops growing at its bound and says so', () => {
    const pyramid = new PeakPyramid({ format: formatId('U8'), channels: 18 });
    const chunkBytes = 256 * 18 * 12;
    const most = LIMITS.pyramidBytes / chunkBytes;
    const pcm = new Uint8Array(18);
    for (let i = 0; i < most && !pyramid.isFull; i++) pyramid.append(pcm, i * 65_536);
    expect(pyramid.isFull).toBe(true);
    const { endFrame } = pyramid;
    pyramid.append(pcm, endFrame + 1);
    expect(pyramid.endFrame).toBe(endFrame);
  });

  test('is empty for formats without samples', () => {
    const pyramid = new PeakPyramid({ format: formatId('DSD_U8'), channels: 2 });
    pyramid.append(new Uint8Array(100), 0);
    expect(pyramid.endFrame).toBe(0);
    expect(decodable(formatId('DSD_U8'))).toBe(false);
    expect(decodable(formatId('S20'))).toBe(true);
    expect(peaksOf(pyramid, 0, 0, 100, 3).min).toEqual(new Float32Array(3).fill(Number.NaN));
  });

  test('answers questions that make no sense with columns that know nothing', () => {
    const pyramid = new PeakPyramid(stereo16);
    pyramid.append(pcm16(1, 2), 0);
    const nothing = (found: { max: Float32Array }) => found.max.every(Number.isNaN);
    expect(nothing(peaksOf(pyramid, 2, 0, 100, 3))).toBe(true);
    expect(nothing(peaksOf(pyramid, 0, 100, 0, 3))).toBe(true);
    expect(nothing(peaksOf(pyramid, 0, Number.NaN, 5, 3))).toBe(true);
    expect(peaksOf(pyramid, 0, 0, 100, 1e9).max).toHaveLength(LIMITS.pixelsPerRequest);
    expect(peaksOf(pyramid, 0, 0, 100, -5).max).toHaveLength(1);
  });
});

describe('peaks of samples', () => {
  test('are exact, one sample a column or many', () => {
    const samples = Float32Array.from([0.5, -0.5, 0.25, 1]);
    expect([...peaksOfSamples(samples, 2).max]).toEqual([0.5, 1]);
    expect([...peaksOfSamples(samples, 2).min]).toEqual([-0.5, 0.25]);
    expect(peaksOfSamples(samples, 2).rms[0]).toBeCloseTo(0.5, 6);
    expect([...peaksOfSamples(samples, 8).max]).toEqual([0.5, 0.5, -0.5, -0.5, 0.25, 0.25, 1, 1]);
    expect(peaksOfSamples(new Float32Array(0), 3).max.every(Number.isNaN)).toBe(true);
  });
});
