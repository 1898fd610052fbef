/** What a message has in a field as a filter that it passes: for "filter to this". */
import type { Field } from './field.ts';
import { type Cell, plainText, unitOf } from './field-text.ts';

export interface CellFilter {
  /** Exactly this; of texts, all of them. */
  readonly equal: string;
  /** Of amounts, which are seldom met again: this or more, and this or less. */
  readonly atLeast?: string;
  readonly atMost?: string;
}

export function cellFilter(field: Field, cell: Cell): CellFilter {
  const { name } = field;
  if (typeof cell !== 'number') return { equal: textsFilter(name, cell) };
  if (Number.isNaN(cell)) return { equal: `!has(${name})` };
  if (field.kind === 'boolean') return { equal: cell === 0 ? `!${name}` : name };
  if (field.kind !== 'number') return { equal: `${name} == ${plainText(field, cell)}` };
  const value = `${cell}${SUFFIXES[unitOf(field)] ?? ''}`;
  return {
    equal: `${name} == ${value}`,
    ...(field.quantity === 'count'
      ? {}
      : { atLeast: `${name} >= ${value}`, atMost: `${name} <= ${value}` }),
  };
}

/** Units are written where a bare number would be one of another unit, or of none. */
const SUFFIXES: Readonly<Record<string, string>> = { ns: 'ns', P: 'P' };

function textsFilter(name: string, texts: readonly string[]): string {
  if (texts.length === 0) return `!has(${name})`;
  return texts.map((text) => `${name} == ${JSON.stringify(text)}`).join(' && ');
}
