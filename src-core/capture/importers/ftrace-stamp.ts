/** The start of a line of Linux's ftrace, into which QEMU's ftrace back-end writes the same texts as into its log:
 *
 *      qemu-system-x86-1234    [001] .....   123.456789: tracing_mark_write: virtqueue_pop vq 0x… elem 0x… in_num 1 out_num 8
 *       CPU 0/KVM-1236    (   1234) [003] d..1.   123.456790: tracing_mark_write: virtio_notify vdev 0x… vq 0x…
 *
 *  From tracefs (`trace`, `trace_pipe`) or from `trace-cmd report`. The command may have spaces, and the columns between the
 *  processor and the time are there or not. Times are those of the kernel's trace clock: seconds since boot, its own base. Headings
 *  begin with `#`; `CPU:0 [LOST 12 EVENTS]` tells what the ring buffer had no room for. */
import type { Ns } from '../../units.ts';
import type { Aside, LineStamp } from './line-stamp.ts';

const NEWLINE = 10;
const COLON = 58;
const SPACE = 32;
/** So far into a line its text begins at the latest. */
const STAMP_BYTES = 160;
const MARK = 'tracing_mark_write: ';
const MARK_LETTERS = [...MARK].map((letter) => letter.charCodeAt(0));
/** Up to the text; without names of kernel functions an address stands in the place of `tracing_mark_write`. */
const PREFIX =
  /^\s*.{1,40}-(\d{1,10})\s+(?:\([ \d-]+\)\s+)?\[\d+\]\s+(?:\S{1,8}\s+)?(?:(\d{1,12})\.(\d{6,9})|(\d+)):\s+(?:print:\s+)?(?:tracing_mark_write|(?:0x)?[0-9a-f]{8,16}s?):\s/;
const LOST = /^CPU:\d+ \[(?:LOST (?:(\d+) )?EVENTS|(?:(\d+) )?EVENTS DROPPED)\]/;
const WRITTEN = /^# entries-in-buffer\/entries-written: (\d+)\/(\d+)/;

export class FtraceStamp implements LineStamp {
  atNs: Ns = Number.NaN;
  thread = 0;
  baseSeconds = Number.NaN;

  read(bytes: Uint8Array, _view: DataView, at: number): number {
    this.atNs = Number.NaN;
    this.thread = 0;
    const end = markedUpTo(bytes, at);
    const found = PREFIX.exec(textOf(bytes, at, end));
    if (found === null) return at;
    const [prefix, thread, seconds, fraction = ''] = found;
    this.thread = Number(thread) >>> 0;
    if (seconds !== undefined) {
      if (Number.isNaN(this.baseSeconds)) this.baseSeconds = Number(seconds);
      const ns = Number(fraction.padEnd(9, '0'));
      this.atNs = (Number(seconds) - this.baseSeconds) * 1e9 + ns;
    }
    return at + prefix.length;
  }

  aside(text: string): Aside | undefined {
    const lost = LOST.exec(text);
    if (lost !== null) return { lost: Number(lost[1] ?? lost[2] ?? 1) };
    const written = WRITTEN.exec(text);
    if (written !== null) return { lost: Math.max(0, Number(written[2]) - Number(written[1])) };
    return text.startsWith('#') ? { lost: 0 } : undefined;
  }
}

/** One past the mark, or so far as it may be. */
function markedUpTo(bytes: Uint8Array, from: number): number {
  const most = Math.min(bytes.length, from + STAMP_BYTES);
  for (let at = from; at < most; at++) {
    const byte = bytes[at];
    if (byte === NEWLINE) return at;
    if (byte !== COLON || bytes[at + 1] !== SPACE) continue;
    const begin = at + 2 - MARK.length;
    if (begin > from && MARK_LETTERS.every((letter, place) => bytes[begin + place] === letter)) {
      return at + 2;
    }
  }
  return most;
}

function textOf(bytes: Uint8Array, from: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(from, end));
}
