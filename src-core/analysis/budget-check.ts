/** Holds every message of a capture against budgets, exactly. */
import type { Capture } from '../capture/capture.ts';
import { type Budget, budgetNs } from '../spec/budgets.ts';
import { MEASURED, type MeasuredStageId } from '../spec/stages.ts';
import type { Ns } from '../units.ts';
import { eachRow, groupKeyOf, periodNsOf } from './latency-query.ts';

export interface BudgetResult {
  readonly budget: Budget;
  readonly queue: number;
  readonly streamId: number;
  readonly limitNs: Ns;
  /** Messages that the stage was measured for, and those over the limit. */
  count: number;
  over: number;
  worstNs: Ns;
  /** Row of the worst. */
  worstIndex: number;
}

export class BudgetCheck {
  private readonly capture: Capture;
  private readonly budgets: readonly Budget[];
  private readonly known = new Map<string, BudgetResult>();
  private nextRow = 0;

  constructor(capture: Capture, budgets: readonly Budget[]) {
    this.capture = capture;
    this.budgets = budgets;
  }

  /** Looks at `bound` rows more; true when there are more. */
  follow(bound: number): boolean {
    const { messages } = this.capture;
    const to = Math.min(messages.rows, this.nextRow + bound);
    eachRow(this.capture, this.nextRow, to, (row, times) => {
      for (const [place, budget] of this.budgets.entries()) {
        const ns = times[MEASURED.indexOf(budget.stage as MeasuredStageId)] ?? Number.NaN;
        if (ns >= 0) this.hold(place, budget, row, ns);
      }
    });
    this.nextRow = to;
    return to < messages.rows;
  }

  /** In the order of the budgets, and of queues and streams. Budgets in periods leave messages without a period out. */
  results(): readonly BudgetResult[] {
    return [...this.known.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, result]) => result)
      .filter(({ limitNs }) => limitNs > 0);
  }

  private hold(place: number, budget: Budget, row: number, ns: Ns): void {
    const { queue, streamId } = groupKeyOf(this.capture.messages, row);
    const key = [place, queue, streamId + 1].map((one) => String(one).padStart(6, '0')).join();
    let result = this.known.get(key);
    if (result === undefined) {
      const limitNs = budgetNs(budget, periodNsOf(this.capture, { queue, streamId }));
      const none = { count: 0, over: 0, worstNs: -1, worstIndex: -1 };
      result = { budget, queue, streamId, limitNs, ...none };
      if (this.known.size < 1000) this.known.set(key, result);
    }
    result.count++;
    if (ns > result.limitNs) result.over++;
    if (ns <= result.worstNs) return;
    result.worstNs = ns;
    result.worstIndex = row;
  }
}
