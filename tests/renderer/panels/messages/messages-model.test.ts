import { describe, expect, test } from 'vitest';
import {
  isFiltering,
  RowCache,
  toggleProblems,
  toggleQueue,
  toggleStream,
} from '../../../../renderer/panels/messages/messages-model.ts';
import { columnsOf, messageRow } from '../../message-fixture.ts';

describe('the row cache', () => {
  const rows = [10, 20, 45].map((poppedNs, index) => messageRow({ index: index + 5, poppedNs }));

  test('gives the same object for a row in which nothing has changed', () => {
    const cache = new RowCache();
    cache.take(columnsOf(rows, 5));
    const before = cache.at(6);
    cache.take(
      columnsOf(
        rows.map((row, at) => (at === 2 ? { ...row, usedNs: 60 } : row)),
        5,
      ),
    );
    expect(cache.at(6)).toBe(before);
    expect(cache.at(7)?.usedNs).toBe(60);
  });

  test('knows the time since the row above, and nothing outside of its slice', () => {
    const cache = new RowCache();
    expect(cache.at(5)).toBeUndefined();
    cache.take(columnsOf(rows, 5));
    expect(cache.at(7)?.sinceNs).toBe(25);
    expect(cache.at(5)?.sinceNs).toBeNaN();
    expect(cache.at(4)).toBeUndefined();
    expect(cache.at(8)).toBeUndefined();
  });
});

describe('the filter', () => {
  test('toggles queues, one stream and problems; all queues are the same as none', () => {
    expect(toggleQueue({}, 2)).toEqual({ queues: [2] });
    expect(toggleQueue({ queues: [2] }, 0)).toEqual({ queues: [0, 2] });
    expect(toggleQueue({ queues: [2] }, 2)).toEqual({});
    expect(toggleQueue({ queues: [0, 1, 2] }, 3)).toEqual({});
    expect(toggleStream({ problems: true }, 1)).toEqual({ problems: true, streamId: 1 });
    expect(toggleStream({ streamId: 1 }, 1)).toEqual({});
    expect(toggleProblems(toggleProblems({}))).toEqual({});
    expect([isFiltering({}), isFiltering({ streamId: 0 })]).toEqual([false, true]);
  });
});
