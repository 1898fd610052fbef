/** When views are answered: between the things that are due for a guest, so that no question of a window makes a period late.
 *  One answer at a time, and each time round the loop kicks have their turn before the next. */
import type { Clock } from '../src-core/clock.ts';
import { NS_PER_MS, type Ns } from '../src-core/units.ts';

/** The clock of the loop that answers. */
export interface AnsweringLoop extends Clock {
  nextTimerNs(): Ns | undefined;
}

/** What most answers take at most: when a timer is due sooner, it goes first. */
const ANSWER_NS = 2 * NS_PER_MS;
/** A view waits no longer than this, however many timers there are. */
const LONGEST_WAIT_NS = 5 * NS_PER_MS;

export class LeisurelyAnswers {
  private readonly loop: AnsweringLoop;
  private readonly answerOne: () => boolean;
  private waitsSinceNs: Ns | undefined;
  private isPlanned = false;

  /** `answerOne` says whether there was something to answer; then it is called again. */
  constructor(loop: AnsweringLoop, answerOne: () => boolean) {
    this.loop = loop;
    this.answerOne = answerOne;
  }

  /** There may be something to answer. */
  plan(): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    const nowNs = this.loop.nowNs();
    this.waitsSinceNs ??= nowNs;
    // A timer that is due at the same time was there before, and so comes first.
    this.loop.at(this.busyAtNs(nowNs) ?? nowNs, () => this.answer());
  }

  private answer(): void {
    this.isPlanned = false;
    const nowNs = this.loop.nowNs();
    const waitedNs = nowNs - (this.waitsSinceNs ?? nowNs);
    if (this.busyAtNs(nowNs) === undefined || waitedNs > LONGEST_WAIT_NS) {
      this.waitsSinceNs = undefined;
      if (!this.answerOne()) return;
    }
    this.plan();
  }

  /** When the next timer is due, if an answer would not be ready before. */
  private busyAtNs(nowNs: Ns): Ns | undefined {
    const dueNs = this.loop.nextTimerNs();
    return dueNs !== undefined && dueNs < nowNs + ANSWER_NS ? dueNs : undefined;
  }
}
