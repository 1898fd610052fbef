/** What the device thread runs on: a clock with timers, and file descriptors to watch. `native/poll-loop.ts` blocks in one
 *  poll over all of them (Linux); `timer-loop.ts` uses Node's timers where there is nothing to poll. */
import type { Clock } from '../src-core/clock.ts';

/** As in poll(2). */
export const POLLIN = 1;
export const POLLOUT = 4;
export const POLLERR = 8;
export const POLLHUP = 16;

export interface EventLoop extends Clock {
  /** Calls `onReady` with the events that came, each time round the loop, until the returned function is called.
   *  Only loops that can poll have it. */
  watch(fd: number, events: number, onReady: (revents: number) => void): () => void;
  readonly canWatch: boolean;
}
