/** Ring-file mode: only what surrounds a trigger is kept. What the user asks for, and when it fires. */
import type { Story } from './capture/story.ts';
import { HostError } from './host-error.ts';
import { isRuleId, type RuleId, ruleOf, type Severity } from './spec/rules.ts';
import { NS_PER_S, type Ns } from './units.ts';

export interface RingOptions {
  /** `60s/20s`: before and after a trigger. */
  readonly span: string;
  /** `finding>=error`, `finding>=warning`, `finding>=note`, `xrun`, or a rule's id. */
  readonly on: string;
}

export interface RingPlan {
  readonly beforeNs: Ns;
  readonly afterNs: Ns;
  readonly isTrigger: (rule: RuleId) => boolean;
}

/** A day: longer spans are slips. */
const MOST_SECONDS = 86_400;
const RANK: Record<Severity, number> = { note: 1, warning: 2, error: 3 };
const XRUN_RULES: ReadonlySet<RuleId> = new Set(['VS-P-01', 'VS-P-02']);

/** Throws HostError `bad-ring` for what cannot be understood. */
export function planRing({ span, on }: RingOptions): RingPlan {
  const [, before, after] = /^(\d+(?:\.\d+)?)s\/(\d+(?:\.\d+)?)s$/.exec(span) ?? [];
  const [beforeNs, afterNs] = [Number(before) * NS_PER_S, Number(after) * NS_PER_S];
  const isSpan =
    beforeNs > 0 && beforeNs <= MOST_SECONDS * NS_PER_S && afterNs <= MOST_SECONDS * NS_PER_S;
  if (!isSpan)
    throw wrong(`“${span}” is no span`, 'Write seconds before and after, as in 60s/20s.');
  return { beforeNs, afterNs, isTrigger: triggerOf(on) };
}

function triggerOf(on: string): (rule: RuleId) => boolean {
  if (on === 'xrun') return (rule) => XRUN_RULES.has(rule);
  if (isRuleId(on)) return (rule) => rule === on;
  const least = /^finding>=(note|warning|error)$/.exec(on)?.[1] as Severity | undefined;
  if (least !== undefined) return (rule) => RANK[ruleOf(rule).severity] >= RANK[least];
  throw wrong(
    `“${on}” is no trigger`,
    'Take finding>=error, finding>=warning, finding>=note, xrun, or the id of a rule.',
  );
}

function wrong(what: string, action: string): HostError {
  return new HostError('bad-ring', `${what}.`, action);
}

/** Tells what fired since it was last asked. Findings come a little after what they are about. */
export class RingWatch {
  private readonly plan: RingPlan;
  private readonly story: Pick<Story, 'tallies'>;
  private readonly seen = new Map<RuleId, number>();

  constructor(plan: RingPlan, story: Pick<Story, 'tallies'>) {
    this.plan = plan;
    this.story = story;
  }

  /** Stretches of time to keep. */
  fired(): { readonly fromNs: Ns; readonly toNs: Ns }[] {
    const { beforeNs, afterNs, isTrigger } = this.plan;
    return [...this.story.tallies.values()].flatMap(({ rule, count, findings, lastNs }) => {
      const seen = this.seen.get(rule) ?? 0;
      if (count === seen || !isTrigger(rule)) return [];
      this.seen.set(rule, count);
      const times = [...findings.slice(seen).map(({ atNs }) => atNs), lastNs];
      return times.map((atNs) => ({ fromNs: atNs - beforeNs, toNs: atNs + afterNs }));
    });
  }
}
