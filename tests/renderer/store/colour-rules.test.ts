import { expect, test } from 'vitest';
import {
  believedRules,
  findExpression,
  hueOf,
  MARK_HUES,
  MOST_RULES,
  withoutRule,
  withRule,
} from '../../../renderer/store/colour-rules.ts';

test('each rule has a colour of its own, and an expression has one rule', () => {
  const two = withRule(withRule([], 'queue == tx'), 'problem');
  expect(two.map(({ colour }) => colour)).toEqual([1, 2]);
  expect(withRule(two, 'problem')).toBe(two);
  const [first] = two;
  if (first === undefined) throw new Error('no rule');
  const again = withRule(withoutRule(two, first), 'stream == 1');
  expect(again.map(({ colour }) => colour)).toEqual([2, 1]);
  const many = Array.from({ length: MOST_RULES + 5 }).reduce<typeof two>(
    (rules, _, place) => withRule(rules, `number == ${place}`),
    [],
  );
  expect(many.map(({ colour }) => colour)).toEqual(many.map((_, place) => place + 1));
  expect(many).toHaveLength(MOST_RULES);
  expect(many.slice(0, 7).map(({ colour }) => hueOf(colour))).toEqual([1, 2, 3, 4, 5, 1, 2]);
  expect(Math.max(...many.map(({ colour }) => hueOf(colour)))).toBe(MARK_HUES);
});

test('words that are no field are looked for in codes, statuses and rules', () => {
  const names = ['queue', 'problem', 'latency_bytes'];
  expect(findExpression(' PCM_START ', names)).toBe(
    'code contains "PCM_START" || status contains "PCM_START" || finding contains "PCM_START"',
  );
  expect(findExpression('problem', names)).toBe('problem');
  expect(findExpression('VS-P-01', names)).toContain('finding contains "VS-P-01"');
  for (const text of ['', '12', 'true', 'queue == tx', '"x"', 'has(finding)']) {
    expect(findExpression(text, names), text).toBe(text);
  }
});

test('rules that storage gives are believed as far as they are rules', () => {
  expect(believedRules(undefined)).toEqual([]);
  expect(believedRules({ rules: 'x' })).toEqual([]);
  const kept = { rules: [{ expression: 'problem', colour: 99 }, null, { colour: 1 }, 'x'] };
  expect(believedRules(kept)).toEqual([{ expression: 'problem', colour: 1 }]);
});
