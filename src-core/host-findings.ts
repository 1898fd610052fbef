/** The checker of rules behind the capture that is shown: in slices between other work, so that no guest ever waits for it.
 *  What a live session concluded is appended to its capture when it ends, for other programs to see. */
import { type BaselineRow, baselineText, parseBaseline } from './analysis/baseline.ts';
import { checkerOf } from './analysis/check-capture.ts';
import { ruleRuns } from './analysis/check-report.ts';
import type { Checker } from './analysis/checker.ts';
import type { Capture } from './capture/capture.ts';
import type { FindingMark, FindingsRequests, RulesReport } from './contract-findings.ts';
import { type HostContext, NOTHING } from './host-context.ts';
import { HostError } from './host-error.ts';
import type { Shown } from './host-status.ts';
import { LIMITS } from './limits.ts';
import type { Handlers } from './rpc.ts';
import { isRuleId } from './spec/rules.ts';
import { NS_PER_MS, type Ns } from './units.ts';
import { findingList } from './views/finding-slice.ts';

/** Entries of one turn while a guest may be waiting, and of an opened capture: about a millisecond, and some. */
const LIVE_ENTRIES = 400;
const RECORDED_ENTRIES = 10_000;
const REST_NS: Ns = 100 * NS_PER_MS;
const NEXT_NS: Ns = 4 * NS_PER_MS;
/** Entries that the end of a session waits for; if it is further behind, nothing is appended. */
const LAST_ENTRIES = 500_000;

export class FindingsKeeper {
  private readonly host: HostContext;
  private shown: Shown | undefined;
  private checker: Checker | undefined;
  private known: readonly BaselineRow[] = [];
  private isWaiting = false;

  constructor(host: HostContext) {
    this.host = host;
  }

  /** Goes along behind another session from now on. */
  follow(shown: Shown): void {
    this.shown = shown;
    this.checker = checkerOf(shown.capture);
    this.later(NEXT_NS);
  }

  /** A live session ends, its capture does not yet: what is missing is looked at, and appended as violations. */
  conclude(capture: Capture): void {
    const { checker, shown } = this;
    if (checker === undefined || shown?.capture !== capture) return;
    if (checker.advance({ entries: LAST_ENTRIES })) return;
    checker.finish();
    for (const { findings } of [...capture.story.tallies.values()]) {
      for (const { rule, detail, queue, streamId, grade, row } of [...findings]) {
        if (grade === 'observed') continue;
        const popped = row < 0 ? undefined : capture.messages.seq.get(row);
        const violation = {
          ...{ rule, detail, grade },
          ...(queue < 0 ? {} : { queue }),
          ...(streamId < 0 ? {} : { streamId }),
        };
        const of = popped === undefined ? {} : { popped };
        capture.append(capture.endNs, { kind: 'violation', ...of, violation });
      }
    }
  }

  /** Checks again from the beginning; what was found already is not told twice. */
  assumeRunning(streamId: number): void {
    const { shown } = this;
    if (shown === undefined || this.host.shown() !== shown) return;
    if (!(streamId >= 0 && streamId < LIMITS.streams)) return;
    shown.assumedRunning = new Set([...(shown.assumedRunning ?? []), streamId]);
    this.checker = checkerOf(shown.capture, { assumeRunning: shown.assumedRunning });
    this.later(NEXT_NS);
    this.host.changed();
  }

  report(): RulesReport | null {
    const { checker, shown } = this;
    if (checker === undefined || shown === undefined || this.host.shown() !== shown) return null;
    const { capture } = shown;
    const held = Math.max(1, capture.heldBytes());
    return {
      spec: checker.world.spec,
      rules: ruleRuns(checker, capture),
      messages: capture.messages.rows,
      progress: checker.isFinished ? 1 : Math.min(1, checker.readBytes() / held),
    };
  }

  mark({ rule, state, reason = '' }: FindingMark): void {
    if (!isRuleId(rule)) return;
    const others = this.known.filter((row) => row.rule !== rule);
    if (state === 'new') this.known = others;
    else if (reason.trim() === '') {
      const what = 'A finding is muted or acknowledged with a reason.';
      throw new HostError('no-reason', what, 'Say why in a few words; CI shows them.');
    } else if (others.length < LIMITS.rowsPerRequest) {
      this.known = [...others, { rule, state, reason: reason.trim() }];
    }
    this.host.changed();
  }

  rows(): readonly BaselineRow[] {
    return this.known;
  }

  replace(text: string): number {
    const rows = parseBaseline(text);
    if ('error' in rows) {
      const what = `This is no list of known findings: ${rows.error}.`;
      throw new HostError('bad-baseline', what, 'Take a file that Ringside wrote, or mend it.');
    }
    this.known = rows;
    this.host.changed();
    return rows.length;
  }

  /** A file that was read and checked is a recent capture; what a killed process left is offered elsewhere. */
  private checked(shown: Shown): void {
    const path = shown.openedPath ?? shown.recordPath;
    if (path === undefined || shown.isPartial === true) return;
    const isLeft = this.host.ports.recoverable?.().some((left) => left.path === path) === true;
    if (!isLeft) this.host.remember(shown, path);
  }

  private later(afterNs: Ns): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    const { clock } = this.host.ports;
    clock.at(clock.nowNs() + afterNs, () => {
      this.isWaiting = false;
      if (this.shown !== undefined) this.turn(this.shown);
    });
  }

  private turn(shown: Shown): void {
    const { checker } = this;
    if (checker === undefined || this.shown !== shown || this.host.shown() !== shown) return;
    if (checker.isFinished) return;
    const isLive = shown.session?.isRunning === true;
    const before = checker.readBytes();
    const isMore = checker.advance({ entries: isLive ? LIVE_ENTRIES : RECORDED_ENTRIES });
    const isEnded = !isLive && shown.phase === 'ended';
    if (!isMore && isEnded) checker.finish();
    if (checker.isFinished) this.checked(shown);
    if (checker.readBytes() > before || checker.isFinished) this.host.changed();
    if (!checker.isFinished) this.later(isMore ? NEXT_NS : REST_NS);
  }
}

export function findingsHandlers(
  host: HostContext,
  keeper: FindingsKeeper,
): Pick<Handlers, keyof FindingsRequests> {
  return {
    findingList: (query) => {
      const shown = host.shown();
      return shown === undefined ? null : findingList(shown.capture, query);
    },
    rules: () => (host.shown() === undefined ? null : keeper.report()),
    markFindings: (mark) => {
      keeper.mark(mark);
      return NOTHING;
    },
    assumeRunning: ({ streamId }) => {
      keeper.assumeRunning(Number(streamId));
      return NOTHING;
    },
    knownFindings: () => keeper.rows(),
    knownFindingsText: () => ({ text: baselineText(keeper.rows()) }),
    setKnownFindings: ({ text }) => ({ count: keeper.replace(text) }),
  };
}
