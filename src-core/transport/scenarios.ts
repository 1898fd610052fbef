/** The demo guest's scenarios: what each plays, what is wrong in it on purpose, and the device that it runs on. */
// biome-ignore lint/style/noRestrictedImports: only the type of a topology, which is data; nothing of the device's behaviour
import type { Topology } from '../device/topology.ts';
import { type SinkPace, STALL_STAGES, type StallPlan } from '../stalls.ts';
import { NS_PER_MS, NS_PER_S, type Ns } from '../units.ts';
import {
  askWrongly,
  playAmongFaults,
  playAndRecord,
  playByOwnClock,
  playMusic,
  playShort,
  playTight,
  playTooLate,
  playTwo,
  playWhilePlugged,
  playWithStalls,
  type Run,
  record,
  releaseEarly,
  writeLate,
} from './scenarios-runs.ts';
import { demoTopology } from './scenarios-topology.ts';

/** A jack that the session plugs or unplugs; the demo guest cannot, it is told by the device. */
export interface JackEvent {
  /** Since the start of the demo. */
  readonly atNs: Ns;
  readonly jackId: number;
  readonly connected: boolean;
}

export interface Scenario {
  /** As `--scenario` takes it. */
  readonly name: string;
  readonly title: string;
  /** One sentence: what one sees and hears. */
  readonly description: string;
  /** One sentence: what is wrong in it on purpose. */
  readonly planted: string | undefined;
  /** Where that is; absent when nothing is wrong. */
  readonly culprit?: 'guest' | 'device' | 'sound';
  /** How long it takes to see everything. */
  readonly seconds: number;
  /** The driver takes packed rings. */
  readonly packed: boolean;
  /** Stages that stall on purpose. */
  readonly stalls?: StallPlan;
  /** A sink that does not keep time. */
  readonly sinkPace?: SinkPace;
  /** A device that plays its last block again when its queue was empty. */
  readonly replaysStale?: boolean;
  /** In the order of time. */
  readonly jackEvents: readonly JackEvent[];
  topology(): Topology;
  readonly run: Run;
}

const PLAYBACK = () => demoTopology(1, 0);
const BOTH = () => demoTopology(1, 1);

export const SCENARIOS: readonly Scenario[] = [
  scenario('clean', 'Clean playback', playMusic, PLAYBACK, {
    description: 'A guest plays music at 48 kHz, S16, stereo, in periods of 20 ms.',
  }),
  scenario('record', 'Recording', record, BOTH, {
    description: 'A guest records at 48 kHz, S16, stereo, from the source that the device has.',
  }),
  scenario('duplex', 'Playing and recording', playAndRecord, BOTH, {
    description: 'A guest plays and records at the same time, as in a call.',
  }),
  scenario('two-streams', 'Two streams at once', playTwo, () => demoTopology(2, 0), {
    description: 'A guest plays two streams: 48 kHz S16 stereo and 44.1 kHz float mono.',
  }),
  scenario('short-periods', 'Short periods', playShort, PLAYBACK, {
    description: 'A guest plays in periods of 1 ms: a thousand messages a second.',
  }),
  scenario('underrun', 'Guest too late', playTooLate, PLAYBACK, {
    description: 'A guest plays with a buffer of 40 ms, and gaps are heard.',
    culprit: 'guest',
    planted: 'Now and then its application sleeps for longer than the buffer lasts.',
  }),
  scenario('stalls', 'One stage too slow', playWithStalls, PLAYBACK, {
    description: 'A guest plays with periods of 10 ms, and somebody is late now and then.',
    culprit: 'device',
    planted:
      'Every second or so one stage takes 15 ms too long: the application, the kick, the pop, the sink, the return, the interrupt, in turn.',
    stalls: { stages: STALL_STAGES, stallNs: 15 * NS_PER_MS, everyNs: NS_PER_S },
  }),
  scenario('slow-sink', 'Sink too slow', playTight, PLAYBACK, {
    description: 'A guest plays in time, and the sound sticks now and then.',
    culprit: 'sound',
    planted:
      'In half a second of every two and a half the sink takes only an eighth of what real time asks for.',
    sinkPace: {
      ...{ kind: 'slow-stretches', everyNs: 2.5 * NS_PER_S, lastsNs: NS_PER_S / 2, share: 1 / 8 },
    },
  }),
  scenario('stale-repeat', 'Stale block on an empty queue', playTooLate, PLAYBACK, {
    description: 'A guest comes too late now and then, and behind each gap a period stutters.',
    culprit: 'device',
    planted:
      'When its queue was empty, the device plays its last block again in the place of the next message.',
    replaysStale: true,
  }),
  scenario('drift', 'Clocks drift apart', playByOwnClock, PLAYBACK, {
    description:
      'A guest passes on sound that comes by a clock of its own, and its buffer fills slowly.',
    culprit: 'sound',
    planted: 'The sink’s clock is 200 ppm slower than the guest’s.',
    sinkPace: { kind: 'drift', ppm: -200 },
  }),
  scenario('release-pending', 'RELEASE with messages pending', releaseEarly, PLAYBACK, {
    description: 'A guest plays a second of sound, stops and releases the stream, over and over.',
    culprit: 'guest',
    planted: 'Each RELEASE comes while the device still has a whole buffer of messages.',
  }),
  scenario('late-write', 'Late writes', writeLate, PLAYBACK, {
    description: 'A guest plays music that sounds torn now and then.',
    culprit: 'guest',
    planted: 'Some buffers are posted before they are full and written while the device has them.',
  }),
  scenario('bad-chains', 'Bad descriptor chains', playAmongFaults, PLAYBACK, {
    description: 'A guest plays music that goes on undisturbed.',
    culprit: 'guest',
    planted:
      'Between good messages come chains that loop, lie outside memory, nest indirect tables, are too long or too short.',
  }),
  scenario('wrong-order', 'Commands in the wrong order', askWrongly, BOTH, {
    description: 'A guest plays a second of music between requests that the device refuses.',
    culprit: 'guest',
    planted:
      'Commands come out of the lifecycle’s order, with unknown codes and ids, and with parameters that are not offered.',
  }),
  scenario('jack', 'Headphones unplugged', playWhilePlugged, () => demoTopology(1, 1, true), {
    description: 'Headphones are unplugged and plugged in again, and the guest pauses meanwhile.',
    jackEvents: jackEvents(300, 2 * NS_PER_S),
  }),
  scenario('packed', 'Packed virtqueues', playMusic, PLAYBACK, {
    description: 'The clean playback again, on packed virtqueues.',
    packed: true,
  }),
];

export function scenarioByName(name: string): Scenario | undefined {
  return SCENARIOS.find((one) => one.name === name);
}

function scenario(
  name: string,
  title: string,
  run: Run,
  topology: () => Topology,
  rest: Partial<Scenario> & Pick<Scenario, 'description'>,
): Scenario {
  const defaults = { planted: undefined, seconds: 10, packed: false, jackEvents: [] };
  return { name, title, run, topology, ...defaults, ...rest };
}

/** The headphones go out and in, `count` times in all. */
function jackEvents(count: number, everyNs: Ns): JackEvent[] {
  return Array.from({ length: count }, (_, place) => ({
    atNs: (place + 1) * everyNs,
    jackId: 0,
    connected: place % 2 === 1,
  }));
}
