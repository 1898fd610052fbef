/** The clock of a demo that nobody hears: it goes on with real time, and each timer runs at its own moment of it, however late the
 *  machine came to it. So a demo plays as it should where other work keeps the processors busy, and the same each time. */
import { type Clock, TimerList } from './clock.ts';
import { NS_PER_MS, NS_PER_S, type Ns } from './units.ts';

/** Of real time, what is made up for before other work gets a turn. */
const TURN_NS = 10 * NS_PER_MS;
/** Behind by more than that (the machine slept) it goes on from where it stood. */
const LONGEST_BEHIND_NS = NS_PER_S;

export class SimulatedClock implements Clock {
  private readonly real: Clock;
  private readonly timers = new TimerList();
  private now: Ns;
  private slippedNs: Ns = 0;
  private isInTurn = false;
  private cancelWake: (() => void) | undefined;
  private wakeNs = Number.POSITIVE_INFINITY;

  /** Begins where `real` stands. */
  constructor(real: Clock) {
    this.real = real;
    this.now = real.nowNs();
  }

  /** Never beyond a timer that has not run yet. */
  nowNs(): Ns {
    if (this.isInTurn) return this.now;
    const nextNs = this.timers.nextNs() ?? Number.POSITIVE_INFINITY;
    this.now = Math.max(this.now, Math.min(this.real.nowNs() - this.slippedNs, nextNs));
    return this.now;
  }

  at(atNs: Ns, run: () => void): () => void {
    const cancel = this.timers.add(atNs, run);
    if (!this.isInTurn) this.awaitNext();
    return cancel;
  }

  private awaitNext(): void {
    const nextNs = this.timers.nextNs();
    if (nextNs === undefined || nextNs + this.slippedNs >= this.wakeNs) return;
    this.cancelWake?.();
    this.wakeNs = nextNs + this.slippedNs;
    this.cancelWake = this.real.at(this.wakeNs, () => this.turn());
  }

  private turn(): void {
    this.wakeNs = Number.POSITIVE_INFINITY;
    const { real } = this;
    const behindNs = real.nowNs() - this.slippedNs - (this.timers.nextNs() ?? this.now);
    if (behindNs > LONGEST_BEHIND_NS) this.slippedNs += behindNs;
    const endNs = real.nowNs() + TURN_NS;
    this.isInTurn = true;
    try {
      do {
        const nextNs = this.timers.nextNs();
        if (nextNs === undefined || nextNs > real.nowNs() - this.slippedNs) break;
        this.now = Math.max(this.now, nextNs);
        this.timers.takeDue(this.now)?.();
      } while (real.nowNs() < endNs);
    } finally {
      this.isInTurn = false;
    }
    this.awaitNext();
  }
}
