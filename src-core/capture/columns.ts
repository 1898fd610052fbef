/** Columns that grow: typed arrays in chunks, so that ten million rows never have to be copied to grow by one. */

const CHUNK_BITS = 16;
const CHUNK_ROWS = 1 << CHUNK_BITS;
const ROW_MASK = CHUNK_ROWS - 1;

interface TypedArrayOf {
  readonly BYTES_PER_ELEMENT: number;
  [index: number]: number;
}

/** One column of numbers; rows never written hold the `empty` value. Reading past the end gives `empty`. */
export class Column {
  private readonly chunks: TypedArrayOf[] = [];
  private readonly makeChunk: (rows: number) => TypedArrayOf & { fill(value: number): unknown };
  private readonly empty: number;

  constructor(
    makeChunk: (rows: number) => TypedArrayOf & { fill(value: number): unknown },
    empty = 0,
  ) {
    this.makeChunk = makeChunk;
    this.empty = empty;
  }

  get(row: number): number {
    return this.chunks[row >>> CHUNK_BITS]?.[row & ROW_MASK] ?? this.empty;
  }

  set(row: number, value: number): void {
    const place = row >>> CHUNK_BITS;
    while (this.chunks.length <= place) {
      const chunk = this.makeChunk(CHUNK_ROWS);
      if (this.empty !== 0) chunk.fill(this.empty);
      this.chunks.push(chunk);
    }
    const chunk = this.chunks[place];
    if (chunk !== undefined) chunk[row & ROW_MASK] = value;
  }

  /** Bytes that it occupies. */
  heldBytes(): number {
    return this.chunks.length * CHUNK_ROWS * (this.chunks[0]?.BYTES_PER_ELEMENT ?? 0);
  }
}

export const f64 = (empty = 0) => new Column((rows) => new Float64Array(rows), empty);
export const f32 = (empty = 0) => new Column((rows) => new Float32Array(rows), empty);
export const u32 = () => new Column((rows) => new Uint32Array(rows));
export const i32 = (empty = 0) => new Column((rows) => new Int32Array(rows), empty);
export const u16 = () => new Column((rows) => new Uint16Array(rows));
export const i16 = (empty = 0) => new Column((rows) => new Int16Array(rows), empty);
export const u8 = () => new Column((rows) => new Uint8Array(rows));

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
