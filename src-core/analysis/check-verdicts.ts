/** Where the modules of the checker say what they looked at and what they found. */

import type { RuleId } from '../spec/rules.ts';
import { NS_PER_S, type Ns, type Seq } from '../units.ts';
import { TIMED } from './check-watch.ts';
import type { Where } from './check-where.ts';

export interface Conclusion extends Where {
  readonly rule: RuleId;
  readonly detail: string;
}

/** A violation without a message is the same as a conclusion of that rule on the same queue and stream so near to it. */
const SAME_NS = 2 * NS_PER_S;
const RECORDED_KEPT = 65_536;

export class Verdicts {
  /** How often each rule was looked at. */
  readonly looked = new Map<RuleId, number>();
  private readonly onFound: (conclusion: Conclusion) => void;
  private recorded = new Set<string>();
  private recordedBefore = new Set<string>();
  private readonly recordedNs = new Map<string, Ns>();

  /** Rules that this source cannot decide. */
  blind: ReadonlyMap<RuleId, string> = new Map();

  constructor(onFound: (conclusion: Conclusion) => void) {
    this.onFound = onFound;
  }

  /** Looks at one case of a rule. `detail` is made only when the rule was broken. */
  check(rule: RuleId, isKept: boolean, where: Where, detail: () => string): void {
    if (this.blind.has(rule)) return;
    this.looked.set(rule, (this.looked.get(rule) ?? 0) + 1);
    if (isKept || this.isRecorded(rule, where)) return;
    const isLooked = this.blind.size > 0 && TIMED.has(rule);
    this.onFound({ ...where, ...(isLooked ? { grade: 'assumed' } : {}), rule, detail: detail() });
  }

  /** What the recorder of the capture found itself is not found again. */
  recordedViolation(rule: RuleId, atNs: Ns, popped: Seq | undefined, place: Where): void {
    this.looked.set(rule, (this.looked.get(rule) ?? 0) + 1);
    if (popped === undefined) {
      this.recordedNs.set(placeKey(rule, place), atNs);
      return;
    }
    if (this.recorded.size >= RECORDED_KEPT) {
      this.recordedBefore = this.recorded;
      this.recorded = new Set();
    }
    this.recorded.add(`${rule} ${popped}`);
  }

  private isRecorded(rule: RuleId, where: Where): boolean {
    const { seq, atNs } = where;
    if (seq !== undefined) {
      const key = `${rule} ${seq}`;
      if (this.recorded.has(key) || this.recordedBefore.has(key)) return true;
    }
    const nearNs = this.recordedNs.get(placeKey(rule, where));
    return nearNs !== undefined && Math.abs(atNs - nearNs) < SAME_NS;
  }
}

function placeKey(rule: RuleId, { queue = -1, streamId = -1 }: Where): string {
  return streamId >= 0 ? `${rule} s${streamId}` : `${rule} q${queue}`;
}
