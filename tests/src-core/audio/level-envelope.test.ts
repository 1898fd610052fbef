import fc from 'fast-check';
import { expect, test } from 'vitest';
import { levelBytes, levelsOf } from '../../../src-core/audio/level-envelope.ts';
import { PeakPyramid } from '../../../src-core/audio/peaks.ts';
import { peaksOf } from '../../../src-core/audio/peaks-query.ts';
import { frameBytesOf } from '../../../src-core/spec/formats.ts';
import { countingPcm, formatId, paramsOf } from './audio-rig.ts';

/** A peak is rounded away from zero, by a step of 1/127 at the most; an RMS to the nearest of 255. */
const PEAK_STEP = 1 / 127;
const RMS_STEP = 1 / 255;

test('levels draw the wave that the PCM draws, to their rounding, however the PCM came', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('S16', 'U8', 'S24_3', 'MU_LAW'),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 700 }),
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 12 }),
      (format, channels, start, parts) => {
        const params = paramsOf({ format, channels });
        const [whole, sketch] = [new PeakPyramid(params), new PeakPyramid(params)];
        let at = start;
        for (const frames of parts) {
          const pcm = countingPcm(params, frames);
          whole.append(pcm, at);
          const levels = levelsOf(pcm, params, at, frames);
          expect(levels).toHaveLength(levelBytes(at, frames, channels));
          expect(levels.length).toBeLessThan((pcm.length + 2 * 256 * frameBytesOf(params)) / 32);
          sketch.appendLevels(levels, at, frames);
          at += frames;
        }
        expect([sketch.startFrame, sketch.endFrame]).toEqual([start, at]);
        const columns = Math.ceil(at / 512);
        for (let channel = 0; channel < channels; channel++) {
          const wanted = peaksOf(whole, channel, 0, columns * 512, columns);
          const found = peaksOf(sketch, channel, 0, columns * 512, columns);
          for (let column = 0; column < columns; column++) {
            const at = (of: Float32Array) => of[column] ?? Number.NaN;
            if (Number.isNaN(at(wanted.min))) {
              expect(at(found.min)).toBeNaN();
              continue;
            }
            expect(at(wanted.min) - at(found.min)).toBeGreaterThan(-1e-6);
            expect(at(wanted.min) - at(found.min)).toBeLessThan(PEAK_STEP);
            expect(at(found.max) - at(wanted.max)).toBeGreaterThan(-PEAK_STEP); // 1.0 is 127
            expect(at(found.max) - at(wanted.max)).toBeLessThan(PEAK_STEP);
            expect(Math.abs(at(found.rms) - at(wanted.rms))).toBeLessThan(RMS_STEP);
          }
        }
      },
    ),
    { seed: 11, numRuns: 40 },
  );
});

test('levels that are not as many as the frames, or lie behind what is there, change nothing', () => {
  const params = paramsOf({ format: 'S16', channels: 2 });
  const pyramid = new PeakPyramid(params);
  pyramid.append(countingPcm(params, 600), 0);
  const levels = levelsOf(countingPcm(params, 300), params, 600, 300);
  pyramid.appendLevels(levels.subarray(1), 600, 300);
  pyramid.appendLevels(levels, 600, 2 ** 31);
  pyramid.appendLevels(levels, 599, 300);
  pyramid.appendLevels(new Uint8Array(), 600, 0);
  pyramid.appendLevels(levels, Number.NaN, 300);
  expect(pyramid.endFrame).toBe(600);
  pyramid.appendLevels(levels, 600, 300);
  expect(pyramid.endFrame).toBe(900);
  expect(
    levelsOf(new Uint8Array(64), { format: formatId('IEC958_SUBFRAME'), channels: 2 }, 0, 8),
  ).toHaveLength(0);
});
