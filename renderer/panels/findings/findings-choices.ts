/** How the findings are listed. What they are put together by and which severities are shown is kept between starts. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { RuleId, Severity } from '../../../src-core/spec/rules.ts';
import { GROUPINGS, type Grouping, SEVERITIES } from './findings-model.ts';

export interface FindingsChoices {
  readonly grouping: Grouping;
  /** Severities that are not shown. */
  readonly hidden: readonly Severity[];
  /** Rules whose findings are shown. */
  readonly open: readonly RuleId[];
  /** Every rule with how it fared, in place of the findings. */
  readonly isListing: boolean;
}

type Kept = Pick<FindingsChoices, 'grouping' | 'hidden'>;

const INITIAL: FindingsChoices = { grouping: 'rule', hidden: [], open: [], isListing: false };

export const useFindingsChoices = create<FindingsChoices>()(
  persist((): FindingsChoices => INITIAL, {
    name: 'ringside.findings',
    version: 1,
    partialize: ({ grouping, hidden }): Kept => ({ grouping, hidden }),
    merge: (kept) => ({ ...INITIAL, ...believed(kept) }),
  }),
);

export function toggleRule(rule: RuleId): void {
  useFindingsChoices.setState(({ open }) => ({ open: toggled(open, rule) }));
}

export function toggleSeverity(severity: Severity): void {
  useFindingsChoices.setState(({ hidden }) => ({ hidden: toggled(hidden, severity) }));
}

/** Shows these rules' findings, by rule, whatever was listed. */
export function openRules(rules: readonly RuleId[]): void {
  useFindingsChoices.setState({ grouping: 'rule', open: rules, hidden: [], isListing: false });
}

function toggled<T>(list: readonly T[], one: T): readonly T[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}

/** What storage gives may be of another version, or somebody's hand. */
function believed(kept: unknown): Partial<Kept> {
  if (typeof kept !== 'object' || kept === null) return {};
  const { grouping, hidden } = kept as Partial<Record<string, unknown>>;
  return {
    ...(GROUPINGS.some((known) => known === grouping) ? { grouping: grouping as Grouping } : {}),
    ...(Array.isArray(hidden)
      ? { hidden: SEVERITIES.filter((severity) => hidden.includes(severity)) }
      : {}),
  };
}
