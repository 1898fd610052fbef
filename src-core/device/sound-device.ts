/** The virtio sound device: four queues, and behind them control requests, events, playback and recording. It sees guest
 *  memory, a clock, a sink and a source, and tells everything through `record`. Spec: 5.14 */
import { LIMITS } from '../limits.ts';
import type { GuestMemory } from '../queue/guest-memory.ts';
import { openDeviceQueue } from '../queue/open-queue.ts';
import type { QueuePosition, QueueSetup, RingSnapshot } from '../queue/virtqueue.ts';
import { FIRST_RATE_OF_1_4, RATES_HZ } from '../spec/formats.ts';
import {
  featureNames,
  featureSet,
  hasFeature,
  VHOST_USER_F_PROTOCOL_FEATURES,
  VIRTIO_F_VERSION_1,
  VIRTIO_SND_F_CTLS,
} from '../spec/ring.ts';
import type { RuleId } from '../spec/rules.ts';
import {
  CONTROLQ,
  EVENTQ,
  QUEUE_COUNT,
  RXQ,
  SND_CONFIG,
  TXQ,
  VIRTIO_SND_EVT_JACK_CONNECTED,
  VIRTIO_SND_EVT_JACK_DISCONNECTED,
  VIRTIO_SND_S_BAD_MSG,
} from '../spec/sound.ts';
import { assert, NS_PER_MS, type Ns, type QueueIndex, type TrackId } from '../units.ts';
import { type ControlLane, takeControl } from './control.ts';
import { ControlElements } from './control-elements.ts';
import { CurrentMemory } from './current-memory.ts';
import { EventSender } from './events.ts';
import { InputStream } from './input-stream.ts';
import { XFER_BYTES } from './io-status.ts';
import { Jacks } from './jacks.ts';
import type { Message } from './message.ts';
import { OutputStream } from './output-stream.ts';
import { PcmArena } from './pcm-arena.ts';
import { openPostedCopies } from './posted-copies.ts';
import { QueuePort } from './queue-port.ts';
import type { SoundDeviceDeps } from './sound-device-deps.ts';
import { StaleReplay } from './stale-replay.ts';
import type { PcmStream, StreamDeps, StreamReport } from './stream.ts';
import { RING_FEATURE_BITS, type StreamSpec } from './topology.ts';
import { type Lane, takeTransfer } from './transfer.ts';
import { ViolationLog } from './violation-log.ts';

/** What is read and recorded of a message when it is popped. */
const BODY_BYTES = [LIMITS.requestBytes, 0, XFER_BYTES, XFER_BYTES] as const;
/** A driver that wants to be polled is looked at this often at most. */
const SHORTEST_POLL_NS = NS_PER_MS;
const ALL_RING_FEATURES = featureSet(...Object.values(RING_FEATURE_BITS));
/** Bits that a transport negotiates for itself. */
const TRANSPORT_FEATURES = featureSet(VHOST_USER_F_PROTOCOL_FEATURES);

/** One device for a whole session: guests come, reset it and go. Nothing here throws on what a guest does. */
export class SoundDevice {
  private readonly deps: SoundDeviceDeps;
  private readonly memory = new CurrentMemory();
  private readonly violations: ViolationLog;
  private readonly ports: readonly QueuePort[];
  private readonly events: EventSender;
  private readonly jacks: Jacks;
  private readonly elements: ControlElements;
  private readonly pcmStreams: readonly PcmStream[];
  private readonly handlers: readonly ((message: Message) => void)[];
  private readonly hasElements: boolean;
  private accepted = 0n;
  private trackCount: TrackId = 0;
  /** Queues that have a turn coming: more chains than one kick handles. */
  private readonly waiting = new Set<QueueIndex>();
  private cancelPoll: (() => void) | undefined;
  /** Queues start one by one after a pause: RELEASE has to find the messages of its stream, which are in the ring. */
  private holdsControl = false;

  constructor(deps: SoundDeviceDeps) {
    this.deps = deps;
    const { record, interrupt, topology, clock } = deps;
    const stalls = deps.stalls && { plan: deps.stalls, clock };
    const { memory } = this;
    this.violations = new ViolationLog(record);
    const { violations } = this;
    this.ports = BODY_BYTES.map(
      (bodyBytes, index) =>
        new QueuePort({ index, bodyBytes, memory, record, violations, interrupt, stalls }),
    );
    this.events = new EventSender({ port: this.port(EVENTQ), memory, record, violations });
    this.jacks = new Jacks(topology.jacks);
    this.elements = new ControlElements(topology.controls);
    this.hasElements = topology.controls.length > 0 && deps.options?.specVersion !== '1.2';
    const posted = deps.options?.comparesPosted === false ? undefined : openPostedCopies(record);
    const shared = { arena: new PcmArena(), posted };
    this.pcmStreams = topology.streams.map((spec, id) => this.openStream(id, spec, shared));
    this.handlers = this.handlersOf();
  }

  /** Without bits that only a transport has. */
  offeredFeatures(): bigint {
    const { ringFeatures = ALL_RING_FEATURES } = this.deps.topology;
    const always = featureSet(VIRTIO_F_VERSION_1) | ringFeatures;
    return this.hasElements ? always | featureSet(VIRTIO_SND_F_CTLS) : always;
  }

  /** The driver's choice. What it may not choose is recorded and has no effect. */
  setFeatures(accepted: bigint): void {
    const offered = this.offeredFeatures();
    const foreign = accepted & ~offered & ~TRANSPORT_FEATURES;
    if (foreign !== 0n) this.blame('VQ-S-05', `accepted: ${featureNames(foreign).join(', ')}`);
    if (!hasFeature(accepted, VIRTIO_F_VERSION_1)) {
      this.blame('VQ-S-18', `accepted: ${featureNames(accepted).join(', ') || 'nothing'}`);
    }
    this.accepted = accepted & offered;
  }

  /** Of the configuration space, which has 12 bytes, or 16 with control elements; shorter than asked where it ends.
   *  Spec: 5.14.4 */
  readConfig(offsetBytes: number, bytes: number): Uint8Array {
    const { jacks, streams, chmaps, controls } = this.deps.topology;
    const config = SND_CONFIG.write({
      jacks: jacks.length,
      streams: streams.length,
      chmaps: chmaps.length,
      controls: this.hasElements ? controls.length : 0,
    });
    const end = this.hasElements ? config.length : config.length - 4;
    const from = Math.min(Math.max(0, offsetBytes), end);
    return config.slice(from, Math.max(from, Math.min(end, from + bytes)));
  }

  /** Takes over at once, also for queues that run. */
  setMemory(memory: GuestMemory): void {
    this.memory.replace(memory);
  }

  /** A queue runs from now on. What is in it already is taken, whether or not a kick comes. */
  startQueue(setup: QueueSetup): void {
    const port = this.ports[setup.index];
    if (port === undefined) return;
    if (port.isRunning) this.stopQueue(setup.index);
    port.start(openDeviceQueue(setup, this.memory));
    if (setup.index === EVENTQ) this.events.listen();
    if (setup.index === CONTROLQ) this.holdsControl = this.isAnySuspended();
    this.kick(setup.index);
    const resumed = this.streamsOf(setup.index);
    for (const stream of resumed) stream.resume();
    if (resumed.length > 0) this.kick(CONTROLQ);
  }

  /** Stops a queue with nothing in limbo: what was popped last and not returned goes back to the ring, anything older is
   *  returned. Gives where to go on; `undefined` for a queue that does not run. */
  stopQueue(index: QueueIndex): QueuePosition | undefined {
    const port = this.ports[index];
    if (port === undefined || !port.isRunning) return undefined;
    const rewindFrom = port.rewindFrom();
    for (const stream of this.streamsOf(index)) stream.suspend(rewindFrom);
    return port.stop();
  }

  /** Spec: 2.9 (driver notifications) */
  kick(index: QueueIndex): void {
    const port = this.ports[index];
    const handler = this.handlers[index];
    if (port === undefined || handler === undefined || !port.isRunning) return;
    if (index === CONTROLQ && this.holdsControl) {
      this.holdsControl = this.isAnySuspended();
      if (this.holdsControl) return;
    }
    const isMore = index === EVENTQ ? this.events.deliver() : port.serve(handler);
    if (isMore) this.takeTurn(index);
  }

  /** How long the ring has been seen to hold messages that no kick announced; `undefined`: it does not. */
  waitedNs(index: QueueIndex): Ns | undefined {
    return this.ports[index]?.waitedNs(this.deps.clock.nowNs());
  }

  /** A device reset: queues, streams and everything in flight are forgotten. Spec: 2.4 */
  reset(): void {
    this.forget('device reset');
  }

  /** The guest went away, and its memory with it. */
  gone(): void {
    this.memory.replace(undefined);
    this.forget('the guest went away');
  }

  /** Someone plugged something in or out. Spec: 5.14.6.4.3 */
  setJack(jackId: number, connected: boolean): void {
    if (!this.jacks.setConnected(jackId, connected)) return;
    const code = connected ? VIRTIO_SND_EVT_JACK_CONNECTED : VIRTIO_SND_EVT_JACK_DISCONNECTED;
    this.events.send(code, jackId);
  }

  isJackConnected(jackId: number): boolean {
    return this.jacks.isConnected(jackId);
  }

  /** Changes a control element's values from the host's side and tells the driver. One that does not exist: nothing. */
  setControl(controlId: number, values: readonly number[]): void {
    if (this.elements.spec(controlId) === undefined) return;
    this.elements.setValues(controlId, values);
    this.notifyControl(controlId, 1);
  }

  /** `undefined` for one that does not exist. */
  controlValues(controlId: number): readonly number[] | undefined {
    return this.elements.spec(controlId) && this.elements.values(controlId);
  }

  /** `mask`: bits of CTL_EVT_MASK_…; others are left out. Only with VIRTIO_SND_F_CTLS. Spec: 5.14.6.10.4 */
  notifyControl(controlId: number, mask: number): void {
    if (!this.hasControls() || this.elements.spec(controlId) === undefined) return;
    this.events.sendControl(controlId, mask & 7);
  }

  /** `undefined` for a queue that does not run, or whose ring is not mapped. */
  queueSnapshot(index: QueueIndex): RingSnapshot | undefined {
    return this.ports[index]?.snapshot();
  }

  /** Chains posted and not yet popped: in the event queue all that wait for an event. */
  waitingChains(index: QueueIndex): number {
    return this.ports[index]?.availableChains() ?? 0;
  }

  streams(): readonly StreamReport[] {
    return this.pcmStreams.map((stream) => stream.report());
  }

  /** How often each rule was broken, also beyond the bound up to which breaches are recorded. */
  violationCounts(): ReadonlyMap<RuleId, number> {
    return this.violations.counts();
  }

  private hasControls(): boolean {
    return hasFeature(this.accepted, VIRTIO_SND_F_CTLS);
  }

  private handlersOf(): readonly ((message: Message) => void)[] {
    const control = this.controlLane();
    const tx = this.dataLane('output');
    const rx = this.dataLane('input');
    return [
      (message) => {
        takeControl(control, message);
        this.watchPolledStreams();
      },
      () => assert(false, 'event buffers are popped by who has an event'),
      (message) => takeTransfer(tx, message),
      (message) => takeTransfer(rx, message),
    ];
  }

  private controlLane(): ControlLane {
    const { topology, options, record } = this.deps;
    const rateCount = options?.specVersion === '1.4' || options?.specVersion === undefined;
    const hasControls = () => this.hasControls();
    return {
      port: this.port(CONTROLQ),
      memory: this.memory,
      violations: this.violations,
      target: {
        topology,
        streams: this.pcmStreams,
        jacks: this.jacks,
        elements: this.elements,
        get hasControls() {
          return hasControls();
        },
        wrongStateStatus: options?.wrongStateStatus ?? VIRTIO_SND_S_BAD_MSG,
        rateCount: rateCount ? RATES_HZ.length : FIRST_RATE_OF_1_4,
      },
      note: (detail) => record({ kind: 'setup', step: { what: 'note', detail } }),
    };
  }

  private dataLane(direction: 'output' | 'input'): Lane {
    return {
      direction,
      port: this.port(direction === 'output' ? TXQ : RXQ),
      memory: this.memory,
      violations: this.violations,
      streams: this.pcmStreams,
    };
  }

  private openStream(
    id: number,
    spec: StreamSpec,
    shared: Pick<StreamDeps, 'arena' | 'posted'>,
  ): PcmStream {
    const index = spec.direction === 'output' ? TXQ : RXQ;
    const { clock, record, sink, source, options } = this.deps;
    const deps: StreamDeps = {
      clock,
      record,
      violations: this.violations,
      memory: this.memory,
      port: this.port(index),
      events: this.events,
      ...shared,
      stale: options?.replaysStale === true ? new StaleReplay() : undefined,
      nextTrack: () => this.trackCount++,
      look: () => this.look(index),
    };
    return spec.direction === 'output'
      ? new OutputStream(id, spec, deps, sink)
      : new InputStream(id, spec, deps, source);
  }

  /** Takes what is in a data queue and was not kicked yet. Interrupts are up to who asked. */
  private look(index: QueueIndex): void {
    const handler = this.handlers[index];
    if (handler !== undefined && this.port(index).drain(handler)) this.takeTurn(index);
  }

  /** Goes on with a queue when everything else that is due had its turn. */
  private takeTurn(index: QueueIndex): void {
    if (this.waiting.has(index)) return;
    this.waiting.add(index);
    const { clock } = this.deps;
    clock.at(clock.nowNs(), () => {
      this.waiting.delete(index);
      this.kick(index);
    });
  }

  /** While a driver wants to be polled, looks at the data queues once in the shortest of its periods.
   *  Spec: 5.14.6.6.2 (MSG_POLLING) */
  private watchPolledStreams(): void {
    const waitNs = this.pollNs();
    if (this.cancelPoll !== undefined || waitNs === undefined) return;
    const { clock } = this.deps;
    this.cancelPoll = clock.at(clock.nowNs() + waitNs, () => {
      this.cancelPoll = undefined;
      if (this.pollNs() === undefined) return;
      this.kick(TXQ);
      this.kick(RXQ);
      this.watchPolledStreams();
    });
  }

  private pollNs(): Ns | undefined {
    const periods = this.pcmStreams.flatMap((stream) => stream.pollNs ?? []);
    return periods.length === 0 ? undefined : Math.max(SHORTEST_POLL_NS, Math.min(...periods));
  }

  private forget(why: string): void {
    let messages = 0;
    for (const port of this.ports) messages += port.forget();
    let pcmBytes = 0;
    for (const stream of this.pcmStreams) pcmBytes += stream.reset();
    const events = this.events.clear();
    this.jacks.reset();
    this.elements.reset();
    this.cancelPoll?.();
    this.cancelPoll = undefined;
    if (messages + events === 0) return;
    const what = `${why}: ${messages} messages and ${events} events were pending`;
    this.deps.record({ kind: 'forgotten', messages: messages + events, pcmBytes, why: what });
  }

  private isAnySuspended(): boolean {
    return this.pcmStreams.some((stream) => stream.isSuspended);
  }

  private streamsOf(index: QueueIndex): readonly PcmStream[] {
    if (index !== TXQ && index !== RXQ) return [];
    const direction = index === TXQ ? 'output' : 'input';
    return this.pcmStreams.filter((stream) => stream.spec.direction === direction);
  }

  private port(index: QueueIndex): QueuePort {
    const port = this.ports[index];
    assert(port !== undefined && index < QUEUE_COUNT, 'the sound device has four queues');
    return port;
  }

  private blame(rule: RuleId, detail: string): void {
    this.violations.report({ rule, detail });
  }
}
