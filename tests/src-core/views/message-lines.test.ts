import { expect, test } from 'vitest';
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
