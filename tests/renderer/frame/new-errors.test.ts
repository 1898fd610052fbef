import { expect, test } from 'vitest';
import { errorsText } from '../../../renderer/frame/new-errors.tsx';
import type { FindingRow } from '../../../src-core/contract-data.ts';

const row = (part: Partial<FindingRow>) => ({ queue: 2, streamId: 0, ...part }) as FindingRow;

test('new errors are said with their number and their stream, where there is one', () => {
  expect(errorsText(2, row({}))).toBe('2 new errors on tx stream 0');
  expect(errorsText(1, row({ queue: 3, streamId: 1 }))).toBe('1 new error on rx stream 1');
  expect(errorsText(3, row({ streamId: -1 }))).toBe('3 new errors');
  expect(errorsText(1, undefined)).toBe('1 new error');
});
