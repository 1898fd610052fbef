/** Where a trace comes from: a file, packed or not, a file that grows, a pipe, standard input. Read without ever waiting:
 *  the device thread's loop has other things to do. */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { Decompress } from 'fzstd';
import { CTF_ACTION } from '../src-core/capture/importers/sniff.ts';
import { HostError } from '../src-core/host-error.ts';
import type { TraceSource } from '../src-core/host-ports.ts';
import { messageOf } from './capture-disk.ts';
import { PIECE_BYTES, startGunzip } from './gunzip-thread.ts';

const PACKED_CHUNK_BYTES = 1 << 16;
/** Looks at the thread that unpacks before there is nothing now. */
const TRIES = 4;

/** Throws HostError when it cannot be opened. */
export function openTraceFile(path: string, follow: boolean): TraceSource {
  const raw = new RawFile(path === '-' ? '/dev/stdin' : path, follow);
  return unpackTrace(raw);
}

/** Opening such a path as a file would wait until somebody writes to it. */
export function isPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
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
  private isSeekable: boolean;
  private at = 0;

  constructor(path: string, follow: boolean) {
    this.path = path;
    this.follow = follow;
    this.file = open(path);
    this.stats = fstatSync(this.file);
    this.isSeekable = this.stats.isFile();
    if (this.stats.isDirectory()) {
      closeSync(this.file);
      if (existsSync(join(path, 'metadata'))) throw ctfFolder(path);
      throw cannotRead(path, new Error('it is a folder'));
    }
  }

  read(into: Uint8Array): number {
    try {
      const { isSeekable } = this;
      const count = readSync(this.file, into, 0, into.length, isSeekable ? this.at : null);
      this.at += count;
      if (count > 0) return count;
      if (!isSeekable) return this.isPipeOver() ? -1 : 0;
      return this.follow ? this.lookAgain() : -1;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') return 0;
      if (code === 'ESPIPE' && this.isSeekable) return this.readOn(into);
      return -1; // a disk that fails ends the trace with what was read
    }
  }

  /** What looks like a file and is none: the trace_pipe of ftrace. */
  private readOn(into: Uint8Array): number {
    this.isSeekable = false;
    return this.read(into);
  }

  progress() {
    // The kernel's own files say that they are empty.
    if (!this.isSeekable || this.follow || this.stats.size < this.at) return undefined;
    return { doneBytes: this.at, totalBytes: this.stats.size };
  }

  close(): void {
    closeSync(this.file);
  }

  /** A pipe that gives nothing has no writer: before the first one that only means that nobody has come yet, and one that is
   *  followed waits for the next. */
  private isPipeOver(): boolean {
    return this.path === '/dev/stdin' || (this.at > 0 && !this.follow);
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
export function unpackTrace(raw: TraceSource): TraceSource {
  let packed: TraceSource | undefined;
  return {
    read(into) {
      if (packed !== undefined) return packed.read(into);
      const first = new Uint8Array(PIECE_BYTES);
      const count = raw.read(first);
      if (count <= 0) return count;
      packed = unpackerOf(raw, first.slice(0, count));
      return packed.read(into);
    },
    progress: () => raw.progress(),
    close: () => (packed ?? raw).close(),
  };
}

/** `first`: what was read of `raw` already. */
function unpackerOf(raw: TraceSource, first: Uint8Array<ArrayBuffer>): TraceSource {
  const [a, b, c, d] = first;
  if (a === 0x1f && b === 0x8b) return gunzipped(raw, first);
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return unzstd(raw, first);
  const ready = [first];
  return {
    ...raw,
    read: (into) => (ready.length > 0 ? takeFrom(ready, into) : raw.read(into)),
    progress: () => raw.progress(),
    close: () => raw.close(),
  };
}

function gunzipped(raw: TraceSource, first: Uint8Array<ArrayBuffer>): TraceSource {
  const gunzip = startGunzip();
  const ready: Uint8Array[] = [];
  gunzip.give(first);
  const giveMore = (): boolean => {
    let hasGiven = false;
    while (gunzip.takesMore) {
      const piece = new Uint8Array(PIECE_BYTES);
      const count = raw.read(piece);
      if (count < 0) gunzip.end();
      if (count <= 0) break;
      gunzip.give(piece.slice(0, count));
      hasGiven = true;
    }
    return hasGiven;
  };
  return {
    read(into) {
      for (let tries = TRIES; ready.length === 0; ) {
        const hasGiven = giveMore();
        const part = gunzip.take();
        if (part === undefined) return -1;
        if (part.length > 0) ready.push(part);
        else if (!hasGiven && (!gunzip.isBusy || --tries === 0)) return 0;
      }
      return takeFrom(ready, into);
    },
    progress: () => raw.progress(),
    close() {
      gunzip.close();
      raw.close();
    },
  };
}

function unzstd(raw: TraceSource, first: Uint8Array): TraceSource {
  const unpack = zstdUnpacker();
  let ready = unpack(first);
  return {
    read(into) {
      while (ready.length === 0) {
        const chunk = new Uint8Array(PACKED_CHUNK_BYTES);
        const count = raw.read(chunk);
        if (count <= 0) return count;
        ready = unpack(chunk.subarray(0, count));
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

function ctfFolder(path: string): HostError {
  const what = `${path} is a binary trace in CTF (of LTTng, say), which is not read.`;
  return new HostError('trace-unreadable', what, CTF_ACTION);
}

function cannotRead(path: string, error: unknown): HostError {
  const action = 'Check the path and its permissions.';
  return new HostError('cannot-read', `Cannot read ${path}: ${messageOf(error)}.`, action);
}
