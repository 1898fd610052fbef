/** Rules that an exchange can break, one row each, in `rules-*.ts` by what they are about: every clause of the standard that
 *  concerns a sound device, and practice. A violation in a capture names its row by `id`. Section numbers are those of
 *  version 1.3. */
import type { QueueIndex } from '../units.ts';
import type { Rule, RuleText } from './rule.ts';
import { DEVICE_RULES } from './rules-device.ts';
import { DRIVER_RULES } from './rules-driver.ts';
import { HINT_RULES } from './rules-hints.ts';
import { PACKED_RULES } from './rules-packed.ts';
import { PRACTICE_RULES } from './rules-practice.ts';
import { SETUP_RULES } from './rules-setup.ts';
import { SPLIT_RULES } from './rules-split.ts';

export type { Offender, Severity } from './rule.ts';

/** How a finding is known. `observed`: the recorder saw it happen. `derived`: it follows from what was recorded.
 *  `assumed`: it follows if something that was not recorded is as usual; the detail says what. */
export type FindingGrade = 'observed' | 'derived' | 'assumed';

/** One breach, as recorded. Everything else about it follows from `rule`. */
export interface Violation {
  readonly rule: RuleId;
  /** What was seen, with the numbers. */
  readonly detail: string;
  readonly queue?: QueueIndex;
  readonly streamId?: number;
  /** Absent: observed. */
  readonly grade?: 'derived' | 'assumed';
}

export const RULES = {
  ...SPLIT_RULES,
  ...PACKED_RULES,
  ...SETUP_RULES,
  ...DRIVER_RULES,
  ...DEVICE_RULES,
  ...HINT_RULES,
  ...PRACTICE_RULES,
} satisfies Record<string, RuleText>;

export type RuleId = keyof typeof RULES;

export const RULE_IDS = Object.keys(RULES) as readonly RuleId[];

const ROWS = new Map<string, Rule>(Object.entries(RULES).map(([id, row]) => [id, { id, ...row }]));

/** The whole row of a rule. */
export function ruleOf(id: RuleId): Rule {
  return ROWS.get(id) ?? { id, ...RULES[id] };
}

/** Whether `text` names a rule: for what comes from a file. */
export function isRuleId(text: string): text is RuleId {
  return ROWS.has(text);
}

/** Version 0.1 used three ids for other rules than the standard's facts name so. */
const DISPLACED: Readonly<Record<string, RuleId>> = {
  'VS-I-02': 'VS-I-27',
  'VS-I-03': 'VS-I-28',
  'VS-I-08': 'VS-I-29',
};

/** The rule that an observed violation in a capture means. A device that records what it observes cannot break those of
 *  its own rules that have taken these ids over, so the old meaning is certain. */
export function observedRule(id: RuleId): RuleId {
  return DISPLACED[id] ?? id;
}
