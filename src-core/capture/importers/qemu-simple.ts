/** Reads the file of QEMU's `simple` trace back-end, version 4: records of numbers in the byte order of the machine that QEMU
 *  ran on. It names its events and not their arguments: those come from `trace-events.ts`, or from the `trace-events-all` of
 *  the build that wrote it.
 *
 *      header   u64 all ones, u64 magic, u64 4
 *      mapping  u64 0, u64 event id, u32 length, name
 *      event    u64 1, u64 event id, u64 ns, u32 record length, u32 process, arguments: u64 each, strings u32 length + bytes
 *      dropped  an event with id 2^64 - 2 and one u64: how many were lost */
import { EventBatch, type TraceScanner } from './event-batch.ts';
import { EVENT, type EventShape, SHAPE_OF, type Slot } from './trace-events.ts';

const HEADER_BYTES = 24;
const EVENT_HEAD_BYTES = 32;
const MAPPING_HEAD_BYTES = 20;
const MAGIC_HIGH = 0xf2b177cb;
const MAGIC_LOW = 0x0aa429b4;
const LONGEST_NAME = 256;
/** Ten arguments, strings at their longest. */
const LONGEST_RECORD = 24 + 10 * 516;
const MOST_EVENTS = 1 << 16;
const DROPPED_LOW = 0xffff_fffe;

interface Layout {
  readonly event: number;
  readonly slots: readonly Slot[];
  readonly isString: readonly boolean[];
}

const OTHER: Layout = { event: EVENT.none, slots: [], isString: [] };

export class SimpleScanner implements TraceScanner {
  private readonly shapes: ReadonlyMap<string, EventShape>;
  private readonly layouts: (Layout | undefined)[] = [];
  private bytes: Uint8Array = new Uint8Array();
  private view: DataView = new DataView(this.bytes.buffer);
  private batch = new EventBatch();
  private isLittle = true;
  private hasBegun = false;
  private record = 0;
  private baseLow = 0;
  private baseHigh = -1;
  /** The event is of another device: a voice of its sound card. */
  private isForeign = false;

  /** `shapes`: what `trace-events-all` said; without it what QEMU 8.2 and later have. */
  constructor(shapes: ReadonlyMap<string, EventShape> = SHAPE_OF) {
    this.shapes = shapes;
  }

  scan(bytes: Uint8Array, from: number, end: number, batch: EventBatch): number {
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.batch = batch;
    let at = from;
    if (!this.hasBegun) {
      if (end - at < HEADER_BYTES) return at;
      this.isLittle = this.view.getUint32(at + 8, true) === MAGIC_LOW;
      this.hasBegun = true;
      at += HEADER_BYTES;
    }
    while (!batch.isFull()) {
      const next = this.next(at, end);
      if (next === at) break;
      at = next;
    }
    return at;
  }

  finish(rest: Uint8Array, batch: EventBatch): void {
    if (rest.length === 0) return;
    batch.lines++;
    batch.odd('torn', ++this.record, `${rest.length} bytes of a record at the end of the file`);
  }

  baseUnixMs(): undefined {
    return undefined; // its clock is that of the machine, counted from when it was started
  }

  /** One record at `at`; gives the place of the next, or `at` when it is not all there. */
  private next(at: number, end: number): number {
    if (at + MAPPING_HEAD_BYTES > end) return at;
    const { view, isLittle } = this;
    const type = view.getUint32(at + (isLittle ? 0 : 4), isLittle);
    if (view.getUint32(at + (isLittle ? 4 : 0), isLittle) !== 0) return this.resync(at, end);
    if (type === 0) return this.mapping(at, end);
    if (type !== 1) return this.resync(at, end);
    if (at + EVENT_HEAD_BYTES > end) return at;
    const recordBytes = view.getUint32(at + 24, isLittle);
    if (recordBytes < 24 || recordBytes > LONGEST_RECORD) return this.resync(at, end);
    const next = at + 8 + recordBytes;
    if (next > end) return at;
    this.record++;
    this.batch.lines++;
    this.event(at, next);
    return next;
  }

  private mapping(at: number, end: number): number {
    const nameBytes = this.view.getUint32(at + 16, this.isLittle);
    if (nameBytes === 0 || nameBytes > LONGEST_NAME) return this.resync(at, end);
    const next = at + MAPPING_HEAD_BYTES + nameBytes;
    if (next > end) return at;
    const id = this.low(at + 8);
    const name = String.fromCharCode(...this.bytes.subarray(at + MAPPING_HEAD_BYTES, next));
    if (id < MOST_EVENTS) this.layouts[id] = layoutOf(this.shapes.get(name));
    return next;
  }

  private event(at: number, end: number): void {
    const id = this.low(at + 8);
    const idHigh = this.high(at + 8);
    if (idHigh !== 0) {
      const isLoss = id === DROPPED_LOW && end - at >= EVENT_HEAD_BYTES + 8;
      const lost = isLoss ? this.low(at + EVENT_HEAD_BYTES) : 0;
      if (isLoss) this.batch.odd('dropped', this.record, `QEMU lost ${lost} events here`, lost);
      else this.batch.odd('unknown', this.record, 'an event with an impossible number');
      return;
    }
    const layout = this.layouts[id];
    if (layout === undefined) {
      this.batch.odd('unknown', this.record, `event ${id}, which the file does not name`);
    } else if (layout.event !== EVENT.none) this.take(at, end, layout);
  }

  private take(at: number, end: number, layout: Layout): void {
    const { columns } = this.batch;
    const row = this.batch.count;
    this.clear(row);
    this.isForeign = false;
    if (!this.arguments(at + EVENT_HEAD_BYTES, end, layout, row)) {
      const what =
        'its arguments are not those that this event has: give --events trace-events-all';
      this.batch.odd('torn', this.record, what);
      return;
    }
    if (this.isForeign) return;
    if (this.baseHigh < 0) [this.baseLow, this.baseHigh] = [this.low(at + 16), this.high(at + 16)];
    const high = this.high(at + 16) - this.baseHigh;
    columns.event[row] = layout.event;
    columns.atNs[row] = high * 0x1_0000_0000 + this.low(at + 16) - this.baseLow;
    columns.thread[row] = 0; // the process, which is the same for all of them
    columns.line[row] = this.record;
    this.batch.count++;
  }

  private clear(row: number): void {
    const { p0, p0High, p1, p1High, n0, n1, n2 } = this.batch.columns;
    p0[row] = 0;
    p0High[row] = 0;
    p1[row] = 0;
    p1High[row] = 0;
    n0[row] = 0;
    n1[row] = 0;
    n2[row] = 0;
  }

  private arguments(from: number, end: number, layout: Layout, row: number): boolean {
    let at = from;
    const { slots, isString } = layout;
    for (let place = 0; place < slots.length; place++) {
      if (isString[place] === true) {
        if (at + 4 > end) return false;
        const bytes = this.view.getUint32(at, this.isLittle);
        at += 4;
        if (at + bytes > end) return false;
        if (slots[place] === 'text') this.text(at, bytes, layout.event, row);
        at += bytes;
      } else {
        if (at + 8 > end) return false;
        this.put(slots[place], this.low(at), this.high(at), row);
        at += 8;
      }
    }
    return at === end;
  }

  private put(slot: Slot | undefined, low: number, high: number, row: number): void {
    const { columns } = this.batch;
    if (slot === 'p0') {
      columns.p0[row] = low;
      columns.p0High[row] = high;
    } else if (slot === 'p1') {
      columns.p1[row] = low;
      columns.p1High[row] = high;
    } else if (slot === 'n0') columns.n0[row] = low;
    else if (slot === 'n1') columns.n1[row] = low;
    else if (slot === 'n2') columns.n2[row] = low;
  }

  private text(at: number, bytes: number, event: number, row: number): void {
    const text = String.fromCharCode(...this.bytes.subarray(at, at + Math.min(bytes, 64)));
    if (event === EVENT.startStop) this.batch.columns.n1[row] = text.includes('STOP') ? 1 : 0;
    else this.isForeign = !text.startsWith('virtio');
  }

  /** Goes on at the next place that looks like a record; at most to the end of what is there. */
  private resync(at: number, end: number): number {
    let place = at + 1;
    while (place + EVENT_HEAD_BYTES <= end && !this.isPlausible(place)) place++;
    this.record++;
    this.batch.lines++;
    this.batch.odd('torn', this.record, `${place - at} bytes that are no record`);
    return place;
  }

  private isPlausible(at: number): boolean {
    if (this.low(at) !== 1 || this.high(at) !== 0 || this.high(at + 8) !== 0) return false;
    const recordBytes = this.view.getUint32(at + 24, this.isLittle);
    return (
      this.layouts[this.low(at + 8)] !== undefined &&
      recordBytes >= 24 &&
      recordBytes <= LONGEST_RECORD
    );
  }

  private low(at: number): number {
    return this.view.getUint32(this.isLittle ? at : at + 4, this.isLittle);
  }

  private high(at: number): number {
    return this.view.getUint32(this.isLittle ? at + 4 : at, this.isLittle);
  }
}

/** Whether `bytes` begin as such a file does. */
export function isSimpleTrace(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== 0xffff_ffff || view.getUint32(4, true) !== 0xffff_ffff) {
    return false;
  }
  const isLittle = view.getUint32(8, true) === MAGIC_LOW;
  const [low, high] = isLittle ? [8, 12] : [12, 8];
  return (
    view.getUint32(low, isLittle) === MAGIC_LOW && view.getUint32(high, isLittle) === MAGIC_HIGH
  );
}

/** Version of the file; only 4 can be read. */
export function simpleVersion(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = view.getUint32(8, true) === MAGIC_LOW;
  return view.getUint32(isLittle ? 16 : 20, isLittle);
}

function layoutOf(shape: EventShape | undefined): Layout {
  if (shape === undefined || shape.event === EVENT.none) return OTHER;
  const strings = shape.strings ?? [];
  return {
    event: shape.event,
    slots: shape.args.map(([, slot]) => slot),
    isString: shape.args.map(([name]) => strings.includes(name)),
  };
}
