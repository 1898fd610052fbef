import { expect, test } from 'vitest';
import {
  dragged,
  gripAt,
  handleOf,
  keyed,
  MIN_HANDLE_PX,
  steppedEnd,
} from '../../../renderer/overview/overview-model.ts';

const SCALE = { fromNs: 0, toNs: 10e9, leftPx: 0, widthPx: 1000 };
const RANGE = { fromNs: 2e9, toNs: 4e9 };

test('the handle stands where the visible range is, and never gets too narrow to take', () => {
  expect(handleOf(SCALE, RANGE)).toEqual({ leftPx: 200, widthPx: 200 });
  expect(handleOf(SCALE, { fromNs: 5e9, toNs: 5e9 + 10_000 }).widthPx).toBe(MIN_HANDLE_PX);
  const outside = handleOf(SCALE, { fromNs: 20e9, toNs: 30e9 });
  expect(outside).toEqual({ leftPx: 1000 - MIN_HANDLE_PX, widthPx: MIN_HANDLE_PX });
});

test('a press takes an edge, the handle or nothing', () => {
  const handle = { leftPx: 200, widthPx: 200 };
  expect([198, 203, 300, 398, 404, 500].map((xPx) => gripAt(handle, xPx))).toEqual([
    'from',
    'from',
    'all',
    'to',
    'to',
    'new',
  ]);
});

test('dragging moves, resizes or draws the range, and never turns it round', () => {
  expect(dragged('all', RANGE, 3e9, 4e9)).toEqual({ fromNs: 3e9, toNs: 5e9 });
  expect(dragged('to', RANGE, 4e9, 6e9)).toEqual({ fromNs: 2e9, toNs: 6e9 });
  const squeezed = dragged('from', RANGE, 2e9, 9e9);
  expect(squeezed.fromNs).toBeLessThan(squeezed.toNs);
  expect(dragged('new', RANGE, 8e9, 6e9)).toEqual({ fromNs: 6e9, toNs: 8e9 });
});

test('arrows move the range, with Shift its end, up and down zoom', () => {
  expect(keyed('ArrowRight', false, RANGE, SCALE)).toEqual({ fromNs: 2.2e9, toNs: 4.2e9 });
  expect(keyed('ArrowLeft', true, RANGE, SCALE)).toEqual({ fromNs: 2e9, toNs: 3.8e9 });
  expect(keyed('ArrowUp', false, RANGE, SCALE)).toEqual({ fromNs: 2.3e9, toNs: 3.7e9 });
  expect(keyed('Home', false, RANGE, SCALE)).toEqual({ fromNs: 0, toNs: 2e9 });
  expect(keyed('End', false, RANGE, SCALE)).toEqual({ fromNs: 8e9, toNs: 10e9 });
  expect(keyed('x', false, RANGE, SCALE)).toBeUndefined();
});

test('the end of a live capture goes on in steps', () => {
  const ends = [10.001e9, 10.002e9, 10.02e9].map((toNs) => steppedEnd(0, toNs));
  expect(new Set(ends).size).toBe(1);
  expect(ends[0]).toBeGreaterThanOrEqual(10.02e9);
});
