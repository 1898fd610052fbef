import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  columnTemplate,
  fittingColumns,
  leastWidthPx,
} from '../../../renderer/ui/fitting-columns.ts';
import {
  clampTop,
  lastTop,
  revealTop,
  rowForKey,
  rowsPerThumbPx,
  shownRows,
  thumbOf,
} from '../../../renderer/ui/table-scroll.ts';

const view = (rowCount: number) => ({ rowCount, heightPx: 440, rowPx: 22 });

describe('the position of a table', () => {
  test('shows the last row wholly at the end, of ten million too', () => {
    const huge = view(10_000_000);
    expect(lastTop(huge)).toBe(10_000_000 - 20);
    expect(shownRows(huge, lastTop(huge))).toEqual({ first: 9_999_980, count: 20 });
  });

  test('never shows a row that is not there', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000_000),
        fc.double({ min: -1e8, max: 1e8, noNaN: true }),
        (rowCount, top) => {
          const { first, count } = shownRows(view(rowCount), clampTop(view(rowCount), top));
          expect(first).toBeGreaterThanOrEqual(0);
          expect(first + count).toBeLessThanOrEqual(rowCount);
          expect(count).toBeLessThanOrEqual(22);
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });

  test('moves as little as needed to show a row', () => {
    const table = view(1000);
    expect(revealTop(table, 100, 105)).toBe(100);
    expect(revealTop(table, 100, 99)).toBe(99);
    expect(revealTop(table, 100, 120)).toBe(101);
    expect(revealTop(table, 100, 500, true)).toBe(490);
    expect(revealTop(table, 100, 999)).toBe(980);
  });

  test('has a thumb that stays large enough to grab and reaches both ends', () => {
    const huge = view(10_000_000);
    const top = thumbOf(huge, 0);
    const end = thumbOf(huge, lastTop(huge));
    expect(top?.topPx).toBe(0);
    expect((end?.topPx ?? 0) + (end?.heightPx ?? 0)).toBeCloseTo(440);
    expect(top?.heightPx).toBeGreaterThanOrEqual(24);
    expect(rowsPerThumbPx(huge)).toBeGreaterThan(20_000);
    expect(thumbOf(view(20), 0)).toBeUndefined();
  });

  test('goes by keys, and stops at the ends', () => {
    const table = view(100);
    expect(rowForKey(table, 'ArrowDown', 5)).toBe(6);
    expect(rowForKey(table, 'PageDown', 90)).toBe(99);
    expect(rowForKey(table, 'PageUp', 90)).toBe(71);
    expect(rowForKey(table, 'Home', 90)).toBe(0);
    expect(rowForKey(table, 'x', 90)).toBeUndefined();
    expect(rowForKey(view(0), 'ArrowDown', -1)).toBeUndefined();
  });
});

describe('columns that fit', () => {
  const COLUMNS = [
    { id: 'kept', widthPx: 100 },
    { id: 'first', widthPx: 80, yields: 1 },
    { id: 'second', widthPx: 90, leastPx: 60, yields: 2 },
    { id: 'grows', widthPx: 50, grows: true },
  ];
  const at = (roomPx: number) => fittingColumns(COLUMNS, roomPx).shown.map(({ id }) => id);

  test('are all where there is room, narrowed before one is left out', () => {
    expect(at(320)).toEqual(['kept', 'first', 'second', 'grows']);
    expect(at(290)).toEqual(['kept', 'first', 'second', 'grows']);
    expect(at(0)).toHaveLength(4);
    expect(columnTemplate(COLUMNS)).toBe('100px 80px minmax(60px, 90px) minmax(50px, 1fr)');
  });

  test('are left out one after the other, those that must stay never', () => {
    expect(at(289)).toEqual(['kept', 'second', 'grows']);
    expect(at(209)).toEqual(['kept', 'grows']);
    expect(at(10)).toEqual(['kept', 'grows']);
    expect(fittingColumns(COLUMNS, 10).leftOut.map(({ id }) => id)).toEqual(['first', 'second']);
    expect(leastWidthPx(COLUMNS)).toBe(290);
  });
});
