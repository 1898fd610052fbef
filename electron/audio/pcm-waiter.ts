/** Waits until an ALSA stream is ready: by its poll descriptors where the loop can watch them, else, or when asked to, by the
 *  clock. One wait at a time. */
import type { Ns } from '../../src-core/units.ts';
import { type EventLoop, POLLERR, POLLHUP, POLLIN, POLLOUT } from '../event-loop.ts';
import type { Libasound, PcmHandle } from '../native/libasound.ts';

export class PcmWaiter {
  private readonly loop: EventLoop;
  private readonly alsa: Libasound;
  private readonly handle: PcmHandle;
  private readonly everyNs: Ns;
  private readonly onReady: () => void;
  private cancels: (() => void)[] = [];
  private isWatching = false;

  /** `everyNs`: how often to look where nothing can be watched. */
  constructor(
    loop: EventLoop,
    alsa: Libasound,
    handle: PcmHandle,
    everyNs: Ns,
    onReady: () => void,
  ) {
    this.loop = loop;
    this.alsa = alsa;
    this.handle = handle;
    this.everyNs = everyNs;
    this.onReady = onReady;
  }

  /** Calls `onReady` each time that the stream is ready, until another wait or `stop`. */
  untilReady(): void {
    if (this.isWatching) return;
    this.stop();
    this.isWatching = this.loop.canWatch && this.watchAll();
    if (!this.isWatching) this.afterTime();
  }

  /** Calls `onReady` once, a moment from now. */
  afterTime(): void {
    this.stop();
    this.cancels = [this.loop.at(this.loop.nowNs() + this.everyNs, () => this.onReady())];
  }

  stop(): void {
    for (const cancel of this.cancels) cancel();
    this.cancels = [];
    this.isWatching = false;
  }

  /** False where nothing can be watched: ALSA's null and file devices have descriptors that no kernel polls. */
  private watchAll(): boolean {
    const descriptors = this.alsa.pollDescriptors(this.handle);
    try {
      for (const [place, { fd, events }] of descriptors.entries()) {
        const onReady = (revents: number) => {
          const all = descriptors.map((_, i) => (i === place ? revents : 0));
          if (this.means(all)) this.onReady();
        };
        this.cancels.push(this.loop.watch(fd, events & (POLLIN | POLLOUT), onReady));
      }
    } catch {
      this.stop();
    }
    return this.cancels.length > 0;
  }

  /** What the descriptors' events mean is ALSA's to say; asking also clears them. */
  private means(revents: readonly number[]): boolean {
    const found = this.alsa.streamEvents(this.handle, revents);
    return found < 0 || (found & (POLLIN | POLLOUT | POLLERR | POLLHUP)) !== 0;
  }
}
