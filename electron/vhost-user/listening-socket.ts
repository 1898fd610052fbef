/** A Unix socket at a path, with everything that can be wrong about the path explained: too long, in use and by whom, left
 *  behind by a program that died, folder missing or closed to us. */
import { lstatSync, readdirSync, readFileSync, readlinkSync, unlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { HostError } from '../../src-core/host-error.ts';
import {
  EACCES,
  EADDRINUSE,
  ECONNREFUSED,
  ENOENT,
  EPERM,
  type Libc,
  libc,
} from '../native/libc.ts';
import { SOCKET_PATH_BYTES, unixAddress } from '../native/unix-socket.ts';

const EROFS = 30;
const FORBIDDEN = [EACCES, EPERM, EROFS];
const ENOTDIR = 20;
/** One guest at a time; another front-end that connects waits here until it is refused. */
const BACKLOG = 4;
/** In /proc/net/unix: this socket accepts connections. */
const ACCEPTS = 0x10000;

export class ListeningSocket {
  readonly fd: number;
  readonly path: string;
  /** Which file is ours: somebody may have put another one there since. */
  private readonly inode: number;

  /** Creates the socket and listens. Throws a HostError saying what to do. */
  constructor(path: string) {
    const calls = libc();
    checkPath(path);
    this.path = path;
    removeStale(calls, path);
    this.fd = bound(calls, path);
    this.inode = lstatSync(path).ino;
  }

  /** Stops listening and takes the file away, if it is still ours. */
  close(): void {
    libc().close(this.fd);
    try {
      if (lstatSync(this.path).ino === this.inode) unlinkSync(this.path);
    } catch {
      // It is gone already, or its folder is: nothing is left to clear up.
    }
  }
}

function checkPath(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (path === '' || path.includes('\0')) {
    throw new HostError('bad-path', 'The socket needs a path.', 'Give one, such as /tmp/snd.sock.');
  }
  if (bytes > SOCKET_PATH_BYTES) {
    throw new HostError(
      'path-too-long',
      `The socket’s path has ${bytes} bytes, and a socket’s path has ${SOCKET_PATH_BYTES} at most.`,
      'Choose a shorter one, such as /tmp/snd.sock.',
    );
  }
}

/** What is at the path is taken away if it is a socket that nobody listens at. */
function removeStale(calls: Libc, path: string): void {
  const found = whatIsAt(path);
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new HostError(
      'not-a-socket',
      `${path} is there already and is not a socket.`,
      'Choose another path; this file is left alone.',
    );
  }
  const owner = listenerOf(path);
  if (owner !== undefined || isAnswering(calls, path)) throw inUse(path, owner);
  try {
    unlinkSync(path);
  } catch (error) {
    throw forbidden(path, error);
  }
}

function whatIsAt(path: string) {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function isAnswering(calls: Libc, path: string): boolean {
  const fd = calls.socket();
  const answer = calls.connect(fd, unixAddress(path));
  calls.close(fd);
  return answer !== -ECONNREFUSED && answer !== -ENOENT;
}

function bound(calls: Libc, path: string): number {
  const fd = calls.socket();
  const failed = fd < 0 ? fd : calls.bind(fd, unixAddress(path)) || calls.listen(fd, BACKLOG);
  if (failed === 0) return fd;
  calls.close(fd);
  if (failed === -ENOENT || failed === -ENOTDIR) {
    throw new HostError(
      'no-folder',
      `The socket’s folder ${dirname(path)} does not exist.`,
      'Create it, or choose another path.',
    );
  }
  if (failed === -EADDRINUSE) throw inUse(path, listenerOf(path));
  throw forbidden(path, FORBIDDEN.includes(-failed) ? undefined : `error ${-failed}`);
}

function inUse(path: string, owner: Owner | undefined): HostError {
  const who = owner?.pid === undefined ? 'Another program' : `${owner.name} (process ${owner.pid})`;
  const end = owner?.pid === undefined ? 'End that program' : `End process ${owner.pid}`;
  return new HostError(
    'socket-in-use',
    `${who} listens at ${path} already.`,
    `${end}, or choose another path here and in QEMU’s -chardev.`,
  );
}

function forbidden(path: string, cause: unknown): HostError {
  const why = cause === undefined ? '' : ` (${cause instanceof Error ? cause.message : cause})`;
  return new HostError(
    'not-writable',
    `A socket cannot be made at ${path}${why}.`,
    `Choose a folder that you may write to, or change the permissions of ${dirname(path)}.`,
  );
}

interface Owner {
  readonly pid: number | undefined;
  readonly name: string;
}

/** Who listens at the path, without connecting: a stray connection would disturb another back-end. */
function listenerOf(path: string): Owner | undefined {
  const inode = listeningInode(path);
  if (inode === undefined) return undefined;
  for (const pid of processes()) {
    if (descriptorsOf(pid).includes(`socket:[${inode}]`)) return { pid, name: nameOf(pid) };
  }
  return { pid: undefined, name: '' };
}

/** Lines of /proc/net/unix: address, reference count, protocol, flags, type, state, inode, path. */
function listeningInode(path: string): string | undefined {
  for (const line of readText('/proc/net/unix').split('\n')) {
    const [, , , flags = '', , , inode, ...name] = line.trim().split(/\s+/);
    const isListening = (Number.parseInt(flags, 16) & ACCEPTS) !== 0;
    if (isListening && name.length > 0 && resolve(name.join(' ')) === resolve(path)) return inode;
  }
  return undefined;
}

function processes(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** What a process has open; nothing when it is not ours to see. */
function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return '';
      }
    });
  } catch {
    return [];
  }
}

function nameOf(pid: number): string {
  return readText(`/proc/${pid}/comm`).trim() || 'A program';
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
