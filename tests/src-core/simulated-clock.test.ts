import { expect, test } from 'vitest';
import { ManualClock } from '../../src-core/clock.ts';
import { SimulatedClock } from '../../src-core/simulated-clock.ts';
import { NS_PER_MS, NS_PER_S, type Ns } from '../../src-core/units.ts';

/** A real clock whose machine is busy: what is due runs when it is let. */
class BusyClock {
  nowNs_: Ns = 0;
  private readonly due: { atNs: Ns; run: () => void }[] = [];
  nowNs = () => this.nowNs_;
  at = (atNs: Ns, run: () => void) => {
    const timer = { atNs, run };
    this.due.push(timer);
    return () => void this.due.splice(this.due.indexOf(timer), 1);
  };
  wakeAfter(ns: Ns): void {
    this.nowNs_ += ns;
    const due = this.due.filter(({ atNs }) => atNs <= this.nowNs_);
    for (const timer of due) {
      this.due.splice(this.due.indexOf(timer), 1);
      timer.run();
    }
  }
}

/** Ticks each 10 ms, and the moments at which it did, in ms. */
function ticks(clock: SimulatedClock): number[] {
  const ran: number[] = [];
  const again = () => {
    const ms = Math.round(clock.nowNs() / NS_PER_MS);
    ran.push(ms);
    clock.at((ms + 10) * NS_PER_MS, again);
  };
  clock.at(10 * NS_PER_MS, again);
  return ran;
}

test('timers run at their own moments while real time goes by', () => {
  const real = new ManualClock();
  const clock = new SimulatedClock(real);
  const ran = ticks(clock);
  real.advance(35 * NS_PER_MS);
  expect(ran).toEqual([10, 20, 30]);
  expect(clock.nowNs()).toBe(35 * NS_PER_MS);
});

test('a machine that was busy runs what it missed at the moments at which it was due', () => {
  const real = new BusyClock();
  const clock = new SimulatedClock(real);
  const ran = ticks(clock);
  real.wakeAfter(95 * NS_PER_MS);
  expect(ran).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
  real.wakeAfter(3 * NS_PER_MS);
  expect(clock.nowNs()).toBe(98 * NS_PER_MS);
});

test('after a sleep it goes on from where it stood', () => {
  const real = new BusyClock();
  const clock = new SimulatedClock(real);
  const ran = ticks(clock);
  real.wakeAfter(10 * NS_PER_MS);
  real.wakeAfter(3600 * NS_PER_S);
  expect(ran).toEqual([10, 20]);
  real.wakeAfter(15 * NS_PER_MS);
  expect(ran).toEqual([10, 20, 30]);
});

test('nobody sees a moment before the timer that is due then', () => {
  const real = new BusyClock();
  const clock = new SimulatedClock(real);
  ticks(clock);
  real.nowNs_ += 50 * NS_PER_MS; // and nothing has run yet
  expect(clock.nowNs()).toBe(10 * NS_PER_MS);
});
