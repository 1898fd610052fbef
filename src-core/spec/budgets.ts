/** Budgets of stages: `total=2P,sink=0.5P,3ms`. A P is the period of the stream that the message belongs to. */

import { NS_PER_MS, NS_PER_S, type Ns } from '../units.ts';
import { isStageId, STAGES, type StageId } from './stages.ts';

export interface Budget {
  readonly stage: StageId;
  readonly value: number;
  readonly unit: BudgetUnit;
}

export type BudgetUnit = 'P' | 's' | 'ms' | 'us' | 'ns';

const NS_OF: Readonly<Record<Exclude<BudgetUnit, 'P'>, number>> = {
  s: NS_PER_S,
  ms: NS_PER_MS,
  us: 1000,
  ns: 1,
};
const UNITS: Readonly<Record<string, BudgetUnit>> = {
  ...{ P: 'P', p: 'P', s: 's', ms: 'ms', us: 'us', µs: 'us', ns: 'ns' },
};
const PART = /^(?:([a-z]+)\s*=\s*)?([0-9]*\.?[0-9]+)\s*([a-zA-Zµ]+)$/;

/** Comma-separated parts, in their order; without a stage a part is for `total`. A sentence for people when it is not one. */
export function parseBudgets(text: string): readonly Budget[] | { readonly error: string } {
  const budgets: Budget[] = [];
  for (const part of text.split(',')) {
    const [, stage = 'total', value = '', unit = ''] = PART.exec(part.trim()) ?? [];
    const known = UNITS[unit];
    if (value === '' || known === undefined) {
      return {
        error: `"${part.trim()}" is not a budget. Write a stage, an equals sign and a time in periods or s, ms, us, ns: total=2P or sink=3ms.`,
      };
    }
    if (!isStageId(stage) || stage === 'forgotten') {
      const names = STAGES.flatMap(({ id }) => (id === 'forgotten' ? [] : [id])).join(', ');
      return { error: `There is no stage "${stage}". The stages are ${names}.` };
    }
    budgets.push({ stage, value: Number(value), unit: known });
  }
  return budgets;
}

/** The limit in nanoseconds; NaN for one in periods where the messages have none. */
export function budgetNs({ value, unit }: Budget, periodNs: Ns): Ns {
  if (unit !== 'P') return value * NS_OF[unit];
  return periodNs > 0 ? value * periodNs : Number.NaN;
}

/** `sink=0.5P`. */
export function budgetText({ stage, value, unit }: Budget): string {
  return `${stage}=${value}${unit}`;
}
