/** What a finding is about. */
import type { FindingGrade } from '../spec/rules.ts';
import type { Ns, QueueIndex, Seq } from '../units.ts';

export interface Where {
  readonly atNs: Ns;
  /** Rows of messages as evidence, the culprit first. */
  readonly rows?: readonly number[];
  /** Of the culprit. */
  readonly seq?: Seq;
  readonly queue?: QueueIndex;
  readonly streamId?: number;
  /** Derived, if not said. */
  readonly grade?: Exclude<FindingGrade, 'observed'>;
}
