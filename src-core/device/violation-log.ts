/** What the guest did wrong, recorded one by one up to a bound and counted beyond it. */
import type { Record as RecordEntry } from '../capture/entry.ts';
import { LIMITS } from '../limits.ts';
import type { RuleId, Violation } from '../spec/rules.ts';
import type { Seq } from '../units.ts';

/** One log serves the device for its whole life: a reset does not start the counts anew. */
export class ViolationLog {
  private readonly record: RecordEntry;
  private readonly byRule = new Map<RuleId, number>();

  constructor(record: RecordEntry) {
    this.record = record;
  }

  /** `popped` names the message that broke the rule, if one did. */
  report(violation: Violation, popped?: Seq): void {
    const count = (this.byRule.get(violation.rule) ?? 0) + 1;
    this.byRule.set(violation.rule, count);
    if (count > LIMITS.violationsPerRule) return;
    this.record(
      popped === undefined
        ? { kind: 'violation', violation }
        : { kind: 'violation', popped, violation },
    );
  }

  /** How often each rule was broken, recorded or not. */
  counts(): ReadonlyMap<RuleId, number> {
    return this.byRule;
  }
}
