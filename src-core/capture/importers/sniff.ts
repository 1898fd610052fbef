/** What kind of file some bytes are the beginning of. Nobody is asked for it. */
import { firstBabeltraceLine } from './babeltrace-text.ts';
import { SCAN_SLACK } from './event-batch.ts';
import { FtraceStamp } from './ftrace-stamp.ts';
import type { LineStamp } from './line-stamp.ts';
import { LogStamp } from './log-stamp.ts';
import { isSimpleTrace, simpleVersion } from './qemu-simple.ts';
import { SHAPE_OF } from './trace-events.ts';

export type Sniffed =
  | { readonly kind: 'pcapng' | 'gzip' | 'zstd' | 'empty' }
  | { readonly kind: 'simple' }
  | {
      /** Lines of text. */
      readonly kind: 'log' | 'ftrace' | 'babeltrace';
      readonly hasTimes: boolean;
      /** They are those of the calendar: not of ftrace, which counts from when the machine was started. */
      readonly isDated: boolean;
      readonly baseUnixMs: number;
      readonly firstNs: number;
    }
  /** `action`: what to do, where there is something. */
  | { readonly kind: 'unknown'; readonly why: string; readonly action?: string };

/** What can be imported. */
export type TraceKind = Extract<Sniffed, { kind: 'simple' | 'log' | 'ftrace' | 'babeltrace' }>;

const KINDS: readonly string[] = ['simple', 'log', 'ftrace', 'babeltrace'];

export function isTrace(sniffed: Sniffed): sniffed is TraceKind {
  return KINDS.includes(sniffed.kind);
}

/** So much is looked at for the first line that is a trace event. */
export const SNIFF_BYTES: number = 1 << 18;
/** What has a zero in so much is no text. */
const TEXT_BYTES = 4096;
const NEWLINE = 10;
const NO_EVENT = 'it has no line that is a trace event of QEMU’s virtio devices';
const NO_TEXT = 'it is neither text nor a binary trace of QEMU’s simple back-end';

/** A packet of a stream and one of the metadata, in both byte orders, and metadata as text: `/* CTF`. Spec: CTF 1.8 */
const CTF_STARTS = [
  ...[
    [0xc1, 0x1f, 0xfc, 0xc1],
    [0xc1, 0xfc, 0x1f, 0xc1],
  ],
  ...[
    [0x57, 0x1d, 0xd1, 0x75],
    [0x75, 0xd1, 0x1d, 0x57],
    [0x2f, 0x2a, 0x20, 0x43, 0x54, 0x46],
  ],
];
const CTF_WHY = 'it is part of a binary trace in CTF (of LTTng, say), which is not read';
/** What to do with a trace in CTF. */
export const CTF_ACTION =
  'Convert its folder to text and import that: `babeltrace2 FOLDER > trace.txt`.';

export function sniff(head: Uint8Array): Sniffed {
  if (head.length === 0) return { kind: 'empty' };
  if (startsWith(head, [0x0a, 0x0d, 0x0d, 0x0a])) return { kind: 'pcapng' };
  if (startsWith(head, [0x1f, 0x8b])) return { kind: 'gzip' };
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd])) return { kind: 'zstd' };
  if (isSimpleTrace(head)) {
    const version = simpleVersion(head);
    if (version === 4) return { kind: 'simple' };
    return {
      kind: 'unknown',
      why: `it is a simple trace of version ${version}, and only 4 can be read`,
    };
  }
  return sniffCtf(head) ?? sniffText(head);
}

/** What LTTng and QEMU's `ust` back-end write: binary, with a file beside it that says what is in it. */
function sniffCtf(head: Uint8Array): Sniffed | undefined {
  const isCtf = CTF_STARTS.some((start) => startsWith(head, start));
  return isCtf ? { kind: 'unknown', why: CTF_WHY, action: CTF_ACTION } : undefined;
}

function sniffText(head: Uint8Array): Sniffed {
  const log = sniffLines(head, 'log', new LogStamp());
  const found = log ?? sniffLines(head, 'ftrace', new FtraceStamp()) ?? sniffBabeltrace(head);
  if (found !== undefined) return found;
  const isText = !head.subarray(0, TEXT_BYTES).includes(0);
  return { kind: 'unknown', why: isText ? NO_EVENT : NO_TEXT };
}

/** Lines that begin so, of which one is an event that is known. */
function sniffLines(head: Uint8Array, kind: 'log' | 'ftrace', stamp: LineStamp) {
  const padded = new Uint8Array(Math.min(head.length, SNIFF_BYTES) + SCAN_SLACK);
  padded.set(head.subarray(0, padded.length - SCAN_SLACK));
  const view = new DataView(padded.buffer);
  const end = padded.length - SCAN_SLACK;
  for (let at = 0; at < end; ) {
    const text = stamp.read(padded, view, at);
    const newline = padded.indexOf(NEWLINE, at);
    const lineEnd = newline < 0 ? end : newline;
    if (SHAPE_OF.has(nameAt(padded, text, lineEnd))) {
      const hasTimes = !Number.isNaN(stamp.atNs);
      const baseUnixMs = hasTimes ? stamp.baseSeconds * 1000 : 0;
      const isDated = hasTimes && kind === 'log';
      return { kind, hasTimes, isDated, baseUnixMs, firstNs: hasTimes ? stamp.atNs : 0 };
    }
    at = lineEnd + 1;
  }
  return undefined;
}

function sniffBabeltrace(head: Uint8Array) {
  const text = new TextDecoder('latin1').decode(head.subarray(0, SNIFF_BYTES));
  const first = firstBabeltraceLine(text);
  if (first === undefined) return undefined;
  const { seconds, ns: firstNs, isDated } = first;
  const times = { hasTimes: true, isDated, baseUnixMs: seconds * 1000, firstNs };
  return { kind: 'babeltrace', ...times } as const;
}

function nameAt(bytes: Uint8Array, from: number, end: number): string {
  let name = '';
  for (let at = from; at < end && at - from < 64; at++) {
    const letter = String.fromCharCode(bytes[at] ?? 0);
    if (!/[a-z0-9_]/.test(letter)) break;
    name += letter;
  }
  return name;
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, place) => bytes[place] === byte);
}
