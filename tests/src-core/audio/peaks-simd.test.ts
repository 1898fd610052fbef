import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHUNK_BLOCKS, PeakPyramid } from '../../../src-core/audio/peaks.ts';
import { makeSimdScan, simdScanFor } from '../../../src-core/audio/peaks-simd.ts';
import { formatId, paramsOf } from './audio-rig.ts';

const STEREO = { format: formatId('S16'), channels: 2 };

/** Words from a seed, with the ends of the range often among them. */
function noise(frames: number, seed: number): Uint8Array {
  let state = seed + 1;
  const words = Int16Array.from({ length: 2 * frames }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const kind = (state >>> 8) % 7;
    return kind === 0 ? -32_768 : kind === 1 ? 32_767 : state >> 16;
  });
  return new Uint8Array(words.buffer);
}

function bothForms(pcm: Uint8Array, parts: readonly number[]): PeakPyramid[] {
  return [true, false].map((vectors) => {
    const pyramid = new PeakPyramid(STEREO, vectors);
    let at = 0;
    for (const part of parts) {
      pyramid.append(pcm.subarray(4 * at, 4 * (at + part)), at);
      at += part;
    }
    return pyramid;
  });
}

/** Extremes are the same; a sum that came in parts may be rounded elsewhere. */
function expectSame(vectors: PeakPyramid | undefined, plain: PeakPyramid | undefined): void {
  expect(vectors?.endFrame).toBe(plain?.endFrame);
  expect(vectors?.levels.length).toBe(plain?.levels.length);
  plain?.levels.forEach((level, place) => {
    const other = vectors?.levels[place];
    expect([...(other?.keys() ?? [])]).toEqual([...level.keys()]);
    for (const [number, { min, max, sumOfSquares }] of level) {
      const found = other?.get(number);
      expect([found?.min, found?.max]).toEqual([min, max]);
      sumOfSquares.forEach((sum, at) => {
        const off = Math.abs((found?.sumOfSquares[at] ?? Number.NaN) - sum);
        expect(off).toBeLessThanOrEqual(sum * 1e-6);
      });
    }
  });
}

describe('peaks by vectors', () => {
  test('are there in this host', () => {
    expect(makeSimdScan()).toBeDefined();
    expect(simdScanFor(paramsOf({ format: 'S16', channels: 1 }))).toBeUndefined();
    expect(simdScanFor(paramsOf({ format: 'S32', channels: 2 }))).toBeUndefined();
  });

  test('are those of the plain loops, however the PCM comes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 12 }),
        (seed, parts) => {
          const frames = parts.reduce((sum, part) => sum + part, 0);
          const [vectors, plain] = bothForms(noise(frames, seed), parts);
          expectSame(vectors, plain);
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });

  test('go on from chunk to chunk when much comes at once', () => {
    const frames = 256 * (CHUNK_BLOCKS + 3) + 77;
    const [vectors, plain] = bothForms(noise(frames, 3), [frames]);
    expectSame(vectors, plain);
  });

  test('of the lowest words everywhere have full power, not an overflow', () => {
    const pcm = new Uint8Array(new Int16Array(2 * 1024).fill(-32_768).buffer);
    const [vectors] = bothForms(pcm, [1024]);
    const chunk = vectors?.levels[0]?.get(0);
    expect([chunk?.min[0], chunk?.max[1], chunk?.sumOfSquares[0]]).toEqual([-1, -1, 256]);
  });
});
