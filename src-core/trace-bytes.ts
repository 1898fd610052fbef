/** Bytes that may be a trace of QEMU, before anybody reads them as one. */
import { isTrace, SNIFF_BYTES, sniff } from './capture/importers/sniff.ts';
import type { TraceSource } from './host-ports.ts';

/** Whether a file that is no capture may be a trace: its beginning is looked at. */
export function looksLikeTrace(head: Uint8Array): boolean {
  const found = sniff(head.subarray(0, SNIFF_BYTES));
  // Who reads it as a trace says what to do with it.
  const isHelped = found.kind === 'unknown' && found.action !== undefined;
  return isTrace(found) || isHelped || found.kind === 'gzip' || found.kind === 'zstd';
}

/** A trace that is in memory. */
export function bytesSource(bytes: Uint8Array): TraceSource {
  let at = 0;
  return {
    read(into) {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      at += part.length;
      return part.length === 0 ? -1 : part.length;
    },
    progress: () => ({ doneBytes: at, totalBytes: bytes.length }),
    close: () => undefined,
  };
}

export function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What a session of that path is called. */
export function nameOf(path: string): string {
  return path === '-' ? 'standard input' : (path.split(/[/\\]/).at(-1) ?? path);
}
