/** The loop that the device thread blocks in (Linux): one wait over the vhost-user socket, the kick eventfds, the sound
 *  card's descriptors, a wake eventfd, and a timeout for the clock. What comes is handled where the thread wakes.
 *
 *      run() ─► timers that are due ─► wait ─► one callback for each descriptor that is ready ─► run() …
 *
 *  While it runs, its thread never returns to Node: no promise continues, no Node timer fires, no message arrives by
 *  itself. Other threads write to `wakeFd`, and `onWake` fetches what they left (receiveMessageOnPort). A blocked worker
 *  cannot be terminated: `stop()`, called by `onWake`, is how it ends. */
import { writeSync } from 'node:fs';
import { TimerList } from '../../src-core/clock.ts';
import { LIMITS } from '../../src-core/limits.ts';
import { assert, NS_PER_S, type Ns } from '../../src-core/units.ts';
import { type EventLoop, POLLIN } from '../event-loop.ts';
import { monotonicClock } from '../system-clock.ts';
import { EEXIST, EINTR, type Libc, libc } from './libc.ts';

const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
/** Told once for each time that it becomes ready, not for as long as it is. */
const EPOLLET = 0x8000_0000;
/** struct epoll_event is packed on x86-64 only. */
const EVENT_BYTES = process.arch === 'x64' ? 12 : 16;
const DATA_AT = process.arch === 'x64' ? 4 : 8;

/** The kernel may be this late in waking us in order to save power; its own choice is 50 µs. */
const TIMER_SLACK_NS = 1000;

interface Watch {
  readonly fd: number;
  /** A duplicate that we made, since a descriptor can be in an epoll set only once. */
  readonly isOurs: boolean;
  readonly onReady: (revents: number) => void;
}

export interface PollLoopOptions {
  /** Somebody wrote to `wakeFd`. */
  readonly onWake?: () => void;
  /** A callback threw: our mistake, and the loop goes on. Without it the error leaves `run()`. */
  readonly onError?: (error: unknown) => void;
}

export class PollLoop implements EventLoop {
  readonly canWatch = true;
  readonly nowNs: () => Ns = monotonicClock();
  /** An eventfd: eight bytes written to it by any thread of this process call `onWake` here. */
  readonly wakeFd: number;

  private readonly libc: Libc = libc();
  private readonly options: PollLoopOptions;
  private readonly epoll: number;
  private readonly timers = new TimerList();
  private readonly watches = new Map<number, Watch>();
  private nextToken = 1;
  private readonly ready = new DataView(new ArrayBuffer(EVENT_BYTES * LIMITS.eventsPerTurn));
  private readonly readyBytes = new Uint8Array(this.ready.buffer);
  private readonly event = new DataView(new ArrayBuffer(EVENT_BYTES));
  private readonly eventBytes = new Uint8Array(this.event.buffer);
  private readonly timeout = new Uint32Array(4);
  private readonly timeoutBytes = new Uint8Array(this.timeout.buffer);
  private isRunning = false;

  constructor(options: PollLoopOptions = {}) {
    this.options = options;
    this.epoll = succeeded(this.libc.epollCreate(), 'epoll_create1');
    this.wakeFd = succeeded(this.libc.eventfd(), 'eventfd');
    const count = new Uint8Array(8);
    this.watch(this.wakeFd, POLLIN, () => {
      this.libc.read(this.wakeFd, count, count.length);
      this.options.onWake?.();
    });
  }

  at(atNs: Ns, run: () => void): () => void {
    return this.timers.add(atNs, run);
  }

  /** As `EventLoop` says. Throws when the kernel cannot poll such a descriptor (a plain file). */
  watch(fd: number, events: number, onReady: (revents: number) => void): () => void {
    const stop = this.tryWatch(fd, events, onReady);
    assert(stop !== undefined, `descriptor ${fd} can be polled`);
    return stop;
  }

  /** For an eventfd of somebody else's: calls `onReady` after each write, or once for several; the count need not be read.
   *  Saves a system call for each kick. `undefined` when the kernel cannot poll such a descriptor. */
  watchCounter(fd: number, onReady: () => void): (() => void) | undefined {
    return this.tryWatch(fd, POLLIN | EPOLLET, onReady);
  }

  /** Turns until `stop()`. */
  run(): void {
    this.libc.setTimerSlack(TIMER_SLACK_NS);
    this.isRunning = true;
    try {
      while (this.isRunning) this.turn(Number.POSITIVE_INFINITY);
    } finally {
      this.isRunning = false;
    }
  }

  /** Once round: waits for a descriptor or a timer, at most `mostNs`, and calls what is ready. */
  turn(mostNs: Ns): void {
    const { epoll, readyBytes } = this;
    const timeout = this.timeoutFor(mostNs);
    const count = this.libc.epollWait(epoll, readyBytes, LIMITS.eventsPerTurn, timeout);
    if (count !== -EINTR) this.dispatch(succeeded(count, 'epoll_wait'));
    this.runTimers();
  }

  /** When the next timer is due; `undefined` when there is none. */
  nextTimerNs(): Ns | undefined {
    return this.timers.nextNs();
  }

  /** While a guest depends on it, the thread of this loop comes before others, where the system lets it: with every
   *  processor busy, an ordinary thread is woken milliseconds late. */
  setUrgent(isUrgent: boolean): void {
    this.libc.setRealTime(isUrgent);
  }

  /** Ends `run()` after the callback that is running. */
  stop(): void {
    this.isRunning = false;
  }

  /** Gives the loop's own descriptors back. Not while it runs. */
  close(): void {
    assert(!this.isRunning, 'a running loop is not closed');
    for (const { fd, isOurs } of this.watches.values()) if (isOurs) this.libc.close(fd);
    this.watches.clear();
    this.libc.close(this.wakeFd);
    this.libc.close(this.epoll);
  }

  private tryWatch(
    fd: number,
    events: number,
    onReady: (revents: number) => void,
  ): (() => void) | undefined {
    const token = this.nextToken++;
    let polled = fd;
    let failed = this.add(fd, events, token);
    if (failed === -EEXIST) {
      polled = succeeded(this.libc.duplicate(fd), 'fcntl');
      failed = this.add(polled, events, token);
      if (failed < 0) this.libc.close(polled);
    }
    if (failed < 0) return undefined;
    this.watches.set(token, { fd: polled, isOurs: polled !== fd, onReady });
    return () => this.unwatch(token);
  }

  private add(fd: number, events: number, token: number): number {
    this.event.setUint32(0, events, true);
    this.event.setFloat64(DATA_AT, token, true);
    return this.libc.epollControl(this.epoll, EPOLL_CTL_ADD, fd, this.eventBytes);
  }

  private unwatch(token: number): void {
    const watch = this.watches.get(token);
    if (watch === undefined) return;
    this.watches.delete(token);
    this.libc.epollControl(this.epoll, EPOLL_CTL_DEL, watch.fd, this.eventBytes);
    if (watch.isOurs) this.libc.close(watch.fd);
  }

  private dispatch(count: number): void {
    for (let at = 0; at < count * EVENT_BYTES; at += EVENT_BYTES) {
      // A callback that came before may have ended this watch.
      const watch = this.watches.get(this.ready.getFloat64(at + DATA_AT, true));
      if (watch !== undefined) this.guarded(watch.onReady, this.ready.getUint32(at, true));
    }
  }

  private runTimers(): void {
    if (this.timers.nextNs() === undefined) return;
    const now = this.nowNs();
    for (let count = 0; count < LIMITS.timersPerTurn; count++) {
      const run = this.timers.takeDue(now);
      if (run === undefined) return;
      this.guarded(run, 0);
    }
  }

  private guarded(run: (revents: number) => void, revents: number): void {
    const { onError } = this.options;
    if (onError === undefined) {
      run(revents);
      return;
    }
    try {
      run(revents);
    } catch (error) {
      onError(error);
    }
  }

  /** A struct timespec until the next timer; null when nothing is due ever. */
  private timeoutFor(mostNs: Ns): Uint8Array | null {
    const next = this.timers.nextNs();
    if (next === undefined && mostNs === Number.POSITIVE_INFINITY) return null;
    const untilNext = next === undefined ? mostNs : next - this.nowNs();
    const waitNs = Math.max(0, Math.min(mostNs, untilNext));
    const seconds = Math.floor(waitNs / NS_PER_S);
    this.timeout[0] = seconds;
    this.timeout[1] = seconds / 2 ** 32;
    this.timeout[2] = waitNs - seconds * NS_PER_S;
    return this.timeoutBytes;
  }
}

/** Wakes the loop whose `wakeFd` this is, from any thread of the same process. */
export function wakeLoop(wakeFd: number): void {
  const one = new Uint8Array(8);
  one[0] = 1;
  writeSync(wakeFd, one);
}

function succeeded(result: number, call: string): number {
  assert(result >= 0, `${call} failed with error ${-result}`);
  return result;
}
