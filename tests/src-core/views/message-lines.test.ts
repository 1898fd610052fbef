import { expect, test } from 'vitest';
import { FIELD_NAMES, fieldNamed } from '../../../src-core/analysis/fields.ts';
import { compileFilter } from '../../../src-core/analysis/filter.ts';
import { isProblem } from '../../../src-core/analysis/filter-problem.ts';
import { RowScan } from '../../../src-core/analysis/row-scan.ts';
import { cellFilters } from '../../../src-core/views/message-cells.ts';
import { messageLines } from '../../../src-core/views/message-lines.ts';
import { record } from '../capture/sample-capture.ts';

test('chosen messages are what ringside read prints of them, with added fields behind', () => {
  const { capture } = record();
  const { text } = messageLines(capture, {
    ...{ indexes: [2, 0, 99, -1], format: 'tsv' },
    fields: ['payload_bytes', 'queue', 'nonsense'],
  });
  const [heading = '', ...lines] = text.slice(0, -1).split('\n');
  expect(heading.split('\t').slice(0, 3)).toEqual(['number', 'time', 'queue']);
  expect(heading.split('\t').filter((name) => name === 'queue')).toHaveLength(1);
  expect(lines.map((line) => line.split('\t')[2])).toEqual(['tx', 'control']);
  expect(new Set([heading, ...lines].map((line) => line.split('\t').length)).size).toBe(1);
});

test('as JSON each line is a message, without what it does not have', () => {
  const { capture } = record();
  const { text } = messageLines(capture, { indexes: [0], format: 'jsonl', fields: [] });
  const told = JSON.parse(text) as Record<string, unknown>;
  expect(told).toMatchObject({ queue: 'control', code: 'PCM_SET_PARAMS', status: 'OK' });
  expect('latency_bytes' in told).toBe(false);
});

const { capture: kept } = record();

/** Rows that a filter lets through. */
function passing(text: string): number[] {
  const capture = kept;
  const filter = compileFilter(text);
  if (isProblem(filter)) throw new Error(`${text}: ${filter.message}`);
  const rows: number[] = [];
  new RowScan(capture, [], filter).scan(0, capture.messages.rows, ({ row }) => {
    rows.push(row);
    return true;
  });
  return rows;
}

test('what a message has in any field is a filter that it passes', () => {
  const { capture } = record();
  for (let index = 0; index < capture.messages.rows; index++) {
    const filters = cellFilters(capture, index, FIELD_NAMES);
    expect(filters).toHaveLength(FIELD_NAMES.length);
    for (const filter of filters) {
      for (const text of Object.values(filter ?? {})) expect(passing(text), text).toContain(index);
    }
  }
  expect(fieldNamed('latency')?.kind).toBe('number');
  const [queue, latency, nothing] = cellFilters(capture, 2, ['queue', 'latency', 'nonsense']);
  expect(queue).toEqual({ equal: 'queue == tx' });
  expect(latency?.atLeast).toMatch(/^latency >= \d+ns$/);
  expect([nothing, cellFilters(capture, 99, ['queue'])]).toEqual([null, [null]]);
});

test('chosen messages are named by a filter, which finds exactly them', () => {
  const { capture } = record();
  const named = (indexes: number[]) =>
    messageLines(capture, { indexes, format: 'filter', fields: [] }).text;
  expect(named([2])).toMatch(/^number == \d+$/);
  expect(passing(named([2]))).toEqual([2]);
  expect(passing(named([0, 2, 99]))).toEqual([0, 2]);
});
