/** `--format jsonl`: one object a line; the first names the schema. */
import { runCounts } from '../../../src-core/analysis/check-capture.ts';
import { RULE_IDS, ruleOf } from '../../../src-core/spec/rules.ts';
import type { Outcome } from './outcome.ts';

const SCHEMA = 'ringside.check/1';

export function jsonlOf({ checked, file, ...outcome }: Outcome): string {
  const { spec, messages, counts, known, rules, broken } = checked;
  const { version, title, simulated, lost, damage = null } = outcome;
  const head = { version, file, title, simulated, spec, messages, lost, damage };
  const lines: object[] = [
    { schema: SCHEMA, kind: 'summary', ...head, ...counts, known, rules: runCounts(rules) },
    ...rules.map(({ rule, state, looked, why }) => ({ kind: 'rule', rule, state, looked, why })),
  ];
  for (const { rule, findings, count } of broken) {
    const { id, severity, by, section } = rule;
    for (const { atNs, detail, evidence, queue, streamId, grade, state, reason } of findings) {
      const where = { atNs, messages: evidence, queue: orNull(queue), stream: orNull(streamId) };
      const about = { rule: id, severity, by, section };
      lines.push({ kind: 'finding', ...about, ...where, detail, grade, state, reason });
    }
    if (count > findings.length) {
      lines.push({ kind: 'more', rule: id, count: count - findings.length });
    }
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

export function rulesJsonl(): string {
  const head = { schema: 'ringside.rules/1', kind: 'summary', rules: RULE_IDS.length };
  const lines: object[] = [head, ...RULE_IDS.map((id) => ({ kind: 'rule', ...ruleOf(id) }))];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function orNull(value: number): number | null {
  return value < 0 ? null : value;
}
