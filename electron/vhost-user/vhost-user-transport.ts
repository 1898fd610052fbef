/** The vhost-user back-end of a sound device on a Unix socket (Linux): a real guest's way to the device. Listens, takes one
 *  front-end at a time, and listens on when it goes: a guest may be killed, started again or exchanged while we run. */
import { readFileSync } from 'node:fs';
import type { DeviceSide, Transport } from '../../src-core/transport/transport.ts';
import { NS_PER_S, type QueueIndex } from '../../src-core/units.ts';
import { POLLIN } from '../event-loop.ts';
import { EAGAIN, libc } from '../native/libc.ts';
import type { PollLoop } from '../native/poll-loop.ts';
import { FrontEnd } from './front-end.ts';
import { ListeningSocket } from './listening-socket.ts';

export interface VhostUserOptions {
  readonly socketPath: string;
  readonly loop: PollLoop;
  /** Stop when the first front-end has gone. */
  readonly once?: boolean | undefined;
  readonly onListening?: (socketPath: string) => void;
  /** Sentences for people. The device gets them too. */
  readonly onNote?: (detail: string) => void;
  /** With `once`: the front-end has gone, and we with it. */
  readonly onEnded?: () => void;
}

export class VhostUserTransport implements Transport {
  readonly title: string;
  private readonly options: VhostUserOptions;
  private device: DeviceSide | undefined;
  private socket: ListeningSocket | undefined;
  private unwatch: (() => void) | undefined;
  private frontEnd: FrontEnd | undefined;

  constructor(options: VhostUserOptions) {
    this.options = options;
    this.title = `vhost-user ${options.socketPath}`;
  }

  /** Creates the socket: front-ends can connect from now on, and are served from `start` on. Throws a HostError saying what
   *  to do when there can be no socket at this path. */
  listen(): void {
    if (this.socket !== undefined) return;
    this.socket = new ListeningSocket(this.options.socketPath);
    this.options.onListening?.(this.options.socketPath);
  }

  start(device: DeviceSide): void {
    this.device = device;
    this.listen();
    this.accept();
  }

  interrupt(queue: QueueIndex): void {
    this.frontEnd?.interrupt(queue);
  }

  configChanged(): void {
    this.frontEnd?.configChanged();
  }

  /** Drops a front-end that is there, which QEMU does not survive. Doing it twice does no harm. */
  stop(): void {
    this.unwatch?.();
    this.unwatch = undefined;
    if (this.frontEnd !== undefined) this.options.loop.setUrgent(false);
    this.frontEnd?.close();
    this.frontEnd = undefined;
    this.socket?.close();
    this.socket = undefined;
    this.device = undefined;
  }

  private accept(): void {
    const { socket } = this;
    if (socket === undefined) return;
    this.unwatch = this.options.loop.watch(socket.fd, POLLIN, () => {
      const fd = libc().accept(socket.fd);
      if (fd >= 0) this.welcome(fd);
      else if (fd !== -EAGAIN) this.pauseAccepting(-fd);
    });
  }

  /** Too many descriptors are open, as a rule. The connection waits; asking for it again at once would do nothing else. */
  private pauseAccepting(errorNumber: number): void {
    this.note(`A front-end cannot be let in (error ${errorNumber}); trying again in a second.`);
    this.unwatch?.();
    const { loop } = this.options;
    this.unwatch = loop.at(loop.nowNs() + NS_PER_S, () => this.accept());
  }

  private welcome(fd: number): void {
    const who = nameOf(libc().peerProcess(fd));
    // A guest that was killed and started again connects before we have heard that its first life is over.
    this.frontEnd?.catchUp();
    const { device, options } = this;
    if (device === undefined || this.frontEnd !== undefined) {
      libc().close(fd);
      this.note(`${who} was turned away: one front-end at a time, and one is there.`);
      return;
    }
    this.note(`${who} connected.`);
    options.loop.setUrgent(true);
    this.frontEnd = new FrontEnd({
      loop: options.loop,
      fd,
      device,
      note: (detail) => this.note(detail),
      onEnd: () => this.ended(),
    });
  }

  private ended(): void {
    this.frontEnd = undefined;
    this.options.loop.setUrgent(false);
    if (this.options.once !== true) return;
    this.stop();
    this.options.onEnded?.();
  }

  private note(detail: string): void {
    this.device?.onNote(detail);
    this.options.onNote?.(detail);
  }
}

function nameOf(pid: number | undefined): string {
  if (pid === undefined) return 'A front-end';
  try {
    return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`;
  } catch {
    return `A front-end (process ${pid})`;
  }
}
