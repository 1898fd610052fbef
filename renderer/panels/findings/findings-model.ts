/** What the findings panel lists: rules that were broken, in groups, with their findings under those that are open. */
import type { RuleState } from '../../../src-core/analysis/check-report.ts';
import type { FindingGroup } from '../../../src-core/contract-data.ts';
import type { RulesReport } from '../../../src-core/contract-findings.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import type { Rule } from '../../../src-core/spec/rule.ts';
import { RULE_IDS, ruleOf, type Severity } from '../../../src-core/spec/rules.ts';
import type { StateName } from '../../palette.ts';
import { formatCount, formatPlural } from '../../ui/format.ts';

export const SEVERITIES = ['error', 'warning', 'note'] as const satisfies readonly Severity[];

export const SEVERITY_LOOKS: Readonly<
  Record<Severity, { glyph: string; state: StateName; rank: number; plural: string }>
> = {
  error: { glyph: '✕', state: 'error', rank: 0, plural: 'errors' },
  warning: { glyph: '▲', state: 'held', rank: 1, plural: 'warnings' },
  note: { glyph: '·', state: 'done', rank: 2, plural: 'notes' },
};

/** What the findings are put together by. */
export const GROUPINGS = ['rule', 'stream', 'time'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export function groupingOf(text: string): Grouping {
  return GROUPINGS.find((name) => name === text) ?? 'rule';
}

/** `Stream 0`; findings of the rings and of the set-up belong to none. */
export function streamTitle(streamId: number): string {
  return streamId < 0 ? 'Of no stream' : `Stream ${streamId}`;
}

/** Rows of an open group that are fetched at once. */
export const PAGE_ROWS = 50;

/** Every rule that is checked, in the order of the rule table. */
export const CHECKED_RULES: readonly Rule[] = RULE_IDS.map(ruleOf).filter(
  ({ unseen }) => unseen === undefined,
);

/** Severities that are not shown. */
export type Hidden = ReadonlySet<Severity>;

/** Worst first, then the earliest. */
export function orderGroups(
  groups: readonly FindingGroup[],
  hidden: Hidden,
): readonly FindingGroup[] {
  return groups
    .filter(({ severity }) => !hidden.has(severity))
    .sort(
      (one, other) =>
        SEVERITY_LOOKS[one.severity].rank - SEVERITY_LOOKS[other.severity].rank ||
        one.firstNs - other.firstNs,
    );
}

export function countBySeverity(groups: readonly FindingGroup[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const { severity, count } of groups) counts[severity] += count;
  return counts;
}

/** What is behind the last fetched row: more rows, or findings that were only counted; empty when nothing is. */
export function moreText(count: number, shown: number): string {
  const kept = Math.min(count, LIMITS.violationsPerRule);
  if (shown < kept) {
    return `Show ${formatCount(Math.min(PAGE_ROWS, kept - shown))} more of ${formatCount(kept - shown)}`;
  }
  if (count <= kept) return '';
  return `${formatPlural(count - kept, 'more finding')} of this rule were counted, not kept`;
}

/** Rows to ask for once the user wants more than `shown`. */
export function nextPage(shown: number): number {
  return Math.min(LIMITS.violationsPerRule, shown + PAGE_ROWS);
}

/** Never just "none": how much was looked at, and by how many rules. */
export function emptyTitle(messages: number, report: RulesReport | undefined): string {
  return `No findings in ${formatPlural(messages, 'message')}. ${rulesText(report)}`;
}

/** `96 rules ran, 6 could not.` */
export function rulesText(report: RulesReport | undefined): string {
  if (report === undefined) return `${formatPlural(CHECKED_RULES.length, 'rule')} are checked.`;
  const ran = report.rules.filter(({ state }) => state === 'ran').length;
  const could = report.rules.filter(({ state }) => state === 'could-not').length;
  const behind = report.progress < 0.98 ? ` ${Math.floor(100 * report.progress)} % checked.` : '';
  return `${formatPlural(ran, 'rule')} ran, ${formatCount(could)} could not.${behind}`;
}

export const RUN_LOOKS: Readonly<Record<RuleState, string>> = {
  ran: 'ran',
  'could-not': 'could not run',
  'not-applicable': 'nothing to look at',
  unseen: 'cannot be observed',
};

/** Every rule with how it fared; those that could not run first, since they are what "no findings" does not cover. */
export function runRows(report: RulesReport | undefined): readonly RunRow[] {
  const rank: readonly RuleState[] = ['could-not', 'ran', 'not-applicable', 'unseen'];
  return (report?.rules ?? [])
    .map(({ rule, state, looked, why = '' }) => ({ ...ruleOf(rule), state, looked, why }))
    .sort((one, other) => rank.indexOf(one.state) - rank.indexOf(other.state));
}

export interface RunRow extends Rule {
  readonly state: RuleState;
  readonly looked: number;
  readonly why: string;
}

/** Where the standard says it; `#sec` anchors differ between versions, so the link is to the document. */
export const STANDARD_URL = 'https://docs.oasis-open.org/virtio/virtio/v1.3/virtio-v1.3.html';

/** Why nothing is listed though something was found. */
export function hiddenText(groups: readonly FindingGroup[], hidden: Hidden): string {
  const counts = countBySeverity(groups);
  const parts = SEVERITIES.filter((severity) => hidden.has(severity) && counts[severity] > 0).map(
    (severity) => formatPlural(counts[severity], severity, SEVERITY_LOOKS[severity].plural),
  );
  return `${parts.join(' and ')} hidden by the filter.`;
}
