/** Messages as lines of text, in the formats of `ringside read`, `ringside export` and the clipboard. */
import type { Field } from './field.ts';
import { type Cell, jsonValue, plainText, prettyText, unitOf } from './field-text.ts';
import { fieldNamed } from './fields.ts';

/** What is told of a message when no fields are named. */
export const DEFAULT_FIELDS: readonly Field[] = [
  ...['number', 'time', 'queue', 'stream', 'kind', 'code', 'status', 'frames'],
  ...['latency', 'latency_bytes', 'severity', 'finding'],
].flatMap((name) => fieldNamed(name) ?? []);

export const LINE_FORMATS = ['text', 'fields', 'jsonl', 'csv'] as const;
export type LineFormat = (typeof LINE_FORMATS)[number];

export interface LineWriter {
  /** Before the first row; may be empty. */
  readonly heading: string;
  /** Each ends in a newline. */
  line(cells: readonly Cell[]): string;
}

export function lineWriter(format: LineFormat, fields: readonly Field[]): LineWriter {
  switch (format) {
    case 'text':
      return textWriter(fields);
    case 'fields':
      return { heading: '', line: (cells) => `${plain(fields, cells).join('\t')}\n` };
    case 'csv': {
      const heading = `${fields.map(({ name }) => name).join(',')}\n`;
      return { heading, line: (cells) => `${plain(fields, cells).map(quoted).join(',')}\n` };
    }
    case 'jsonl':
      return jsonWriter(fields);
  }
}

/** Columns for people; numbers stand to the right. */
function textWriter(fields: readonly Field[]): LineWriter {
  const widths = fields.map((field) =>
    Math.max(field.name.length, WIDTHS[field.kind], widest(field)),
  );
  const row = (texts: readonly string[]) => {
    const padded = texts.map((text, place) =>
      fields[place]?.kind === 'number'
        ? text.padStart(widths[place] ?? 0)
        : text.padEnd(widths[place] ?? 0),
    );
    return `${padded.join('  ').trimEnd()}\n`;
  };
  return {
    heading: row(fields.map(({ name }) => name)),
    line: (cells) =>
      row(fields.map((field, place) => prettyText(field, cells[place] ?? Number.NaN))),
  };
}

const WIDTHS = { number: 6, enum: 4, boolean: 5, texts: 8 } as const;

function widest(field: Field): number {
  if (field.kind === 'number')
    return field.name.startsWith('time') ? 14 : unitOf(field) === 'ns' ? 9 : 0;
  const names = field.kind === 'enum' ? field.symbols.map(({ name }) => name.length) : [0];
  return Math.min(14, Math.max(...names));
}

/** The first line names the shape and the units. */
function jsonWriter(fields: readonly Field[]): LineWriter {
  const units = Object.fromEntries(fields.map((field) => [field.name, unitOf(field)]));
  return {
    heading: `${JSON.stringify({ schema: 'ringside.messages/1', units })}\n`,
    line(cells) {
      const members: Record<string, unknown> = {};
      fields.forEach((field, place) => {
        const value = jsonValue(field, cells[place] ?? Number.NaN);
        if (value !== undefined) members[field.name] = value;
      });
      return `${JSON.stringify(members)}\n`;
    },
  };
}

function plain(fields: readonly Field[], cells: readonly Cell[]): string[] {
  return fields.map((field, place) => plainText(field, cells[place] ?? Number.NaN));
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
