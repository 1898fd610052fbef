/** Findings grouped by rule, and the single ones of a rule. */
import type { Capture } from '../capture/capture.ts';
import type { FindingGroup, FindingRow } from '../contract-data.ts';
import type { FindingList } from '../contract-findings.ts';
import { LIMITS } from '../limits.ts';
import { type RuleId, ruleOf } from '../spec/rules.ts';
import { findingRow } from './finding-row.ts';

const ORDER = { error: 0, warning: 1, note: 2 };

/** Errors first, then by the time of the first one. */
export function findingGroups(capture: Capture): FindingGroup[] {
  const groups = [...capture.story.tallies.values()].map((tally) => {
    const { id: rule, ...asked } = ruleOf(tally.rule);
    const { count, firstNs, lastNs, firstDetail } = tally;
    return { rule: rule as RuleId, ...asked, count, firstNs, lastNs, firstDetail };
  });
  return groups.sort((a, b) => ORDER[a.severity] - ORDER[b.severity] || a.firstNs - b.firstNs);
}

/** Of all rules, or of one stream, in the order of time. */
export function findingList(
  capture: Capture,
  query: { readonly first: number; readonly count: number; readonly streamId?: number },
): FindingList {
  const all = [...capture.story.tallies.values()].flatMap(({ findings }) => findings);
  const counts = new Map<number, number>();
  for (const { streamId } of all) counts.set(streamId, (counts.get(streamId) ?? 0) + 1);
  const { streamId } = query;
  const wanted = streamId === undefined ? all : all.filter((one) => one.streamId === streamId);
  wanted.sort((one, other) => one.atNs - other.atNs);
  const first = Math.max(0, Math.floor(query.first) || 0);
  const count = Math.min(LIMITS.rowsPerRequest, Math.max(0, Math.floor(query.count) || 0));
  return {
    total: wanted.length,
    rows: wanted.slice(first, first + count).map((finding) => findingRow(capture, finding)),
    streams: [...counts]
      .sort(([one], [other]) => one - other)
      .map(([id, kept]) => ({ streamId: id, count: kept })),
  };
}

export function findingRows(
  capture: Capture,
  query: { rule: RuleId; first: number; count: number },
): FindingRow[] {
  const tally = capture.story.tallies.get(query.rule);
  const first = Math.max(0, Math.floor(query.first) || 0);
  const count = Math.min(LIMITS.rowsPerRequest, Math.max(0, Math.floor(query.count) || 0));
  const found = tally?.findings.slice(first, first + count) ?? [];
  return found.map((finding) => findingRow(capture, finding));
}
