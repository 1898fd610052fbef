/** The filter language: one expression that says which messages are meant, in the list, colours, marks, breakpoints and on
 *  the command line. Fields are those of `fields.ts`.
 *
 *      queue == tx && stage.sink > 0.5P          status != OK or finding == "VS-P-01"
 *      code in {PCM_START, PCM_STOP}             latency_bytes > 20ms && stream == 0
 *
 *  A comparison with an absent value is false; `has(x)` tells whether there is one. Amounts of sound (time, bytes, frames,
 *  periods) turn into each other by the parameters of the message's run. */
import { type Bits, type Block, countBits } from './column-scan.ts';
import type { BooleanField } from './field.ts';
import type { FieldReader } from './field-reader.ts';
import { FIELD_NAMES, fieldNamed } from './fields.ts';
import { type Expression, printFilter, termsOf } from './filter-ast.ts';
import { parseOrThrow } from './filter-parser.ts';
import { FilterFault, type FilterProblem, orProblem } from './filter-problem.ts';
import { relate, relateAny, relateText, unknownName } from './filter-relations.ts';
import {
  andTest,
  constantTest,
  hasTest,
  notTest,
  orTest,
  setTest,
  type Test,
  textsTest,
} from './filter-tests.ts';
import {
  calculate,
  constantOf,
  describe,
  magnitude,
  type NumberValue,
  negated,
  placeOf,
  spanOf,
  type Value,
  type Written,
} from './filter-values.ts';

export interface CompiledFilter {
  /** In the spelling of `printFilter`: equal filters have equal texts. */
  readonly text: string;
  /** What `&&` joins at the top, in order. */
  readonly terms: readonly string[];
  /** Sets the bits of the messages of `block` that pass. `survivors`, one number a term, are raised by how many pass each
   *  term and all before it: the first that stays 0 removed everything. */
  readonly scan: (reader: FieldReader, block: Block, into: Bits, survivors?: Float64Array) => void;
}

/** A function that a filter may call; its argument is in `x`. */
export const FUNCTIONS = [
  { name: 'has', doc: 'has(x): whether the message has a value there' },
  { name: 'abs', doc: 'abs(x): the number without its sign' },
] as const;

/** Checks and compiles. Gives what is wrong, in a sentence with its place, for a text that is no filter. Never throws. */
export function compileFilter(text: string): CompiledFilter | FilterProblem {
  return orProblem(text, () => {
    const expression = parseOrThrow(text);
    const parts = termsOf(expression);
    const terms = parts.map(printFilter);
    const tests = parts.map(testOf);
    return { text: printFilter(expression), terms, scan: scanOf(tests) };
  });
}

function scanOf(tests: readonly Test[]): CompiledFilter['scan'] {
  const [first = constantTest(true), ...others] = tests;
  const all = others.reduce(andTest, first);
  return (reader, block, into, survivors) => {
    if (survivors === undefined) return all(reader, block, into);
    first(reader, block, into);
    raise(survivors, 0, into, block);
    others.forEach((test, place) => {
      reader.borrowBits((other) => {
        test(reader, block, other);
        for (let word = 0; word < into.length; word++) {
          into[word] = (into[word] ?? 0) & (other[word] ?? 0);
        }
      });
      raise(survivors, place + 1, into, block);
    });
  };
}

function raise(survivors: Float64Array, place: number, bits: Bits, { count }: Block): void {
  survivors[place] = (survivors[place] ?? 0) + countBits(bits, count);
}

/** The test that an expression is; throws a FilterFault when it is none. */
function testOf(expression: Expression): Test {
  if (expression.kind === 'unary' && expression.operator === '!')
    return notTest(testOf(expression.of));
  if (expression.kind === 'binary') {
    const { operator, left, right } = expression;
    if (operator === '&&') return andTest(testOf(left), testOf(right));
    if (operator === '||') return orTest(testOf(left), testOf(right));
  }
  const value = typed(expression);
  if (value.type === 'truth') return value.test;
  if (value.type === 'symbol') throw unknownName(value.name, expression, FIELD_NAMES);
  const text = printFilter(expression);
  const said = describe({ value, from: expression });
  const canHave = value.type !== 'text' && expression.kind === 'name';
  const hint = canHave ? `: compare it, or write has(${text})` : ': compare it with something';
  throw new FilterFault(
    `${said}${hint}.`,
    placeOf(expression),
    canHave ? `has(${text})` : undefined,
  );
}

function typed(expression: Expression): Value {
  switch (expression.kind) {
    case 'number':
      return constantOf(expression.value, expression.unit);
    case 'text':
      return { type: 'text', text: expression.value };
    case 'name':
      return namedValue(expression.name);
    case 'call':
      return callValue(expression);
    case 'unary':
      if (expression.operator === '!') return { type: 'truth', test: testOf(expression) };
      return negated(numberOf(expression.of).value);
    case 'in':
      return { type: 'truth', test: inTest(expression) };
    case 'binary':
      return binaryValue(expression);
  }
}

function binaryValue(expression: Expression & { kind: 'binary' }): Value {
  const { operator, left, right } = expression;
  switch (operator) {
    case '&&':
    case '||':
      return { type: 'truth', test: testOf(expression) };
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return calculate(operator, numberOf(left), numberOf(right));
    case 'contains':
    case 'matches':
      return { type: 'truth', test: relateText(operator, written(left), written(right)) };
    default: {
      const [one, other] = [written(left), written(right)];
      if (one.value.type === 'truth' || other.value.type === 'truth') {
        return { type: 'truth', test: truthRelation(operator, one, other) };
      }
      return { type: 'truth', test: known(() => relate(operator, one, other), one, other) };
    }
  }
}

/** `problem == true` */
function truthRelation(operator: string, left: Written, right: Written): Test {
  const [one, other] = [left.value, right.value];
  const isEquality = operator === '==' || operator === '!=';
  if (one.type !== 'truth' || other.type !== 'truth' || !isEquality) {
    const place = spanOf(left, right);
    throw new FilterFault(
      `${describe(left)}, ${describe(right)}: these cannot be compared.`,
      place,
    );
  }
  const both = andTest(one.test, other.test);
  const neither = andTest(notTest(one.test), notTest(other.test));
  const isSame = orTest(both, neither);
  return operator === '==' ? isSame : notTest(isSame);
}

function inTest({ of, choices }: Expression & { kind: 'in' }): Test {
  const left = written(of);
  const pairs = choices.map((choice) =>
    choice.kind === 'one'
      ? ([written(choice.value), undefined] as const)
      : ([written(choice.low), written(choice.high)] as const),
  );
  const sides = [left, ...pairs.flat().filter((side) => side !== undefined)];
  return known(() => relateAny(left, pairs), ...sides);
}

/** Runs `make`; a name that is no field and no symbol either is looked up among the fields, for the hint. */
function known(make: () => Test, ...sides: Written[]): Test {
  const isComparable = sides.some(({ value }) => value.type === 'enum' || value.type === 'texts');
  const stray = sides.find(({ value }) => value.type === 'symbol');
  if (!isComparable && stray?.value.type === 'symbol') {
    throw unknownName(stray.value.name, stray.from, FIELD_NAMES);
  }
  return make();
}

function numberOf(expression: Expression): Written<NumberValue> {
  const value = typed(expression);
  if (value.type === 'number') return { value, from: expression };
  if (value.type === 'symbol') throw unknownName(value.name, expression, FIELD_NAMES);
  throw new FilterFault(
    `${describe({ value, from: expression })}, not a number.`,
    placeOf(expression),
  );
}

function written(expression: Expression): Written {
  return { value: typed(expression), from: expression };
}

function namedValue(name: string): Value {
  if (name === 'true' || name === 'false')
    return { type: 'truth', test: constantTest(name === 'true') };
  if (name === 'P') return constantOf(1, 'P');
  const field = fieldNamed(name);
  if (field === undefined) return { type: 'symbol', name };
  switch (field.kind) {
    case 'number': {
      const { quantity, fill, stored, match, ofRun } = field;
      return {
        type: 'number',
        quantity,
        fill,
        ...(stored === undefined ? {} : { stored }),
        ...(match === undefined ? {} : { match }),
        ...(ofRun === undefined ? {} : { ofRun }),
      };
    }
    case 'enum':
      return { type: 'enum', field };
    case 'texts':
      return { type: 'texts', field };
    case 'boolean':
      return { type: 'truth', test: booleanTest(field) };
  }
}

function booleanTest({ fill, anyOf }: BooleanField): Test {
  const tests = anyOf?.map(({ stored, set }) => setTest({ fill, stored }, set));
  return tests === undefined ? hasTrue(fill) : tests.reduce(orTest);
}

function hasTrue(fill: NumberValue['fill']): Test {
  return relate('!=', truthNumber(fill), { value: constantOf(0), from: NOWHERE });
}

const NOWHERE: Expression = { kind: 'number', value: 0, from: 0, to: 0 };

function truthNumber(fill: NumberValue['fill']): Written<NumberValue> {
  return { value: { type: 'number', quantity: 'count', fill }, from: NOWHERE };
}

function callValue(expression: Expression & { kind: 'call' }): Value {
  const { name, of } = expression;
  const [argument] = of;
  const known = FUNCTIONS.find((each) => each.name === name);
  if (known === undefined) {
    const message = `There is no function “${name}”: there are has(x) and abs(x).`;
    throw new FilterFault(message, placeOf(expression));
  }
  if (argument === undefined || of.length !== 1) {
    throw new FilterFault(`${name} takes one value.`, placeOf(expression));
  }
  if (known.name === 'abs') return magnitude(numberOf(argument).value);
  return { type: 'truth', test: presence(argument) };
}

function presence(argument: Expression): Test {
  const value = typed(argument);
  switch (value.type) {
    case 'number':
      return hasTest(value);
    case 'enum':
      return hasTest(value.field);
    case 'texts':
      return textsTest(value.field, () => true);
    case 'symbol':
      throw unknownName(value.name, argument, FIELD_NAMES);
    default:
      throw new FilterFault('has takes a field.', placeOf(argument));
  }
}
