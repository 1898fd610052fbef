/** Loops over two or three columns at once: which rows' durations are in a range, without writing the durations down. As in
 *  `column-scan.ts`, each loop meets one kind of array. Branches cost most where nobody can foretell them: there are none. */
import type { MessageTable } from '../capture/messages.ts';
import { type Bits, type Block, clearBits, f32Part, Lookup, matchColumn } from './column-scan.ts';
import { type Fill, type FromColumn, fillLess, fillLife, fillNegated } from './field-reader.ts';
import type { ValueSet } from './value-set.ts';

/** Sets the bits of the rows whose value is in the set and clears the others'. False when the columns are not of the kind
 *  that it is for: then nothing is said. */
export type Match = (messages: MessageTable, block: Block, set: ValueSet, into: Bits) => boolean;

/** A value with its short cut for scans. */
export interface Spanned {
  readonly fill: Fill;
  readonly match: Match;
}

/** A column with its sign turned. */
export function negated(column: FromColumn): Spanned {
  const match: Match = (messages, block, set, into) => {
    const turned = set.map(([low, high]) => [-high, -low] as const);
    matchColumn(column(messages), block, new Lookup(turned), into);
    return true;
  };
  return { fill: fillNegated(column), match };
}

/** One column less another. */
export function less(one: FromColumn, other: FromColumn): Spanned {
  const match: Match = (messages, block, set, into) => {
    const ones = f32Part(one(messages), block);
    const others = f32Part(other(messages), block);
    if (ones === undefined || others === undefined) return false;
    clearBits(into, block.count);
    for (const [low, high] of set) {
      if (high === Number.POSITIVE_INFINITY) lessAtLeast(ones, others, low, into);
      else lessWithin(ones, others, low, high, into);
    }
    return true;
  };
  return { fill: fillLess(one, other), match };
}

/** From the kick until the interrupt: see `fillLife`. */
export function life(kick: FromColumn, used: FromColumn, interrupt: FromColumn): Spanned {
  const match: Match = (messages, block, set, into) => {
    const kicks = f32Part(kick(messages), block);
    const useds = f32Part(used(messages), block);
    const interrupts = f32Part(interrupt(messages), block);
    if (kicks === undefined || useds === undefined || interrupts === undefined) return false;
    clearBits(into, block.count);
    for (const [low, high] of set) {
      if (high === Number.POSITIVE_INFINITY) lifeAtLeast(kicks, useds, interrupts, low, into);
      else lifeWithin(kicks, useds, interrupts, low, high, into);
    }
    return true;
  };
  return { fill: fillLife(kick, used, interrupt), match };
}

// NaN is in no range: an absent moment gives no duration. What cannot be out of range below is written `as number`.

function lessAtLeast(ones: Float32Array, others: Float32Array, low: number, into: Bits): void {
  const words = ones.length >>> 5;
  for (let word = 0, at = 0; word < words; word++) {
    let bits = 0;
    for (let bit = 0; bit < 32; bit += 4, at += 4) {
      bits |=
        (Number((ones[at] as number) - (others[at] as number) >= low) |
          (Number((ones[at + 1] as number) - (others[at + 1] as number) >= low) << 1) |
          (Number((ones[at + 2] as number) - (others[at + 2] as number) >= low) << 2) |
          (Number((ones[at + 3] as number) - (others[at + 3] as number) >= low) << 3)) <<
        bit;
    }
    into[word] = (into[word] as number) | bits;
  }
  for (let at = words << 5; at < ones.length; at++) {
    const isIn = Number((ones[at] as number) - (others[at] as number) >= low);
    into[words] = (into[words] as number) | (isIn << (at & 31));
  }
}

function lessWithin(
  ones: Float32Array,
  others: Float32Array,
  low: number,
  high: number,
  into: Bits,
): void {
  const rows = ones.length;
  for (let word = 0, at = 0; at < rows; word++) {
    const end = Math.min(rows, at + 32);
    let bits = 0;
    for (let bit = 0; at < end; at++, bit++) {
      const value = (ones[at] as number) - (others[at] as number);
      bits |= (Number(value >= low) & Number(value <= high)) << bit;
    }
    into[word] = (into[word] as number) | bits;
  }
}

// A life begins at the kick or, without one, when it was popped (0), whichever is earlier, and ends at the used ring or the
// interrupt, whichever is later: it is the longest of four differences, and an absent one is none of them.

function lifeAtLeast(
  kicks: Float32Array,
  useds: Float32Array,
  interrupts: Float32Array,
  low: number,
  into: Bits,
): void {
  const rows = useds.length;
  for (let word = 0, at = 0; at < rows; word++) {
    const end = Math.min(rows, at + 32);
    let bits = 0;
    for (let bit = 0; at < end; at++, bit++) {
      const kick = kicks[at] as number;
      const used = useds[at] as number;
      const interrupt = interrupts[at] as number;
      const isLong =
        Number(used >= low) |
        Number(used - kick >= low) |
        Number(interrupt >= low) |
        Number(interrupt - kick >= low);
      bits |= (isThere(used) & isLong) << bit;
    }
    into[word] = (into[word] as number) | bits;
  }
}

function lifeWithin(
  kicks: Float32Array,
  useds: Float32Array,
  interrupts: Float32Array,
  low: number,
  high: number,
  into: Bits,
): void {
  const rows = useds.length;
  for (let word = 0, at = 0; at < rows; word++) {
    const end = Math.min(rows, at + 32);
    let bits = 0;
    for (let bit = 0; at < end; at++, bit++) {
      const kick = kicks[at] as number;
      const used = useds[at] as number;
      const interrupt = interrupts[at] as number;
      const toUsed = used - kick;
      const toInterrupt = interrupt - kick;
      const isLong =
        Number(used >= low) |
        Number(toUsed >= low) |
        Number(interrupt >= low) |
        Number(toInterrupt >= low);
      const isLonger =
        Number(used > high) |
        Number(toUsed > high) |
        Number(interrupt > high) |
        Number(toInterrupt > high);
      bits |= (isThere(used) & isLong & ~isLonger) << bit;
    }
    into[word] = (into[word] as number) | bits;
  }
}

/** 1, and 0 for NaN. */
function isThere(value: number): number {
  return Number(value >= Number.NEGATIVE_INFINITY);
}
