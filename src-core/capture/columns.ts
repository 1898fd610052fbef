/** Columns that grow: typed arrays in chunks, so that ten million rows never have to be copied to grow by one. */

const CHUNK_BITS = 16;
const CHUNK_ROWS = 1 << CHUNK_BITS;
export const COLUMN_CHUNK_ROWS = CHUNK_ROWS;
const ROW_MASK = CHUNK_ROWS - 1;

/** One column of numbers; rows never written hold the `empty` value. Reading past the end gives `empty`. */
export interface Column {
  get(row: number): number;
  set(row: number, value: number): void;
  /** Bytes that it occupies. */
  heldBytes(): number;
  /** Its values never fall, and none is absent. */
  readonly isSorted?: boolean;
  /** For scans: the array with the rows from the last multiple of `COLUMN_CHUNK_ROWS` at or before `row` on. Absent where
   *  nothing was written, and in columns that do not keep plain numbers. */
  chunkAt?(row: number): ColumnChunk | undefined;
}

export type ColumnChunk =
  | (Float64Array | Float32Array)
  | (Uint32Array | Int32Array | Uint16Array | Int16Array | Uint8Array);

abstract class ChunkedColumn<T extends ColumnChunk> implements Column {
  protected readonly chunks: T[] = [];
  protected readonly empty: number;
  private readonly makeChunk: (rows: number) => T;

  constructor(makeChunk: (rows: number) => T, empty: number) {
    this.makeChunk = makeChunk;
    this.empty = empty;
  }

  abstract get(row: number): number;
  abstract set(row: number, value: number): void;

  heldBytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  }

  chunkAt(row: number): T | undefined {
    return this.chunks[row >>> CHUNK_BITS];
  }

  /** The chunk for `row`, made now, with those before it. */
  protected grow(row: number): T {
    const place = row >>> CHUNK_BITS;
    for (;;) {
      const chunk = this.makeChunk(CHUNK_ROWS);
      if (this.empty !== 0) chunk.fill(this.empty);
      this.chunks.push(chunk);
      if (this.chunks.length > place) return chunk;
    }
  }
}

// One class a type, alike but for it: code that meets a single kind of array runs ten times as fast as code that meets seven.

class F64Column extends ChunkedColumn<Float64Array> {
  get(row: number): number {
    return this.chunks[row >>> CHUNK_BITS]?.[row & ROW_MASK] ?? this.empty;
  }
  set(row: number, value: number): void {
    const chunk = this.chunks[row >>> CHUNK_BITS] ?? this.grow(row);
    chunk[row & ROW_MASK] = value;
  }
}

class F32Column extends ChunkedColumn<Float32Array> {
  get(row: number): number {
    return this.chunks[row >>> CHUNK_BITS]?.[row & ROW_MASK] ?? this.empty;
  }
  set(row: number, value: number): void {
    const chunk = this.chunks[row >>> CHUNK_BITS] ?? this.grow(row);
    chunk[row & ROW_MASK] = value;
  }
}

class U32Column extends ChunkedColumn<Uint32Array> {
  get(row: number): number {
    return this.chunks[row >>> CHUNK_BITS]?.[row & ROW_MASK] ?? this.empty;
  }
  set(row: number, value: number): void {
    const chunk = this.chunks[row >>> CHUNK_BITS] ?? this.grow(row);
    chunk[row & ROW_MASK] = value;
  }
}

class I32Column extends ChunkedColumn<Int32Array> {
  get(row: number): number {
    return this.chunks[row >>> CHUNK_BITS]?.[row & ROW_MASK] ?? this.empty;
  }
  set(row: number, value: number): void {
    const chunk = this.chunks[row >>> CHUNK_BITS] ?? this.grow(row);
    chunk[row & ROW_MASK] = value;
  }
}

class U16Column extends ChunkedColumn<Uint16Array> {
  get(row: number): number {
    return this.chunks[row >>> CHUNK_BITS]?.[row & ROW_MASK] ?? this.empty;
  }
  set(row: number, value: number): void {
    const chunk = this.chunks[row >>> CHUNK_BITS] ?? this.grow(row);
    chunk[row & ROW_MASK] = value;
  }
}

class I16Column extends ChunkedColumn<Int16Array> {
  get(row: number): number {
    return this.chunks[row >>> CHUNK_BITS]?.[row & ROW_MASK] ?? this.empty;
  }
  set(row: number, value: number): void {
    const chunk = this.chunks[row >>> CHUNK_BITS] ?? this.grow(row);
    chunk[row & ROW_MASK] = value;
  }
}

class U8Column extends ChunkedColumn<Uint8Array> {
  get(row: number): number {
    return this.chunks[row >>> CHUNK_BITS]?.[row & ROW_MASK] ?? this.empty;
  }
  set(row: number, value: number): void {
    const chunk = this.chunks[row >>> CHUNK_BITS] ?? this.grow(row);
    chunk[row & ROW_MASK] = value;
  }
}

export const f64 = (empty = 0): Column => new F64Column((rows) => new Float64Array(rows), empty);
export const f32 = (empty = 0): Column => new F32Column((rows) => new Float32Array(rows), empty);
export const u32 = (): Column => new U32Column((rows) => new Uint32Array(rows), 0);
export const i32 = (empty = 0): Column => new I32Column((rows) => new Int32Array(rows), empty);
export const u16 = (): Column => new U16Column((rows) => new Uint16Array(rows), 0);
export const i16 = (empty = 0): Column => new I16Column((rows) => new Int16Array(rows), empty);
export const u8 = (): Column => new U8Column((rows) => new Uint8Array(rows), 0);

/** Numbers that hardly ever fall (times in ns, places in a file), exact up to 2^53 in four bytes a row: the low word of each,
 *  and once for every run of rows the high word that they share. Written in the order of rows; -1 (lost) is kept too. */
class RisingColumn implements Column {
  isSorted = true;
  private last = Number.NEGATIVE_INFINITY;
  private readonly lows = new U32Column((rows) => new Uint32Array(rows), 0);
  /** Row at which a run begins, and the value of its high word. */
  private readonly runRows: number[] = [];
  private readonly runBases: number[] = [];
  private rows = 0;
  /** High word of the last value, as a number; none was written yet. */
  private base = Number.NaN;
  private readonly empty: number;
  /** Run of the last look-up: nearly always that of the next. */
  private near = 0;

  constructor(empty: number) {
    this.empty = empty;
  }

  set(row: number, value: number): void {
    if (value < this.last || row > this.rows) this.isSorted = false;
    this.last = value;
    if (row >= this.rows) this.rows = row + 1;
    if (value < 0) {
      this.lows.set(row, LOST_LOW);
      return;
    }
    let low = value - this.base; // nearly always of the same run: a division would cost more than all the rest
    if (!(low >= 0 && low < 0x1_0000_0000)) {
      low = value % 0x1_0000_0000;
      this.base = value - low;
      this.runRows.push(row);
      this.runBases.push(this.base);
    }
    // one number in 2^32 is kept one too small: a time then errs by 1 ns, and no place in a file is odd
    this.lows.set(row, low === LOST_LOW ? LOST_LOW - 1 : low);
  }

  get(row: number): number {
    if (row >= this.rows || row < 0) return this.empty;
    const low = this.lows.get(row);
    if (low === LOST_LOW) return -1;
    if (row < (this.runRows[this.near] ?? 0) || row >= (this.runRows[this.near + 1] ?? Infinity)) {
      this.near = lastAtMost(this.runRows, row);
    }
    return (this.runBases[this.near] ?? 0) + low;
  }

  heldBytes(): number {
    return this.lows.heldBytes() + 16 * this.runRows.length;
  }
}

const LOST_LOW = 0xffff_ffff;

/** A place in a file behind that of another column, in four bytes a row; -1 where none was written. */
class BehindColumn implements Column {
  private readonly base: Column;
  private readonly after = new U32Column((rows) => new Uint32Array(rows), 0);
  /** Those that four bytes cannot hold. */
  private readonly far = new Map<number, number>();

  constructor(base: Column) {
    this.base = base;
  }

  set(row: number, value: number): void {
    const after = value - this.base.get(row);
    if (value >= 0 && after > 0 && after < LOST_LOW) this.after.set(row, after);
    else if (value >= 0) {
      this.far.set(row, value);
      this.after.set(row, LOST_LOW);
    } else this.after.set(row, 0);
  }

  get(row: number): number {
    const after = this.after.get(row);
    if (after === 0) return -1;
    return after === LOST_LOW ? (this.far.get(row) ?? -1) : this.base.get(row) + after;
  }

  heldBytes(): number {
    return this.after.heldBytes() + 48 * this.far.size;
  }
}

export const rising = (empty = 0): Column => new RisingColumn(empty);
export const behind = (base: Column): Column => new BehindColumn(base);

/** Place of the last element that is at most `wanted`, in a list that rises; 0 when all are above. */
export function lastAtMost(list: readonly number[], wanted: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) <= wanted) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** First row in `[0, rows)` whose value is at least `wanted`, in a column that never falls; `rows` when there is none. */
export function firstAtLeast(column: Column, rows: number, wanted: number): number {
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column.get(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
