import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Choice,
  type Expression,
  printFilter,
} from '../../../src-core/analysis/filter-ast.ts';
import { parseFilter } from '../../../src-core/analysis/filter-parser.ts';
import { UNITS } from '../../../src-core/analysis/filter-tokens.ts';

const at = { from: 0, to: 0 };

const { expression } = fc.letrec<{ expression: Expression; leaf: Expression }>((tie) => ({
  leaf: fc
    .oneof(
      fc.record({
        kind: fc.constant('number' as const),
        value: fc.oneof(fc.nat(), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
        unit: fc.constantFrom(...UNITS),
      }),
      fc.nat().map((value) => ({ kind: 'number' as const, value })),
      fc
        .string()
        .filter((value) => !value.includes('\n'))
        .map((value) => ({ kind: 'text' as const, value })),
      fc
        .constantFrom('queue', 'stage.sink', 'x_1', 'inner', 'order')
        .map((name) => ({ kind: 'name' as const, name })),
    )
    .map((leaf) => ({ ...leaf, ...at })),
  expression: fc.oneof(
    { maxDepth: 4 },
    tie('leaf'),
    fc.record({
      kind: fc.constant('binary' as const),
      operator: fc.constantFrom(
        ...([
          '&&',
          '||',
          '==',
          '!=',
          '<',
          '<=',
          '>',
          '>=',
          'contains',
          'matches',
          '+',
          '-',
          '*',
          '/',
          '%',
        ] as const),
      ),
      left: tie('expression'),
      right: tie('expression'),
      from: fc.constant(0),
      to: fc.constant(0),
    }),
    fc.record({
      kind: fc.constant('unary' as const),
      operator: fc.constantFrom(...(['!', '-'] as const)),
      of: tie('expression'),
      from: fc.constant(0),
      to: fc.constant(0),
    }),
    fc.record({
      kind: fc.constant('call' as const),
      name: fc.constantFrom('has', 'abs'),
      of: fc.array(tie('expression'), { maxLength: 2 }),
      from: fc.constant(0),
      to: fc.constant(0),
    }),
    fc.record({
      kind: fc.constant('in' as const),
      of: tie('expression'),
      choices: fc.array(
        fc.oneof(
          tie('expression').map((value): Choice => ({ kind: 'one', value })),
          fc
            .tuple(tie('expression'), tie('expression'))
            .map(([low, high]): Choice => ({ kind: 'range', low, high })),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      from: fc.constant(0),
      to: fc.constant(0),
    }),
  ) as fc.Arbitrary<Expression>,
}));

test('a tree that is printed and parsed again is the same tree', () => {
  fc.assert(
    fc.property(expression, (tree) => {
      expect(withoutPlaces(parseFilter(printFilter(tree)))).toEqual(withoutPlaces(tree));
    }),
    { seed: 25, numRuns: 600 },
  );
});

test('parentheses are printed only where they are needed', () => {
  for (const text of [
    'a + b * c > 2',
    '(a + b) * c > 2',
    '!(a || b) && c',
    '!a && b',
    'a - (b - c) == 1',
    '-(a + b) < 0',
  ]) {
    expect(printFilter(parseFilter(text) as Expression)).toBe(text);
  }
});

function withoutPlaces(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (name, value) => (name === 'from' || name === 'to' ? undefined : value)),
  );
}
