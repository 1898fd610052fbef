import { expect, test } from 'vitest';
import { parseJsonBody } from '../../../src-core/capture/entry-json.ts';
import { isRuleId, RULE_IDS, ruleOf } from '../../../src-core/spec/rules.ts';

/** `VS-D-01` to `VS-D-22` and so on: every clause that the facts page lists. Stale data (VS-I-22) is VS-P-04 and VS-P-05. */
const CLAUSES: readonly [string, number][] = [
  ['VS-D-', 22],
  ['VS-R-', 23],
  ['VS-I-', 24],
  ['VQ-S-', 18],
  ['VQ-', 30],
  ['VQ-P', 11],
];

test('every clause has its row', () => {
  for (const [prefix, count] of CLAUSES) {
    for (let number = 1; number <= count; number++) {
      const id = `${prefix}${String(number).padStart(2, '0')}`;
      if (id !== 'VS-I-22') expect(isRuleId(id), id).toBe(true);
    }
  }
});

test('a rule says how it is computed and what it needs, or why no observer can check it', () => {
  for (const id of RULE_IDS) {
    const { asks, ear, remedy, how, needs, unseen, section } = ruleOf(id);
    expect(section, id).toMatch(/^\d+(\.\d+)*$/);
    for (const text of [asks, ear, remedy]) expect(text, id).toMatch(/^\S.*[.)]$/u);
    if (unseen === undefined) {
      expect(how, id).toMatch(/[.)]$/);
      expect(needs.length, id).toBeGreaterThan(0);
    } else {
      expect(unseen, id).toMatch(/\.$/);
      expect(how, id).toBe('');
    }
  }
});

test('captures of version 0.1 mean by three ids what they meant', () => {
  const read = (rule: string, grade?: string) => {
    const violation = { rule, detail: 'x', ...(grade === undefined ? {} : { grade }) };
    const text = JSON.stringify({ kind: 'violation', violation });
    const entry = parseJsonBody('violation', new TextEncoder().encode(text));
    return entry?.kind === 'violation' ? entry.violation.rule : undefined;
  };
  expect(['VS-I-02', 'VS-I-03', 'VS-I-08'].map((id) => read(id))).toEqual([
    'VS-I-27',
    'VS-I-28',
    'VS-I-29',
  ]);
  expect(read('VS-I-02', 'derived')).toBe('VS-I-02');
  expect(read('VQ-05')).toBe('VQ-05');
  expect(read('VX-05')).toBeUndefined();
});
