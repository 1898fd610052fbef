import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BLOCK_ROWS, BLOCK_WORDS } from '../../../src-core/analysis/column-scan.ts';
import { FilteredRows, filterText } from '../../../src-core/views/filtered-rows.ts';
import { RowSet } from '../../../src-core/views/row-set.ts';
import { demoCapture } from '../analysis/demo-capture.ts';
import { run, startHost } from '../host-harness.ts';

test('a filter that grows with a live session ends as one that looks at the end only', async () => {
  const { clock, client, host } = startHost();
  await client.call('startDemo', { scenario: 'bad-chains', seed: 3 });
  const expressions = [
    'returned',
    'status != OK',
    'latency > 20ms',
    'has(finding)',
    '!returned',
    'has(time.interrupt)',
  ];
  for (let step = 0; step < 60; step++) {
    run(clock, 20);
    for (const expression of expressions) {
      await client.call('messages', { first: 0, count: 10, filter: { expression } });
    }
  }
  await client.call('stopSession', {});
  for (const expression of expressions) {
    const live = await client.call('messages', { first: 0, count: 10_000, filter: { expression } });
    const fresh = await client.call('messages', {
      ...{ first: 0, count: 10_000 },
      filter: { expression: `${expression} && true` },
    });
    expect([...live.index], expression).toEqual([...fresh.index]);
    expect(live.total).toBe(live.index.length);
  }
  host.stop();
});

test('a filter that is stopped keeps what it found, and goes on when it may', async () => {
  const capture = await demoCapture('bad-chains', 1200);
  const rows = new FilteredRows(capture, { expression: 'queue == tx' });
  rows.extend(40);
  rows.isStopped = true;
  const found = rows.count;
  expect(rows.extend(1000)).toBe(false);
  expect(rows.state()).toMatchObject({ isStopped: true, looked: 40, matches: found });
  rows.isStopped = false;
  while (rows.extend(1000));
  expect(rows.looked).toBe(capture.messages.rows);
  expect(rows.count).toBeGreaterThan(found);
});

test('every part of a filter restricts, and places are found again', async () => {
  const capture = await demoCapture('bad-chains', 1200);
  const filter = { queues: [2], streamId: 0, problems: true, expression: 'frames == 0' };
  expect(filterText(filter)).toBe('queue in {txq} && stream == 0 && problem && (frames == 0)');
  const rows = new FilteredRows(capture, filter);
  while (rows.extend(7));
  const all = Array.from({ length: capture.messages.rows }, (_, row) => row).filter(
    (row) =>
      capture.messages.queue.get(row) === 2 &&
      capture.messages.streamId.get(row) === 0 &&
      capture.messages.hasProblem(row) &&
      capture.messages.frames.get(row) === 0,
  );
  expect([...rows.rowsFrom(0, 1000)]).toEqual(all);
  expect(all.length).toBeGreaterThan(0);
  all.forEach((row, place) => {
    expect(rows.placeOf(row)).toBe(place);
    expect([...rows.rowsFrom(place, 1)]).toEqual([row]);
  });
  expect(rows.placeOf((all[0] ?? 0) - 1)).toBe(-1);
});

test('a filter that is none lets nothing through and says where it is wrong', async () => {
  const capture = await demoCapture('clean', 200);
  const rows = new FilteredRows(capture, { queues: [2], expression: 'quee == tx' });
  expect(rows.extend(1000)).toBe(false);
  expect(rows.count).toBe(0);
  expect(rows.state().mistake).toMatchObject({ from: 0, to: 4, suggestion: 'queue == tx' });
});

test('a filter that finds nothing says which term removed everything', async () => {
  const capture = await demoCapture('clean', 400);
  const rows = new FilteredRows(capture, {
    queues: [2],
    expression: 'stream == 0 && latency > 60s',
  });
  while (rows.extend(1000));
  expect(rows.state()).toMatchObject({ matches: 0, emptiedBy: 'latency > 60s' });
  const whole = new FilteredRows(capture, { expression: 'queue == tx' });
  while (whole.extend(1000));
  expect(whole.state()).not.toHaveProperty('emptiedBy');
});

test('a set of rows keeps what a list would', () => {
  const step = fc.tuple(fc.nat(120), fc.boolean());
  fc.assert(
    fc.property(fc.array(fc.nat(90), { maxLength: 9 }), fc.array(step), (lengths, changes) => {
      const set = new RowSet();
      const list = new Set<number>();
      let at = BLOCK_ROWS - 150;
      const bits = new Int32Array(BLOCK_WORDS);
      for (const length of lengths) {
        const count = Math.min(length, BLOCK_ROWS - (at % BLOCK_ROWS));
        bits.fill(0);
        for (let place = 0; place < count; place += 3) {
          bits[place >> 5] = (bits[place >> 5] ?? 0) | (1 << (place & 31));
          list.add(at + place);
        }
        set.take(at, count, bits);
        at += count;
      }
      for (const [back, isIn] of changes) {
        const row = at - back;
        set.set(row, isIn);
        if (isIn) list.add(row);
        else list.delete(row);
      }
      const sorted = [...list].sort((one, other) => one - other);
      expect(set.count).toBe(sorted.length);
      expect([...set.rowsFrom(0, 1e6)]).toEqual(sorted);
      expect([...set.rowsFrom(3, 4)]).toEqual(sorted.slice(3, 7));
      for (const row of sorted) expect(sorted[set.placeOf(row)]).toBe(row);
    }),
    { seed: 25, numRuns: 200 },
  );
});
