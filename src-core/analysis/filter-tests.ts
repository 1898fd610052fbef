/** What a filter does to a block of messages: tests that give bits, put together from fields and comparisons. */
import type { Track } from '../capture/tracks.ts';
import {
  type Bits,
  type Block,
  clearBits,
  Lookup,
  matchColumn,
  matchValues,
  runsIn,
  setBits,
  trimBits,
  wordsOf,
} from './column-scan.ts';
import type { Readable, TextsField } from './field.ts';
import type { Amount, FieldReader, Fill, FromColumn, Stored } from './field-reader.ts';
import {
  ALL_VALUES,
  atLeast,
  type Comparison,
  comparedTo,
  holds,
  type ValueSet,
} from './value-set.ts';

/** Runs in a block up to which it is scanned once for each. */
const RUNS_AT_ONCE = 8;

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
export function setTest({ fill, stored, match }: Readable, set: ValueSet): Test {
  if (stored !== undefined) return storedTest(stored, set);
  const filled = filledTest(fill, set);
  if (match === undefined) return filled;
  return (reader, block, into) => {
    if (!match(reader.source.messages, block, set, into)) filled(reader, block, into);
  };
}

/** Rows whose number is in the set of their run. `setOf` gives the same for a run whenever it is asked. */
export function runTest(from: Readable, setOf: (track: Track) => ValueSet): Test {
  const tests = new WeakMap<Track, Test>();
  const testOf = (track: Track): Test => {
    const known = tests.get(track) ?? setTest(from, setOf(track));
    tests.set(track, known);
    return known;
  };
  return (reader, block, into) => {
    const { tracks, messages } = reader.source;
    reader.borrowBits((own) => {
      const runs = runsIn(messages.track, block, RUNS_AT_ONCE, own);
      if (runs === undefined) return rowByRow(reader, block, from.fill, setOf, into);
      clearBits(into, block.count);
      reader.borrowBits((passing) => {
        for (const run of runs) {
          const track = tracks[run];
          if (track === undefined) continue;
          testOf(track)(reader, block, passing);
          if (runs.length > 1) matchColumn(messages.track, block, new Lookup([[run, run]]), own);
          mergeBoth(into, own, passing, wordsOf(block.count));
        }
      });
    });
  };
}

/** Adds the rows that both have. */
function mergeBoth(into: Bits, one: Bits, other: Bits, words: number): void {
  for (let word = 0; word < words; word++) {
    into[word] = (into[word] ?? 0) | ((one[word] ?? 0) & (other[word] ?? 0));
  }
}

/** For blocks with many short runs. */
function rowByRow(
  reader: FieldReader,
  block: Block,
  fill: Fill,
  setOf: (track: Track) => ValueSet,
  into: Bits,
): void {
  clearBits(into, block.count);
  const { tracks, messages } = reader.source;
  reader.borrow((values) => {
    fill(reader, block, values);
    for (let place = 0; place < block.count; place++) {
      const track = tracks[messages.track.get(block.first + place)];
      if (track === undefined || !holds(setOf(track), values[place] as number)) continue;
      into[place >>> 5] = (into[place >>> 5] ?? 0) | (1 << (place & 31));
    }
  });
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
export function hasTest(from: Readable): Test {
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
  { column, least = Number.NEGATIVE_INFINITY, queues, having }: Stored,
  set: ValueSet,
): Test {
  const tests = [columnTest(column, atLeast(set, least))];
  if (having !== undefined) {
    tests.push(columnTest(having.column, [[having.least, Number.POSITIVE_INFINITY]]));
  }
  if (queues !== undefined) {
    tests.push(
      columnTest(
        ({ queue }) => queue,
        queues.map((queue) => [queue, queue] as const),
      ),
    );
  }
  return tests.reduce(andTest);
}

function columnTest(column: FromColumn, set: ValueSet): Test {
  const lookup = new Lookup(set);
  return ({ source: { messages } }, block, into) =>
    matchColumn(column(messages), block, lookup, into);
}

function isEmpty(bits: Bits, words: number): boolean {
  for (let word = 0; word < words; word++) if (bits[word] !== 0) return false;
  return true;
}
