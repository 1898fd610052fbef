/** Fields of chosen messages as text, by the one vocabulary: for columns that the user adds, and for comparing messages. */

import { type CellFilter, cellFilter } from '../analysis/cell-filter.ts';
import { BLOCK_ROWS, type Block } from '../analysis/column-scan.ts';
import type { Field } from '../analysis/field.ts';
import { FieldReader, type FieldSource } from '../analysis/field-reader.ts';
import { type Cell, prettyText, unitOf } from '../analysis/field-text.ts';
import { FIELDS, fieldNamed } from '../analysis/fields.ts';
import { RowScan } from '../analysis/row-scan.ts';
import type { FieldInfo, MessageCells } from '../contract-messages.ts';
import { LIMITS } from '../limits.ts';

/** Cells that one question gets. */
const MOST_CELLS = 50_000;

export function messageCells(
  source: FieldSource,
  indexes: readonly number[],
  names: readonly string[],
): MessageCells[] {
  const fields = names.slice(0, FIELDS.length).map(fieldNamed);
  const mostRows = Math.floor(MOST_CELLS / Math.max(1, fields.length));
  const rows = indexes.slice(0, Math.min(LIMITS.rowsPerRequest, mostRows));
  const reader = new FieldReader(source);
  const texts = rows.map((): string[] => []);
  for (const field of fields) {
    let place = 0;
    while (place < rows.length) {
      const block = blockFrom(rows, place);
      const cells = cellsOf(reader, field, block, source.messages.rows);
      for (const [nth, text] of cells.entries()) texts[place + nth]?.push(text);
      place += block.count;
    }
  }
  return rows.map((index, place) => ({ index, texts: texts[place] ?? [] }));
}

/** Of one message, in the order of the names; what is no field, or no message, has none. */
export function cellFilters(
  source: FieldSource,
  index: number,
  names: readonly string[],
): (CellFilter | null)[] {
  const fields = names.slice(0, FIELDS.length).map(fieldNamed);
  const isThere = Number.isInteger(index) && index >= 0 && index < source.messages.rows;
  if (!isThere) return fields.map(() => null);
  const known = fields.filter((field) => field !== undefined);
  const filters = new Map<Field, CellFilter>();
  new RowScan(source, known).scan(index, index + 1, ({ cells }) => {
    known.forEach((field, place) => {
      filters.set(field, cellFilter(field, cells[place] ?? Number.NaN));
    });
    return false;
  });
  return fields.map((field) => (field === undefined ? null : (filters.get(field) ?? null)));
}

export function fieldList(): FieldInfo[] {
  return FIELDS.map((field) => ({
    name: field.name,
    doc: field.doc,
    unit: unitOf(field),
    isNumber: field.kind === 'number',
    grade: field.grade,
  }));
}

/** Neighbours are read at once. */
function blockFrom(rows: readonly number[], place: number): Block {
  const first = Math.floor(Number(rows[place])) || 0;
  let count = 1;
  while (place + count < rows.length && rows[place + count] === first + count) count++;
  return { first, count };
}

function cellsOf(
  reader: FieldReader,
  field: Field | undefined,
  { first, count }: Block,
  rows: number,
): string[] {
  return reader.borrow((values) => {
    const texts: string[] = [];
    for (let done = 0; done < count; ) {
      // within one block of the columns
      const part = Math.min(count - done, BLOCK_ROWS - ((first + done) % BLOCK_ROWS));
      const block = { first: first + done, count: part };
      if (field !== undefined && field.kind !== 'texts') field.fill(reader, block, values);
      for (let place = 0; place < part; place++) {
        const row = block.first + place;
        const isThere = field !== undefined && row >= 0 && row < rows;
        const cell: Cell =
          field?.kind === 'texts' ? field.texts(reader, row) : (values[place] ?? Number.NaN);
        texts.push(isThere ? prettyText(field, cell) : '');
      }
      done += part;
    }
    return texts;
  });
}
