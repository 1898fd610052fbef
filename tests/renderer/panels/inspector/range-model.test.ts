import { describe, expect, test } from 'vitest';
import { percentile, statisticsOf } from '../../../../renderer/panels/inspector/range-model.ts';
import { TXQ } from '../../../../src-core/spec/sound.ts';
import { columnsOf, messageRow } from '../../message-fixture.ts';

describe('statistics of an area', () => {
  test('give count, extremes and percentiles of every stage that occurred', () => {
    const rows = Array.from({ length: 100 }, (_, n) =>
      messageRow({ index: n, kickNs: 0, poppedNs: n + 1, firstNs: 200, lastNs: 200, usedNs: 300 }),
    );
    const [posted, ...others] = statisticsOf(columnsOf(rows), TXQ);
    expect(posted).toMatchObject({
      ...{ id: 'pop', count: 100, minNs: 1, p50Ns: 50, p95Ns: 95, maxNs: 100 },
    });
    expect(others.map(({ id }) => id)).toEqual(['wait', 'sink', 'complete', 'total']);
  });

  test('leave messages of other queues and stages that still last out', () => {
    const rows = [messageRow({ queue: 3, poppedNs: 1, usedNs: 2 }), messageRow({ poppedNs: 5 })];
    expect(statisticsOf(columnsOf(rows), TXQ)).toEqual([]);
  });

  test('have percentiles that are values which occurred', () => {
    const sorted = Float64Array.of(1, 2, 3, 4);
    expect([0, 0.5, 0.95, 1].map((share) => percentile(sorted, share))).toEqual([1, 2, 4, 4]);
    expect(percentile(new Float64Array(), 0.5)).toBeNaN();
  });
});
