import { expect, test } from 'vitest';
import { asShown, heardIn } from '../../../../renderer/audio/shown-run.ts';
import { marksAt, nextMark } from '../../../../renderer/panels/waveform/waveform-draw-content.ts';
import {
  joinPeaks,
  referenceText,
  toDb,
  VERSIONS,
  versionLanes,
  whyNot,
} from '../../../../renderer/panels/waveform/waveform-versions.ts';
import { trackOf } from './track-fixture.ts';

const columns = (value: number) => {
  const values = Float32Array.of(value);
  return { min: values, max: values, rms: values };
};
const peaks = (fromFrame: number, ...values: number[]) => ({
  fromFrame,
  frames: 1,
  columns: 1,
  channels: values.map(columns),
});

test('lanes of a reference and of what differs from it follow those of the run', () => {
  const titles = (extra: readonly ('reference' | 'against')[]) =>
    versionLanes(2, extra, 400).map(({ title, channel }) => `${channel} ${title}`);
  expect(titles([])).toEqual(['0 FL', '1 FR']);
  expect(titles(['reference', 'against'])).toEqual([
    '0 FL',
    '1 FR',
    '2 FL ref',
    '3 FR ref',
    '4 FL Δ',
    '5 FR Δ',
  ]);
});

test('an answer to another question leaves its lanes empty', () => {
  const joined = joinPeaks(peaks(5, 1, 2), [peaks(5, 3, 4), peaks(6, 5, 6)], 2);
  expect(joined?.channels.map(({ max }) => max[0])).toEqual([1, 2, 3, 4, undefined, undefined]);
  expect(joinPeaks(undefined, [peaks(5, 1)], 1)).toBeUndefined();
});

test('decibels keep the sign; what is below the range is the middle', () => {
  expect([1, -1, 0.001, -0.001, 0].map(toDb)).toEqual([1, -1, 0, -0, 0]);
  expect(toDb(0.1)).toBeCloseTo(2 / 3);
  expect(toDb(Number.NaN)).toBeNaN();
});

test('marks are stepped through round about, and found near the pointer', () => {
  const mark = (fromFrame: number) =>
    ({ kind: 'clipping', fromFrame, frames: 10, detail: '' }) as const;
  const marks = [mark(100), mark(500)];
  expect(nextMark(marks, 100, 1)?.fromFrame).toBe(500);
  expect(nextMark(marks, 500, 1)?.fromFrame).toBe(100);
  expect(nextMark(marks, 500, -1)?.fromFrame).toBe(100);
  expect(nextMark([], 0, 1)).toBeUndefined();
  expect(marksAt(marks, 112, 5)).toEqual([mark(100)]);
  expect(marksAt(marks, 300, 5)).toEqual([]);
});

test('a verdict is told with its class in words', () => {
  const verdict = {
    verdict: 'different',
    sentence: 'different from frame 7 on: 3 frames were dropped',
    referenceFrames: 10,
    heardFrames: 7,
    leadingFrames: 0,
    trailingFrames: 0,
    difference: { frame: 7, heardFrame: 8, class: 'dropped-block', detail: '' },
  } as const;
  expect(referenceText({ id: 1, track: 0, name: 'a.wav', verdict })).toEqual({
    text: 'a.wav — dropped block: different from frame 7 on: 3 frames were dropped',
    tone: 'bad',
    frame: 8,
  });
});

test('a version that is not known of a run is shown as consumed, and says why', () => {
  const known = trackOf({ frames: 1000, heardFrames: 1480 });
  const unknown = trackOf({ sinkUnknown: 'not seen' });
  const heard = asShown(known, 'sink', 0);
  expect([heard.version, heard.frames, heardIn(heard)]).toEqual(['sink', 1480, { heard: true }]);
  expect(asShown(unknown, 'sink', 0).version).toBe('consumed');
  expect(asShown(known, 'late', undefined).version).toBe('consumed');
  expect(asShown(known, 'late', 2)).toMatchObject({ version: 'late', frames: 1000 });
  const reasons = VERSIONS.map((one) => whyNot(one, unknown, undefined)?.slice(0, 8));
  expect(reasons).toEqual([undefined, 'What was', 'not seen', 'What was']);
  expect(VERSIONS.map((one) => whyNot(one, known, 0)).every((why) => why === undefined)).toBe(true);
});
