import { expect, test } from 'vitest';
import { NullSink } from '../../../src-core/audio/null-sink.ts';
import { PacedSink } from '../../../src-core/audio/paced-sink.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import type { SinkPace } from '../../../src-core/stalls.ts';
import { NS_PER_S } from '../../../src-core/units.ts';

/** S16, stereo, 48 kHz; periods of 10 ms, four of them. */
const PARAMS = {
  format: 5,
  rate: 7,
  channels: 2,
  periodBytes: 1920,
  bufferBytes: 7680,
  features: 0,
};

/** Frames that were asked for, second by second. */
function askedBySecond(plan: SinkPace, seconds: number): number[] {
  const clock = new ManualClock();
  const sink = new PacedSink(new NullSink(clock), clock, plan);
  let frames = 0;
  const stream = sink.open({ streamId: 0, run: 0, params: PARAMS }, (asked) => {
    frames += asked;
    return new Uint8Array(asked * 4);
  });
  stream.start();
  const told = Array.from({ length: seconds }, () => {
    const before = frames;
    clock.advance(NS_PER_S);
    return frames - before;
  });
  stream.stop();
  clock.advance(NS_PER_S);
  expect(told.reduce((sum, one) => sum + one, 0)).toBe(frames);
  stream.close();
  return told;
}

test('a sink that drifts takes its share less of every second', () => {
  const told = askedBySecond({ kind: 'drift', ppm: -200 }, 100);
  const frames = told.reduce((sum, one) => sum + one, 0);
  expect(Math.abs(frames - 4_800_000 * (1 - 200e-6))).toBeLessThanOrEqual(480);
});

test('a sink with slow stretches takes a share of real time in them', () => {
  const plan = { kind: 'slow-stretches', everyNs: 4 * NS_PER_S, lastsNs: NS_PER_S } as const;
  const told = askedBySecond({ ...plan, share: 1 / 4 }, 8);
  for (const second of [0, 1, 2, 4, 5, 6]) expect(told[second]).toBeCloseTo(48_000, -3);
  for (const second of [3, 7]) expect(told[second]).toBeCloseTo(12_000, -3);
});
