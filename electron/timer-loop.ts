/** The event loop where there is nothing to poll: Node's timers. For the demo guest and captures on every system. */
import { TimerList } from '../src-core/clock.ts';
import { LIMITS } from '../src-core/limits.ts';
import { assert, NS_PER_MS, type Ns } from '../src-core/units.ts';
import type { EventLoop } from './event-loop.ts';
import { monotonicClock } from './system-clock.ts';

/** The longest that one of Node's timers waits. */
const MOST_MS = 2 ** 31 - 1;

export class TimerLoop implements EventLoop {
  readonly canWatch = false;
  readonly nowNs: () => Ns = monotonicClock();
  private readonly timers = new TimerList();
  private armed: { atNs: Ns; handle: NodeJS.Timeout } | undefined;

  at(atNs: Ns, run: () => void): () => void {
    const cancel = this.timers.add(atNs, run);
    this.arm();
    return () => {
      cancel();
      this.arm();
    };
  }

  watch(): () => void {
    assert(false, 'this loop cannot watch descriptors; ask canWatch first');
  }

  /** Keeps one of Node's timers, for whatever is due next. Node waits whole milliseconds, rounded down: waking a little
   *  early only arms again. */
  private arm(): void {
    const atNs = this.timers.nextNs();
    if (this.armed?.atNs === atNs) return;
    clearTimeout(this.armed?.handle);
    this.armed = undefined;
    if (atNs === undefined) return;
    const waitMs = Math.min(Math.max(0, (atNs - this.nowNs()) / NS_PER_MS), MOST_MS);
    this.armed = { atNs, handle: setTimeout(() => this.runDue(), waitMs) };
  }

  /** Runs what is due now, but not for ever when each adds the next: Node's loop must get its turn. */
  private runDue(): void {
    this.armed = undefined;
    const now = this.nowNs();
    try {
      for (let count = 0; count < LIMITS.timersPerTurn; count++) {
        const run = this.timers.takeDue(now);
        if (run === undefined) break;
        run();
      }
    } finally {
      this.arm();
    }
  }
}
