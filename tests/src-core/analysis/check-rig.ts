/** Captures for the checker: of the demo guest's scenarios, and entries by hand. */

import type { Conclusion } from '../../../src-core/analysis/check-verdicts.ts';
import { Checker, type CheckOptions } from '../../../src-core/analysis/checker.ts';
import { NullSink } from '../../../src-core/audio/null-sink.ts';
import { PacedSink } from '../../../src-core/audio/paced-sink.ts';
import { ToneSource } from '../../../src-core/audio/tone-source.ts';
import { Capture } from '../../../src-core/capture/capture.ts';
import type { Entry } from '../../../src-core/capture/entry.ts';
import { Follower } from '../../../src-core/capture/follower.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { Session } from '../../../src-core/session.ts';
import { DemoGuest } from '../../../src-core/transport/demo-guest.ts';
import { scenarioByName } from '../../../src-core/transport/scenarios.ts';
import { NS_PER_S } from '../../../src-core/units.ts';

export const FACTS = {
  application: 'Ringside test',
  title: 'a test',
  startedAtUnixMs: 1_790_000_000_000,
  simulated: true,
};

export function emptyCapture(): Capture {
  return new Capture(FACTS, new MemoryStore(1 << 28));
}

/** A scenario as `ringside demo --scenario NAME --seconds N` records it. */
export function recordScenario(name: string, seconds: number, seed = 1): Capture {
  const scenario = scenarioByName(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const clock = new ManualClock();
  const plain = new NullSink(clock);
  const { sinkPace } = scenario;
  let isDone = false;
  const transport = new DemoGuest({
    ...{ scenario, clock, seed, seconds },
    onFinished: () => {
      isDone = true;
    },
  });
  const session = new Session({
    ...{ transport, clock, ...FACTS, topology: scenario.topology() },
    sink: sinkPace === undefined ? plain : new PacedSink(plain, clock, sinkPace),
    replaysStale: scenario.replaysStale,
    source: new ToneSource(clock, 440),
    store: new MemoryStore(1 << 28),
    jackEvents: scenario.jackEvents,
    onChanged: () => {},
    onGuest: () => {},
  });
  session.start();
  while (!isDone) clock.advance(NS_PER_S / 10);
  session.stop('the test is over');
  return session.capture;
}

/** The same entries without what the device found itself: what a foreign device would have left. */
export function withoutViolations(capture: Capture): Capture {
  const bare = emptyCapture();
  const places = new Map<number, number>();
  const take = (entry: Entry): void => {
    if (entry.kind === 'violation' || entry.kind === 'xrun') return;
    const { seq, atNs, ...body } = entry;
    const popped = 'popped' in body ? { popped: places.get(body.popped ?? -1) ?? -1 } : {};
    places.set(seq, bare.append(atNs, { ...body, ...popped } as typeof body));
  };
  new Follower(capture).follow({ entry: take });
  return bare;
}

export interface Checked {
  readonly checker: Checker;
  readonly found: Conclusion[];
  /** Rules with how often each was concluded. */
  readonly counts: Record<string, number>;
}

export function check(capture: Capture, options: CheckOptions = {}): Checked {
  const found: Conclusion[] = [];
  const checker = new Checker(capture, (conclusion) => found.push(conclusion), options);
  while (checker.advance({ entries: 1000 }));
  checker.finish();
  const counts: Record<string, number> = {};
  for (const { rule } of found) counts[rule] = (counts[rule] ?? 0) + 1;
  return { checker, found, counts };
}
