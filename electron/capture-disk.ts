/** A capture's bytes on disk: the file that the user asked for, or a temporary one until it is saved. Written in order with
 *  plain calls: the page cache takes them at memory speed, and a kill loses only what was not handed over yet. */
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { homedir, platform } from 'node:os';
import { dirname, join } from 'node:path';
import type { ByteStore } from '../src-core/capture/store.ts';
import { HostError } from '../src-core/host-error.ts';
import { LIMITS } from '../src-core/limits.ts';
import type { Bytes } from '../src-core/units.ts';

export class DiskStore implements ByteStore {
  readonly path: string;
  private readonly file: number;
  private readonly isTemporary: boolean;
  private held: Bytes;
  private error: string | undefined;
  private isClosed = false;
  private readonly boundBytes: Bytes;
  private writingMs = 0;
  private sharedMs = performance.now();

  private constructor(
    path: string,
    file: number,
    held: Bytes,
    isTemporary: boolean,
    boundBytes: Bytes = LIMITS.captureBytes,
  ) {
    this.boundBytes = boundBytes;
    this.path = path;
    this.file = file;
    this.held = held;
    this.isTemporary = isTemporary;
  }

  /** A new file; an old one of that name is replaced. It takes `boundBytes`. */
  static create(path: string, isTemporary = false, boundBytes?: Bytes): DiskStore {
    try {
      mkdirSync(dirname(path), { recursive: true });
      return new DiskStore(path, openSync(path, 'w+'), 0, isTemporary, boundBytes);
    } catch (error) {
      throw cannot('write', path, error, 'Choose a folder that you can write to.');
    }
  }

  /** A file to read; nothing is appended to it. */
  static open(path: string): DiskStore {
    try {
      const file = openSync(path, 'r');
      return new DiskStore(path, file, fstatSync(file).size, false);
    } catch (error) {
      throw cannot('read', path, error, 'Check the path and its permissions.');
    }
  }

  /** Puts a finished file in the place of another. */
  static rename(from: string, to: string): void {
    try {
      renameSync(from, to);
    } catch (error) {
      throw cannot('write', to, error, 'Choose a folder that you can write to.');
    }
  }

  append(bytes: Uint8Array): boolean {
    if (this.held + bytes.length > this.boundBytes) {
      this.error = `the capture reached its bound of ${this.boundBytes} bytes`;
      return false;
    }
    const began = performance.now();
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.file, bytes, done, bytes.length - done, this.held + done);
      }
    } catch (error) {
      this.error = `${this.path} takes no more: ${messageOf(error)}`;
      return false;
    }
    this.held += bytes.length;
    this.writingMs += performance.now() - began;
    return true;
  }

  writingShare(): number {
    const now = performance.now();
    const share = this.writingMs / Math.max(1, now - this.sharedMs);
    this.writingMs = 0;
    this.sharedMs = now;
    return share;
  }

  heldBytes(): Bytes {
    return this.held;
  }

  read(at: Bytes, bytes: Bytes): Uint8Array {
    const result = new Uint8Array(Math.max(0, Math.min(bytes, this.held - at)));
    return result.subarray(0, this.readInto(at, result));
  }

  readInto(at: Bytes, into: Uint8Array): Bytes {
    const bytes = Math.max(0, Math.min(into.length, this.held - at));
    let done = 0;
    while (done < bytes) {
      const count = readSync(this.file, into, done, bytes - done, at + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  lastError(): string | undefined {
    return this.error;
  }

  leftBytes(): Bytes {
    return Math.min(this.boundBytes - this.held, freeBytes(this.path));
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.error !== undefined) this.cutOff();
    closeSync(this.file);
    if (this.isTemporary) unlinkSync(this.path);
  }

  /** A write that failed half-way leaves nothing behind what is held. */
  private cutOff(): void {
    try {
      ftruncateSync(this.file, this.held);
    } catch {
      // a reader passes over what is no whole entry
    }
  }
}

/** Quota of a new capture at `path`, unless the user says otherwise. */
export function captureQuota(path: string): Bytes {
  return Math.min(LIMITS.captureBytes, Math.floor(freeBytes(path) * LIMITS.captureShare));
}

/** Free bytes of the file system that `path` is or will be on; no bound where that cannot be told. */
function freeBytes(path: string): Bytes {
  for (const place of [path, dirname(path)]) {
    try {
      const { bavail, bsize } = statfsSync(place);
      return bavail * bsize;
    } catch {
      // not there yet: its folder is
    }
  }
  return Number.POSITIVE_INFINITY;
}

/** Writes a copy of what `source` holds now. */
export function saveCopy(
  path: string,
  source: { heldBytes(): Bytes; read(at: Bytes, bytes: Bytes): Uint8Array },
): Bytes {
  const partial = `${path}.part`;
  const copy = DiskStore.create(partial);
  const total = source.heldBytes();
  const stepBytes = 4 << 20;
  for (let at = 0; at < total; at += stepBytes) {
    if (!copy.append(source.read(at, Math.min(stepBytes, total - at)))) {
      copy.close();
      rmSync(partial, { force: true });
      throw new HostError(
        'cannot-save',
        `${copy.lastError()}.`,
        'Free some space, or save elsewhere.',
      );
    }
  }
  copy.close();
  DiskStore.rename(partial, path);
  return total;
}

/** Where Ringside keeps what should outlive it: recent captures, temporary ones. */
export function stateFolder(): string {
  const home = homedir();
  if (platform() === 'win32') return join(process.env.LOCALAPPDATA ?? home, 'Ringside');
  if (platform() === 'darwin') return join(home, 'Library', 'Application Support', 'Ringside');
  return join(process.env.XDG_STATE_HOME ?? join(home, '.local', 'state'), 'ringside');
}

/** Node's messages name the call and the path again: the frequent ones in words. */
const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'its permissions do not allow it',
  EPERM: 'its permissions do not allow it',
  ENOSPC: 'the disk is full',
  EROFS: 'its disk is read-only',
  EMFILE: 'too many files are open',
};

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '' } = error as NodeJS.ErrnoException;
  return FILE_PROBLEMS[code] ?? error.message;
}

function cannot(verb: string, path: string, error: unknown, action: string): HostError {
  return new HostError(`cannot-${verb}`, `Cannot ${verb} ${path}: ${messageOf(error)}.`, action);
}
