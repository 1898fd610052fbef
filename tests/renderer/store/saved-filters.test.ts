import { expect, test } from 'vitest';
import { believedFilters, filterWords, withFilter } from '../../../renderer/store/saved-filters.ts';
import { QUEUE_NAMES } from '../../../src-core/spec/sound.ts';

test('a name has one filter, and blank names keep nothing', () => {
  const one = withFilter([], { name: ' slow ', filter: { expression: 'latency > 1P' } });
  expect(one).toEqual([{ name: 'slow', filter: { expression: 'latency > 1P' } }]);
  expect(withFilter(one, { name: 'slow', filter: { problems: true } })).toEqual([
    { name: 'slow', filter: { problems: true } },
  ]);
  expect(withFilter(one, { name: '  ', filter: {} })).toBe(one);
});

test('a filter in words has all its parts', () => {
  const filter = { queues: [2, 3], streamId: 1, problems: true, expression: 'frames == 0' };
  expect(filterWords(filter, QUEUE_NAMES)).toBe('txq, rxq · stream 1 · problems · frames == 0');
});

test('what storage gives is believed as far as it is filters', () => {
  expect(believedFilters(undefined)).toEqual([]);
  expect(believedFilters({ saved: 3 })).toEqual([]);
  const saved = [
    null,
    { name: 'nothing', filter: {} },
    { name: 4, filter: { problems: true } },
    { name: 'good', filter: { queues: ['x'], streamId: 1, problems: 'yes', expression: 'tx' } },
  ];
  expect(believedFilters({ saved })).toEqual([
    { name: 'good', filter: { streamId: 1, expression: 'tx' } },
  ]);
});
