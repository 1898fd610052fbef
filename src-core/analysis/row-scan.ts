/** Goes through the messages of a capture and hands over those that pass a filter, with the wanted fields: for exports and
 *  the command line. */
import { type Bits, BLOCK_ROWS, BLOCK_WORDS, blockEnd, setBits } from './column-scan.ts';
import type { Field } from './field.ts';
import { FieldReader, type FieldSource } from './field-reader.ts';
import type { Cell } from './field-text.ts';
import type { CompiledFilter } from './filter.ts';

/** A message; valid until the next one is handed over. */
export interface ScannedRow {
  readonly row: number;
  /** In the order of the fields. */
  readonly cells: readonly Cell[];
}

export class RowScan {
  private readonly reader: FieldReader;
  private readonly fields: readonly Field[];
  private readonly filter: CompiledFilter | undefined;
  private readonly columns: readonly Float64Array[];
  private readonly bits: Bits = new Int32Array(BLOCK_WORDS);

  constructor(source: FieldSource, fields: readonly Field[], filter?: CompiledFilter) {
    this.reader = new FieldReader(source);
    this.fields = fields;
    this.filter = filter;
    this.columns = fields.map(() => new Float64Array(BLOCK_ROWS));
  }

  /** Looks at rows from `first` up to `end`, at most one block of them. Hands over what passes until `take` says false.
   *  Gives the row to go on from. */
  scan(first: number, end: number, take: (row: ScannedRow) => boolean): number {
    const next = blockEnd(first, end);
    const block = { first, count: next - first };
    if (this.filter === undefined) setBits(this.bits, block.count);
    else this.filter.scan(this.reader, block, this.bits);
    if (this.bits.subarray(0, (block.count + 31) >> 5).every((word) => word === 0)) return next;
    this.fields.forEach((field, place) => {
      if (field.kind !== 'texts')
        field.fill(this.reader, block, this.columns[place] as Float64Array);
    });
    const cells: Cell[] = [];
    for (let place = 0; place < block.count; place++) {
      if ((((this.bits[place >> 5] ?? 0) >> (place & 31)) & 1) === 0) continue;
      for (let column = 0; column < this.fields.length; column++) {
        cells[column] = this.cellAt(column, place, first + place);
      }
      if (!take({ row: first + place, cells })) return first + place + 1;
    }
    return next;
  }

  private cellAt(column: number, place: number, row: number): Cell {
    const field = this.fields[column];
    if (field?.kind === 'texts') return field.texts(this.reader, row);
    return this.columns[column]?.[place] ?? Number.NaN;
  }
}
