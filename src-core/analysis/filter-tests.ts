/** What a filter does to a block of messages: tests that give bits, put together from fields and comparisons. */
import {
  type Bits,
  type Block,
  clearBits,
  Lookup,
  matchColumn,
  matchValues,
  setBits,
  trimBits,
  wordsOf,
} from './column-scan.ts';
import type { TextsField } from './field.ts';
import type { Amount, FieldReader, Fill, Stored } from './field-reader.ts';
import { ALL_VALUES, atLeast, type Comparison, comparedTo, type ValueSet } from './value-set.ts';

/** Sets the bits of the rows that pass and clears the others'. */
export type Test = (reader: FieldReader, block: Block, into: Bits) => void;

export function constantTest(passes: boolean): Test {
  return passes
    ? (_reader, { count }, into) => setBits(into, count)
    : (_reader, { count }, into) => clearBits(into, count);
}

export function notTest(test: Test): Test {
  return (reader, block, into) => {
    test(reader, block, into);
    for (let word = wordsOf(block.count) - 1; word >= 0; word--) into[word] = ~(into[word] ?? 0);
    trimBits(into, block.count);
  };
}

/** `survivors` counts, if given, how many rows pass each test after those before it. */
export function andTest(left: Test, right: Test): Test {
  return (reader, block, into) => {
    left(reader, block, into);
    const words = wordsOf(block.count);
    if (isEmpty(into, words)) return;
    reader.borrowBits((other) => {
      right(reader, block, other);
      for (let word = 0; word < words; word++) into[word] = (into[word] ?? 0) & (other[word] ?? 0);
    });
  };
}

export function orTest(left: Test, right: Test): Test {
  return (reader, block, into) => {
    left(reader, block, into);
    const words = wordsOf(block.count);
    reader.borrowBits((other) => {
      right(reader, block, other);
      for (let word = 0; word < words; word++) into[word] = (into[word] ?? 0) | (other[word] ?? 0);
    });
  };
}

/** Rows whose number is in the set. Absent ones never are. */
export function setTest(
  from: { readonly fill: Fill; readonly stored?: Stored },
  set: ValueSet,
): Test {
  return from.stored === undefined ? filledTest(from.fill, set) : storedTest(from.stored, set);
}

/** Compares two numbers of each row. */
export function relationTest(left: Fill, comparison: Comparison, right: Fill): Test {
  const set = comparedTo(comparison, 0);
  return (reader, block, into) =>
    reader.borrow((values) =>
      reader.borrow((others) => {
        left(reader, block, values);
        right(reader, block, others);
        for (let place = 0; place < block.count; place++) {
          values[place] = (values[place] as number) - (others[place] as number);
        }
        matchValues(values, block.count, set, into);
      }),
    );
}

/** Rows that have a value. */
export function hasTest(from: { readonly fill: Fill; readonly stored?: Stored }): Test {
  return setTest(from, ALL_VALUES);
}

/** Rows whose texts, of which there is at least one, pass. */
export function textsTest(
  { texts, within }: TextsField,
  passes: (texts: readonly string[]) => boolean,
): Test {
  const candidates = storedTest(within, ALL_VALUES);
  return (reader, block, into) => {
    candidates(reader, block, into);
    for (let word = wordsOf(block.count) - 1; word >= 0; word--) {
      let left = into[word] ?? 0;
      while (left !== 0) {
        const bit = 31 - Math.clz32(left);
        left &= ~(1 << bit);
        const found = texts(reader, block.first + word * 32 + bit);
        if (found.length === 0 || !passes(found)) into[word] = (into[word] ?? 0) & ~(1 << bit);
      }
    }
  };
}

export function constantFill(value: number): Fill {
  return (_reader, { count }, into) => into.fill(value, 0, count);
}

export function convertedFill(fill: Fill, from: Amount, to: Amount): Fill {
  return (reader, block, into) => {
    fill(reader, block, into);
    reader.convert(block, into, from, to);
  };
}

export function mappedFill(fill: Fill, map: (value: number) => number): Fill {
  return (reader, block, into) => {
    fill(reader, block, into);
    for (let place = 0; place < block.count; place++) into[place] = map(into[place] as number);
  };
}

export function combinedFill(
  left: Fill,
  right: Fill,
  combine: (left: number, right: number) => number,
): Fill {
  return (reader, block, into) => {
    left(reader, block, into);
    reader.borrow((others) => {
      right(reader, block, others);
      for (let place = 0; place < block.count; place++) {
        into[place] = combine(into[place] as number, others[place] as number);
      }
    });
  };
}

function filledTest(fill: Fill, set: ValueSet): Test {
  return (reader, block, into) =>
    reader.borrow((values) => {
      fill(reader, block, values);
      matchValues(values, block.count, set, into);
    });
}

function storedTest(
  { column, least = Number.NEGATIVE_INFINITY, queues }: Stored,
  set: ValueSet,
): Test {
  const lookup = new Lookup(atLeast(set, least));
  const test: Test = ({ source: { messages } }, block, into) =>
    matchColumn(column(messages), block, lookup, into);
  if (queues === undefined) return test;
  const onQueue = new Lookup(queues.map((queue) => [queue, queue] as const));
  return andTest(test, ({ source: { messages } }, block, into) =>
    matchColumn(messages.queue, block, onQueue, into),
  );
}

function isEmpty(bits: Bits, words: number): boolean {
  for (let word = 0; word < words; word++) if (bits[word] !== 0) return false;
  return true;
}
