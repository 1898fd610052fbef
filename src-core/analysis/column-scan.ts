/** Loops over many rows of a column at once, a block after the other. A block never crosses a chunk of a column; what it
 *  finds are bits, one a row, 32 to a word. Each loop meets one kind of array: that is ten times as fast as one that
 *  meets seven, and is why they are alike but for the type. */
import { COLUMN_CHUNK_ROWS, type Column } from '../capture/columns.ts';
import type { ValueSet } from './value-set.ts';

/** Rows that are looked at at once: they stay in the processor's cache. */
export const BLOCK_ROWS = 8192;
export const BLOCK_WORDS = BLOCK_ROWS / 32;

const CHUNK_MASK = COLUMN_CHUNK_ROWS - 1;

/** Rows `[first, first + count)`; within one block. */
export interface Block {
  readonly first: number;
  readonly count: number;
}

/** Bits of a block; those past its count are 0. */
export type Bits = Int32Array;

/** The end of the block that `first` begins, at most `end`. */
export function blockEnd(first: number, end: number): number {
  return Math.min(end, (Math.floor(first / BLOCK_ROWS) + 1) * BLOCK_ROWS);
}

/** The column's values as doubles. */
export function copyColumn(column: Column, { first, count }: Block, into: Float64Array): void {
  const chunk = column.chunkAt?.(first);
  if (chunk !== undefined) {
    const from = first & CHUNK_MASK;
    into.set(chunk.subarray(from, from + count));
    return;
  }
  for (let place = 0; place < count; place++) into[place] = column.get(first + place);
}

/** The block's values as they lie in a column of singles; `undefined` where it is none, or nothing was written. */
export function f32Part(column: Column, { first, count }: Block): Float32Array | undefined {
  const chunk = column.chunkAt?.(first);
  if (!(chunk instanceof Float32Array)) return undefined;
  const from = first & CHUNK_MASK;
  return chunk.subarray(from, from + count);
}

/** Which of the doubles are in the set; NaN never is. */
export function matchValues(values: Float64Array, count: number, set: ValueSet, into: Bits): void {
  clearBits(into, count);
  for (const [low, high] of set) matchF64(values.subarray(0, count), low, high, into);
}

/** A set with its tables for columns of small integers, made when first needed. */
export class Lookup {
  readonly set: ValueSet;
  private unsignedTable: Uint8Array | undefined;
  private signedTable: Uint8Array | undefined;

  constructor(set: ValueSet) {
    this.set = set;
  }

  unsigned(): Uint8Array {
    this.unsignedTable ??= tableOf(this.set, 0, 0xffff);
    return this.unsignedTable;
  }

  signed(): Uint8Array {
    this.signedTable ??= tableOf(this.set, -0x8000, 0x7fff);
    return this.signedTable;
  }
}

/** Which of the column's values are in the set; NaN never is. */
export function matchColumn(
  column: Column,
  { first, count }: Block,
  lookup: Lookup,
  into: Bits,
): void {
  const chunk = column.chunkAt?.(first);
  clearBits(into, count);
  if (column.isSorted === true) {
    matchSorted(column, first, count, lookup.set, into);
    return;
  }
  const from = first & CHUNK_MASK;
  const part = chunk?.subarray(from, from + count);
  if (part instanceof Uint8Array) tableU8(part, lookup.unsigned(), into);
  else if (part instanceof Uint16Array) tableU16(part, lookup.unsigned(), into);
  else if (part instanceof Int16Array) tableI16(part, lookup.signed(), into);
  else {
    for (const [low, high] of lookup.set) {
      if (part instanceof Float32Array) matchF32(part, low, high, into);
      else if (part instanceof Uint32Array) matchU32(part, low, high, into);
      else if (part instanceof Int32Array) matchI32(part, low, high, into);
      else if (part instanceof Float64Array) matchF64(part, low, high, into);
      else matchAny(column, first, count, low, high, into);
    }
  }
}

/** The runs that the column of runs (-1: none) names in the block, least first; `undefined` where there are more than
 *  `bound`. Sets the bits of the messages that have one. */
export function runsIn(
  column: Column,
  { first, count }: Block,
  bound: number,
  into: Bits,
): readonly number[] | undefined {
  const chunk = column.chunkAt?.(first);
  if (!(chunk instanceof Int32Array)) {
    clearBits(into, count);
    return [];
  }
  const part = chunk.subarray(first & CHUNK_MASK, (first & CHUNK_MASK) + count);
  const [least, most] = bordersOf(part, into);
  if (most < 0) return [];
  if (least === most) return [least];
  const found = new Set<number>();
  for (let at = 0; at < part.length; at++) {
    const run = part[at] as number;
    if (run >= 0 && found.add(run).size > bound) return undefined;
  }
  return [...found].sort((one, other) => one - other);
}

/** The least and the greatest that is not negative, and the bits of those; -1 where there is none. */
function bordersOf(part: Int32Array, into: Bits): readonly [least: number, most: number] {
  let [least, most] = [0x7fff_ffff, -1];
  const rows = part.length;
  for (let word = 0, at = 0; at < rows; word++) {
    const end = Math.min(rows, at + 32);
    let bits = 0;
    for (let bit = 0; at < end; at++, bit++) {
      const value = part[at] as number;
      bits |= (~value >>> 31) << bit;
      if (value > most) most = value;
      if (value >>> 0 < least) least = value;
    }
    into[word] = bits;
  }
  return [least, most];
}

/** Where the values never fall, rows that are in a range lie side by side. */
function matchSorted(
  column: Column,
  first: number,
  count: number,
  set: ValueSet,
  into: Bits,
): void {
  const place = (isPast: (value: number) => boolean): number => {
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isPast(column.get(first + middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  for (const [least, most] of set) {
    const from = place((value) => value >= least);
    const end = place((value) => value > most);
    for (let at = from; at < end; ) {
      if ((at & 31) === 0 && at + 32 <= end) {
        into[at >>> 5] = -1;
        at += 32;
        continue;
      }
      into[at >>> 5] = (into[at >>> 5] as number) | (1 << (at & 31));
      at++;
    }
  }
}

/** 1 for each 16-bit pattern whose value is in the set. */
function tableOf(set: ValueSet, least: number, most: number): Uint8Array {
  const table = new Uint8Array(0x1_0000);
  for (const [low, high] of set) {
    const end = Math.min(Math.floor(high), most);
    for (let value = Math.max(Math.ceil(low), least); value <= end; value++) {
      table[value & 0xffff] = 1;
    }
  }
  return table;
}

export function wordsOf(count: number): number {
  return (count + 31) >>> 5;
}

export function clearBits(bits: Bits, count: number): void {
  bits.fill(0, 0, wordsOf(count));
}

export function setBits(bits: Bits, count: number): void {
  bits.fill(-1, 0, wordsOf(count));
  trimBits(bits, count);
}

/** Bits past the count become 0. */
export function trimBits(bits: Bits, count: number): void {
  const rest = count & 31;
  if (rest !== 0) {
    const last = wordsOf(count) - 1;
    bits[last] = (bits[last] ?? 0) & ((1 << rest) - 1);
  }
}

export function countBits(bits: Bits, count: number): number {
  let sum = 0;
  for (let word = wordsOf(count) - 1; word >= 0; word--) sum += popCount(bits[word] ?? 0);
  return sum;
}

export function popCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

// What cannot be out of range below is written without `?? 0`: TypeScript is told so by `as number`, and V8 sees one load.

function tableU8(part: Uint8Array, table: Uint8Array, into: Bits): void {
  const words = part.length >>> 5;
  for (let word = 0, at = 0; word < words; word++) {
    let bits = 0;
    for (let bit = 0; bit < 32; bit += 4, at += 4) {
      bits |=
        ((table[part[at] as number] as number) |
          ((table[part[at + 1] as number] as number) << 1) |
          ((table[part[at + 2] as number] as number) << 2) |
          ((table[part[at + 3] as number] as number) << 3)) <<
        bit;
    }
    into[word] = bits;
  }
  for (let at = words << 5; at < part.length; at++) {
    into[words] = (into[words] as number) | ((table[part[at] as number] as number) << (at & 31));
  }
}

function tableU16(part: Uint16Array, table: Uint8Array, into: Bits): void {
  const words = part.length >>> 5;
  for (let word = 0, at = 0; word < words; word++) {
    let bits = 0;
    for (let bit = 0; bit < 32; bit += 4, at += 4) {
      bits |=
        ((table[part[at] as number] as number) |
          ((table[part[at + 1] as number] as number) << 1) |
          ((table[part[at + 2] as number] as number) << 2) |
          ((table[part[at + 3] as number] as number) << 3)) <<
        bit;
    }
    into[word] = bits;
  }
  for (let at = words << 5; at < part.length; at++) {
    into[words] = (into[words] as number) | ((table[part[at] as number] as number) << (at & 31));
  }
}

function tableI16(part: Int16Array, table: Uint8Array, into: Bits): void {
  const words = part.length >>> 5;
  for (let word = 0, at = 0; word < words; word++) {
    let bits = 0;
    for (let bit = 0; bit < 32; bit += 4, at += 4) {
      bits |=
        ((table[(part[at] as number) & 0xffff] as number) |
          ((table[(part[at + 1] as number) & 0xffff] as number) << 1) |
          ((table[(part[at + 2] as number) & 0xffff] as number) << 2) |
          ((table[(part[at + 3] as number) & 0xffff] as number) << 3)) <<
        bit;
    }
    into[word] = bits;
  }
  for (let at = words << 5; at < part.length; at++) {
    const found = table[(part[at] as number) & 0xffff] as number;
    into[words] = (into[words] as number) | (found << (at & 31));
  }
}

function matchF64(part: Float64Array, low: number, high: number, into: Bits): void {
  const rows = part.length;
  for (let word = 0, at = 0; at < rows; word++) {
    const end = Math.min(rows, at + 32);
    let bits = 0;
    for (let bit = 0; at < end; at++, bit++) {
      const value = part[at] as number;
      bits |= (Number(value >= low) & Number(value <= high)) << bit;
    }
    into[word] = (into[word] as number) | bits;
  }
}

function matchF32(part: Float32Array, low: number, high: number, into: Bits): void {
  const rows = part.length;
  for (let word = 0, at = 0; at < rows; word++) {
    const end = Math.min(rows, at + 32);
    let bits = 0;
    for (let bit = 0; at < end; at++, bit++) {
      const value = part[at] as number;
      bits |= (Number(value >= low) & Number(value <= high)) << bit;
    }
    into[word] = (into[word] as number) | bits;
  }
}

function matchU32(part: Uint32Array, low: number, high: number, into: Bits): void {
  const rows = part.length;
  for (let word = 0, at = 0; at < rows; word++) {
    const end = Math.min(rows, at + 32);
    let bits = 0;
    for (let bit = 0; at < end; at++, bit++) {
      const value = part[at] as number;
      bits |= (Number(value >= low) & Number(value <= high)) << bit;
    }
    into[word] = (into[word] as number) | bits;
  }
}

function matchI32(part: Int32Array, low: number, high: number, into: Bits): void {
  const rows = part.length;
  for (let word = 0, at = 0; at < rows; word++) {
    const end = Math.min(rows, at + 32);
    let bits = 0;
    for (let bit = 0; at < end; at++, bit++) {
      const value = part[at] as number;
      bits |= (Number(value >= low) & Number(value <= high)) << bit;
    }
    into[word] = (into[word] as number) | bits;
  }
}

function matchAny(
  column: Column,
  first: number,
  count: number,
  low: number,
  high: number,
  into: Bits,
): void {
  for (let at = 0; at < count; at++) {
    const value = column.get(first + at);
    const isIn = Number(value >= low) & Number(value <= high);
    into[at >>> 5] = (into[at >>> 5] as number) | (isIn << (at & 31));
  }
}
