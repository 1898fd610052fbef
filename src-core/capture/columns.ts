/** Columns that grow: typed arrays in chunks, so that ten million rows never have to be copied to grow by one. */

const CHUNK_BITS = 16;
const CHUNK_ROWS = 1 << CHUNK_BITS;
const ROW_MASK = CHUNK_ROWS - 1;

/** One column of numbers; rows never written hold the `empty` value. Reading past the end gives `empty`. */
export interface Column {
  get(row: number): number;
  set(row: number, value: number): void;
  /** Bytes that it occupies. */
  heldBytes(): number;
}

interface Chunk {
  readonly byteLength: number;
  fill(value: number): unknown;
}

abstract class ChunkedColumn<T extends Chunk> implements Column {
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
