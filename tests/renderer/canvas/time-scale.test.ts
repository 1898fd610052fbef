import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  digitsFor,
  fitRange,
  formatClock,
  formatDuration,
  formatTime,
  keepNear,
  MIN_RANGE_NS,
  niceStep,
  ticks,
  toNs,
  toPx,
  zoomAt,
} from '../../../renderer/canvas/time-scale.ts';

const plain = (text: string) => text.replaceAll('\u2009', ' ');

describe('times in words', () => {
  test('are grouped in threes behind the point', () => {
    expect(plain(formatTime(12_345_678_901))).toBe('12.345 678 901 s');
    expect(plain(formatTime(12_345_678_901, 3))).toBe('12.346 s');
    expect(plain(formatTime(1e9, 0))).toBe('1 s');
    expect(plain(formatTime(-1_500_000, 6))).toBe('−0.001 500 s');
  });

  test('have the unit that suits and three digits', () => {
    const said = [0, 17, 1234, 99_960, 7_812_345, 148e6, 999_600_000, 1.25e9, 130e9].map((ns) =>
      plain(formatDuration(ns)),
    );
    expect(said).toEqual([
      ...['0', '17 ns', '1.23 µs', '100 µs', '7.81 ms', '148 ms', '1.00 s', '1.25 s'],
      '00:02:10.000',
    ]);
    expect(formatDuration(Number.NaN)).toBe('–');
  });

  test('count hours on a clock', () => {
    expect(formatClock(45_296_789e6)).toBe('12:34:56.789');
  });
});

describe('ticks', () => {
  test('stand at round times, far enough apart, and none before the capture', () => {
    const scale = { fromNs: -1e9, toNs: 9e9, leftPx: 100, widthPx: 1000 };
    const list = ticks(scale, 96);
    expect(list.map(({ atNs }) => atNs / 1e9)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(plain(list[1]?.label ?? '')).toBe('1 s');
  });

  test('print only the digits that their step needs', () => {
    expect([1e9, 5e8, 1e6, 2e5, 1].map(digitsFor)).toEqual([0, 1, 3, 4, 9]);
  });

  test('have steps of 1, 2 or 5 that are never too small', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e14, noNaN: true }), (least) => {
        const step = niceStep(least);
        expect(step).toBeGreaterThanOrEqual(least);
        expect(step).toBeLessThanOrEqual(least * 2.5 + 1);
        expect([1, 2, 5]).toContain(Number(step.toPrecision(1)[0]));
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

const ranges = fc
  .tuple(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 1e5, max: 1e12 }))
  .map(([fromNs, widthNs]) => ({ fromNs, toNs: fromNs + widthNs }));

describe('a scale', () => {
  test('turns times into pixels and back', () => {
    fc.assert(
      fc.property(ranges, fc.double({ min: 0, max: 1, noNaN: true }), (range, share) => {
        const scale = { ...range, leftPx: 50, widthPx: 900 };
        const atNs = range.fromNs + share * (range.toNs - range.fromNs);
        const back = toNs(scale, toPx(scale, atNs));
        expect(Math.abs(back - atNs)).toBeLessThan(1 + (range.toNs - range.fromNs) * 1e-9);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('keeps the time under the pointer where it is while zooming', () => {
    fc.assert(
      fc.property(ranges, fc.double({ min: 0.1, max: 10, noNaN: true }), (range, factor) => {
        const atNs = range.fromNs + (range.toNs - range.fromNs) * 0.3;
        const before = toPx({ ...range, leftPx: 0, widthPx: 1000 }, atNs);
        const zoomed = zoomAt(range, atNs, factor);
        expect(toPx({ ...zoomed, leftPx: 0, widthPx: 1000 }, atNs)).toBeCloseTo(before, 3);
        expect(zoomed.toNs - zoomed.fromNs).toBeGreaterThanOrEqual(MIN_RANGE_NS * 0.999);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('cannot be panned away from the capture', () => {
    const bounds = { fromNs: 0, toNs: 10e9 };
    const far = keepNear({ fromNs: 500e9, toNs: 502e9 }, bounds);
    expect(far.fromNs).toBeLessThan(bounds.toNs);
    const before = keepNear({ fromNs: -500e9, toNs: -498e9 }, bounds);
    expect(before.toNs).toBeGreaterThan(bounds.fromNs);
    expect(keepNear({ fromNs: 1e9, toNs: 2e9 }, bounds)).toEqual({ fromNs: 1e9, toNs: 2e9 });
  });

  test('fits a capture with room on both sides', () => {
    const range = fitRange({ fromNs: 0, toNs: 1e9 });
    expect(range.fromNs).toBeLessThan(0);
    expect(range.toNs).toBeGreaterThan(1e9);
  });
});
