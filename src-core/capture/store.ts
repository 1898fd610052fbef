/** Where a capture's bytes go: a file on disk (`electron/capture-disk.ts`) or memory. Append-only. */
import type { Bytes, Ns } from '../units.ts';

export interface ByteStore {
  /** Takes the bytes over: the caller does not touch them again. False when they could not be kept (disk full, bound
   *  reached); `lastError` then says why in a sentence. */
  append(bytes: Uint8Array): boolean;
  /** Bytes appended so far. */
  heldBytes(): Bytes;
  /** A copy; shorter than asked when the store ends before. */
  read(at: Bytes, bytes: Bytes): Uint8Array;
  /** The same into the start of `into`; gives how many bytes. Absent where it would save nothing. */
  readInto?(at: Bytes, into: Uint8Array): Bytes;
  lastError(): string | undefined;
  /** Bytes that it will still take; absent where that is not known. */
  leftBytes?(): Bytes;
  /** Share of the time since the last call that appending took, 0…1; absent where it takes none. */
  writingShare?(): number;
  /** Nothing more is appended; what is there stays readable. */
  finish?(): void;
  close(): void;
}

/** A store that keeps only what surrounds a trigger. */
export interface RingBytes extends ByteStore {
  /** What lies in this stretch of time is to stay whole. */
  keep(span: { readonly fromNs: Ns; readonly toNs: Ns }): void;
  /** Decides about what lies before `atNs` altogether. */
  settleBefore(atNs: Ns): void;
}

/** Keeps everything in memory, up to a bound. For tests, the demo in a page, and hosts without a disk. */
export class MemoryStore implements ByteStore {
  private readonly chunks: { at: Bytes; bytes: Uint8Array }[] = [];
  private held = 0;
  private readonly boundBytes: Bytes;
  private error: string | undefined;

  constructor(boundBytes: Bytes) {
    this.boundBytes = boundBytes;
  }

  append(bytes: Uint8Array): boolean {
    if (this.held + bytes.length > this.boundBytes) {
      this.error = `the capture in memory reached its bound of ${this.boundBytes} bytes`;
      return false;
    }
    this.chunks.push({ at: this.held, bytes });
    this.held += bytes.length;
    return true;
  }

  heldBytes(): Bytes {
    return this.held;
  }

  read(at: Bytes, bytes: Bytes): Uint8Array {
    const result = new Uint8Array(Math.max(0, Math.min(bytes, this.held - at)));
    let done = 0;
    for (let place = this.chunkAt(at); done < result.length; place++) {
      const chunk = this.chunks[place];
      if (chunk === undefined) break;
      const part = chunk.bytes.subarray(at + done - chunk.at);
      const piece = part.subarray(0, result.length - done);
      result.set(piece, done);
      done += piece.length;
    }
    return result;
  }

  lastError(): string | undefined {
    return this.error;
  }

  leftBytes(): Bytes {
    return this.boundBytes - this.held;
  }

  close(): void {
    this.chunks.length = 0;
    this.held = 0;
  }

  private chunkAt(at: Bytes): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.chunks[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

/** A store that holds just these bytes: a file that came as a whole. */
export function memoryStoreOf(bytes: Uint8Array): MemoryStore {
  const store = new MemoryStore(bytes.length);
  store.append(bytes);
  return store;
}
