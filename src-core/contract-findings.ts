/** What a view may ask about rules and findings beyond the findings themselves: which rules ran, and what is known here. */
import type { BaselineRow, FindingState } from './analysis/baseline.ts';
import type { RuleRun } from './analysis/check-report.ts';
import type { FindingRow } from './contract-data.ts';
import type { SpecVersion } from './spec/rule.ts';
import type { RuleId } from './spec/rules.ts';

/** Of one rule: what this project thinks of its findings. */
export interface FindingMark {
  readonly rule: RuleId;
  readonly state: FindingState;
  /** Needed for `muted` and `acknowledged`. */
  readonly reason?: string;
}

export interface RulesReport {
  readonly spec: SpecVersion;
  readonly rules: readonly RuleRun[];
  readonly messages: number;
  /** Part of the capture that was looked at, 0 to 1; below 1 the checker is still behind. */
  readonly progress: number;
}

/** Findings of all rules, in the order of time. */
export interface FindingList {
  /** That are kept, of the stream that was asked for. */
  readonly total: number;
  readonly rows: readonly FindingRow[];
  /** Streams with how many findings of each are kept; -1: of none. */
  readonly streams: readonly { readonly streamId: number; readonly count: number }[];
}

export interface FindingsRequests {
  /** Of one stream, or of all. */
  findingList: {
    params: { readonly first: number; readonly count: number; readonly streamId?: number };
    result: FindingList | null;
  };
  /** `null` before there was a session. */
  rules: { params: Record<string, never>; result: RulesReport | null };
  /** Mutes or acknowledges a rule's findings, or takes that back (`new`). */
  markFindings: { params: FindingMark; result: Record<string, never> };
  /** The stream ran before its first command that is in the capture: what rests on that is graded assumed. Until the capture
   *  is opened again: what was concluded cannot be taken back. */
  assumeRunning: { params: { readonly streamId: number }; result: Record<string, never> };
  knownFindings: { params: Record<string, never>; result: readonly BaselineRow[] };
  /** The same as the file that `ringside check --baseline` reads. */
  knownFindingsText: { params: Record<string, never>; result: { text: string } };
  /** Takes over what such a file says, in place of what is known here. */
  setKnownFindings: { params: { text: string }; result: { count: number } };
}
