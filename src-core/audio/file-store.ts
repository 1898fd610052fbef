/** Files as the core sees them: something to write to and something to read from, handed in by the host. */
import type { Bytes } from '../units.ts';

/** What went wrong with a file: a sentence for people, with the host's own reason in it. */
export interface FileProblem {
  readonly kind: 'problem';
  readonly detail: string;
}

export interface WritableFile {
  readonly kind: 'file';
  /** Where it is, for people. */
  readonly path: string;
  /** Appends. The bytes may be reused by the caller as soon as this returns. */
  write(bytes: Uint8Array): FileProblem | undefined;
  /** Replaces bytes that have been written before. */
  writeAt(atByte: Bytes, bytes: Uint8Array): FileProblem | undefined;
  close(): FileProblem | undefined;
}

/** Nothing here throws. */
export interface FileStore {
  /** Creates `name`, or empties the file of that name. A name is one path component. */
  create(name: string): WritableFile | FileProblem;
}

/** Bytes that can be read at any place. Never throws: what cannot be read is missing at the end. */
export interface ByteSource {
  readonly totalBytes: Bytes;
  /** At most `bytes` bytes from `atByte` on; the array is the caller's until the next call. */
  read(atByte: Bytes, bytes: Bytes): Uint8Array;
}

export function problem(detail: string): FileProblem {
  return { kind: 'problem', detail };
}

/** Bytes that are in memory already. */
export function byteSourceOf(bytes: Uint8Array): ByteSource {
  return {
    totalBytes: bytes.length,
    read: (atByte, count) => bytes.subarray(atByte, atByte + Math.max(0, count)),
  };
}

/** Files in memory. Writing past `capacityBytes` altogether fails as a full disk does. */
export class MemoryFileStore implements FileStore {
  private readonly contents = new Map<string, Uint8Array>();
  private readonly capacityBytes: Bytes;
  private usedBytes = 0;

  constructor(capacityBytes: Bytes) {
    this.capacityBytes = capacityBytes;
  }

  names(): string[] {
    return [...this.contents.keys()];
  }

  bytesOf(name: string): Uint8Array | undefined {
    return this.contents.get(name);
  }

  create(name: string): WritableFile {
    this.usedBytes -= this.contents.get(name)?.length ?? 0;
    this.contents.set(name, new Uint8Array(0));
    return {
      kind: 'file',
      path: name,
      write: (bytes) => this.put(name, this.contents.get(name)?.length ?? 0, bytes),
      writeAt: (atByte, bytes) => this.put(name, atByte, bytes),
      close: () => undefined,
    };
  }

  private put(name: string, atByte: Bytes, bytes: Uint8Array): FileProblem | undefined {
    const before = this.contents.get(name) ?? new Uint8Array(0);
    const after = new Uint8Array(Math.max(before.length, atByte + bytes.length));
    const used = this.usedBytes + after.length - before.length;
    if (used > this.capacityBytes) return problem(`${name}: no space left`);
    this.usedBytes = used;
    after.set(before);
    after.set(bytes, atByte);
    this.contents.set(name, after);
    return undefined;
  }
}
