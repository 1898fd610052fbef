/** Listens for a queue's kicks: at the eventfd that the front-end gave, or by looking at the ring when it gave none.
 *  Spec: vhost-user, VHOST_USER_SET_VRING_KICK */
import { NS_PER_MS } from '../../src-core/units.ts';
import { libc } from '../native/libc.ts';
import type { PollLoop } from '../native/poll-loop.ts';

export interface KickWatchOptions {
  readonly onKick: () => void;
  /** Bytes that change when the driver makes something available. */
  readonly readDriverArea: () => Uint8Array | undefined;
}

/** How often a ring without kicks is looked at. */
const POLL_NS = NS_PER_MS;

export class KickWatch {
  private readonly loop: PollLoop;
  private readonly options: KickWatchOptions;
  private fd: number | undefined;
  private cancel: (() => void) | undefined;
  private lastSeen: Uint8Array | undefined;

  constructor(loop: PollLoop, options: KickWatchOptions) {
    this.loop = loop;
    this.options = options;
  }

  /** From the next `arm` on: this eventfd, or polling. Owns the descriptor. */
  replace(fd: number | undefined): void {
    this.close();
    this.fd = fd;
  }

  /** False when the descriptor cannot be listened to. */
  arm(isArmed: boolean): boolean {
    this.disarm();
    if (!isArmed) return true;
    if (this.fd === undefined) {
      this.poll();
      return true;
    }
    this.cancel = this.loop.watchCounter(this.fd, this.options.onKick);
    return this.cancel !== undefined;
  }

  close(): void {
    this.disarm();
    if (this.fd !== undefined) libc().close(this.fd);
    this.fd = undefined;
  }

  /** Leaves nothing in the counter: a front-end that takes it back would think that a kick got lost. */
  private disarm(): void {
    if (this.cancel === undefined) return;
    this.cancel();
    this.cancel = undefined;
    if (this.fd !== undefined) libc().read(this.fd, new Uint8Array(8), 8);
  }

  private poll(): void {
    this.cancel = this.loop.at(this.loop.nowNs() + POLL_NS, () => {
      const seen = this.options.readDriverArea();
      const isNew = seen !== undefined && !isSame(seen, this.lastSeen);
      this.lastSeen = seen;
      this.poll();
      if (isNew) this.options.onKick();
    });
  }
}

function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return one.length === other?.length && one.every((byte, at) => byte === other[at]);
}
