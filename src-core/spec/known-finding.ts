/** Which row of a list of known findings names a finding: the command line, the host and the findings panel agree on it. */
import type { RuleId } from './rules.ts';

export interface KnownFinding {
  readonly rule: RuleId;
  /** Only findings of this stream. */
  readonly stream?: number | undefined;
  /** Only findings whose detail has this in it. */
  readonly detail?: string | undefined;
}

/** The row that names a finding; the first one counts. */
export function knownAs<R extends KnownFinding>(
  rows: readonly R[],
  finding: { readonly rule: RuleId; readonly streamId: number; readonly detail: string },
): R | undefined {
  return rows.find(
    ({ rule, stream, detail }) =>
      rule === finding.rule &&
      (stream === undefined || stream === finding.streamId) &&
      (detail === undefined || finding.detail.includes(detail)),
  );
}
