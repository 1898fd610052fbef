/** Comparisons of a filter: what may be compared with what, and the test that comes of it. */
import type { Track } from '../capture/tracks.ts';
import type { EnumField, EnumSymbol, TextsField } from './field.ts';
import type { Place, Relation, TextRelation } from './filter-ast.ts';
import { FilterFault, nearest } from './filter-problem.ts';
import {
  andTest,
  orTest,
  relationTest,
  runTest,
  setTest,
  type Test,
  textsTest,
} from './filter-tests.ts';
import {
  describe,
  inOneUnit,
  knownByRun,
  type NumberValue,
  placeOf,
  spanOf,
  symbolList,
  type Value,
  type Written,
} from './filter-values.ts';
import { comparedTo, NO_VALUES, unionOf, type ValueSet } from './value-set.ts';

const FLIPPED: Readonly<Record<Relation, Relation>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** Tests one relation. Throws a FilterFault when the two sides cannot be compared. */
export function relate(relation: Relation, left: Written, right: Written): Test {
  if (isWord(left.value) && !isWord(right.value)) return relate(FLIPPED[relation], right, left);
  if (isNumber(left) && isNumber(right)) return relateNumbers(relation, left, right);
  if (isEnum(left)) return setTest(left.value.field, enumSet(relation, left, right));
  if (isEnum(right)) return setTest(right.value.field, enumSet(FLIPPED[relation], right, left));
  if (isTexts(left)) return relateTexts(relation, left, right);
  if (isTexts(right)) return relateTexts(relation, right, left);
  if (left.value.type === 'symbol') throw unknownName(left.value.name, left.from);
  if (right.value.type === 'symbol') throw unknownName(right.value.name, right.from);
  throw incomparable(left, right);
}

/** Tests whether a value is one of several, or within one of several ranges. */
export function relateAny(
  left: Written,
  choices: readonly (readonly [low: Written, high: Written | undefined])[],
): Test {
  const sets = choices.map(([low, high]) => choiceSet(left, low, high));
  const [, ...others] = choices;
  if (sets.every((set) => set !== undefined)) {
    const plain = sets.filter((set) => typeof set !== 'function');
    if (isEnum(left)) return setTest(left.value.field, unionOf(plain));
    if (isNumber(left)) {
      if (plain.length === sets.length) return setTest(left.value, unionOf(plain));
      const ofRun = (track: Track) =>
        unionOf(sets.map((set) => (typeof set === 'function' ? set(track) : set)));
      return runTest(left.value, ofRun);
    }
  }
  const tests = choices.map(([low, high]) => {
    if (high === undefined) return relate('==', left, low);
    if (isNumber(left) && isNumber(low) && isNumber(high)) {
      return andTest(relate('>=', left, low), relate('<=', left, high));
    }
    throw new FilterFault('A range takes numbers.', placeOf(low.from));
  });
  const [first] = tests;
  if (first === undefined || others.length + 1 !== tests.length) throw incomparable(left, left);
  return tests.slice(1).reduce(orTest, first);
}

/** Tests the text of a value: of an enumeration, its symbols. */
export function relateText(relation: TextRelation, left: Written, right: Written): Test {
  const { value } = right;
  const wanted =
    value.type === 'text' ? value.text : value.type === 'symbol' ? value.name : undefined;
  if (wanted === undefined) {
    throw new FilterFault(`After ${relation} there should be a "text".`, placeOf(right.from));
  }
  const passes = textTest(relation, wanted, right.from);
  if (isTexts(left)) return textsTest(left.value.field, (texts) => texts.some(passes));
  if (!isEnum(left)) {
    const message = `${describe(left)}: ${relation} is for text and for names of codes.`;
    throw new FilterFault(message, placeOf(left.from));
  }
  const { field } = left.value;
  const symbols = field.symbols.filter(({ name, also }) => [name, ...also].some(passes));
  return setTest(field, unionOf(symbols.map((symbol) => [[symbol.value, symbol.value]])));
}

export function unknownName(
  name: string,
  place: Place,
  fields: readonly string[] = [],
): FilterFault {
  const meant = nearest(name, fields);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return new FilterFault(`There is no field “${name}”.${hint}`, placeOf(place), meant);
}

function relateNumbers(
  relation: Relation,
  left: Written<NumberValue>,
  right: Written<NumberValue>,
): Test {
  const [one, other] = inOneUnit(left, right);
  if (other.constant !== undefined) return setTest(one, comparedTo(relation, other.constant));
  if (one.constant !== undefined)
    return setTest(other, comparedTo(FLIPPED[relation], one.constant));
  const [ofOne, ofOther] = [one.ofRun, other.ofRun];
  if (ofOther !== undefined) return runTest(one, (run) => comparedTo(relation, ofOther(run)));
  if (ofOne !== undefined)
    return runTest(other, (run) => comparedTo(FLIPPED[relation], ofOne(run)));
  return relationTest(one.fill, relation, other.fill);
}

/** The values that a choice of `in` lets through, for each run where that differs; `undefined` when it is no set. */
function choiceSet(
  left: Written,
  low: Written,
  high: Written | undefined,
): ValueSet | ((track: Track) => ValueSet) | undefined {
  if (isEnum(left)) {
    if (high === undefined) return enumSet('==', left, low);
    return between(enumSet('>=', left, low), enumSet('<=', left, high));
  }
  if (!isNumber(left) || !isNumber(low) || (high !== undefined && !isNumber(high)))
    return undefined;
  const [, from] = inOneUnit(left, low);
  const to = high === undefined ? from : inOneUnit(left, high)[1];
  if (left.value.constant !== undefined) return undefined;
  if (from.constant !== undefined && to.constant !== undefined) {
    return rangeOf(from.constant, to.constant);
  }
  const [least, most] = [knownByRun(from), knownByRun(to)];
  if (least === undefined || most === undefined) {
    const message = 'A choice is a number with a unit that does not depend on the message.';
    throw new FilterFault(message, placeOf(low.from));
  }
  return (track) => rangeOf(least(track), most(track));
}

function rangeOf(low: number, high: number): ValueSet {
  return low <= high ? [[low, high]] : NO_VALUES;
}

function between([above]: ValueSet, [below]: ValueSet): ValueSet {
  const [low, high] = [above?.[0] ?? 0, below?.[1] ?? 0];
  return low <= high ? [[low, high]] : [];
}

function enumSet(relation: Relation, left: Written<EnumValue>, right: Written): ValueSet {
  const { field } = left.value;
  if (right.value.type === 'number' && right.value.quantity === 'count') {
    if (right.value.constant === undefined) throw incomparable(left, right);
    return comparedTo(relation, right.value.constant);
  }
  const name =
    right.value.type === 'symbol'
      ? right.value.name
      : right.value.type === 'text'
        ? right.value.text
        : undefined;
  if (name === undefined) throw incomparable(left, right);
  if (relation !== '==' && relation !== '!=' && !field.isOrdered) {
    const message = `The values of ${field.name} have no order: compare with == or !=, or use in {…}.`;
    throw new FilterFault(message, spanOf(left, right));
  }
  return comparedTo(relation, symbolNamed(field, name, right.from).value);
}

function symbolNamed(field: EnumField, name: string, place: Place): EnumSymbol {
  const wanted = name.toLowerCase();
  const found = field.symbols.find((symbol) =>
    [symbol.name, ...symbol.also].some((known) => known.toLowerCase() === wanted),
  );
  if (found !== undefined) return found;
  const meant = nearest(
    name,
    field.symbols.map((symbol) => symbol.name),
  );
  const hint =
    meant === undefined ? `It is one of ${symbolList(field)}.` : `Did you mean ${meant}?`;
  throw new FilterFault(`“${name}” is no value of ${field.name}. ${hint}`, placeOf(place), meant);
}

function relateTexts(relation: Relation, left: Written<TextsValue>, right: Written): Test {
  const { value } = right;
  const wanted =
    value.type === 'text' ? value.text : value.type === 'symbol' ? value.name : undefined;
  if (wanted === undefined) throw incomparable(left, right);
  if (relation === '==') return textsTest(left.value.field, (texts) => texts.includes(wanted));
  if (relation === '!=') return textsTest(left.value.field, (texts) => !texts.includes(wanted));
  const message = 'Text has no order: compare with ==, !=, contains or matches.';
  throw new FilterFault(message, spanOf(left, right));
}

function textTest(relation: TextRelation, wanted: string, place: Place): (text: string) => boolean {
  if (relation === 'contains') {
    const part = wanted.toLowerCase();
    return (text) => text.toLowerCase().includes(part);
  }
  try {
    const pattern = new RegExp(wanted, 'i');
    return (text) => pattern.test(text);
  } catch {
    throw new FilterFault('This is no regular expression.', placeOf(place));
  }
}

function incomparable(left: Written, right: Written): FilterFault {
  const place = spanOf(left, right);
  return new FilterFault(`${describe(left)}, ${describe(right)}: these cannot be compared.`, place);
}

type EnumValue = { readonly type: 'enum'; readonly field: EnumField };
type TextsValue = { readonly type: 'texts'; readonly field: TextsField };

function isNumber(written: Written): written is Written<NumberValue> {
  return written.value.type === 'number';
}

function isEnum(written: Written): written is Written<EnumValue> {
  return written.value.type === 'enum';
}

function isTexts(written: Written): written is Written<TextsValue> {
  return written.value.type === 'texts';
}

function isWord(value: Value): boolean {
  return value.type === 'symbol' || value.type === 'text';
}
