/** Where a trace comes from: a file, packed or not, a file that grows, a pipe, standard input. Read without ever waiting:
 *  the device thread's loop has other things to do. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { createGunzip, constants as zlib } from 'node:zlib';
import { Decompress } from 'fzstd';
import { HostError } from '../src-core/host-error.ts';
import type { TraceSource } from '../src-core/host-ports.ts';
import { messageOf } from './capture-disk.ts';

const PACKED_CHUNK_BYTES = 1 << 16;

/** Throws HostError when it cannot be opened. */
export function openTraceFile(path: string, follow: boolean): TraceSource {
  const raw = new RawFile(path === '-' ? '/dev/stdin' : path, follow);
  return unpacked(raw);
}

/** A trace that the page handed over. */
export function unpackTrace(bytes: Uint8Array): TraceSource {
  let at = 0;
  return unpacked({
    read(into) {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      at += part.length;
      return part.length === 0 ? -1 : part.length;
    },
    progress: () => ({ doneBytes: at, totalBytes: bytes.length }),
    close: () => undefined,
  });
}

export function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/** A file or a pipe as it is on disk. A growing file may be cut (then it is read from its start) or replaced (then the new
 *  one is read when the old one is used up). */
class RawFile implements TraceSource {
  private readonly path: string;
  private readonly follow: boolean;
  private file: number;
  private stats: Stats;
  private at = 0;

  constructor(path: string, follow: boolean) {
    this.path = path;
    this.follow = follow;
    this.file = open(path);
    this.stats = fstatSync(this.file);
    if (this.stats.isDirectory()) {
      closeSync(this.file);
      throw cannotRead(path, new Error('it is a folder'));
    }
  }

  read(into: Uint8Array): number {
    try {
      const isSeekable = this.stats.isFile();
      const count = readSync(this.file, into, 0, into.length, isSeekable ? this.at : null);
      this.at += count;
      if (count > 0) return count;
      if (!isSeekable) return this.hasWriterLeft() ? -1 : 0;
      return this.follow ? this.lookAgain() : -1;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      return -1; // a disk that fails ends the trace with what was read
    }
  }

  progress() {
    if (!this.stats.isFile() || this.follow) return undefined;
    return { doneBytes: this.at, totalBytes: this.stats.size };
  }

  close(): void {
    closeSync(this.file);
  }

  /** A pipe that gives nothing has no writer: before the first one that only means that nobody has come yet. */
  private hasWriterLeft(): boolean {
    return this.at > 0 || this.path === '/dev/stdin';
  }

  private lookAgain(): number {
    const now = fstatSync(this.file);
    if (now.size < this.at) {
      this.at = 0;
      return 0;
    }
    const there = statSync(this.path, { throwIfNoEntry: false });
    if (there === undefined || there.ino === this.stats.ino) return 0;
    closeSync(this.file);
    this.file = open(this.path);
    this.stats = fstatSync(this.file);
    this.at = 0;
    return 0;
  }
}

/** Looks at the first bytes, and unpacks what is packed. */
function unpacked(raw: TraceSource): TraceSource {
  const first = new Uint8Array(PACKED_CHUNK_BYTES);
  let unpack: ((chunk: Uint8Array, isLast: boolean) => Uint8Array[]) | undefined;
  let hasLooked = false;
  let ready: Uint8Array[] = [];
  const look = (): number => {
    const count = raw.read(first);
    if (count <= 0) return count;
    hasLooked = true;
    unpack = unpackerFor(first);
    const chunk = first.slice(0, count);
    ready = unpack === undefined ? [chunk] : unpack(chunk, false);
    return count;
  };
  const refill = (): number => {
    const chunk = new Uint8Array(PACKED_CHUNK_BYTES);
    const count = raw.read(chunk);
    if (count > 0) ready = unpack?.(chunk.subarray(0, count), false) ?? [];
    return count;
  };
  return {
    read(into) {
      if (!hasLooked) {
        const count = look();
        if (count <= 0) return count;
      }
      while (ready.length === 0) {
        if (unpack === undefined) return raw.read(into);
        const count = refill();
        if (count <= 0) return count;
      }
      return takeFrom(ready, into);
    },
    progress: () => raw.progress(),
    close: () => raw.close(),
  };
}

/** Moves bytes out of the front of `ready`. */
function takeFrom(ready: Uint8Array[], into: Uint8Array): number {
  const [front = new Uint8Array()] = ready;
  const part = front.subarray(0, into.length);
  into.set(part);
  if (part.length === front.length) ready.shift();
  else ready[0] = front.subarray(part.length);
  return part.length === 0 && ready.length > 0 ? takeFrom(ready, into) : part.length;
}

function unpackerFor(head: Uint8Array): ((chunk: Uint8Array) => Uint8Array[]) | undefined {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return gunzipper();
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return zstdUnpacker();
  return undefined;
}

/** Node's own streams only work while its loop turns, which that of the device thread does not. What its synchronous
 *  functions are made of does. */
function gunzipper(): (chunk: Uint8Array) => Uint8Array[] {
  const gunzip = createGunzip() as unknown as {
    _processChunk(chunk: Uint8Array, flush: number): Buffer;
  };
  let isBroken = false;
  return (chunk) => {
    if (isBroken) return [];
    try {
      const bytes = gunzip._processChunk(chunk, zlib.Z_SYNC_FLUSH);
      return bytes.length === 0 ? [] : [bytes];
    } catch {
      isBroken = true; // a damaged file: what came before it is shown
      return [];
    }
  };
}

function zstdUnpacker(): (chunk: Uint8Array) => Uint8Array[] {
  let parts: Uint8Array[] = [];
  const stream = new Decompress((part) => {
    if (part.length > 0) parts.push(part);
  });
  let isBroken = false;
  return (chunk) => {
    parts = [];
    if (isBroken) return parts;
    try {
      stream.push(chunk);
    } catch {
      isBroken = true;
    }
    return parts;
  };
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw cannotRead(path, error);
  }
}

function cannotRead(path: string, error: unknown): HostError {
  const action = 'Check the path and its permissions.';
  return new HostError('cannot-read', `Cannot read ${path}: ${messageOf(error)}.`, action);
}
