import { expect, test } from 'vitest';
import { SinkLayout } from '../../../src-core/audio/sink-layout.ts';

test('frames behind a gap are heard later by its silence, and back', () => {
  const layout = new SinkLayout([{ atFrame: 960, silentFrames: 480 }], 2400);
  expect(layout.heardFrames).toBe(2880);
  expect([0, 959, 960, 2399].map((own) => layout.heardOf(own))).toEqual([0, 959, 1440, 2879]);
  expect([0, 959, 1440, 2879].map((heard) => layout.ownOf(heard))).toEqual([0, 959, 960, 2399]);
  expect(layout.ownOf(1000)).toBe(960);
  expect([959, 960, 1439, 1440].map((heard) => layout.isSilent(heard))).toEqual([
    ...[false, true, true, false],
  ]);
  expect(layout.piecesIn(900, 1500)).toEqual([
    { fromHeard: 900, toHeard: 960, fromOwn: 900 },
    { fromHeard: 960, toHeard: 1440, fromOwn: -1 },
    { fromHeard: 1440, toHeard: 1500, fromOwn: 960 },
  ]);
});

test('silence may stand before the first frame and behind the last one', () => {
  const gaps = [
    { atFrame: 0, silentFrames: 10 },
    { atFrame: 100, silentFrames: 20 },
  ];
  const layout = new SinkLayout(gaps, 100);
  expect(layout.pieces.map(({ fromOwn }) => fromOwn)).toEqual([-1, 0, -1]);
  expect(layout.heardFrames).toBe(130);
  expect(layout.heardOf(0)).toBe(10);
  expect(layout.ownOf(120)).toBe(100);
});

test('gaps out of their order, out of the run or without silence count for nothing', () => {
  const gaps = [
    { atFrame: 50, silentFrames: 0 },
    { atFrame: 60, silentFrames: 5 },
    { atFrame: 40, silentFrames: 7 },
    { atFrame: 900, silentFrames: 7 },
  ];
  expect(new SinkLayout(gaps, 100).heardFrames).toBe(105);
});
