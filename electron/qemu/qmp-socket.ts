/** The socket of a QEMU's QMP, as bytes: a Unix socket's path, or HOST:PORT. Lives in the device thread's loop. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { HostError } from '../../src-core/host-error.ts';
import type { ByteChannel } from '../../src-core/qemu/byte-channel.ts';
import { NS_PER_S, type Ns } from '../../src-core/units.ts';
import { POLLIN, POLLOUT } from '../event-loop.ts';
import {
  EACCES,
  EAGAIN,
  ECONNREFUSED,
  ECONNRESET,
  EINTR,
  EPERM,
  type Libc,
  libc,
} from '../native/libc.ts';
import type { PollLoop } from '../native/poll-loop.ts';
import { connectTcp } from '../native/tcp-socket.ts';
import { SOCKET_PATH_BYTES, unixAddress } from '../native/unix-socket.ts';

const READ_BYTES = 65_536;
/** Reads of one turn: what a peer floods us with must not stop the loop. */
const READS_PER_TURN = 64;
const EPIPE = 32;
const EPOLL_CTL_ADD = 1;
const HOW_TO_LISTEN =
  'Start QEMU with `-qmp unix:/tmp/qmp.sock,server=on,wait=off`, or name the socket of one that runs.';

export class QmpSocket implements ByteChannel {
  /** Absent for TCP: who serves a Unix socket is known to the kernel. */
  readonly peerPid: number | undefined;
  private readonly libc: Libc;
  private readonly fd: number;
  /** For waiting on this socket alone. */
  private readonly epoll: number;
  private readonly loop: PollLoop;
  private readonly buffer = new Uint8Array(READ_BYTES);
  private onBytes: (bytes: Uint8Array) => void = () => {};
  private onClosed: (why: string) => void = () => {};
  private stopReading: (() => void) | undefined;
  private stopWriting: (() => void) | undefined;
  private unsent: Uint8Array[] = [];
  private isOpen = true;

  /** Begins to connect to `target`. Throws a HostError saying what to do. */
  constructor(loop: PollLoop, target: string) {
    this.libc = libc();
    this.loop = loop;
    const tcp = hostAndPort(target);
    this.fd = tcp === undefined ? connectUnix(this.libc, target) : openTcp(this.libc, tcp);
    this.peerPid = tcp === undefined ? this.libc.peerProcess(this.fd) : undefined;
    // What a guest frees is gone in a moment: looks have to come when they are due.
    loop.setUrgent(true);
    this.epoll = this.libc.epollCreate();
    const event = new Uint8Array(16);
    event[0] = POLLIN;
    this.libc.epollControl(this.epoll, EPOLL_CTL_ADD, this.fd, event);
  }

  listen(onBytes: (bytes: Uint8Array) => void, onClosed: (why: string) => void): void {
    this.onBytes = onBytes;
    this.onClosed = onClosed;
    this.stopReading = this.loop.watch(this.fd, POLLIN, () => this.read());
  }

  send(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    this.unsent.push(bytes);
    this.flush();
  }

  wait(mostNs: Ns): void {
    if (!this.isOpen) return;
    const timeout = new Uint32Array(4);
    const seconds = Math.floor(mostNs / NS_PER_S);
    timeout[0] = seconds;
    timeout[2] = Math.max(0, mostNs - seconds * NS_PER_S);
    const count = this.libc.epollWait(
      this.epoll,
      new Uint8Array(16),
      1,
      new Uint8Array(timeout.buffer),
    );
    if (count > 0) this.read();
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.loop.setUrgent(false);
    this.stopReading?.();
    this.stopWriting?.();
    this.libc.close(this.epoll);
    this.libc.close(this.fd);
  }

  private read(): void {
    for (let reads = 0; this.isOpen && reads < READS_PER_TURN; reads++) {
      const bytes = this.libc.read(this.fd, this.buffer, this.buffer.length);
      if (bytes === -EAGAIN || bytes === -EINTR) return;
      if (bytes <= 0) {
        this.end(bytes);
        return;
      }
      this.onBytes(this.buffer.subarray(0, bytes));
    }
  }

  private end(result: number): void {
    this.close();
    if (result === 0 || result === -ECONNRESET || result === -EPIPE) {
      this.onClosed('QEMU closed the connection');
    } else if (result === -ECONNREFUSED) {
      this.onClosed('nobody listens there');
    } else {
      this.onClosed(`the connection broke (error ${-result})`);
    }
  }

  private flush(): void {
    this.stopWriting?.();
    this.stopWriting = undefined;
    for (let next = this.unsent[0]; next !== undefined && this.isOpen; next = this.unsent[0]) {
      const sent = this.libc.write(this.fd, next, next.length);
      if (sent === -EAGAIN) break;
      if (sent < 0) {
        this.end(sent);
        return;
      }
      if (sent === next.length) this.unsent.shift();
      else this.unsent[0] = next.slice(sent);
    }
    if (this.unsent.length === 0 || !this.isOpen) return;
    this.stopWriting = this.loop.watch(this.fd, POLLOUT, () => this.flush());
  }
}

/** `localhost:4444`, `[::1]:4444`; what is a path is none. */
export function hostAndPort(target: string): { host: string; port: number } | undefined {
  const found = /^(?:tcp:)?(?:\[([0-9a-fA-F:.]+)\]|([^/:[\]]+)):(\d{1,5})$/.exec(target);
  const port = Number(found?.[3]);
  if (found === null || port < 1 || port > 65_535 || existsSync(target)) return undefined;
  return { host: found[1] ?? found[2] ?? '', port };
}

function openTcp(calls: Libc, { host, port }: { host: string; port: number }): number {
  const fd = connectTcp(calls, host, port);
  if (typeof fd === 'number') return fd;
  throw new HostError(
    'qmp-unreachable',
    `No connection to ${host}:${port}: ${fd}.`,
    'Give HOST:PORT as QEMU’s -qmp tcp:HOST:PORT,server=on,wait=off has it.',
  );
}

function connectUnix(calls: Libc, target: string): number {
  const path = resolve(target.replace(/^unix:/, ''));
  checkSocket(path);
  const fd = calls.socket();
  const failed = calls.connect(fd, unixAddress(path));
  if (failed === 0) return fd;
  calls.close(fd);
  throw refusal(path, -failed);
}

function checkSocket(path: string): void {
  if (Buffer.byteLength(path) > SOCKET_PATH_BYTES) {
    const what = `The socket’s path has more than ${SOCKET_PATH_BYTES} bytes: ${path}.`;
    throw new HostError('path-too-long', what, 'Name it by a shorter path, such as a link to it.');
  }
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new HostError('qmp-missing', `There is no socket ${path}.`, HOW_TO_LISTEN);
  }
  if (!found.isSocket()) {
    throw new HostError('qmp-not-a-socket', `${path} is not a socket.`, HOW_TO_LISTEN);
  }
}

function refusal(path: string, error: number): HostError {
  if (error === ECONNREFUSED) {
    const what = `Nobody listens at ${path}: the QEMU that made it has ended.`;
    return new HostError('qmp-refused', what, HOW_TO_LISTEN);
  }
  if (error === EACCES || error === EPERM) {
    const what = `The socket ${path} is not yours to open.`;
    return new HostError('qmp-forbidden', what, 'Run Ringside as the user that QEMU runs as.');
  }
  if (error === EAGAIN) {
    const what = `QEMU serves another client at ${path}, and more wait for it.`;
    return new HostError('qmp-busy', what, 'End the other client, or give QEMU a second -qmp.');
  }
  const what = `The socket ${path} cannot be connected to (error ${error}).`;
  return new HostError('qmp-unreachable', what, HOW_TO_LISTEN);
}
