import { describe, expect, test } from 'vitest';
import { andFilter, asExpression, notOf, orFilter } from '../../../renderer/store/filter-edit.ts';
import { compileFilter } from '../../../src-core/analysis/filter.ts';
import { isProblem } from '../../../src-core/analysis/filter-problem.ts';

const QUICK = { queues: [2, 3], streamId: 1, problems: true } as const;

describe('a filter made out of another', () => {
  test('is one expression of all that was chosen', () => {
    expect(asExpression({})).toBe('');
    expect(asExpression({ queues: [2] })).toBe('queue == tx');
    expect(asExpression({ ...QUICK, expression: 'latency > 1P || frames == 0' })).toBe(
      'queue in {tx, rx} && stream == 1 && problem && (latency > 1P || frames == 0)',
    );
  });

  test('keeps the chips for and, and writes them out for or', () => {
    expect(andFilter(QUICK, 'status == OK')).toEqual({ ...QUICK, expression: 'status == OK' });
    expect(andFilter({ expression: 'a == 1 or b == 2' }, 'c == 3')).toEqual({
      expression: '(a == 1 or b == 2) && c == 3',
    });
    expect(andFilter({ expression: 'c == 3' }, 'c == 3')).toEqual({ expression: 'c == 3' });
    expect(orFilter({ streamId: 1 }, 'queue == rx')).toEqual({
      expression: 'stream == 1 || queue == rx',
    });
    expect(orFilter({}, 'queue == rx')).toEqual({ expression: 'queue == rx' });
  });

  test('is turned around, and back', () => {
    expect(notOf('status == OK')).toBe('!(status == OK)');
    expect(notOf('problem')).toBe('!problem');
    expect(notOf('!problem')).toBe('problem');
    expect(notOf('!has(stream)')).toBe('has(stream)');
    expect(notOf('has(stream)')).toBe('!has(stream)');
  });

  test('is always a filter', () => {
    const parts = ['queue == tx', 'problem', 'finding == "VQ-05" || status != OK', '!has(stream)'];
    for (const one of parts) {
      for (const other of parts) {
        const made = [
          notOf(one),
          andFilter({ expression: one }, notOf(other)).expression,
          orFilter({ ...QUICK, expression: one }, other).expression,
        ];
        for (const text of made) expect(isProblem(compileFilter(text ?? '')), text).toBe(false);
      }
    }
  });
});
