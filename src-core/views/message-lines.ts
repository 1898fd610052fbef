/** Chosen messages as text for the clipboard, by the one vocabulary: what `ringside read` prints of them. */
import type { FieldSource } from '../analysis/field-reader.ts';
import { fieldNamed } from '../analysis/fields.ts';
import { DEFAULT_FIELDS, lineWriter } from '../analysis/row-lines.ts';
import { RowScan } from '../analysis/row-scan.ts';
import type { MessageLines } from '../contract-messages.ts';
import { LIMITS } from '../limits.ts';

const MOST_FIELDS = 64;

/** `fields` stand behind the usual ones. Tab-separated text has a heading; of JSON each line is a message. */
export function messageLines(
  source: FieldSource,
  { indexes, format, fields }: MessageLines,
): { readonly text: string } {
  if (format === 'filter') return { text: namingFilter(source, indexes) };
  const added = fields.slice(0, MOST_FIELDS).flatMap((name) => fieldNamed(name) ?? []);
  const all = [...new Set([...DEFAULT_FIELDS, ...added])];
  const isTabs = format === 'tsv';
  const writer = lineWriter(isTabs ? 'fields' : 'jsonl', all);
  const scan = new RowScan(source, all);
  const { rows } = source.messages;
  let text = isTabs ? `${all.map(({ name }) => name).join('\t')}\n` : '';
  for (const row of indexes.slice(0, LIMITS.rowsPerRequest)) {
    if (!(Number.isInteger(row) && row >= 0 && row < rows)) continue;
    scan.scan(row, row + 1, ({ cells }) => {
      text += writer.line(cells);
      return true;
    });
  }
  return { text };
}

/** `number in {12, 15}`: numbers name messages whatever else is filtered, in the window and on the command line. */
function namingFilter({ messages }: FieldSource, indexes: readonly number[]): string {
  const numbers = indexes
    .slice(0, LIMITS.rowsPerRequest)
    .filter((row) => Number.isInteger(row) && row >= 0 && row < messages.rows)
    .map((row) => messages.seq.get(row));
  return numbers.length === 1 ? `number == ${numbers[0]}` : `number in {${numbers.join(', ')}}`;
}
