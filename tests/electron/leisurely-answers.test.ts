// Views are answered between what is due for a guest.
import { describe, expect, test } from 'vitest';
import { LeisurelyAnswers } from '../../electron/leisurely-answers.ts';
import { TimerList } from '../../src-core/clock.ts';
import { NS_PER_MS, type Ns } from '../../src-core/units.ts';

/** A loop whose time passes only when something takes time. */
class SlowLoop {
  readonly timers = new TimerList();
  now: Ns = 0;
  readonly log: string[] = [];

  nowNs(): Ns {
    return this.now;
  }

  at(atNs: Ns, run: () => void): () => void {
    return this.timers.add(atNs, run);
  }

  nextTimerNs(): Ns | undefined {
    return this.timers.nextNs();
  }

  /** Something of the guest's, in `ms`. */
  due(ms: number): void {
    this.at(ms * NS_PER_MS, () => this.log.push(`due ${ms} at ${this.now / NS_PER_MS}`));
  }

  /** `count` questions that take a millisecond each. */
  answers(count: number): LeisurelyAnswers {
    let left = count;
    return new LeisurelyAnswers(this, () => {
      if (left === 0) return false;
      left--;
      this.now += NS_PER_MS;
      this.log.push(`answered at ${this.now / NS_PER_MS}`);
      return true;
    });
  }

  run(): void {
    for (let next = this.nextTimerNs(); next !== undefined; next = this.nextTimerNs()) {
      this.now = Math.max(this.now, next);
      this.timers.takeDue(this.now)?.();
    }
  }
}

describe('answers to views', () => {
  test('come at once when nothing is due', () => {
    const loop = new SlowLoop();
    loop.answers(2).plan();
    loop.run();
    expect(loop.log).toEqual(['answered at 1', 'answered at 2']);
  });

  test('wait for what is due before they would be ready', () => {
    const loop = new SlowLoop();
    loop.due(3.5);
    loop.answers(4).plan();
    loop.run();
    expect(loop.log).toEqual([
      'answered at 1',
      'answered at 2',
      'due 3.5 at 3.5',
      'answered at 4.5',
      'answered at 5.5',
    ]);
  });

  test('come in the end, though something is always due', () => {
    const loop = new SlowLoop();
    for (let ms = 0; ms < 20; ms++) loop.due(ms);
    loop.answers(1).plan();
    loop.run();
    expect(loop.log.indexOf('answered at 7')).toBe(7);
  });

  test('are planned once, however often it is said that there may be some', () => {
    const loop = new SlowLoop();
    const answers = loop.answers(1);
    for (let times = 0; times < 3; times++) answers.plan();
    loop.run();
    expect(loop.log).toEqual(['answered at 1']);
  });
});
