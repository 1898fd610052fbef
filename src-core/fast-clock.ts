/** A clock that goes as fast as the machine can: a demo of ten hours is recorded in minutes, and is the same to the byte each
 *  time. Its timers run in short turns on a real clock, so that views and signals are served in between. */
import { type Clock, TimerList } from './clock.ts';
import { NS_PER_MS, type Ns } from './units.ts';

/** Of real time, what one turn takes. */
const TURN_NS = 10 * NS_PER_MS;
/** Timers between two looks at the real clock. */
const TIMERS_A_LOOK = 32;

export class FastClock implements Clock {
  private readonly real: Clock;
  private readonly timers = new TimerList();
  private now: Ns = 0;
  private isTurnDue = false;

  constructor(real: Clock) {
    this.real = real;
  }

  nowNs(): Ns {
    return this.now;
  }

  at(atNs: Ns, run: () => void): () => void {
    this.awaitTurn();
    return this.timers.add(atNs, run);
  }

  /** Rests while nothing is due. */
  private awaitTurn(): void {
    if (this.isTurnDue) return;
    this.isTurnDue = true;
    this.real.at(this.real.nowNs(), () => this.turn());
  }

  private turn(): void {
    this.isTurnDue = false;
    const endNs = this.real.nowNs() + TURN_NS;
    while (this.real.nowNs() < endNs) {
      for (let count = 0; count < TIMERS_A_LOOK; count++) {
        const nextNs = this.timers.nextNs();
        if (nextNs === undefined) return;
        this.now = Math.max(this.now, nextNs);
        this.timers.takeDue(this.now)?.();
      }
    }
    this.awaitTurn();
  }
}
