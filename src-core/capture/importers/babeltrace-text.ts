/** Reads what `babeltrace2 FOLDER` prints of a trace that QEMU's `ust` back-end (LTTng) has recorded:
 *
 *      [12:34:56.789012345] (+0.000001000) host qemu:virtqueue_pop: { cpu_id = 1 }, { vq = 0x…, elem = 0x…, in_num = 1, out_num = 8 }
 *
 *  Arguments have names, so that their order does not matter. Times are those of the day, or with --clock-date or --clock-seconds
 *  those of the calendar. `[warning] Tracer discarded 12 events …` tells what LTTng had no room for. */
import type { Ns } from '../../units.ts';
import type { EventBatch, TraceScanner } from './event-batch.ts';
import { EVENT, type EventShape, SHAPE_OF, type Slot } from './trace-events.ts';

const NEWLINE = 10;
const LINE =
  /^\[(?:(?:(\d{4}-\d\d-\d\d) )?(\d\d):(\d\d):(\d\d)|(\d{1,12}))\.(\d{9})\] \(\+[\d.?]+\) (?:\S+ )?(?:qemu:)?([a-z_0-9]+): ?(.*)$/;
const FIELD =
  /(?:^|[{,] )([a-z_]\w*) = (?:"((?:[^"\\]|\\.)*)"|(0x[0-9A-Fa-f]{1,16}|\d{1,20}))(?=,| }|$)/g;
const LOST = /discarded (\d+) events?/;
const BLANK = /^\s*$/;
/** A line that goes on for longer is none of these. */
const LINE_BYTES = 4096;

interface Stamp {
  readonly seconds: number;
  readonly ns: number;
  readonly isDated: boolean;
}

interface Line extends Stamp {
  readonly name: string;
  readonly text: string;
}

export class BabeltraceScanner implements TraceScanner {
  private line = 0;
  private baseSeconds = Number.NaN;
  private isDated = false;

  scan(bytes: Uint8Array, from: number, end: number, batch: EventBatch): number {
    const whole = end === 0 ? 0 : bytes.lastIndexOf(NEWLINE, end - 1) + 1;
    let at = from;
    while (at < whole && !batch.isFull()) {
      const newline = bytes.indexOf(NEWLINE, at);
      this.line++;
      batch.lines++;
      this.take(textOf(bytes, at, newline), batch);
      at = newline + 1;
    }
    return at;
  }

  finish(rest: Uint8Array, batch: EventBatch): void {
    if (rest.length === 0) return;
    batch.lines++;
    batch.odd('torn', ++this.line, textOf(rest, 0, rest.length));
  }

  baseUnixMs(): Ns | undefined {
    return this.isDated ? this.baseSeconds * 1000 : undefined;
  }

  private take(text: string, batch: EventBatch): void {
    const line = lineOf(text);
    const shape = line && SHAPE_OF.get(line.name);
    if (line === undefined || shape === undefined) {
      const lost = Number(LOST.exec(text)?.[1] ?? 0);
      if (lost > 0) batch.odd('dropped', this.line, text, lost);
      else if (!BLANK.test(text)) batch.odd('unknown', this.line, text);
    } else if (shape.event !== EVENT.none) {
      if (!this.emit(line, shape, batch)) batch.odd('torn', this.line, text);
    }
  }

  private emit(line: Line, shape: EventShape, batch: EventBatch): boolean {
    const fields = new Map<string, string>();
    for (const [, name = '', text, number] of line.text.matchAll(FIELD)) {
      fields.set(name, text ?? number ?? '');
    }
    const row = batch.count;
    clear(batch, row);
    for (const [name, slot] of shape.args) {
      const value = fields.get(name);
      if (value === undefined && slot !== '-') return false;
      // A voice of another device.
      const isVoice = slot === 'text' && shape.event !== EVENT.startStop;
      if (isVoice && value?.startsWith('virtio') !== true) return true;
      put(batch, row, slot, value ?? '0');
    }
    if (Number.isNaN(this.baseSeconds)) {
      this.baseSeconds = line.seconds;
      this.isDated = line.isDated;
    }
    const { columns } = batch;
    columns.event[row] = shape.event;
    columns.atNs[row] = (line.seconds - this.baseSeconds) * 1e9 + line.ns;
    columns.thread[row] = Number(fields.get('vtid') ?? 0) >>> 0;
    columns.line[row] = this.line;
    batch.count++;
    return true;
  }
}

/** The first line of such a text that is an event that is known. */
export function firstBabeltraceLine(text: string): Stamp | undefined {
  for (const each of text.split('\n')) {
    const line = lineOf(each);
    if (line !== undefined && SHAPE_OF.has(line.name)) return line;
  }
  return undefined;
}

function lineOf(text: string): Line | undefined {
  const found = LINE.exec(text);
  if (found === null) return undefined;
  const [, date, hours, minutes, seconds, whole, ns, name = '', rest = ''] = found;
  const days = date === undefined ? 0 : Date.parse(`${date}T00:00:00Z`) / 1000;
  const ofDay = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return {
    seconds: whole === undefined ? days + ofDay : Number(whole),
    ns: Number(ns),
    isDated: whole !== undefined || date !== undefined,
    name,
    text: rest,
  };
}

function put(batch: EventBatch, row: number, slot: Slot, value: string): void {
  const { columns } = batch;
  if (slot === 'text') {
    columns.n1[row] = value.includes('STOP') ? 1 : 0;
    return;
  }
  if (slot === '-') return;
  const number = BigInt(value);
  const low = Number(number & 0xffff_ffffn);
  const high = Number((number >> 32n) & 0xffff_ffffn);
  if (slot === 'p0') {
    columns.p0[row] = low | 0;
    columns.p0High[row] = high | 0;
  } else if (slot === 'p1') {
    columns.p1[row] = low | 0;
    columns.p1High[row] = high | 0;
  } else columns[slot][row] = low;
}

function clear({ columns }: EventBatch, row: number): void {
  for (const name of ['p0', 'p0High', 'p1', 'p1High', 'n0', 'n1', 'n2'] as const) {
    columns[name][row] = 0;
  }
}

function textOf(bytes: Uint8Array, from: number, end: number): string {
  const stop = Math.min(end, from + LINE_BYTES);
  const text = String.fromCharCode(...bytes.subarray(from, stop));
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
