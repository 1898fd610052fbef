/** Time comes from here. The core reads no clock of its own, so that a test runs an hour of audio in a moment. */
import type { Ns } from './units.ts';

export interface Clock {
  /** Nanoseconds since this clock began; never goes back. */
  nowNs(): Ns;
  /** Calls `run` once at or soon after `atNs`. Returns what cancels it; cancelling twice does no harm. */
  at(atNs: Ns, run: () => void): () => void;
}

interface Timer {
  atNs: Ns;
  order: number;
  run: () => void;
}

/** A list of timers in the order in which they are due. The base of every `Clock`. */
export class TimerList {
  private readonly timers: Timer[] = [];
  private nextOrder = 0;

  add(atNs: Ns, run: () => void): () => void {
    const timer = { atNs, order: this.nextOrder++, run };
    let place = this.timers.length;
    while (place > 0 && isAfter(this.timers[place - 1], timer)) place--;
    this.timers.splice(place, 0, timer);
    return () => {
      const found = this.timers.indexOf(timer);
      if (found >= 0) this.timers.splice(found, 1);
    };
  }

  /** When the first timer is due; `undefined` when there is none. */
  nextNs(): Ns | undefined {
    return this.timers[0]?.atNs;
  }

  /** Takes out the first timer that is due at `nowNs`. */
  takeDue(nowNs: Ns): (() => void) | undefined {
    const first = this.timers[0];
    if (first === undefined || first.atNs > nowNs) return undefined;
    this.timers.shift();
    return first.run;
  }
}

function isAfter(left: Timer | undefined, right: Timer): boolean {
  if (left === undefined) return false;
  return left.atNs > right.atNs || (left.atNs === right.atNs && left.order > right.order);
}

/** A clock that stands still until it is told to move. For tests, and for demos faster than life. */
export class ManualClock implements Clock {
  private readonly timers = new TimerList();
  private now: Ns = 0;

  nowNs(): Ns {
    return this.now;
  }

  at(atNs: Ns, run: () => void): () => void {
    return this.timers.add(atNs, run);
  }

  /** Moves on by `ns`, running each timer at its own moment, those that they add included. */
  advance(ns: Ns): void {
    const end = this.now + ns;
    for (
      let next = this.timers.nextNs();
      next !== undefined && next <= end;
      next = this.timers.nextNs()
    ) {
      this.now = Math.max(this.now, next);
      this.timers.takeDue(this.now)?.();
    }
    this.now = end;
  }
}
