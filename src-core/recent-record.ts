/** What the list of recent captures keeps of one: how long it is, and the worst that was found in it. */
import type { RecentCapture } from './contract.ts';
import type { Shown } from './host-status.ts';
import { ruleOf, type Severity } from './spec/rules.ts';

const WORST_FIRST: readonly Severity[] = ['error', 'warning', 'note'];

export function recentRecord(
  { title, capture }: Shown,
  path: string,
  savedAtUnixMs: number,
): RecentCapture {
  const worst = worstOf(capture.story.tallies.values());
  return {
    ...{ path, title, savedAtUnixMs, bytes: capture.heldBytes(), messages: capture.messages.rows },
    lengthNs: capture.endNs,
    ...(worst === undefined ? {} : { worst }),
  };
}

/** Of the worst severity the rule that was broken most often. */
function worstOf(
  tallies: Iterable<{ readonly rule: Parameters<typeof ruleOf>[0]; readonly count: number }>,
): RecentCapture['worst'] {
  const found = [...tallies].map(({ rule, count }) => {
    return { rule, severity: ruleOf(rule).severity, count };
  });
  for (const severity of WORST_FIRST) {
    const own = found.filter((each) => each.severity === severity);
    own.sort((left, right) => right.count - left.count);
    if (own[0] !== undefined) return own[0];
  }
  return undefined;
}
