import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeFilter } from '../../../src-core/analysis/filter-complete.ts';

/** What is proposed at `|`. */
function at(marked: string): string[] {
  const cursor = marked.indexOf('|');
  return completeFilter(marked.replace('|', ''), cursor).proposals.map(({ text }) => text);
}

describe('what may come next', () => {
  test('is a field at the start, after a connective and after a parenthesis', () => {
    expect(at('|')).toContain('queue');
    expect(at('queue == tx && sta|')[0]).toBe('status');
    expect(at('queue == tx && sta|')).toContain('stage.sink');
    expect(at('!(lat|')).toEqual(['latency', 'latency_bytes', 'latency_measured']);
    expect(at('sink|')).toEqual(['stage.sink']);
    expect(at('quue|')).toEqual(['queue']);
  });

  test('is a value of the field that is compared', () => {
    expect(at('queue == |').slice(0, 4)).toEqual(['control', 'event', 'tx', 'rx']);
    expect(at('code in {PCM_START, pcm_st|')).toEqual(['PCM_START', 'PCM_STOP']);
    expect(at('finding == "VS-P|')[0]).toMatch(/^"VS-P-01"$/);
    expect(at('status != b|')).toContain('BAD_MSG');
  });

  test('is an operator after a field, by its type, and a connective after a value', () => {
    expect(at('queue |')).toEqual(['==', '!=', 'in', 'contains', 'matches']);
    expect(at('latency |').slice(0, 2)).toEqual(['>', '<']);
    expect(at('queue == tx |')).toEqual(['&&', '||']);
    expect(at('problem |')).toEqual(['&&', '||']);
  });

  test('is a unit after a number', () => {
    expect(at('latency > 5|')).toContain('ms');
    expect(at('latency > 5m|')[0]).toBe('ms');
    expect(at('latency > 0.5 |')).toContain('P');
  });

  test('replaces the whole word that the cursor is in', () => {
    expect(completeFilter('queue == contr && x', 12)).toMatchObject({ from: 9, to: 14 });
    expect(completeFilter('latency > 5msx', 12)).toMatchObject({ from: 11, to: 14 });
    expect(completeFilter('finding == "VS-"', 15)).toMatchObject({ from: 11, to: 16 });
  });

  test('comes with what is wrong, unless nothing was typed yet', () => {
    expect(completeFilter('', 0)).not.toHaveProperty('mistake');
    expect(completeFilter('quee == tx', 4).mistake).toMatchObject({ suggestion: 'queue == tx' });
    expect(completeFilter('queue == tx', 4)).not.toHaveProperty('mistake');
  });

  test('has a meaning, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.nat(45), (text, cursor) => {
        const { from, to, proposals } = completeFilter(text, cursor);
        expect(from).toBeLessThanOrEqual(to);
        expect(to).toBeLessThanOrEqual(text.length);
        for (const { text: proposed } of proposals) expect(proposed).not.toBe('');
      }),
      { seed: 25, numRuns: 300 },
    );
  });
});
