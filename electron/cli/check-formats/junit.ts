/** `--format junit`: one test case a rule. A rule that did not run is skipped with the reason, never passed. */
import type { CheckedRule } from '../../../src-core/analysis/check-capture.ts';
import type { RuleRun } from '../../../src-core/analysis/check-report.ts';
import { ruleOf } from '../../../src-core/spec/rules.ts';
import { type Outcome, placeOf, reaches } from './outcome.ts';

export function junitOf(outcome: Outcome): string {
  const { checked, file, failOn } = outcome;
  const broken = new Map(checked.broken.map((one) => [one.rule.id, one]));
  const isFailed = ({ rule }: RuleRun) => {
    const found = broken.get(rule);
    return found !== undefined && found.newCount > 0 && reaches(found.rule.severity, failOn);
  };
  const failures = checked.rules.filter(isFailed).length;
  const skipped = checked.rules.filter(({ state }) => state !== 'ran').length;
  const name = xml(`ringside check ${file}`);
  const numbers = `tests="${checked.rules.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  const cases = checked.rules.map((run) => caseOf(run, broken.get(run.rule), isFailed(run)));
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${name}" ${numbers}>
  <testsuite name="${name}" ${numbers}>
${cases.join('\n')}
  </testsuite>
</testsuites>
`;
}

function caseOf(run: RuleRun, found: CheckedRule | undefined, isFailed: boolean): string {
  const { rule, state, why = '' } = run;
  const { asks, by, section } = ruleOf(rule);
  const head = `    <testcase classname="${by}.${section}" name="${rule} ${xml(asks)}"`;
  if (state !== 'ran') return `${head}>\n      <skipped message="${xml(why)}"/>\n    </testcase>`;
  if (found === undefined) return `${head}/>`;
  const lines = found.findings.map(
    (finding) =>
      `${placeOf(finding)}: ${finding.detail}${finding.state === 'new' ? '' : ` [${finding.state}: ${finding.reason}]`}`,
  );
  const text = xml(lines.join('\n'));
  const { severity, remedy } = found.rule;
  const body = isFailed
    ? `<failure type="${severity}" message="${xml(`${found.newCount} × ${found.findings[0]?.detail ?? ''}`)}">${text}\n${xml(remedy)}</failure>`
    : `<system-out>${text}</system-out>`;
  return `${head}>\n      ${body}\n    </testcase>`;
}

/** For text and attributes; characters that XML 1.0 does not have become `�`. */
export function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '�');
}
