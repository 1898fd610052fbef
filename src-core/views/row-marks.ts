/** Which of several expressions the messages in view pass: for marks and colours, which hide nothing. */
import { BLOCK_WORDS, type Block, blockEnd } from '../analysis/column-scan.ts';
import { FieldReader, type FieldSource } from '../analysis/field-reader.ts';
import { compileFilter } from '../analysis/filter.ts';
import { isProblem } from '../analysis/filter-problem.ts';
import type { RowMarks } from '../contract-filter.ts';
import { LIMITS } from '../limits.ts';

const EXPRESSIONS_AT_MOST = 32;

/** Of each row the first expression that it passes, counted from 1; 0: none. An expression that is none passes nothing. */
export function rowMarks(
  source: FieldSource,
  query: { readonly index: readonly number[]; readonly expressions: readonly string[] },
): RowMarks {
  const index = query.index.slice(0, LIMITS.rowsPerRequest);
  const marks = new Uint8Array(index.length);
  const blocks = neighbours(index, source.messages.rows);
  const reader = new FieldReader(source);
  const bits = new Int32Array(BLOCK_WORDS);
  query.expressions.slice(0, EXPRESSIONS_AT_MOST).forEach((text, nth) => {
    const compiled = compileFilter(text);
    if (isProblem(compiled)) return;
    for (const { place, ...block } of blocks) {
      compiled.scan(reader, block, bits);
      for (let row = 0; row < block.count; row++) {
        const passes = (((bits[row >> 5] ?? 0) >>> (row & 31)) & 1) === 1;
        if (passes && marks[place + row] === 0) marks[place + row] = nth + 1;
      }
    }
  });
  return { index, marks, expressions: query.expressions };
}

/** Rows that follow each other are read at once, within one block of the columns; `place` is that of the first in `index`. */
function neighbours(index: readonly number[], rows: number): (Block & { place: number })[] {
  const blocks: (Block & { place: number })[] = [];
  for (let place = 0; place < index.length; ) {
    const first = index[place] ?? -1;
    const isRow = Number.isInteger(first) && first >= 0 && first < rows;
    const end = isRow ? blockEnd(first, rows) : first + 1;
    let count = 1;
    while (first + count < end && index[place + count] === first + count) count++;
    if (isRow) blocks.push({ first, count, place });
    place += count;
  }
  return blocks;
}
