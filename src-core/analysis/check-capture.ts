/** A whole capture checked: its findings, each new or known, and which rules ran. */
import type { Capture } from '../capture/capture.ts';
import type { Finding } from '../capture/story.ts';
import { knownAs } from '../spec/known-finding.ts';
import type { Rule, SpecVersion } from '../spec/rule.ts';
import { type RuleId, ruleOf, type Severity } from '../spec/rules.ts';
import type { BaselineRow, FindingState } from './baseline.ts';
import { type RuleRun, ruleRuns } from './check-report.ts';
import type { Conclusion } from './check-verdicts.ts';
import { Checker, type CheckOptions } from './checker.ts';

export interface CheckedFinding extends Finding {
  readonly state: FindingState;
  /** Of the baseline. */
  readonly reason?: string;
}

export interface CheckedRule {
  readonly rule: Rule & { readonly id: RuleId };
  /** All of them; `findings` stops at a bound. */
  readonly count: number;
  /** Of all: those that no baseline names. Beyond the bound all count as new if one is. */
  readonly newCount: number;
  readonly findings: readonly CheckedFinding[];
}

export interface CheckedCapture {
  readonly spec: SpecVersion;
  readonly messages: number;
  readonly rules: readonly RuleRun[];
  /** Worst first, then by id. */
  readonly broken: readonly CheckedRule[];
  /** New ones. */
  readonly counts: Readonly<Record<Severity, number>>;
  /** Named by the baseline. */
  readonly known: number;
}

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** A checker whose findings go into the capture's own tables. */
export function checkerOf(capture: Capture, options: CheckOptions = {}): Checker {
  return new Checker(capture, (conclusion) => take(capture, conclusion), options);
}

function take(capture: Capture, conclusion: Conclusion): void {
  const {
    rule,
    atNs,
    detail,
    rows = [],
    queue = -1,
    streamId = -1,
    grade = 'derived',
  } = conclusion;
  capture.conclude({ rule, atNs, detail, queue, streamId, grade, evidence: rows });
}

/** What a checker came to, with what the recorder had found itself. */
export function checkedCapture(
  checker: Checker,
  capture: Capture,
  baseline: readonly BaselineRow[] = [],
): CheckedCapture {
  const counts = { error: 0, warning: 0, note: 0 };
  let known = 0;
  const broken = [...capture.story.tallies.values()].map((tally) => {
    const findings = tally.findings.map((finding) => stated(finding, baseline));
    const beyond = tally.count - findings.length;
    const fresh = findings.filter(({ state }) => state === 'new').length;
    const newCount = fresh + (fresh > 0 ? beyond : 0);
    const rule = { ...ruleOf(tally.rule), id: tally.rule };
    counts[rule.severity] += newCount;
    known += tally.count - newCount;
    return { rule, count: tally.count, newCount, findings: findings.sort(byTime) };
  });
  return {
    spec: checker.world.spec,
    messages: capture.messages.rows,
    rules: ruleRuns(checker, capture),
    broken: broken.sort(
      (a, b) => ORDER[a.rule.severity] - ORDER[b.rule.severity] || (a.rule.id < b.rule.id ? -1 : 1),
    ),
    counts,
    known,
  };
}

/** How many rules ran, could not, had nothing to look at, and cannot be observed. */
export function runCounts(rules: readonly RuleRun[]): Readonly<Record<RuleRun['state'], number>> {
  const counts = { ran: 0, 'could-not': 0, 'not-applicable': 0, unseen: 0 };
  for (const { state } of rules) counts[state]++;
  return counts;
}

function stated(finding: Finding, baseline: readonly BaselineRow[]): CheckedFinding {
  const row = knownAs(baseline, finding);
  return row === undefined
    ? { ...finding, state: 'new' }
    : { ...finding, state: row.state, reason: row.reason };
}

function byTime(a: Finding, b: Finding): number {
  return a.atNs - b.atNs || a.row - b.row;
}
