import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  atLeast,
  type Comparison,
  comparedTo,
  holds,
  unionOf,
  without,
} from '../../../src-core/analysis/value-set.ts';

const comparison = fc.constantFrom<Comparison>('==', '!=', '<', '<=', '>', '>=');
const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }));

const COMPARE: Record<Comparison, (left: number, right: number) => boolean> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

test('a comparison and its set agree on every number', () => {
  fc.assert(
    fc.property(comparison, number, number, (relation, value, bound) => {
      const set = comparedTo(relation, bound);
      expect(holds(set, value)).toBe(COMPARE[relation](value, bound));
      expect(holds(without(set), value)).toBe(!COMPARE[relation](value, bound));
    }),
    { seed: 25 },
  );
});

test('a union holds what one of its sets holds, and a bound cuts it', () => {
  const set = fc.array(fc.tuple(comparison, number), { maxLength: 4 });
  fc.assert(
    fc.property(set, number, number, (parts, value, least) => {
      const sets = parts.map(([relation, bound]) => comparedTo(relation, bound));
      const isIn = sets.some((each) => holds(each, value));
      expect(holds(unionOf(sets), value)).toBe(isIn);
      expect(holds(atLeast(unionOf(sets), least), value)).toBe(isIn && value >= least);
    }),
    { seed: 25 },
  );
});

test('no set holds an absent value', () => {
  expect(holds(comparedTo('!=', 3), Number.NaN)).toBe(false);
  expect(comparedTo('==', Number.NaN)).toEqual([]);
});
