import { describe, expect, test } from 'vitest';
import {
  countBySeverity,
  emptyTitle,
  hiddenText,
  moreText,
  nextPage,
  orderGroups,
  PAGE_ROWS,
} from '../../../../renderer/panels/findings/findings-model.ts';
import type { FindingGroup } from '../../../../src-core/contract-data.ts';
import { LIMITS } from '../../../../src-core/limits.ts';
import { type RuleId, ruleOf } from '../../../../src-core/spec/rules.ts';

function groupOf(rule: RuleId, part: Partial<FindingGroup> = {}): FindingGroup {
  const { section, by, severity, asks } = ruleOf(rule);
  const times = { count: 1, firstNs: 1e9, lastNs: 1e9, firstDetail: 'seen' };
  return { rule, section, by, severity, asks, ...times, ...part };
}

const late = groupOf('VS-I-01', { firstNs: 5e9, lastNs: 6e9, count: 3 });
const early = groupOf('VQ-05', { firstNs: 2e9 });
const warning = groupOf('VS-P-01', { firstNs: 1e9, count: 7 });

describe('groups', () => {
  test('come worst first, then by their first time', () => {
    const rules = orderGroups([warning, late, early], new Set()).map(({ rule }) => rule);
    expect(rules).toEqual(['VQ-05', 'VS-I-01', 'VS-P-01']);
  });

  test('of a hidden severity are left out, and said to be', () => {
    expect(orderGroups([warning, late], new Set(['warning']))).toEqual([late]);
    expect(hiddenText([warning, late], new Set(['warning']))).toBe(
      '7 warnings hidden by the filter.',
    );
  });

  test('are counted by severity', () => {
    expect(countBySeverity([warning, late, early])).toEqual({ error: 4, warning: 7, note: 0 });
  });
});

describe('rows of a group', () => {
  test('are fetched a page at a time', () => {
    expect(moreText(200, 50)).toBe('Show 50 more of 150');
    expect(moreText(60, 50)).toBe('Show 10 more of 10');
    expect(moreText(50, 50)).toBe('');
    expect(nextPage(50)).toBe(50 + PAGE_ROWS);
  });

  test('past the bound are said to be counted only', () => {
    const kept = LIMITS.violationsPerRule;
    expect(moreText(kept + 5, kept)).toBe('5 more findings of this rule were counted, not kept');
    expect(nextPage(kept)).toBe(kept);
  });
});

test('nothing found says how much was looked at and by how many rules', () => {
  const run = (state: 'ran' | 'could-not') => ({ rule: 'VQ-05', state, looked: 1 }) as const;
  const rules = [run('ran'), run('ran'), run('could-not')];
  const report = { spec: '1.4', rules, messages: 84_112, progress: 1 } as const;
  expect(emptyTitle(84_112, report)).toBe(
    'No findings in 84\u2009112 messages. 2 rules ran, 1 could not.',
  );
});
