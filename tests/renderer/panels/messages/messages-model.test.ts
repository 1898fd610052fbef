import { describe, expect, test } from 'vitest';
import { lossesIn } from '../../../../renderer/panels/messages/messages-losses.ts';
import {
  isFiltering,
  RowCache,
  toggleProblems,
  toggleQueue,
  toggleStream,
} from '../../../../renderer/panels/messages/messages-model.ts';
import type { GapBand } from '../../../../src-core/contract-gaps.ts';
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

test('what is missing stands before the message that came next, and withheld sound is nothing missing', () => {
  const columns = {
    count: 4,
    poppedNs: Float64Array.of(10, 20, 30, 40),
    index: Float64Array.of(7, 8, 9, 10),
  };
  const gap = { fromNs: 21, toNs: 25, entries: 312, pcmBytes: 0, streamId: -1, why: 'full' };
  const told = (more: Partial<GapBand>) => [
    ...lossesIn(columns, [{ ...gap, kind: 'lost', ...more }]),
  ];
  expect(told({})).toEqual([[9, '▨ 312 entries lost']]);
  expect(told({ toNs: 30 })).toEqual([[9, '▨ 312 entries lost']]);
  expect(told({ kind: 'hole', entries: 0 })).toEqual([[9, '▨ file damaged']]);
  for (const outside of [{ toNs: 5 }, { toNs: 41 }, { kind: 'withheld' as const }]) {
    expect(told(outside)).toEqual([]);
  }
  const both = lossesIn(columns, [
    { ...gap, kind: 'lost' },
    { ...gap, kind: 'let-go', entries: 1 },
  ]);
  expect(both.get(9)).toBe('▨ 312 entries lost, 1 entry let go');
});
