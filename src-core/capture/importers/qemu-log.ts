/** Reads QEMU's log of trace events, from bytes to columns: no text, no pattern and no object for a line. The lines that a
 *  playback repeats are recognised by four letters at a time and have readers of their own; all others are looked up by name
 *  and searched for their values. */
import type { Ns } from '../../units.ts';
import { EventBatch, type EventColumns, type TraceScanner } from './event-batch.ts';
import type { LineStamp } from './line-stamp.ts';
import { LogStamp } from './log-stamp.ts';
import { EVENT, SHAPE_OF } from './trace-events.ts';
import { fourDigits, hexDigit, isNameByte, textOf } from './trace-letters.ts';

const NEWLINE = 10;
const SPACE = 32;
const LONGEST_NAME = 64;
const NO_MATCH = -1;

/** Four letters as they stand in memory, for comparing. */
function word(text: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = [...text].map((letter) => letter.charCodeAt(0));
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}

const VIRT = word('virt');
const QUEU = word('queu');
const E_PO = word('e_po');
const P_VQ = word('p vq');
const E_FI = word('e_fi');
const LL_V = word('ll v');
const Q_0X = word('q 0x');
const E_AL = word('e_al');
const E_FL = word('e_fl');
const USH_ = word('ush ');
const _ELE = word(' ele');
const M_0X = word('m 0x');
const _SIZ = word(' siz');
const _COU = word(' cou');
const _IN_ = word(' in_');
const NUM_ = word('num ');
const _OUT = word(' out');
const _NUM = word('_num');
const _LEN = word(' len');
const _IDX = word(' idx');
const IO_Q = word('io_q');
const IO_N = word('io_n');
const IO_S = word('io_s');
const UEUE = word('ueue');
const _NOT = word('_not');
const IFY_ = word('ify ');
const OTIF = word('otif');
const Y_VD = word('y vd');
const EV_0 = word('ev 0');
const VDEV = word('vdev');
const _VQ_ = word(' vq ');
const ND_H = word('nd_h');
const E_TX = word('e_tx');
const CALL = word('call');
const R_TX = word('r tx');
const TX_LINE_BYTES = 50;

export class LogScanner implements TraceScanner {
  private readonly stamp: LineStamp;
  private bytes: Uint8Array = new Uint8Array();
  private view: DataView = new DataView(this.bytes.buffer);
  private batch = new EventBatch();
  private columns: EventColumns = this.batch.columns;
  private line = 0;
  /** One past the last newline that is there. */
  private whole = 0;
  private low = 0;
  private high = 0;
  private number = 0;

  /** `stamp`: how lines begin. */
  constructor(stamp: LineStamp = new LogStamp()) {
    this.stamp = stamp;
  }

  scan(bytes: Uint8Array, from: number, end: number, batch: EventBatch): number {
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.batch = batch;
    this.columns = batch.columns;
    const whole = end === 0 ? 0 : bytes.lastIndexOf(NEWLINE, end - 1) + 1;
    this.whole = whole;
    const firstLine = this.line;
    let at = from;
    while (at < whole && !batch.isFull()) {
      this.line++;
      const text = this.stamp.read(bytes, this.view, at);
      const next = this.frequent(text);
      at = next === NO_MATCH ? this.rare(at, text) : next;
    }
    batch.lines += this.line - firstLine;
    return at;
  }

  finish(rest: Uint8Array, batch: EventBatch): void {
    if (rest.length === 0) return;
    batch.lines++;
    batch.odd('torn', ++this.line, textOf(rest, 0, rest.length));
  }

  baseUnixMs(): Ns | undefined {
    const { baseSeconds } = this.stamp;
    return Number.isNaN(baseSeconds) ? undefined : baseSeconds * 1000;
  }

  /** A line that a playback repeats: gives the place of the next. */
  private frequent(at: number): number {
    const { view } = this;
    if (view.getUint32(at, true) !== VIRT) return NO_MATCH;
    const second = view.getUint32(at + 4, true);
    if (second === QUEU) {
      const third = view.getUint32(at + 8, true);
      if (third === E_PO) return this.pop(at);
      if (third === E_FI) return this.fill(at);
      if (third === E_AL) return this.allocated(at);
      return third === E_FL ? this.flushed(at) : NO_MATCH;
    }
    if (second === IO_Q) return this.queueNotify(at);
    if (second === IO_N) return this.notify(at);
    return second === IO_S ? this.txHandled(at) : NO_MATCH;
  }

  /** `virtqueue_pop vq P elem P in_num N out_num N` */
  private pop(at: number): number {
    const { view } = this;
    if (view.getUint32(at + 12, true) !== P_VQ || !this.hasHex(at + 16)) return NO_MATCH;
    let place = this.twoPointers(at + 19);
    if (place === NO_MATCH || view.getUint32(place, true) !== _IN_) return NO_MATCH;
    if (view.getUint32(place + 4, true) !== NUM_) return NO_MATCH;
    place = this.decimal(place + 8);
    const writable = this.number;
    if (view.getUint32(place, true) !== _OUT || view.getUint32(place + 4, true) !== _NUM) {
      return NO_MATCH;
    }
    return this.emit(EVENT.pop, this.decimal(place + 9), writable, this.number);
  }

  /** `virtqueue_fill vq P elem P len N idx N` */
  private fill(at: number): number {
    const { view } = this;
    if (view.getUint32(at + 12, true) !== LL_V || view.getUint32(at + 16, true) !== Q_0X) {
      return NO_MATCH;
    }
    let place = this.twoPointers(at + 20);
    if (place === NO_MATCH || view.getUint32(place, true) !== _LEN) return NO_MATCH;
    place = this.decimal(place + 5);
    const written = this.number;
    if (view.getUint32(place, true) !== _IDX) return NO_MATCH;
    return this.emit(EVENT.fill, this.decimal(place + 5), written, this.number);
  }

  /** `virtqueue_alloc_element elem P size N in_num N out_num N`: all of it stands in the pop that follows. */
  private allocated(at: number): number {
    const { view } = this;
    if (view.getUint32(at + 23, true) !== _ELE || view.getUint32(at + 27, true) !== M_0X) {
      return NO_MATCH;
    }
    return view.getUint32(at + 43, true) === _SIZ ? this.skip(at + 47) : NO_MATCH;
  }

  /** `virtqueue_flush vq P count N` */
  private flushed(at: number): number {
    const { view } = this;
    if (view.getUint32(at + 12, true) !== USH_ || view.getUint32(at + 33, true) !== _COU) {
      return NO_MATCH;
    }
    return this.skip(at + 37);
  }

  /** `virtio_queue_notify vdev P n N vq P` */
  private queueNotify(at: number): number {
    const { view } = this;
    if (view.getUint32(at + 8, true) !== UEUE || view.getUint32(at + 12, true) !== _NOT) {
      return NO_MATCH;
    }
    if (view.getUint32(at + 16, true) !== IFY_ || view.getUint32(at + 20, true) !== VDEV) {
      return NO_MATCH;
    }
    if (!this.hasHex(at + 24)) return NO_MATCH;
    let place = this.pointer(at + 27);
    if (place === NO_MATCH || this.bytes[place + 1] !== 110) return NO_MATCH;
    const [low, high] = [this.low, this.high];
    place = this.decimal(place + 3);
    const queue = this.number;
    if (view.getUint32(place, true) !== _VQ_ || !this.hasHex(place + 3)) return NO_MATCH;
    place = this.pointer(place + 6);
    if (place === NO_MATCH) return NO_MATCH;
    this.firstPointer(low, high);
    return this.emit(EVENT.queueNotify, place, queue, 0);
  }

  /** `virtio_notify vdev P vq P` */
  private notify(at: number): number {
    const { view } = this;
    if (view.getUint32(at + 8, true) !== OTIF || view.getUint32(at + 12, true) !== Y_VD) {
      return NO_MATCH;
    }
    if (view.getUint32(at + 16, true) !== EV_0) return NO_MATCH;
    let place = this.pointer(at + 21);
    if (place === NO_MATCH) return NO_MATCH;
    this.firstPointer(this.low, this.high);
    if (view.getUint32(place, true) !== _VQ_ || !this.hasHex(place + 3)) return NO_MATCH;
    place = this.pointer(place + 6);
    return place === NO_MATCH ? NO_MATCH : this.emit(EVENT.notify, place, 0, 0);
  }

  /** `virtio_snd_handle_tx_xfer tx queue callback called` */
  private txHandled(at: number): number {
    const { view } = this;
    if (view.getUint32(at + 8, true) !== ND_H || view.getUint32(at + 16, true) !== E_TX) {
      return NO_MATCH;
    }
    if (view.getUint32(at + 24, true) !== R_TX || view.getUint32(at + 44, true) !== CALL) {
      return NO_MATCH;
    }
    return this.emit(EVENT.txXfer, at + TX_LINE_BYTES, 0, 0);
  }

  /** ` 0x` at `at`. */
  private hasHex(at: number): boolean {
    const { bytes } = this;
    return bytes[at] === SPACE && bytes[at + 1] === 48 && bytes[at + 2] === 120;
  }

  /** `P elem 0xP`: both pointers go to the next row. */
  private twoPointers(at: number): number {
    const place = this.pointer(at);
    if (place === NO_MATCH) return NO_MATCH;
    this.firstPointer(this.low, this.high);
    const { view } = this;
    if (view.getUint32(place, true) !== _ELE || view.getUint32(place + 4, true) !== M_0X) {
      return NO_MATCH;
    }
    return this.pointer(place + 8);
  }

  private firstPointer(low: number, high: number): void {
    const row = this.batch.count;
    this.columns.p0[row] = low;
    this.columns.p0High[row] = high;
  }

  /** Hex digits at `at` into `low` and `high`; gives the place behind them. Nearly always they are twelve. */
  private pointer(at: number): number {
    const { view } = this;
    const first = view.getUint32(at, true);
    const second = view.getUint32(at + 4, true);
    const third = view.getUint32(at + 8, true);
    const isHex =
      (first | (first >>> 1)) & (second | (second >>> 1)) & (third | (third >>> 1)) & 0x20202020;
    if (isHex !== 0x20202020 || (this.bytes[at + 12] ?? 0) > SPACE) return this.anyPointer(at);
    this.high = fourDigits(first);
    this.low = (fourDigits(second) << 16) | fourDigits(third);
    return at + 12;
  }

  private anyPointer(at: number): number {
    let [low, high, place] = [0, 0, at];
    for (; place - at < 16; place++) {
      const digit = hexDigit(this.bytes[place] ?? 0);
      if (digit < 0) break;
      high = (high << 4) | (low >>> 28);
      low = (low << 4) | digit;
    }
    [this.low, this.high] = [low, high];
    return place === at ? NO_MATCH : place;
  }

  /** A decimal number at `at` into `number`; gives the place behind it. */
  private decimal(at: number): number {
    const { bytes } = this;
    let place = at;
    let value = 0;
    for (;;) {
      const digit = (bytes[place] ?? 0) - 48;
      if (digit < 0 || digit > 9) break;
      value = (Math.imul(value, 10) + digit) | 0;
      place++;
    }
    this.number = place === at ? 0xffff_ffff : value >>> 0;
    return place;
  }

  /** Ends the row: its second pointer is the last one read. The line must end at `at`. */
  private emit(event: number, at: number, n0: number, n1: number): number {
    const { columns, stamp } = this;
    const next = this.skipEnd(at);
    if (next === NO_MATCH) return NO_MATCH;
    const row = this.batch.count++;
    columns.event[row] = event;
    columns.atNs[row] = stamp.atNs;
    columns.thread[row] = stamp.thread;
    columns.line[row] = this.line;
    columns.p1[row] = this.low;
    columns.p1High[row] = this.high;
    columns.n0[row] = n0;
    columns.n1[row] = n1;
    return next;
  }

  private skipEnd(at: number): number {
    const { bytes } = this;
    if (bytes[at] === NEWLINE) return at + 1;
    return bytes[at] === 13 && bytes[at + 1] === NEWLINE ? at + 2 : NO_MATCH;
  }

  private skip(at: number): number {
    const { bytes, whole } = this;
    let place = at;
    while (place < whole && bytes[place] !== NEWLINE) place++;
    return place < whole ? place + 1 : whole;
  }

  /** Any line: its name is looked up, and the numbers behind it are taken in their order. */
  private rare(lineAt: number, at: number): number {
    const { bytes, batch } = this;
    const end = this.skip(at) - 1;
    let nameEnd = at;
    while (nameEnd < end && nameEnd - at < LONGEST_NAME && isNameByte(bytes[nameEnd] ?? 0)) {
      nameEnd++;
    }
    const name = textOf(bytes, at, nameEnd);
    const shape = nameEnd - at < LONGEST_NAME ? SHAPE_OF.get(name) : undefined;
    if (shape === undefined) {
      if (end > lineAt) this.odd(textOf(bytes, lineAt, end));
      return end + 1;
    }
    if (shape.event === EVENT.none) return end + 1;
    if (
      !this.values(
        nameEnd,
        end,
        shape.args.map(([, slot]) => slot),
        shape.event,
      )
    ) {
      batch.odd('torn', this.line, textOf(bytes, lineAt, end));
    }
    return end + 1;
  }

  /** A line that is no event. */
  private odd(text: string): void {
    const aside = this.stamp.aside?.(text);
    if (aside === undefined) this.batch.odd('unknown', this.line, text);
    else if (aside.lost > 0) this.batch.odd('dropped', this.line, text, aside.lost);
  }

  /** Takes the values of a line into the next row; false when some are missing: the line is torn. */
  private values(from: number, end: number, slots: readonly string[], event: number): boolean {
    const text = textOf(this.bytes, from, end);
    const found = [...text.matchAll(/(?<=[ =])(?:0x([0-9a-f]{1,16})|(\d{1,10}))(?=[ ,:\r]|$)/g)];
    const pointers = found.filter(([, hex]) => hex !== undefined).map(([, hex]) => hex ?? '0');
    const numbers = found
      .filter(([, , digits]) => digits !== undefined)
      .map(([, , n]) => Number(n));
    const row = this.batch.count;
    const { columns } = this;
    const wanted = (kind: string) => slots.filter((slot) => slot.startsWith(kind)).length;
    if (pointers.length < wanted('p') || numbers.length < wanted('n')) return false;
    if (/\d@\d+\.\d{6}:/.test(text)) return false; // another line stands in this one
    const [first, second] = pointers.map((hex) => BigInt(`0x${hex}`));
    columns.p0[row] = Number((first ?? 0n) & 0xffff_ffffn) | 0;
    columns.p0High[row] = Number((first ?? 0n) >> 32n) | 0;
    this.low = Number((second ?? 0n) & 0xffff_ffffn) | 0;
    this.high = Number((second ?? 0n) >> 32n) | 0;
    columns.n2[row] = numbers[2] ?? 0;
    const isStop = event === EVENT.startStop && text.includes('STOP');
    if (event === EVENT.audioOpenOut || event === EVENT.audioOpenIn) {
      if (!text.startsWith(' open virtio')) return true; // a voice of another device
    }
    this.emit(
      event,
      end - (this.bytes[end - 1] === 13 ? 1 : 0),
      numbers[0] ?? 0,
      isStop ? 1 : (numbers[1] ?? 0),
    );
    return true;
  }
}
