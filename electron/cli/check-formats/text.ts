/** `--format text`: for people at a terminal. */
import { runCounts } from '../../../src-core/analysis/check-capture.ts';
import type { RuleRun } from '../../../src-core/analysis/check-report.ts';
import { RULE_IDS, ruleOf } from '../../../src-core/spec/rules.ts';
import { counted, type Outcome, placeOf } from './outcome.ts';

/** Findings of one rule that are listed; all of them are in the other formats. */
const LISTED = 10;

export function textOf(outcome: Outcome): string {
  const { checked, file } = outcome;
  const lines = [`${file}: ${headline(outcome)}`, rulesLine(checked.rules)];
  if (outcome.damage !== undefined) lines.push(`The capture is not whole: ${outcome.damage}`);
  else if (outcome.lost > 0)
    lines.push(`The capture is not whole: ${outcome.lost} entries are missing.`);
  for (const { rule, count, newCount, findings } of checked.broken) {
    const known = count - newCount;
    lines.push(
      '',
      `${rule.severity} ${rule.id} × ${count}${known > 0 ? ` (${known} known)` : ''} · ${rule.by} · § ${rule.section}`,
    );
    lines.push(`  ${rule.asks}`);
    for (const finding of findings.slice(0, LISTED)) {
      const grade = finding.grade === 'observed' ? '' : ` (${finding.grade})`;
      const state = finding.state === 'new' ? '' : ` [${finding.state}: ${finding.reason ?? ''}]`;
      lines.push(`    ${placeOf(finding)}: ${finding.detail}${grade}${state}`);
    }
    if (count > LISTED) lines.push(`    … and ${count - LISTED} more`);
    lines.push(`  To the ear: ${rule.ear}`, `  Remedy: ${rule.remedy}`);
  }
  const idle = checked.rules.filter(({ state }) => state === 'could-not');
  if (idle.length > 0) lines.push('', 'Could not run:');
  for (const { rule, why } of idle) lines.push(`  ${rule}  ${why}`);
  return `${lines.join('\n')}\n`;
}

export function headline({ checked }: Outcome): string {
  const { counts, known, messages } = checked;
  const told = `${counted(counts.error, 'error')}, ${counted(counts.warning, 'warning')}, ${counted(counts.note, 'note')}`;
  const isNone = counts.error + counts.warning + counts.note === 0;
  const of = `in ${counted(messages, 'message')}`;
  const also = known > 0 ? ` ${counted(known, 'known finding')} not counted.` : '';
  return `${isNone ? 'no findings' : told} ${of}.${also}`;
}

export function rulesLine(rules: readonly RuleRun[]): string {
  const counts = runCounts(rules);
  return `${counted(counts.ran, 'rule')} ran, ${counts['could-not']} could not, ${counts['not-applicable']} had nothing to look at, ${counts.unseen} cannot be observed.`;
}

/** `--rules`: the table. */
export function rulesText(): string {
  return RULE_IDS.map((id) => {
    const { section, by, severity, asks, how, since, unseen } = ruleOf(id);
    const version = since === '1.2' ? '' : ` · since ${since}`;
    const last = unseen === undefined ? `  How: ${how}` : `  Cannot be observed: ${unseen}`;
    return `${id} · ${severity} · ${by} · § ${section}${version}\n  ${asks}\n${last}\n`;
  }).join('');
}
