/** The disk, for what the core writes to files and reads from them. Synchronous: the device thread has nothing else to do with
 *  a disk, and a period is written in microseconds. */
import { closeSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ByteSource,
  type FileProblem,
  type FileStore,
  problem,
  type WritableFile,
} from '../../src-core/audio/file-store.ts';
import type { Bytes } from '../../src-core/units.ts';

/** Files in `directory`, which is made if it is not there; says why when it cannot be. Files of the same name are replaced. */
export function diskFileStore(directory: string): FileStore | FileProblem {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    return problem(`${directory} cannot be made: ${reasonOf(error)}`);
  }
  return { create: (name) => createFile(join(directory, name)) };
}

/** A file to read from. It is open only while it is read: nobody has to close it. */
export interface ReadableFile extends ByteSource {
  readonly kind: 'file';
}

export function fileBytes(path: string): ReadableFile | FileProblem {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return problem(`${path} is not a file`);
    closeSync(openSync(path, 'r'));
    return { kind: 'file', totalBytes: stat.size, read: reader(path, stat.size) };
  } catch (error) {
    return problem(`${path} cannot be read: ${reasonOf(error)}`);
  }
}

function createFile(path: string): WritableFile | FileProblem {
  try {
    const fd = openSync(path, 'w');
    let endByte = 0;
    const put = (bytes: Uint8Array, atByte: Bytes) =>
      attempt(path, () => writeAll(fd, bytes, atByte));
    return {
      kind: 'file',
      path,
      write: (bytes) => {
        const failed = put(bytes, endByte);
        if (failed === undefined) endByte += bytes.length;
        return failed;
      },
      writeAt: (atByte, bytes) => put(bytes, atByte),
      close: () => attempt(path, () => closeSync(fd)),
    };
  } catch (error) {
    return problem(`${path} cannot be written: ${reasonOf(error)}`);
  }
}

function writeAll(fd: number, bytes: Uint8Array, atByte: Bytes): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, atByte + done);
  }
}

function attempt(path: string, write: () => void): FileProblem | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    return problem(`writing to ${path} has ended: ${reasonOf(error)}`);
  }
}

function reader(path: string, totalBytes: Bytes): ByteSource['read'] {
  return (atByte, bytes) => {
    const out = new Uint8Array(Math.max(0, Math.min(bytes, totalBytes - atByte)));
    try {
      const fd = openSync(path, 'r');
      try {
        return out.subarray(0, readSync(fd, out, 0, out.length, atByte));
      } finally {
        closeSync(fd);
      }
    } catch {
      // As the interface says: what cannot be read is missing at the end.
      return new Uint8Array(0);
    }
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
