/** `--format github`: workflow commands, which GitHub shows as annotations. */
import type { Severity } from '../../../src-core/spec/rules.ts';
import { type Outcome, placeOf } from './outcome.ts';
import { headline } from './text.ts';

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
};

export function githubOf(outcome: Outcome): string {
  const { checked, file } = outcome;
  const lines = checked.broken.flatMap(({ rule, findings }) =>
    findings
      .filter(({ state }) => state === 'new')
      .map((finding) => {
        const title = property(`${rule.id} § ${rule.section} (${rule.by})`);
        const text = message(`${finding.detail} (${placeOf(finding)}). ${rule.remedy}`);
        return `::${COMMANDS[rule.severity]} file=${property(file)},title=${title}::${text}`;
      }),
  );
  return `${[...lines, `${file}: ${headline(outcome)}`].join('\n')}\n`;
}

function message(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
