/** Follows a file that somebody else appends to, from its end on: also when it is emptied, or moved away and begun anew under the
 *  same name, as log rotation does. A file that is removed is read on for as long as it is written to. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { FollowedFile } from '../../src-core/qemu/watch-ports.ts';

const READ_BYTES = 262_144;
/** How often the name is looked at, while nothing comes. */
const LOOK_MS = 500;

/** A sentence when it cannot be read. `nowMs` is for tests. */
export function followFile(path: string, nowMs = () => performance.now()): FollowedFile | string {
  try {
    const fd = openSync(path, 'r');
    return new Followed(path, fd, fstatSync(fd).size, nowMs);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

class Followed implements FollowedFile {
  private readonly path: string;
  private readonly nowMs: () => number;
  private readonly buffer = new Uint8Array(READ_BYTES);
  private fd: number;
  private at: number;
  private lookedMs: number;

  constructor(path: string, fd: number, at: number, nowMs: () => number) {
    this.path = path;
    this.fd = fd;
    this.at = at;
    this.nowMs = nowMs;
    this.lookedMs = nowMs();
  }

  read(): Uint8Array {
    const bytes = this.readOn();
    if (bytes.length > 0 || this.nowMs() - this.lookedMs < LOOK_MS) return bytes;
    this.lookedMs = this.nowMs();
    return this.reopen() ? this.readOn() : bytes;
  }

  close(): void {
    closeSync(this.fd);
  }

  private readOn(): Uint8Array {
    const { buffer, fd } = this;
    // Emptied: what is there now is new.
    const bytes = readSync(fd, buffer, 0, buffer.length, this.at);
    if (bytes === 0 && fstatSync(fd).size < this.at) this.at = 0;
    this.at += bytes;
    return buffer.slice(0, bytes);
  }

  /** Whether another file has the name by now; all of it is new then. */
  private reopen(): boolean {
    try {
      const named = statSync(this.path, { throwIfNoEntry: false });
      if (named === undefined || !named.isFile() || named.ino === fstatSync(this.fd).ino)
        return false;
      const fd = openSync(this.path, 'r');
      closeSync(this.fd);
      this.fd = fd;
      this.at = 0;
      return true;
    } catch {
      return false; // not ours to read: the old one is all there is
    }
  }
}
