import { expect, test } from 'vitest';
import { drawFlags, flagAt } from '../../../renderer/marks/draw-flags.ts';
import { DARK } from '../../../renderer/palette.ts';
import { recordingContext } from '../recording-context.ts';

const SCALE = { fromNs: 0, toNs: 1000, leftPx: 100, widthPx: 1000 };
const MARKS = [
  { id: 7, fromNs: 100, toNs: 100, text: 'a point', colour: 0 },
  { id: 3, fromNs: 400, toNs: 600, text: 'an area', colour: 1 },
  { id: 9, fromNs: 5000, toNs: 5000, text: 'far away', colour: 2 },
];

test('each mark in view has a flag with its number, an area a band and two lines', () => {
  const recording = recordingContext();
  drawFlags(recording.ctx, DARK, MARKS, SCALE, 10, 200);
  expect(recording.texts()).toEqual(['1', '2']);
  const boxes = recording.of('fillRect').map(({ args }) => args);
  expect(boxes).toContainEqual([200, 10, 1, 190]);
  expect(boxes).toContainEqual([500, 10, 200, 190]);
  expect(boxes).toContainEqual([700, 10, 1, 190]);
});

test('a flag is found where it is drawn', () => {
  expect(flagAt(MARKS, SCALE, 205)?.id).toBe(7);
  expect(flagAt(MARKS, SCALE, 505)?.id).toBe(3);
  expect(flagAt(MARKS, SCALE, 300)).toBeUndefined();
});
