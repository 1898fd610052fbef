import { expect, test } from 'vitest';
import { rowMarks } from '../../../src-core/views/row-marks.ts';
import { demoCapture } from '../analysis/demo-capture.ts';
import { record } from '../capture/sample-capture.ts';

test('each message is marked by the first expression that it passes; one that is none marks nothing', () => {
  const { capture } = record();
  const { marks } = rowMarks(capture, {
    index: [0, 1, 9999, -1, 0.5, 2],
    expressions: ['nonsense ==', 'number == 1', 'queue == tx', 'true'],
  });
  expect([...marks]).toEqual([2, 3, 0, 0, 0, 3]);
});

test('rows that follow each other are marked as each alone', async () => {
  const capture = await demoCapture('bad-chains', 500);
  const { rows } = capture.messages;
  const expressions = ['status != OK', 'queue == control', 'number % 3 == 0'];
  const all = Array.from({ length: rows }, (_, row) => row);
  const index = [...all.filter((row) => row % 5 !== 0), 3, 2, 1];
  const together = rowMarks(capture, { index, expressions });
  const alone = index.map((row) => rowMarks(capture, { index: [row], expressions }).marks[0]);
  expect([...together.marks]).toEqual(alone);
  expect(new Set(together.marks)).toEqual(new Set([0, 1, 2, 3]));
});
