/** A set of message rows, one bit each: 1.25 MB for ten million, whatever the filter. Rows go in and out as their messages
 *  change. */
import {
  type Bits,
  BLOCK_ROWS,
  BLOCK_WORDS,
  countBits,
  popCount,
} from '../analysis/column-scan.ts';

export class RowSet {
  count = 0;
  private words = new Int32Array(BLOCK_WORDS);
  /** Rows of each block that are in. */
  private readonly counts: number[] = [];

  /** Takes the bits of the rows from `first` on, which begins a block or goes on in one behind what was taken before. */
  take(first: number, count: number, bits: Bits): void {
    this.reserve(first + count);
    for (let place = 0; place < count; place += 32) {
      const word = bits[place >> 5] ?? 0;
      if (first % 32 === 0) this.words[(first + place) >> 5] = word;
      else this.takeUneven(first + place, word);
    }
    const block = Math.floor(first / BLOCK_ROWS);
    const added = countBits(bits, count);
    this.counts[block] = (this.counts[block] ?? 0) + added;
    this.count += added;
  }

  has(row: number): boolean {
    return (((this.words[row >> 5] ?? 0) >> (row & 31)) & 1) === 1;
  }

  set(row: number, isIn: boolean): void {
    if (this.has(row) === isIn) return;
    this.reserve(row + 1);
    this.words[row >> 5] = (this.words[row >> 5] ?? 0) ^ (1 << (row & 31));
    const block = Math.floor(row / BLOCK_ROWS);
    const change = isIn ? 1 : -1;
    this.counts[block] = (this.counts[block] ?? 0) + change;
    this.count += change;
  }

  /** The rows at places `[place, place + count)` among those that are in. */
  rowsFrom(place: number, count: number): Float64Array {
    const rows = new Float64Array(Math.max(0, Math.min(count, this.count - place)));
    let block = 0;
    let skipped = 0;
    while (block < this.counts.length && skipped + (this.counts[block] ?? 0) <= place) {
      skipped += this.counts[block++] ?? 0;
    }
    let taken = 0;
    for (let word = block * BLOCK_WORDS; taken < rows.length; word++) {
      let bits = this.words[word] ?? 0;
      if (skipped + popCount(bits) <= place) {
        skipped += popCount(bits);
        continue;
      }
      for (; bits !== 0 && taken < rows.length; bits &= bits - 1) {
        if (skipped++ >= place) rows[taken++] = word * 32 + (31 - Math.clz32(bits & -bits));
      }
    }
    return rows;
  }

  /** Place among those that are in of the last one at or before `row`; -1 when all come later. */
  placeOf(row: number): number {
    const block = Math.floor(row / BLOCK_ROWS);
    let before = 0;
    for (let each = 0; each < block; each++) before += this.counts[each] ?? 0;
    for (let word = block * BLOCK_WORDS; word < row >> 5; word++) {
      before += popCount(this.words[word] ?? 0);
    }
    const upTo = 2 ** ((row & 31) + 1) - 1;
    return before + popCount((this.words[row >> 5] ?? 0) & (upTo | 0)) - 1;
  }

  private takeUneven(row: number, word: number): void {
    const shift = row & 31;
    const at = row >> 5;
    this.words[at] = (this.words[at] ?? 0) | (word << shift);
    this.words[at + 1] = (this.words[at + 1] ?? 0) | (word >>> (32 - shift));
  }

  private reserve(rows: number): void {
    const needed = (rows >> 5) + 2;
    if (needed <= this.words.length) return;
    const grown = new Int32Array(Math.max(needed, this.words.length * 2));
    grown.set(this.words);
    this.words = grown;
  }
}
