import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Pacer, paceOf } from '../../../src-core/audio/pacer.ts';
import { type Clock, ManualClock } from '../../../src-core/clock.ts';
import { RATES_HZ } from '../../../src-core/spec/formats.ts';
import { NS_PER_MS, NS_PER_S } from '../../../src-core/units.ts';
import { paramsOf, type StreamWords } from './audio-rig.ts';

interface Call {
  readonly atNs: number;
  readonly frames: number;
}

function record(
  clock: Clock,
  words: StreamWords,
): { pacer: Pacer; calls: Call[]; skips: number[] } {
  const calls: Call[] = [];
  const skips: number[] = [];
  const pacer = new Pacer(
    clock,
    paceOf(paramsOf(words)),
    (frames) => calls.push({ atNs: clock.nowNs(), frames }),
    () => skips.push(clock.nowNs()),
  );
  return { pacer, calls, skips };
}

/** A clock whose timers fire when the test says, as late as it likes. */
class LateClock implements Clock {
  ns = 0;
  due: (() => void) | undefined;

  nowNs(): number {
    return this.ns;
  }

  at(_atNs: number, run: () => void): () => void {
    this.due = run;
    return () => {
      this.due = undefined;
    };
  }

  fireAt(ns: number): void {
    this.ns = ns;
    this.due?.();
  }
}

describe('the pacer', () => {
  test('asks for one period at each period boundary after START', () => {
    const clock = new ManualClock();
    clock.advance(12_345);
    const { pacer, calls } = record(clock, { periodFrames: 480 });
    pacer.start();
    clock.advance(35 * NS_PER_MS);
    expect(calls).toEqual([
      { atNs: 12_345 + 10 * NS_PER_MS, frames: 480 },
      { atNs: 12_345 + 20 * NS_PER_MS, frames: 480 },
      { atNs: 12_345 + 30 * NS_PER_MS, frames: 480 },
    ]);
  });

  test('asks for exactly the frames that have elapsed, at any rate, after ten minutes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...RATES_HZ),
        fc.integer({ min: 300, max: 30_000 }),
        (rateHz, periodFrames) => {
          const clock = new ManualClock();
          const { pacer, calls } = record(clock, { rateHz, periodFrames });
          pacer.start();
          clock.advance(600 * NS_PER_S);
          const asked = calls.reduce((sum, call) => sum + call.frames, 0);
          const behind = 600 * rateHz - asked;
          expect(behind).toBeGreaterThanOrEqual(0);
          expect(behind).toBeLessThan(Math.max(periodFrames, rateHz / 500));
        },
      ),
      { seed: 25, numRuns: 12 },
    );
  });

  test('takes periods shorter than a millisecond several at a time', () => {
    const clock = new ManualClock();
    const { pacer, calls } = record(clock, { periodFrames: 1 });
    pacer.start();
    clock.advance(10 * NS_PER_MS);
    expect(calls.map((call) => call.frames)).toEqual(new Array(10).fill(48));
  });

  test('takes a long period in equal parts that end on its boundary', () => {
    const clock = new ManualClock();
    const { pacer, calls } = record(clock, { periodFrames: 48_001 });
    pacer.start();
    clock.advance(2001 * NS_PER_MS);
    expect(calls).toHaveLength(10);
    const firstPeriod = calls.slice(0, 5).reduce((sum, call) => sum + call.frames, 0);
    expect(firstPeriod).toBe(48_001);
    expect(calls[4]?.atNs).toBeCloseTo((48_001 / 48_000) * NS_PER_S, 0);
  });

  test('catches up with all that a late clock missed, once, and stays on its boundaries', () => {
    const clock = new LateClock();
    const { pacer, calls, skips } = record(clock, { periodFrames: 480 });
    pacer.start();
    clock.fireAt(33 * NS_PER_MS);
    clock.fireAt(40 * NS_PER_MS);
    expect(calls.map((call) => call.frames)).toEqual([1440, 480]);
    expect(skips).toEqual([]);
  });

  test('gives up on time that is more than a buffer ago, and says so', () => {
    const clock = new LateClock();
    const { pacer, calls, skips } = record(clock, { periodFrames: 480, periods: 4 });
    pacer.start();
    clock.fireAt(3600 * NS_PER_S);
    clock.fireAt(3600 * NS_PER_S + 10 * NS_PER_MS);
    expect(calls.map((call) => call.frames)).toEqual([1920, 480]);
    expect(skips).toHaveLength(1);
  });

  test('stops at once, also from within its own call, and starts over from the new START', () => {
    const clock = new ManualClock();
    const { pacer, calls } = record(clock, { periodFrames: 480 });
    pacer.start();
    clock.advance(15 * NS_PER_MS);
    pacer.stop();
    clock.advance(100 * NS_PER_MS);
    pacer.start();
    clock.advance(12 * NS_PER_MS);
    expect(calls.map((call) => call.atNs / NS_PER_MS)).toEqual([10, 125]);
    const once = new Pacer(clock, paceOf(paramsOf()), () => once.stop());
    once.start();
    clock.advance(NS_PER_S);
    expect(once.isRunning).toBe(false);
  });

  test('has a pace for parameters that make no sense', () => {
    const pace = paceOf({
      format: 200,
      rate: 99,
      channels: 0,
      bufferBytes: 0,
      periodBytes: 0,
      features: 0,
    });
    expect(pace).toEqual({ rateHz: 48_000, cycleFrames: 48, stepsPerCycle: 1, longestCatchUp: 48 });
  });
});
