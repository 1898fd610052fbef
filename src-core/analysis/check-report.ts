/** Which rules ran over a capture, and why others did not: so that "no findings" says what it is worth. */
import type { Capture } from '../capture/capture.ts';
import { EVIDENCE, type Evidence } from '../spec/rule.ts';
import { RULE_IDS, type RuleId, ruleOf } from '../spec/rules.ts';
import { watchGap } from './check-watch.ts';
import type { Checker } from './checker.ts';

/** `ran`: it was looked at. `not-applicable`: nothing came that it is about. `could-not`: the source does not tell what it
 *  needs. `unseen`: no observer can check it. */
export type RuleState = 'ran' | 'not-applicable' | 'could-not' | 'unseen';

export interface RuleRun {
  readonly rule: RuleId;
  readonly state: RuleState;
  /** How often it was looked at. */
  readonly looked: number;
  /** Why it did not run. */
  readonly why?: string;
}

const FILTERED =
  'This is an excerpt with some messages only; ringside check of the whole capture tells.';
const NOTHING_CAME = 'Nothing came that it is about.';

export function ruleRuns(checker: Checker, capture: Capture): RuleRun[] {
  const lacking = lackingEvidence(checker, capture);
  return RULE_IDS.map((rule) => runOf(rule, checker, capture, lacking));
}

function runOf(
  rule: RuleId,
  checker: Checker,
  capture: Capture,
  lacking: ReadonlySet<Evidence>,
): RuleRun {
  const { unseen, since, needs } = ruleOf(rule);
  const { world } = checker;
  if (unseen !== undefined) return { rule, state: 'unseen', looked: 0, why: unseen };
  if (since > world.spec) {
    const why = `It came with version ${since} of the standard.`;
    return { rule, state: 'not-applicable', looked: 0, why };
  }
  if (capture.facts.excerpt?.filter !== undefined) {
    return { rule, state: 'could-not', looked: 0, why: FILTERED };
  }
  const blind = checker.verdicts.blind.get(rule);
  if (blind !== undefined) return { rule, state: 'could-not', looked: 0, why: blind };
  const found = capture.story.tallies.get(rule)?.count ?? 0;
  const looked = Math.max(
    checker.verdicts.looked.get(rule) ?? 0,
    byRecorder(rule, checker, capture),
    found,
  );
  if (looked > 0) return { rule, state: 'ran', looked };
  const missing = needs.filter((one) => lacking.has(one)).map((one) => EVIDENCE[one]);
  const isPacked = world.queues.some(({ packed }) => packed);
  const gap = rule.startsWith('VQ-P') && !isPacked ? undefined : watchGap(world);
  if (missing.length === 0 && gap !== undefined)
    return { rule, state: 'could-not', looked, why: gap };
  if (missing.length === 0) return { rule, state: 'not-applicable', looked, why: NOTHING_CAME };
  const why = `This capture does not have ${missing.join(', nor ')}.`;
  return { rule, state: 'could-not', looked, why };
}

/** Rules that the recorder checks itself as it walks the rings and feeds the sink. */
function byRecorder(rule: RuleId, { world }: Checker, capture: Capture): number {
  const { needs } = ruleOf(rule);
  const isPosted = needs.includes('posted') && world.seen.has('posted');
  if (isPosted) return capture.messages.counts.tx;
  if (!needs.includes('walk') || !world.seen.has('walk')) return 0;
  const isPacked = world.queues.some(({ packed }) => packed);
  if (rule.startsWith('VQ-P') && !isPacked) return 0;
  const { tx, rx } = capture.messages.counts;
  if (rule === 'VS-P-02') return world.seen.has('moved') ? rx : 0;
  if (rule === 'VS-P-01' || rule === 'VS-P-08') return world.seen.has('moved') ? tx : 0;
  return capture.messages.rows;
}

/** Evidence whose carriers came without it. */
function lackingEvidence({ world }: Checker, { messages }: Capture): ReadonlySet<Evidence> {
  const { control, tx, rx } = messages.counts;
  const carriers: Record<Evidence, number> = {
    control,
    io: tx + rx,
    events: 0, // buffers lie in the device until there is something to tell
    chains: messages.rows,
    rings: messages.rows,
    pcm: tx + rx,
    moved: tx + rx,
    interrupts: messages.rows,
    setup: messages.rows,
    walk: messages.rows,
    posted: tx,
  };
  const all = Object.keys(carriers) as Evidence[];
  return new Set(all.filter((one) => carriers[one] > 0 && !world.seen.has(one)));
}
