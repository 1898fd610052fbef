import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  around,
  densityIn,
  FOLD_SHARE,
  foldScale,
  panFolded,
  shareBetween,
  walk,
  zoomFolded,
} from '../../../renderer/canvas/folds.ts';
import { axisTicks } from '../../../renderer/canvas/time-axis.ts';
import { foldAt, nsPerPx, type Range, toNs, toPx } from '../../../renderer/canvas/time-scale.ts';

const S = 1e9;
const IDLE: readonly Range[] = [{ fromNs: 2 * S, toNs: 62 * S }];
const ALL: Range = { fromNs: 0, toNs: 64 * S };
const scaleOf = (range: Range, idle = IDLE) =>
  foldScale({ ...range, leftPx: 100, widthPx: 1000 }, idle);

/** Idle times in order, with something between them, and a view of some of it. */
const someTimes = fc
  .record({
    steps: fc.array(
      fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 2001, max: 90_000 })),
      {
        maxLength: 12,
      },
    ),
    from: fc.integer({ min: 0, max: 400_000 }),
    wide: fc.integer({ min: 100, max: 900_000 }),
  })
  .map(({ steps, from, wide }) => {
    let at = 0;
    const idle = steps.map(([busy, pause]) => {
      const fromNs = (at + busy) * 1e6;
      at += busy + pause;
      return { fromNs, toNs: at * 1e6 };
    });
    return { idle, range: { fromNs: from * 1e6, toNs: (from + wide) * 1e6 } };
  });

describe('a folded scale', () => {
  test('gives an idle time a small share, and the rest what is left', () => {
    const scale = scaleOf(ALL);
    expect(toPx(scale, 2 * S)).toBeCloseTo(100 + 470, 6);
    expect(toPx(scale, 62 * S)).toBeCloseTo(100 + 470 + 60, 6);
    expect(toPx(scale, 64 * S)).toBeCloseTo(1100, 6);
    expect(nsPerPx(scale)).toBeCloseTo((4 * S) / 940, 3);
    expect(foldAt(scale, 600)?.fold).toEqual(IDLE[0]);
    expect(foldAt(scale, 500)).toBeUndefined();
  });

  test('leaves alone what would not become shorter, and a view of nothing else', () => {
    const hour = { fromNs: 0, toNs: 3600 * S };
    expect(scaleOf(hour).pieces).toBeUndefined();
    expect(scaleOf({ fromNs: 10 * S, toNs: 12 * S }).pieces).toBeUndefined();
  });

  test('goes up everywhere, ends where the view ends, and back again gives the same time', () => {
    fc.assert(
      fc.property(
        someTimes,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2 }),
        (given, shares) => {
          const scale = scaleOf(given.range, given.idle);
          expect(toPx(scale, scale.fromNs)).toBeCloseTo(100, 4);
          expect(toPx(scale, scale.toNs)).toBeCloseTo(1100, 4);
          const widthNs = scale.toNs - scale.fromNs;
          const times = shares.sort((a, b) => a - b).map((share) => scale.fromNs + share * widthNs);
          let lastPx = 99;
          for (const atNs of times) {
            const px = toPx(scale, atNs);
            expect(px).toBeGreaterThanOrEqual(lastPx - 1e-6);
            lastPx = px;
            expect(Math.abs(toNs(scale, px) - atNs)).toBeLessThan(widthNs * 1e-6);
          }
        },
      ),
      { seed: 41 },
    );
  });

  test('has no ticks inside folds', () => {
    const axis = { unit: 'start', zeroNs: 0, startedAtUnixMs: 0 } as const;
    const times = axisTicks(scaleOf(ALL), axis).map(({ atNs }) => atNs / S);
    expect(times).toEqual([0, 1, 2, 62, 63, 64]);
    const day = [{ fromNs: 2 * S, toNs: 86_400 * S }];
    expect(axisTicks(scaleOf({ fromNs: 0, toNs: 86_402 * S }, day), axis).length).toBeLessThan(12);
  });
});

describe('hands on a folded axis', () => {
  test('zoom keeps the time under the pointer, and the density that was asked for', () => {
    fc.assert(
      fc.property(
        someTimes,
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        ({ idle, range }, share) => {
          const scale = scaleOf(range, idle);
          fc.pre(scale.pieces !== undefined);
          const atNs = toNs(scale, 100 + share * 1000);
          const near = zoomFolded(range, idle, atNs, 0.7);
          const after = scaleOf(near, idle);
          fc.pre(after.pieces !== undefined);
          expect(toPx(after, atNs)).toBeCloseTo(100 + share * 1000, 2);
          expect(densityIn(near, idle) * 0.7).toBeCloseTo(densityIn(range, idle), 12);
        },
      ),
      { seed: 42 },
    );
  });

  test('pan moves all by as much, over a fold too', () => {
    const range = { fromNs: 0, toNs: 1.5 * S };
    const density = densityIn(range, IDLE);
    const over = panFolded(range, IDLE, 0.6, ALL);
    expect(over.toNs).toBeGreaterThan(62 * S);
    expect(densityIn(over, IDLE)).toBeCloseTo(density, 15);
    expect(toPx(scaleOf(over), 1.2 * S)).toBeCloseTo(toPx(scaleOf(range), 1.2 * S) - 600, 4);
    const back = panFolded(over, IDLE, -0.6, ALL);
    expect(back.fromNs).toBeCloseTo(0, 0);
    expect(back.toNs).toBeCloseTo(1.5 * S, 0);
  });

  test('something of the capture stays in view', () => {
    const far = panFolded(ALL, IDLE, 50, ALL);
    const density = densityIn(ALL, IDLE);
    expect(shareBetween(far.fromNs, ALL.toNs, density, IDLE)).toBeCloseTo(0.1, 6);
  });

  test('a walk forth and back ends where it began', () => {
    for (const share of [0.1, 0.3, 0.52, 0.9, 3]) {
      const there = walk(1 * S, share, 1 / (2 * S), IDLE);
      expect(walk(there, -share, 1 / (2 * S), IDLE)).toBeCloseTo(1 * S, 0);
      expect(shareBetween(1 * S, there, 1 / (2 * S), IDLE)).toBeCloseTo(share, 9);
    }
    const middle = around(32 * S, 0.5, 1 / (2 * S), IDLE);
    expect(middle.fromNs).toBeCloseTo(2 * S - (0.5 - FOLD_SHARE / 2) * 2 * S, 0);
  });
});
