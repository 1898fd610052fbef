import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dropRedraws, paintWithRedraw, withRedraw } from '../../../renderer/store/redraw.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  dropRedraws();
  vi.useRealTimers();
});

const nextRedraw = () => vi.advanceTimersToNextFrame();

test('what takes long leaves the rest to the redraws after it, in order', () => {
  const done: string[] = [];
  let now = 1000;
  const work = (name: string, ms: number) =>
    withRedraw(() => {
      done.push(name);
      now += ms;
    });
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  work('short', 1);
  work('long', 20);
  work('next', 1);
  expect(done).toEqual([]);
  nextRedraw();
  expect(done).toEqual(['short', 'long']);
  nextRedraw();
  expect(done).toEqual(['short', 'long', 'next']);
});

test('a picture is painted once, in the redraw of the work that asks for it', () => {
  const paint = vi.fn();
  withRedraw(() => {
    paintWithRedraw(paint);
    paintWithRedraw(paint);
  });
  nextRedraw();
  expect(paint).toHaveBeenCalledTimes(1);
  nextRedraw();
  expect(paint).toHaveBeenCalledTimes(1);
});

test('what waits for a host that is gone is dropped', () => {
  const work = vi.fn();
  withRedraw(work);
  dropRedraws();
  nextRedraw();
  expect(work).not.toHaveBeenCalled();
});
