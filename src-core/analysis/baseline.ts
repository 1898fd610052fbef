/** What a project knows of its findings: a JSON file that people review and CI reads. A finding that it names is not new.
 *
 *      {"schema": "ringside.baseline/1",
 *       "findings": [{"rule": "VS-I-21", "state": "muted", "reason": "the player is stopped by hand", "stream": 0}]} */
import * as v from 'valibot';
import type { RuleId } from '../spec/rules.ts';
import { isRuleId } from '../spec/rules.ts';

export const BASELINE_SCHEMA = 'ringside.baseline/1';

export type FindingState = 'new' | 'acknowledged' | 'muted';

export interface BaselineRow {
  readonly rule: RuleId;
  /** `muted`: not worth mending here. `acknowledged`: known, and to be mended. */
  readonly state: 'acknowledged' | 'muted';
  readonly reason: string;
  /** Only findings of this stream. */
  readonly stream?: number | undefined;
  /** Only findings whose detail has this in it. */
  readonly detail?: string | undefined;
}

const ROWS_KEPT = 10_000;

const SHAPE = v.object({
  schema: v.literal(BASELINE_SCHEMA),
  findings: v.pipe(
    v.array(
      v.strictObject({
        rule: v.custom<RuleId>((id) => typeof id === 'string' && isRuleId(id), 'is no rule'),
        state: v.picklist(['acknowledged', 'muted']),
        reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'needs words')),
        stream: v.optional(v.number()),
        detail: v.optional(v.string()),
      }),
    ),
    v.maxLength(ROWS_KEPT),
  ),
});

/** The rows of a baseline, or a sentence that says what is wrong with it. */
export function parseBaseline(text: string): readonly BaselineRow[] | { readonly error: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { error: `it is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const checked = v.safeParse(SHAPE, value);
  if (checked.success) return checked.output.findings;
  const [issue] = checked.issues;
  const path = v.getDotPath(issue) ?? 'the file';
  return { error: `${path}: ${issue.message}` };
}

/** In the order of rules, one row a line, so that a change reads well. */
export function baselineText(rows: readonly BaselineRow[]): string {
  const lines = [...rows]
    .sort((a, b) => a.rule.localeCompare(b.rule) || (a.stream ?? -1) - (b.stream ?? -1))
    .map((row) => `    ${JSON.stringify(row)}`);
  const body = lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `;
  return `{\n  "schema": "${BASELINE_SCHEMA}",\n  "findings": [${body}]\n}\n`;
}
