/** `--format md`: for a comment on a change. */

import { type Outcome, placeOf } from './outcome.ts';
import { headline, rulesLine } from './text.ts';

const LISTED = 5;

export function markdownOf(outcome: Outcome): string {
  const { checked, file, title, damage } = outcome;
  const lines = [
    `# ${cell(file)}`,
    '',
    `${cell(title)}: ${headline(outcome)} ${rulesLine(checked.rules)}`,
  ];
  if (damage !== undefined) lines.push('', `> The capture is not whole: ${cell(damage)}`);
  if (checked.broken.length > 0) {
    lines.push('', '| | rule | § | by | what is asked | found |', '|---|---|---|---|---|---|');
    for (const { rule, count, newCount } of checked.broken) {
      const found = newCount === count ? `${count}` : `${count} (${count - newCount} known)`;
      lines.push(
        `| ${rule.severity} | ${rule.id} | ${rule.section} | ${rule.by} | ${cell(rule.asks)} | ${found} |`,
      );
    }
  }
  for (const { rule, count, findings } of checked.broken) {
    lines.push('', `## ${rule.id}`, '', cell(rule.asks), '');
    for (const finding of findings.slice(0, LISTED)) {
      const known =
        finding.state === 'new' ? '' : ` (${finding.state}: ${cell(finding.reason ?? '')})`;
      lines.push(`- ${placeOf(finding)}: ${cell(finding.detail)}, ${finding.grade}${known}`);
    }
    if (count > LISTED) lines.push(`- and ${count - LISTED} more`);
    lines.push('', `To the ear: ${cell(rule.ear)} Remedy: ${cell(rule.remedy)}`);
  }
  return `${lines.join('\n')}\n`;
}

function cell(text: string): string {
  return text.replace(/[\\|<>`*_[\]]/g, '\\$&').replace(/\s+/g, ' ');
}
