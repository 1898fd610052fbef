/** What a scanner reads out of a trace and the rebuilder makes messages of: events in columns, a few thousand at a time, so
 *  that no line ever becomes an object. A batch may cross threads: its buffers are handed over and come back. */
import type { Ns } from '../../units.ts';

export const BATCH_EVENTS = 8192;
/** Odd lines of one batch that are told one by one; more are only counted. */
const ODDITIES = 64;
const TEXT_CHARACTERS = 200;

export type OddityKind = 'unknown' | 'torn' | 'dropped';

/** A line that is no event, or half of one. */
export interface Oddity {
  readonly kind: OddityKind;
  readonly line: number;
  readonly text: string;
}

export interface EventColumns {
  readonly event: Uint8Array;
  /** Since the scanner's base; NaN: the line has no time. */
  readonly atNs: Float64Array;
  /** Thread that wrote it; 0: not told. */
  readonly thread: Uint32Array;
  readonly line: Uint32Array;
  /** Two pointers of 64 bits, in halves. Signed, since V8 makes an object of a number from 2^31 on. */
  readonly p0: Int32Array;
  readonly p0High: Int32Array;
  readonly p1: Int32Array;
  readonly p1High: Int32Array;
  readonly n0: Uint32Array;
  readonly n1: Uint32Array;
  readonly n2: Uint32Array;
}

export class EventBatch {
  readonly columns: EventColumns;
  count = 0;
  /** Lines or records that this batch comes from, and what became of those that are no event. */
  lines = 0;
  unknown = 0;
  torn = 0;
  dropped = 0;
  oddities: Oddity[] = [];

  constructor(columns: EventColumns = makeColumns()) {
    this.columns = columns;
  }

  reset(): void {
    this.count = 0;
    this.lines = 0;
    this.unknown = 0;
    this.torn = 0;
    this.dropped = 0;
    if (this.oddities.length > 0) this.oddities = [];
  }

  isFull(): boolean {
    return this.count >= BATCH_EVENTS;
  }

  odd(kind: OddityKind, line: number, text: string, count = 1): void {
    this[kind] += count;
    if (this.oddities.length < ODDITIES) {
      this.oddities.push({ kind, line, text: text.slice(0, TEXT_CHARACTERS) });
    }
  }
}

/** Whatever turns bytes of a trace into batches. */
export interface TraceScanner {
  /** Reads what is whole of `bytes[from..end)` into `batch` until that is full. Gives the place up to which it got; it got
   *  stuck when that is `from` and the batch is not full: more bytes are needed. `bytes` has `SCAN_SLACK` more than `end`. */
  scan(bytes: Uint8Array, from: number, end: number, batch: EventBatch): number;
  /** Nothing more comes: what is left of the bytes is torn. */
  finish(rest: Uint8Array, batch: EventBatch): void;
  /** Wall clock of time 0; `undefined` when the trace does not tell. */
  baseUnixMs(): Ns | undefined;
}

/** Bytes behind the last that a scanner may look at. */
export const SCAN_SLACK = 512;

function makeColumns(): EventColumns {
  const u32 = () => new Uint32Array(BATCH_EVENTS);
  const i32 = () => new Int32Array(BATCH_EVENTS);
  return {
    event: new Uint8Array(BATCH_EVENTS),
    atNs: new Float64Array(BATCH_EVENTS),
    ...{ thread: u32(), line: u32(), p0: i32(), p0High: i32(), p1: i32(), p1High: i32() },
    ...{ n0: u32(), n1: u32(), n2: u32() },
  };
}
