import { describe, expect, test } from 'vitest';
import { Checker } from '../../../src-core/analysis/checker.ts';
import { type RuleId, ruleOf } from '../../../src-core/spec/rules.ts';
import { check, recordScenario, withoutViolations } from './check-rig.ts';

const WRONG_ORDER: readonly RuleId[] = [
  ...(['VS-I-01', 'VS-R-08', 'VS-R-10', 'VS-R-07', 'VS-R-06', 'VS-R-12', 'VS-I-06'] as const),
  ...(['VS-I-28', 'VS-R-04', 'VS-R-05', 'VS-I-10', 'VS-I-29', 'VS-I-07'] as const),
];

/** What the device tells itself (`told`) and what only the checker finds. */
const CASES: readonly [string, readonly RuleId[], readonly RuleId[]][] = [
  ['clean', [], []],
  ['record', [], []],
  ['duplex', [], []],
  ['two-streams', [], []],
  ['jack', [], []],
  ['packed', [], []],
  ['underrun', ['VS-P-01'], []],
  ['late-write', ['VS-P-03'], ['VS-P-05', 'VS-P-06']],
  ['release-pending', [], ['VS-I-21']],
  ['slow-sink', [], ['VS-P-09', 'VS-I-19']],
  ['stale-repeat', ['VS-P-01'], ['VS-P-04', 'VS-P-06']],
  ['drift', [], ['VS-I-19']],
  ['wrong-order', WRONG_ORDER, []],
];

describe('in the demo guest’s captures', () => {
  test.each(CASES)('of %s exactly what was planted is found', (name, told, found) => {
    const capture = recordScenario(name, 6);
    expect([...capture.story.tallies.keys()].sort()).toEqual([...told].sort());
    expect(Object.keys(check(capture).counts)).toEqual(found);
  });

  test('a foreign device that tells nothing leaves the same to be found', () => {
    const capture = recordScenario('wrong-order', 5);
    const bare = check(withoutViolations(capture));
    const told = Object.fromEntries(
      [...capture.story.tallies].map(([id, { count }]) => [id, count]),
    );
    expect(bare.counts).toEqual(told);
    for (const { rule, rows = [] } of bare.found) {
      expect(rows.length, rule).toBeGreaterThan(0);
      expect(ruleOf(rule).by).toBe('driver');
    }
  });

  test('bad chains are told once, by the device that walked them', () => {
    const { counts, checker } = check(recordScenario('bad-chains', 5));
    expect(counts).toEqual({});
    expect(checker.verdicts.looked.get('VQ-05')).toBeGreaterThan(0);
  });

  test('going along in small steps finds what going over it at once finds', () => {
    const capture = withoutViolations(recordScenario('wrong-order', 3));
    const once = check(capture).found;
    const found: typeof once = [];
    const checker = new Checker(capture, (conclusion) => found.push(conclusion));
    while (checker.advance({ entries: 7 }));
    checker.finish();
    expect(found).toEqual(once);
  });
});
