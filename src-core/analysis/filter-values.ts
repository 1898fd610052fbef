/** Values in a filter, with their types: what stands beside an operator, and how numbers of different units meet. */
import type { Track } from '../capture/tracks.ts';
import type { EnumField, TextsField } from './field.ts';
import { type Amount, conversion, type Fill, type Quantity, type Stored } from './field-reader.ts';
import type { Arithmetic, Expression, Place } from './filter-ast.ts';
import { printFilter } from './filter-ast.ts';
import { FilterFault } from './filter-problem.ts';
import {
  combinedFill,
  constantFill,
  convertedFill,
  mappedFill,
  type Test,
} from './filter-tests.ts';
import type { Unit } from './filter-tokens.ts';
import type { Match } from './span-scan.ts';

export interface NumberValue {
  readonly type: 'number';
  readonly quantity: Quantity;
  readonly fill: Fill;
  readonly stored?: Stored;
  readonly match?: Match;
  /** Absent when it differs from row to row. */
  readonly constant?: number;
  /** What it is in all messages of a run; absent when it differs from row to row, or is `constant`. */
  readonly ofRun?: (track: Track) => number;
}

export type Value =
  | NumberValue
  | { readonly type: 'enum'; readonly field: EnumField }
  | { readonly type: 'texts'; readonly field: TextsField }
  | { readonly type: 'text'; readonly text: string }
  /** A name that is no field: a symbol of the enumeration that it is compared with. */
  | { readonly type: 'symbol'; readonly name: string }
  | { readonly type: 'truth'; readonly test: Test };

/** A value with what it was written as. */
export interface Written<V extends Value = Value> {
  readonly value: V;
  readonly from: Expression;
}

const UNIT_TABLE: Readonly<Record<Unit, readonly [Quantity, number]>> = {
  ns: ['time', 1],
  us: ['time', 1e3],
  µs: ['time', 1e3],
  ms: ['time', 1e6],
  s: ['time', 1e9],
  P: ['periods', 1],
  frames: ['frames', 1],
  frame: ['frames', 1],
  bytes: ['bytes', 1],
  B: ['bytes', 1],
  kB: ['bytes', 1e3],
  MB: ['bytes', 1e6],
  KiB: ['bytes', 1 << 10],
  MiB: ['bytes', 1 << 20],
  Hz: ['rate', 1],
  kHz: ['rate', 1e3],
};

const QUANTITY_WORDS: Readonly<Record<Quantity, string>> = {
  count: 'a plain number',
  rate: 'a rate',
  time: 'a time',
  bytes: 'a number of bytes',
  frames: 'a number of frames',
  periods: 'a number of periods',
};

export function constantOf(value: number, unit?: string): NumberValue {
  const [quantity, factor] = UNIT_TABLE[unit as Unit] ?? (['count', 1] as const);
  return constant(value * factor, quantity);
}

/** Both in one unit; throws a FilterFault where that cannot be. */
export function inOneUnit(
  left: Written<NumberValue>,
  right: Written<NumberValue>,
): readonly [NumberValue, NumberValue] {
  const [one, other] = [left.value, right.value];
  if (one.quantity === other.quantity) return [one, other];
  if (isPlain(one)) return [plainAs(left, other.quantity), other];
  if (isPlain(other)) return [one, plainAs(right, one.quantity)];
  const [from, to] = [amountOf(one.quantity), amountOf(other.quantity)];
  if (from === undefined || to === undefined) {
    const [first, second] = [describe(left), describe(right)];
    const place = spanOf(left, right);
    throw new FilterFault(`${first}, ${second}: these cannot meet.`, place);
  }
  // what is constant turns into the other's unit, so that the field stays as it is
  return one.constant === undefined
    ? [one, converted(other, to, from)]
    : [converted(one, from, to), other];
}

export function calculate(
  operator: Arithmetic,
  left: Written<NumberValue>,
  right: Written<NumberValue>,
): NumberValue {
  const isScale = operator === '*' || operator === '/';
  const isCounted = right.value.quantity === 'count';
  if (isScale && isCounted) return combine(operator, left.value, right.value, left.value.quantity);
  if (operator === '*') {
    if (left.value.quantity === 'count') {
      return combine(operator, left.value, right.value, right.value.quantity);
    }
    const place = spanOf(left, right);
    throw new FilterFault(
      `${describe(left)}, ${describe(right)}: these cannot be multiplied.`,
      place,
    );
  }
  const [one, other] = inOneUnit(left, right);
  return combine(operator, one, other, operator === '/' ? 'count' : one.quantity);
}

export function negated(value: NumberValue): NumberValue {
  if (value.constant !== undefined) return constant(-value.constant, value.quantity);
  return {
    type: 'number',
    quantity: value.quantity,
    fill: mappedFill(value.fill, (given) => -given),
  };
}

export function magnitude(value: NumberValue): NumberValue {
  if (value.constant !== undefined) return constant(Math.abs(value.constant), value.quantity);
  return { type: 'number', quantity: value.quantity, fill: mappedFill(value.fill, Math.abs) };
}

/** `latency is a time`. */
export function describe({ value, from }: Written): string {
  const text = printFilter(from);
  switch (value.type) {
    case 'number':
      return `${text} is ${QUANTITY_WORDS[value.quantity]}`;
    case 'enum':
      return `${text} is one of ${symbolList(value.field)}`;
    case 'text':
    case 'texts':
      return `${text} is text`;
    case 'truth':
      return `${text} is true or false`;
    case 'symbol':
      return `${text} is no field`;
  }
}

export function symbolList({ symbols }: EnumField): string {
  const names = symbols.map(({ name }) => name);
  return names.length <= 5 ? names.join(', ') : `${names.slice(0, 4).join(', ')} …`;
}

export function placeOf({ from, to }: Place): Place {
  return { from, to };
}

/** From the first of both to the end of the last. */
export function spanOf(one: Written, other: Written): Place {
  const from = Math.min(one.from.from, other.from.from);
  return { from, to: Math.max(one.from.to, other.from.to) };
}

function constant(value: number, quantity: Quantity): NumberValue {
  return { type: 'number', quantity, constant: value, fill: constantFill(value) };
}

function isPlain(value: NumberValue): boolean {
  return value.quantity === 'count' && value.constant !== undefined;
}

/** A plain number beside something with a unit: bytes, frames and Hz can be meant, but never a time. */
function plainAs({ value, from }: Written<NumberValue>, quantity: Quantity): NumberValue {
  const number = value.constant ?? 0;
  if (quantity !== 'time' && quantity !== 'periods') return constant(number, quantity);
  if (number === 0) return constant(0, quantity);
  const text = printFilter(from);
  const message = `A time needs its unit: ${text}ms, ${text}us, ${text}s, or ${text}P for periods.`;
  throw new FilterFault(message, placeOf(from), `${text}ms`);
}

function amountOf(quantity: Quantity): Amount | undefined {
  return quantity === 'count' || quantity === 'rate' ? undefined : quantity;
}

function converted(value: NumberValue, from: Amount, to: Amount): NumberValue {
  const fill = convertedFill(value.fill, from, to);
  const { constant } = value;
  if (constant === undefined) return { type: 'number', quantity: to, fill };
  const ofRun = ({ params, frameBytes }: Track) =>
    constant * conversion(from, to, params, frameBytes);
  return { type: 'number', quantity: to, fill, ofRun };
}

const OPERATIONS: Readonly<Record<Arithmetic, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  // a division by zero has no value
  '/': (left, right) => (right === 0 ? Number.NaN : left / right),
  '%': (left, right) => (right === 0 ? Number.NaN : left % right),
};

function combine(
  operator: Arithmetic,
  left: NumberValue,
  right: NumberValue,
  quantity: Quantity,
): NumberValue {
  const operation = OPERATIONS[operator];
  if (left.constant !== undefined && right.constant !== undefined) {
    return constant(operation(left.constant, right.constant), quantity);
  }
  const fill = combinedFill(left.fill, right.fill, operation);
  const [one, other] = [knownByRun(left), knownByRun(right)];
  if (one === undefined || other === undefined) return { type: 'number', quantity, fill };
  return { type: 'number', quantity, fill, ofRun: (track) => operation(one(track), other(track)) };
}

/** What it is in all messages of a run, where that is known. */
export function knownByRun({
  constant,
  ofRun,
}: NumberValue): ((track: Track) => number) | undefined {
  return constant === undefined ? ofRun : () => constant;
}
