/** Lines out of a stream of bytes, one JSON object a line, as QMP sends them. What comes may be anything: a line has a bound,
 *  and what is no object is told as such. */
import type { Bytes } from '../units.ts';

export type QmpLine =
  | { readonly kind: 'object'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'garbage'; readonly start: string }
  | { readonly kind: 'too-long'; readonly bytes: Bytes };

const NEWLINE = 10;
/** So much of a line that is no JSON is told to the user. */
const START_BYTES = 60;

export class QmpLines {
  private readonly boundBytes: Bytes;
  private parts: Uint8Array[] = [];
  private heldBytes: Bytes = 0;
  private isOverlong = false;

  /** `boundBytes`: a line that is longer is left out. */
  constructor(boundBytes: Bytes) {
    this.boundBytes = boundBytes;
  }

  /** The lines that `bytes` complete. Keeps a copy of what is left. */
  push(bytes: Uint8Array): QmpLine[] {
    const lines: QmpLine[] = [];
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      this.hold(bytes.subarray(from, at), lines);
      this.finish(lines);
      from = at + 1;
    }
    this.hold(bytes.slice(from), lines);
    return lines;
  }

  /** What came without a newline so far, for telling what is wrong. */
  heldText(): string {
    return startOf(joined(this.parts));
  }

  private hold(part: Uint8Array, lines: QmpLine[]): void {
    if (this.isOverlong || part.length === 0) return;
    this.heldBytes += part.length;
    this.parts.push(part);
    if (this.heldBytes <= this.boundBytes) return;
    lines.push({ kind: 'too-long', bytes: this.heldBytes });
    this.isOverlong = true;
    this.parts = [];
  }

  private finish(lines: QmpLine[]): void {
    const line = joined(this.parts);
    const isWhole = !this.isOverlong;
    this.parts = [];
    this.heldBytes = 0;
    this.isOverlong = false;
    if (isWhole && line.length > 0) {
      const parsed = parse(line);
      if (parsed !== undefined) lines.push(parsed);
    }
  }
}

function parse(line: Uint8Array): QmpLine | undefined {
  const text = new TextDecoder().decode(line).trim();
  if (text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { kind: 'object', value: value as Record<string, unknown> };
    }
  } catch {
    // told below
  }
  return { kind: 'garbage', start: startOf(line) };
}

function startOf(line: Uint8Array): string {
  const text = new TextDecoder().decode(line.subarray(0, START_BYTES));
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
