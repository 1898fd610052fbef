/** What kind of file some bytes are the beginning of. Nobody is asked for it. */
import { SCAN_SLACK } from './event-batch.ts';
import { LogStamp } from './log-stamp.ts';
import { isSimpleTrace, simpleVersion } from './qemu-simple.ts';
import { SHAPE_OF } from './trace-events.ts';

export type Sniffed =
  | { readonly kind: 'pcapng' | 'gzip' | 'zstd' | 'empty' }
  | { readonly kind: 'simple' }
  | {
      readonly kind: 'log';
      readonly hasTimes: boolean;
      readonly baseUnixMs: number;
      readonly firstNs: number;
    }
  | { readonly kind: 'unknown'; readonly why: string };

/** So much is looked at for the first line that is a trace event. */
export const SNIFF_BYTES: number = 1 << 18;
/** What has a zero in so much is no text. */
const TEXT_BYTES = 4096;
const NEWLINE = 10;
const NO_EVENT = 'it has no line that is a trace event of QEMU’s virtio devices';
const NO_TEXT = 'it is neither text nor a binary trace of QEMU’s simple back-end';

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
  return sniffLog(head);
}

function sniffLog(head: Uint8Array): Sniffed {
  const padded = new Uint8Array(Math.min(head.length, SNIFF_BYTES) + SCAN_SLACK);
  padded.set(head.subarray(0, padded.length - SCAN_SLACK));
  const view = new DataView(padded.buffer);
  const stamp = new LogStamp();
  const end = padded.length - SCAN_SLACK;
  for (let at = 0; at < end; ) {
    const text = stamp.read(padded, view, at);
    const newline = padded.indexOf(NEWLINE, at);
    const lineEnd = newline < 0 ? end : newline;
    if (SHAPE_OF.has(nameAt(padded, text, lineEnd))) {
      const hasTimes = !Number.isNaN(stamp.atNs);
      const baseUnixMs = hasTimes ? stamp.baseSeconds * 1000 : 0;
      return { kind: 'log', hasTimes, baseUnixMs, firstNs: hasTimes ? stamp.atNs : 0 };
    }
    at = lineEnd + 1;
  }
  const isText = !head.subarray(0, TEXT_BYTES).includes(0);
  return { kind: 'unknown', why: isText ? NO_EVENT : NO_TEXT };
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
