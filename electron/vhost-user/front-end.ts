/** One connected front-end: its socket, the memory that it shares, its eventfds. Everything that it gave is given back when
 *  it goes. The messages themselves are understood in src-core/transport/vhost-user-backend.ts. */
import { LIMITS } from '../../src-core/limits.ts';
import { QUEUE_COUNT } from '../../src-core/spec/sound.ts';
import type { DeviceSide } from '../../src-core/transport/transport.ts';
import { VhostUserBackend } from '../../src-core/transport/vhost-user-backend.ts';
import type { BackendHost } from '../../src-core/transport/vhost-user-host.ts';
import type { SharedRegion } from '../../src-core/transport/vhost-user-regions.ts';
import { NS_PER_MS, type QueueIndex } from '../../src-core/units.ts';
import { POLLIN } from '../event-loop.ts';
import { type Libc, libc } from '../native/libc.ts';
import type { PollLoop } from '../native/poll-loop.ts';
import { DescriptorSocket } from '../native/unix-socket.ts';
import { KickWatch } from './kick-watch.ts';
import { MappedMemory } from './mapped-memory.ts';
import { MessageReader } from './message-reader.ts';

export interface FrontEndOptions {
  readonly loop: PollLoop;
  /** Ours from now on. */
  readonly fd: number;
  readonly device: DeviceSide;
  readonly note: (detail: string) => void;
  /** The connection is over and everything is closed. */
  readonly onEnd: (detail: string) => void;
}

/** How long a ring may look unused after it was kicked. */
const BLANK_NS = 300 * NS_PER_MS;
const ONE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);

export class FrontEnd implements BackendHost {
  readonly memory: MappedMemory;
  private readonly libc: Libc = libc();
  private readonly options: FrontEndOptions;
  private readonly socket: DescriptorSocket;
  private readonly reader: MessageReader;
  private readonly backend: VhostUserBackend;
  private readonly kicks: readonly KickWatch[];
  private readonly calls: (number | undefined)[] = new Array(QUEUE_COUNT).fill(undefined);
  private readonly errors: (number | undefined)[] = new Array(QUEUE_COUNT).fill(undefined);
  private channel: DescriptorSocket | undefined;
  private inflight: MappedMemory | undefined;
  /** Descriptors of the message that is being handled and that nobody has taken over. */
  private readonly unclaimed = new Set<number>();
  private unwatch: () => void;
  private isOver = false;
  /** Some ring was seen in use, so the guest's memory is really shared. */
  private isShared = false;
  private readonly blankKicks: number[] = new Array(QUEUE_COUNT).fill(0);

  constructor(options: FrontEndOptions) {
    const { loop, fd, device } = options;
    this.options = options;
    this.memory = new MappedMemory(this.libc);
    this.socket = new DescriptorSocket(this.libc, fd);
    this.reader = new MessageReader(this.socket);
    this.backend = new VhostUserBackend(device, this);
    this.kicks = Array.from({ length: QUEUE_COUNT }, (_, index) => {
      return new KickWatch(loop, {
        onKick: () => this.kicked(index),
        readDriverArea: () => this.backend.readDriverArea(index),
      });
    });
    this.unwatch = loop.watch(fd, POLLIN, () => this.readMessages());
  }

  /** Used buffer notification. A front-end that polls gave no descriptor. */
  interrupt(index: QueueIndex): void {
    const fd = this.calls[index];
    if (fd !== undefined) this.libc.write(fd, ONE, ONE.length);
  }

  configChanged(): void {
    this.backend.configChanged();
  }

  /** Handles what has arrived, which may be that the front-end has gone. */
  catchUp(): void {
    this.readMessages();
  }

  /** Drops the connection without telling the device. Doing it twice does no harm. */
  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.unwatch();
    for (const kick of this.kicks) kick.close();
    const { calls, errors, channel, socket, reader } = this;
    const fds = [...calls, ...errors, channel?.fd, socket.fd, ...reader.takeFds()];
    for (const fd of [...fds, ...this.unclaimed]) if (fd !== undefined) this.libc.close(fd);
    calls.fill(undefined);
    errors.fill(undefined);
    this.memory.replace([], []);
    this.inflight?.replace([], []);
  }

  // BackendHost

  replaceRegions(regions: readonly SharedRegion[], fds: readonly number[]): string | undefined {
    return this.memory.replace(regions, fds);
  }

  addRegion(region: SharedRegion, fd: number): string | undefined {
    return this.memory.add(region, fd);
  }

  removeRegion(region: SharedRegion): void {
    this.memory.remove(region.guestAddress);
  }

  setKick(index: QueueIndex, fd: number | undefined): void {
    this.kicks[index]?.replace(this.claim(fd));
  }

  armKick(index: QueueIndex, isArmed: boolean): boolean {
    return this.kicks[index]?.arm(isArmed) ?? false;
  }

  setCall(index: QueueIndex, fd: number | undefined): void {
    this.replace(this.calls, index, this.claim(fd));
  }

  setError(index: QueueIndex, fd: number | undefined): void {
    this.replace(this.errors, index, this.claim(fd));
  }

  signalError(index: QueueIndex): void {
    const fd = this.errors[index];
    if (fd !== undefined) this.libc.write(fd, ONE, ONE.length);
  }

  setBackendChannel(fd: number): void {
    if (this.channel !== undefined) this.libc.close(this.channel.fd);
    this.claim(fd);
    this.channel = new DescriptorSocket(this.libc, fd);
  }

  sendToFrontEnd(message: Uint8Array): void {
    this.channel?.send(message);
  }

  makeInflight(bytes: number): { memory: MappedMemory; fd: number } | string {
    const fd = this.libc.memfd('ringside-inflight', bytes);
    if (fd < 0) return `memory for it cannot be had (error ${-fd})`;
    const memory = this.mapInflight(fd, 0, bytes);
    if (typeof memory !== 'string') return { memory, fd };
    this.libc.close(fd);
    return memory;
  }

  mapInflight(fd: number, mmapOffsetBytes: number, widthBytes: number): MappedMemory | string {
    const memory = new MappedMemory(this.libc);
    const problem = memory.add({ guestAddress: 0n, widthBytes, mmapOffsetBytes }, fd);
    if (problem !== undefined) return problem;
    this.inflight?.replace([], []);
    this.inflight = memory;
    return memory;
  }

  note(detail: string): void {
    this.options.note(detail);
  }

  private readMessages(): void {
    for (let count = 0; count < LIMITS.vhostUserMessagesPerTurn && !this.isOver; count++) {
      const result = this.reader.next();
      switch (result.kind) {
        case 'waiting':
          return;
        case 'closed':
          this.end('the front-end closed the connection');
          return;
        case 'broken':
          this.note(`${result.detail} The connection is closed.`);
          this.end('the connection was closed');
          return;
        default:
          this.answer(result.message);
      }
    }
  }

  private answer(message: Parameters<VhostUserBackend['handle']>[0]): void {
    for (const fd of message.fds) this.unclaimed.add(fd);
    const reply = this.backend.handle(message);
    for (const fd of this.unclaimed) this.libc.close(fd);
    this.unclaimed.clear();
    if (reply === undefined || this.isOver) return;
    const { bytes, fd } = reply;
    const sent = this.socket.send(bytes, fd === undefined ? [] : [fd]);
    if (fd !== undefined) this.libc.close(fd);
    if (sent === bytes.length) return;
    this.note('The front-end does not read its answers. The connection is closed.');
    this.end('the connection was closed');
  }

  private end(detail: string): void {
    if (this.isOver) return;
    // The device may still look at the guest's memory while it puts things away.
    this.unwatch();
    for (const kick of this.kicks) kick.arm(false);
    try {
      this.options.device.onGone(detail);
    } finally {
      this.close();
      this.options.onEnd(detail);
    }
  }

  private kicked(index: QueueIndex): void {
    this.options.device.onKick(index);
    if (!this.isShared) this.watchForBlank(index);
  }

  /** Memory that QEMU maps privately can be mapped here too, but stays as the file was: kicks come, and the rings never
   *  change. The first kick of a queue may be QEMU's own, before the driver has put anything there. */
  private watchForBlank(index: QueueIndex): void {
    if (this.backend.isBlank(index) === false) {
      this.isShared = true;
      return;
    }
    const kicks = (this.blankKicks[index] ?? 0) + 1;
    this.blankKicks[index] = kicks;
    if (kicks !== 2) return;
    const { loop } = this.options;
    loop.at(loop.nowNs() + BLANK_NS, () => {
      if (this.isOver || this.isShared || this.backend.isBlank(index) !== true) return;
      this.note(
        'The guest kicks, but nothing appears in the memory that it shares with us. Give QEMU’s memory backend share=on.',
      );
    });
  }

  private claim(fd: number): number;
  private claim(fd: number | undefined): number | undefined;
  private claim(fd: number | undefined): number | undefined {
    if (fd === undefined) return undefined;
    this.unclaimed.delete(fd);
    // A peer's descriptor that blocks would hold up every queue.
    this.libc.setNonBlocking(fd);
    return fd;
  }

  private replace(fds: (number | undefined)[], index: QueueIndex, fd: number | undefined): void {
    const old = fds[index];
    if (old !== undefined) this.libc.close(old);
    fds[index] = fd;
  }
}
