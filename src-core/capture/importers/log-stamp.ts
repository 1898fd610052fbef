/** The start of a line of QEMU's log: nothing, `tid@sec.usec:` (8.2 to 10.0) or an ISO time (from 10.1 on). All but the
 *  fraction is mostly that of the line before, so it is compared rather than read. */
import type { Ns } from '../../units.ts';
import type { LineStamp } from './line-stamp.ts';

const NEWLINE = 10;
const COLON = 58;
const DOT = 46;
const AT = 64;
const CAPITAL_Z = 90;
const NOT_KNOWN = -1;

export class LogStamp implements LineStamp {
  /** Of the last stamp that was read: since the base; NaN when the line had none. */
  atNs: Ns = Number.NaN;
  thread = 0;
  /** Wall clock of the first stamp, whole seconds; NaN before. */
  baseSeconds = Number.NaN;
  private known = new Uint8Array(40);
  private knownView = new DataView(this.known.buffer);
  private knownBytes = 0;
  private knownNs = 0;
  private isIso = false;

  /** Reads the stamp at `at`; gives the place behind it, which is `at` where there is none. */
  read(bytes: Uint8Array, view: DataView, at: number): number {
    if (this.knownBytes > 0 && this.isKnown(view, at)) {
      const fraction = this.fraction(bytes, at + this.knownBytes);
      if (fraction !== NOT_KNOWN) return fraction;
    }
    return this.readSlowly(bytes, at);
  }

  private isKnown(view: DataView, at: number): boolean {
    const { knownView } = this;
    const last = this.knownBytes - 4;
    for (let place = 0; place < last; place += 4) {
      if (view.getUint32(at + place, true) !== knownView.getUint32(place, true)) return false;
    }
    return view.getUint32(at + last, true) === knownView.getUint32(last, true);
  }

  /** Six digits and what ends the stamp; gives the place behind it. */
  private fraction(bytes: Uint8Array, at: number): number {
    const a = (bytes[at] ?? 0) - 48;
    const b = (bytes[at + 1] ?? 0) - 48;
    const c = (bytes[at + 2] ?? 0) - 48;
    const d = (bytes[at + 3] ?? 0) - 48;
    const e = (bytes[at + 4] ?? 0) - 48;
    const f = (bytes[at + 5] ?? 0) - 48;
    if ((a | b | c | d | e | f) >>> 4 !== 0) return NOT_KNOWN;
    const us = ((((a * 10 + b) * 10 + c) * 10 + d) * 10 + e) * 10 + f;
    this.atNs = this.knownNs + us * 1000;
    if (!this.isIso) return bytes[at + 6] === COLON ? at + 7 : NOT_KNOWN;
    return bytes[at + 6] === CAPITAL_Z && bytes[at + 7] === 32 ? at + 8 : NOT_KNOWN;
  }

  private readSlowly(bytes: Uint8Array, at: number): number {
    this.atNs = Number.NaN;
    this.thread = 0;
    const first = (bytes[at] ?? 0) - 48;
    if (first < 0 || first > 9) return at;
    const end = this.readThreaded(bytes, at);
    return end === NOT_KNOWN ? this.readIso(bytes, at) : end;
  }

  /** `308@1795348888.904457:` */
  private readThreaded(bytes: Uint8Array, at: number): number {
    let place = at;
    let thread = 0;
    for (; isDigit(bytes, place) && place - at < 11; place++) {
      thread = thread * 10 + (bytes[place] ?? 0) - 48;
    }
    if (bytes[place++] !== AT) return NOT_KNOWN;
    let seconds = 0;
    const from = place;
    for (; isDigit(bytes, place) && place - from < 13; place++) {
      seconds = seconds * 10 + (bytes[place] ?? 0) - 48;
    }
    if (bytes[place] !== DOT || place === from) return NOT_KNOWN;
    this.thread = thread >>> 0;
    this.isIso = false;
    return this.keep(bytes, at, place + 1, seconds);
  }

  /** `2026-06-19T08:15:30.123456Z `; QEMU leaves out a fraction of 0. */
  private readIso(bytes: Uint8Array, at: number): number {
    let text = '';
    for (let place = at; place < at + 19; place++) {
      const byte = bytes[place] ?? NEWLINE;
      if (byte === NEWLINE) return at;
      text += String.fromCharCode(byte);
    }
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return at;
    const seconds = Date.parse(`${text}Z`) / 1000;
    if (!Number.isFinite(seconds)) return at;
    this.isIso = true;
    if (bytes[at + 19] === CAPITAL_Z && bytes[at + 20] === 32) {
      this.keep(bytes, at, 0, seconds);
      this.atNs = this.knownNs;
      return at + 21;
    }
    if (bytes[at + 19] !== DOT) return at;
    const end = this.keep(bytes, at, at + 20, seconds);
    return end === NOT_KNOWN ? at : end;
  }

  /** Remembers all up to the fraction at `fractionAt` (0: there is none) and reads that. */
  private keep(bytes: Uint8Array, at: number, fractionAt: number, seconds: number): number {
    if (Number.isNaN(this.baseSeconds)) this.baseSeconds = seconds;
    this.knownNs = (seconds - this.baseSeconds) * 1e9;
    this.knownBytes = 0;
    if (fractionAt === 0) return NOT_KNOWN;
    this.known.set(bytes.subarray(at, fractionAt));
    const end = this.fraction(bytes, fractionAt);
    if (end === NOT_KNOWN) this.atNs = Number.NaN;
    else this.knownBytes = fractionAt - at;
    return end;
  }
}

function isDigit(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] ?? 0;
  return byte >= 48 && byte <= 57;
}
