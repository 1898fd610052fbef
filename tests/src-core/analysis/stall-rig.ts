/** A whole session in no time: demo guest, device, capture, and stalls that are planted. */
import { NullSink } from '../../../src-core/audio/null-sink.ts';
import { PacedSink } from '../../../src-core/audio/paced-sink.ts';
import { StallingSink } from '../../../src-core/audio/stalling-sink.ts';
import { ToneSource } from '../../../src-core/audio/tone-source.ts';
import type { Capture } from '../../../src-core/capture/capture.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { Session } from '../../../src-core/session.ts';
import { PlannedStalls, type StallPlan } from '../../../src-core/stalls.ts';
import { DemoGuest } from '../../../src-core/transport/demo-guest.ts';
import { scenarioByName } from '../../../src-core/transport/scenarios.ts';
import { NS_PER_S } from '../../../src-core/units.ts';

export interface StalledSession {
  readonly capture: Capture;
  readonly clock: ManualClock;
  readonly session: Session;
  readonly stalls: PlannedStalls | undefined;
}

/** `plan` absent: as the scenario has it. */
export function runSession(
  name: string,
  options: { seed?: number; seconds: number; plan?: StallPlan },
): StalledSession {
  const scenario = scenarioByName(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const clock = new ManualClock();
  const { seed = 1, seconds, plan = scenario.stalls } = options;
  const stalls = plan && new PlannedStalls(clock, plan, seed);
  const { sinkPace } = scenario;
  const own = new NullSink(clock);
  const transport = new DemoGuest({ scenario, clock, seed, stalls });
  const tell = (note: string) => transport.note(note);
  const plain = sinkPace === undefined ? own : new PacedSink(own, clock, sinkPace, tell);
  const session = new Session({
    transport,
    topology: scenario.topology(),
    clock,
    sink: stalls === undefined ? plain : new StallingSink(plain, clock, stalls),
    source: new ToneSource(clock, 440),
    store: new MemoryStore(1 << 28),
    title: name,
    application: 'Ringside test',
    startedAtUnixMs: 1_790_000_000_000,
    simulated: true,
    stalls,
    replaysStale: scenario.replaysStale,
    onChanged: () => {},
    onGuest: () => {},
  });
  session.start();
  clock.advance(seconds * NS_PER_S);
  return { capture: session.capture, clock, session, stalls };
}
