/** From what the user asked for to what a session needs: transport, topology, sink, source and store. */
import type { AudioSink, AudioSource } from './audio/audio-io.ts';
import { NullSink } from './audio/null-sink.ts';
import { PacedSink } from './audio/paced-sink.ts';
import { StallingSink } from './audio/stalling-sink.ts';
import { ToneSource } from './audio/tone-source.ts';
import type { ByteStore } from './capture/store.ts';
import type { Clock } from './clock.ts';
import type { DemoOptions, DeviceOptions } from './contract.ts';
import { makeTopology } from './device/default-topology.ts';
import { parseTopology } from './device/parse-topology.ts';
import type { Topology } from './device/topology.ts';
import { FastClock } from './fast-clock.ts';
import { HostError } from './host-error.ts';
import type { HostPorts, Monitor } from './host-ports.ts';
import { type PlannedRing, planStore } from './host-store.ts';
import { qemuArguments } from './qemu-arguments.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { featureSet, VIRTIO_RING_F_EVENT_IDX, VIRTIO_RING_F_INDIRECT_DESC } from './spec/ring.ts';
import { PlannedStalls } from './stalls.ts';
import { DemoGuest } from './transport/demo-guest.ts';
import { SCENARIOS, type Scenario, scenarioByName } from './transport/scenarios.ts';
import type { Transport } from './transport/transport.ts';

export interface SessionPlan {
  readonly kind: 'demo' | 'vhost-user';
  readonly clock: Clock;
  readonly title: string;
  readonly sentence: string;
  readonly transport: Transport;
  /** Begins to listen for a guest; throws HostError. */
  readonly listen?: () => void;
  readonly topology: Topology;
  readonly sink: AudioSink;
  readonly monitor?: Monitor;
  readonly source: AudioSource;
  readonly store: ByteStore;
  readonly recordPath?: string;
  readonly ring?: PlannedRing;
  readonly qemuArguments: readonly string[];
  readonly once: boolean;
  readonly comparesPosted: boolean;
  readonly jackEvents?: Scenario['jackEvents'];
  readonly stalls?: PlannedStalls;
  readonly replaysStale?: boolean;
}

type OnNote = (note: string) => void;

export function planDemo(
  ports: HostPorts,
  options: DemoOptions,
  onNote: OnNote,
  onFinished: () => void,
): SessionPlan {
  const scenario = scenarioByName(options.scenario);
  if (scenario === undefined) {
    const names = SCENARIOS.map(({ name }) => name).join(', ');
    const what = `There is no scenario “${options.scenario}”.`;
    throw new HostError('unknown-scenario', what, `Take one of: ${names}.`);
  }
  const { fast = false, seconds, sink } = options;
  if (fast && sink !== undefined && sink !== 'null') throw cannotHearFast(sink);
  // what is heard keeps the sound card's time, all else its own
  const isSilent = fast || sink === 'null';
  const own = fast ? new FastClock(ports.clock) : new SimulatedClock(ports.clock);
  const clock = isSilent ? own : ports.clock;
  const { sinkPace } = scenario;
  const seed = options.seed ?? 1;
  const stalls = scenario.stalls && new PlannedStalls(clock, scenario.stalls, seed);
  const audio = isSilent
    ? { sink: new NullSink(clock), source: new ToneSource(clock, 440) }
    : ports.openAudio(sink ?? 'native', 'tone:440', onNote);
  const transport = new DemoGuest({
    scenario,
    clock,
    seed,
    stalls,
    ...(seconds === undefined ? {} : { seconds }),
    onFinished: () => {
      clock.at(clock.nowNs(), onFinished); // the guest is still in its own call
    },
  });
  const tell = (note: string) => transport.note(note);
  return {
    kind: 'demo',
    clock,
    title: `Demo: ${scenario.title}`,
    sentence: scenario.planted ?? scenario.description,
    transport,
    topology: scenario.topology(),
    ...audio,
    ...(stalls && { stalls, sink: new StallingSink(audio.sink, clock, stalls) }),
    ...(sinkPace && { sink: new PacedSink(audio.sink, clock, sinkPace, tell) }),
    replaysStale: scenario.replaysStale ?? false,
    ...planStore(ports, options, onNote),
    qemuArguments: [],
    once: true,
    comparesPosted: options.comparesPosted ?? true,
    jackEvents: scenario.jackEvents,
  };
}

function cannotHearFast(sink: string): HostError {
  const what = `A fast demo cannot play to the sink “${sink}”: its sound does not keep real time.`;
  return new HostError(
    'bad-options',
    what,
    'Leave --sink out, or record and take the sound with `ringside audio`.',
  );
}

export function planDevice(ports: HostPorts, options: DeviceOptions, onNote: OnNote): SessionPlan {
  if (ports.attach === undefined) {
    const why = ports.cannotAttach ?? 'This host cannot attach to a guest.';
    throw new HostError('cannot-attach', why, 'Use Linux, or open a capture that was made there.');
  }
  const { socketPath, once = false } = options;
  const topology = topologyOf(options);
  const audio = ports.openAudio(options.sink ?? 'native', options.source ?? 'silence', onNote);
  const transport = ports.attach({ socketPath, once });
  return {
    kind: 'vhost-user',
    clock: ports.clock,
    title: `vhost-user ${socketPath}`,
    sentence: `Listening on ${socketPath}. Start QEMU with the arguments shown.`,
    transport,
    listen: () => transport.listen(),
    topology,
    ...audio,
    ...planStore(ports, options, onNote),
    qemuArguments: qemuArguments(socketPath),
    once,
    comparesPosted: options.comparesPosted ?? true,
  };
}

/** Packed virtqueues are for those who ask: QEMU hands all that a back-end offers to its guest, whatever `packed=` says. */
const USUAL_RING_FEATURES = featureSet(VIRTIO_RING_F_INDIRECT_DESC, VIRTIO_RING_F_EVENT_IDX);

function topologyOf(options: DeviceOptions): Topology {
  if (options.topologyJson === undefined) {
    const { playback = 1, capture = 1 } = options;
    return { ...makeTopology({ playback, capture }), ringFeatures: USUAL_RING_FEATURES };
  }
  const parsed = parseTopology(jsonOf(options.topologyJson));
  if ('topology' in parsed) return { ringFeatures: USUAL_RING_FEATURES, ...parsed.topology };
  throw new HostError(
    'bad-topology',
    `The device’s configuration is not valid: ${parsed.errors.join('; ')}.`,
    'Mend the JSON file; `ringside device --help` shows an example.',
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new HostError(
      'bad-topology',
      `The device’s configuration is no JSON: ${what}.`,
      'Mend the JSON file.',
    );
  }
}
