/** What is wrong with a ring itself, and whether it can go on: kept until somebody takes it. */
import type { RuleId, Violation } from '../spec/rules.ts';
import type { QueueIndex } from '../units.ts';

const NONE: readonly Violation[] = [];

export class RingFaults {
  /** Nothing more is popped from a broken ring until the driver sets it up anew. */
  isBroken = false;
  private readonly queue: QueueIndex;
  private pending: Violation[] = [];
  private readonly known = new Set<RuleId>();

  constructor(queue: QueueIndex) {
    this.queue = queue;
  }

  /** Each rule once in the life of a ring. */
  note(rule: RuleId, detail: string): void {
    if (this.known.has(rule)) return;
    this.known.add(rule);
    this.pending.push({ rule, detail, queue: this.queue });
  }

  /** The ring cannot be trusted any more. */
  break(rule: RuleId, detail: string): void {
    this.note(rule, detail);
    this.isBroken = true;
  }

  take(): readonly Violation[] {
    if (this.pending.length === 0) return NONE;
    const taken = this.pending;
    this.pending = [];
    return taken;
  }
}
