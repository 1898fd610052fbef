/** One live source of entries wired to a capture: transport on one side, device on the other. Here everything that happens
 *  gets its time, and what the transport says becomes entries. */

import type { AudioSink, AudioSource } from './audio/audio-io.ts';
import { Capture } from './capture/capture.ts';
import type { EntryBody, SetupStep } from './capture/entry.ts';
import type { ByteStore } from './capture/store.ts';
import type { Clock } from './clock.ts';
import { SoundDevice } from './device/sound-device.ts';
import type { Topology } from './device/topology.ts';
import type { LiveSession } from './live-session.ts';
import type { GuestMemory } from './queue/guest-memory.ts';
import type { QueuePosition, QueueSetup, RingSnapshot } from './queue/virtqueue.ts';
import type { RunningHash } from './running-hash.ts';
import type { Violation } from './spec/rules.ts';
import { QUEUE_COUNT, TXQ } from './spec/sound.ts';
import type { Stalls } from './stalls.ts';
import type { DeviceSide, Transport } from './transport/transport.ts';
import { NS_PER_MS, NS_PER_S, type Ns, type QueueIndex, type Seq, type TrackId } from './units.ts';

export interface SessionOptions {
  readonly transport: Transport;
  readonly topology: Topology;
  readonly clock: Clock;
  readonly sink: AudioSink;
  readonly source: AudioSource;
  readonly store: ByteStore;
  readonly title: string;
  readonly application: string;
  readonly startedAtUnixMs: number;
  readonly simulated: boolean;
  /** Whether the device looks for late writes. True unless given. */
  readonly comparesPosted?: boolean;
  /** A mistake of the device, on purpose. */
  readonly replaysStale?: boolean | undefined;
  /** Absent: no hashes in the summary. */
  readonly makeHash?: () => RunningHash;
  /** What the host does to jacks by itself, at times since the start. */
  /** Planted on purpose; absent: nothing stalls. */
  readonly stalls?: Stalls | undefined;
  readonly jackEvents?: readonly { atNs: Ns; jackId: number; connected: boolean }[];
  /** Everything is recorded, and the capture is not closed yet. */
  readonly onEnding?: () => void;
  /** The capture grew or the state changed. Called often; the host thins it out. */
  readonly onChanged: () => void;
  /** The guest came (`true`) or went. */
  readonly onGuest: (isThere: boolean, detail: string) => void;
}

const FLUSH_NS = 100 * NS_PER_MS;
const RING_NS = NS_PER_S;
/** PCM that one turn takes into the pyramids: a few milliseconds at most. */
const PYRAMID_BYTES = 1 << 20;
const COSTS_KEPT = 4096;
/** Bytes of one read of the configuration space that are recorded; it has 16. */
const CONFIG_BYTES_KEPT = 16;

export class Session implements DeviceSide, LiveSession {
  readonly capture: Capture;
  readonly device: SoundDevice;
  readonly hashes = new Map<TrackId, RunningHash>();
  offered = 0n;
  accepted = 0n;
  status = 0;
  isRunning = false;
  hasGuest = false;
  readonly runningQueues: boolean[] = new Array<boolean>(QUEUE_COUNT).fill(false);
  private readonly options: SessionOptions;
  private readonly startNs: Ns;
  private readonly cancels: (() => void)[] = [];
  private readonly lastRing: string[] = [];
  private readonly costsUs = new Float32Array(COSTS_KEPT);
  private costs = 0;
  private hostUnderruns = 0;
  /** Streams that the sink does not play, and why. */
  private readonly unheard = new Map<number, string>();
  private isPopHeld = false;

  constructor(options: SessionOptions) {
    this.options = options;
    const { clock, store, title, application, startedAtUnixMs, simulated } = options;
    this.startNs = clock.nowNs();
    this.capture = new Capture({ application, title, startedAtUnixMs, simulated }, store);
    this.device = new SoundDevice({
      topology: options.topology,
      clock,
      record: (body) => this.record(body),
      interrupt: (queue) => options.transport.interrupt(queue),
      sink: options.sink,
      source: options.source,
      options: {
        comparesPosted: options.comparesPosted ?? true,
        replaysStale: options.replaysStale ?? false,
      },
      stalls: options.stalls,
    });
    this.offered = this.device.offeredFeatures();
  }

  start(): void {
    this.isRunning = true;
    this.repeat(FLUSH_NS, () => {
      this.recordSink();
      if (this.capture.keeping.disk() === 'fine') this.capture.growPyramids(PYRAMID_BYTES);
      this.capture.flush();
    });
    this.repeat(RING_NS, () => this.recordRings());
    this.options.transport.start(this);
    for (const { atNs, jackId, connected } of this.options.jackEvents ?? []) {
      const plug = () => this.setJack(jackId, connected);
      this.cancels.push(this.options.clock.at(this.startNs + atNs, plug));
    }
  }

  /** Ends it; the capture stays. Doing it twice does no harm. */
  stop(detail: string): void {
    if (!this.isRunning) return;
    if (this.hasGuest) this.recordRings();
    this.device.gone();
    this.isRunning = false;
    this.hasGuest = false;
    this.runningQueues.fill(false);
    this.options.transport.stop();
    for (const cancel of this.cancels.splice(0)) cancel();
    this.setUp({ what: 'gone', detail });
    this.options.onEnding?.();
    this.capture.finish();
  }

  nowNs(): Ns {
    return this.options.clock.nowNs() - this.startNs;
  }

  ringSnapshot(queue: QueueIndex): RingSnapshot | undefined {
    return this.isRunning ? this.device.queueSnapshot(queue) : undefined;
  }

  /** What handling a kick took, over the last few thousand kicks. */
  kickCost(): { p50Us: number; p99Us: number; count: number } {
    const kept = this.costsUs.slice(0, Math.min(this.costs, COSTS_KEPT)).sort();
    const at = (part: number) =>
      kept[Math.min(kept.length - 1, Math.floor(kept.length * part))] ?? 0;
    return { p50Us: at(0.5), p99Us: at(0.99), count: this.costs };
  }

  liveStreams() {
    return this.device.streams();
  }

  waitingChains(queue: QueueIndex): number {
    return this.isRunning ? this.device.waitingChains(queue) : 0;
  }

  isJackConnected(jackId: number): boolean | undefined {
    return this.device.isJackConnected(jackId);
  }

  setJack(jackId: number, connected: boolean): void {
    this.device.setJack(jackId, connected);
  }

  // DeviceSide: what the transport tells

  offeredFeatures(): bigint {
    return this.device.offeredFeatures();
  }

  onFeatures(accepted: bigint): void {
    this.accepted = accepted;
    this.setUp({ what: 'features', offered: this.offered, accepted });
    this.device.setFeatures(accepted);
  }

  readConfig(offsetBytes: number, bytes: number): Uint8Array {
    const read = this.device.readConfig(offsetBytes, bytes);
    const values = [...read.subarray(0, CONFIG_BYTES_KEPT)];
    this.setUp({ what: 'config-read', offsetBytes, bytes, values });
    return read;
  }

  onMemory(memory: GuestMemory): void {
    this.setUp({ what: 'memory', regions: memory.regions().map((region) => ({ ...region })) });
    this.device.setMemory(memory);
  }

  onQueue(setup: QueueSetup): void {
    const { index: queue, size, packed, descriptorArea, driverArea, deviceArea } = setup;
    const areas = { descriptorArea, driverArea, deviceArea };
    this.runningQueues[queue] = true;
    this.setUp({ what: 'queue', queue, size, packed, ...areas, availIdx: setup.position.avail });
    if (!this.hasGuest) {
      this.hasGuest = true;
      this.setUp({ what: 'attached', detail: 'the driver set up its queues' });
      this.options.onGuest(true, 'the guest’s driver set up its queues');
    }
    this.device.startQueue(setup);
  }

  onQueueStop(index: QueueIndex): QueuePosition | undefined {
    this.recordRing(index);
    const position = this.device.stopQueue(index);
    this.runningQueues[index] = false;
    this.setUp({ what: 'queue-stopped', queue: index, availIdx: position?.avail ?? 0 });
    return position;
  }

  onKick(index: QueueIndex): void {
    const beganNs = this.options.clock.nowNs();
    const waitedNs = this.isPopHeld ? undefined : this.device.waitedNs(index);
    this.record({ kind: 'kick', queue: index, ...(waitedNs === undefined ? {} : { waitedNs }) });
    if (!this.stallsPop(index, beganNs)) this.device.kick(index);
    this.costsUs[this.costs++ % COSTS_KEPT] = (this.options.clock.nowNs() - beganNs) / 1000;
  }

  onStatus(status: number): void {
    this.status = status;
    this.setUp({ what: 'status', status });
  }

  onReset(): void {
    this.recordRings();
    this.setUp({ what: 'reset' });
    this.runningQueues.fill(false);
    this.device.reset();
  }

  onGone(detail: string): void {
    this.recordRings();
    this.device.gone();
    this.hasGuest = false;
    this.runningQueues.fill(false);
    this.setUp({ what: 'gone', detail });
    this.options.onGuest(false, detail);
  }

  onNote(detail: string): void {
    this.setUp({ what: 'note', detail });
  }

  onViolation(violation: Violation): void {
    this.record({ kind: 'violation', violation });
  }

  /** True while a planted stall keeps the device from popping; kicks meanwhile are served when it is over. */
  private stallsPop(index: QueueIndex, nowNs: Ns): boolean {
    if (index !== TXQ) return false;
    if (this.isPopHeld) return true;
    const stallNs = this.options.stalls?.take('pop') ?? 0;
    if (stallNs === 0) return false;
    this.isPopHeld = true;
    this.options.clock.at(nowNs + stallNs, () => {
      this.isPopHeld = false;
      if (this.isRunning) this.device.kick(index);
    });
    return true;
  }

  private setUp(step: SetupStep): void {
    this.record({ kind: 'setup', step });
  }

  private record(body: EntryBody): Seq {
    if (body.kind === 'track' || body.kind === 'moved') this.hash(body);
    const seq = this.capture.append(Math.max(Math.floor(this.nowNs()), this.capture.endNs), body);
    this.options.onChanged();
    return seq;
  }

  private hash(body: EntryBody & { kind: 'track' | 'moved' }): void {
    const { makeHash } = this.options;
    if (makeHash === undefined) return;
    if (body.kind === 'track') this.hashes.set(body.track, makeHash());
    else this.hashes.get(body.track)?.update(body.pcm);
  }

  private recordRings(): void {
    for (let queue = 0; queue < QUEUE_COUNT; queue++) this.recordRing(queue);
  }

  /** Records a ring as it stands, unless nothing moved since the last time. */
  private recordRing(queue: QueueIndex): void {
    const snapshot = this.device.queueSnapshot(queue);
    if (snapshot === undefined) return;
    const { setup, position, inFlight, descriptorArea, driverArea, deviceArea } = snapshot;
    const key = `${position.avail} ${position.used} ${deviceArea.join()} ${driverArea.join()}`;
    if (this.lastRing[queue] === key) return;
    this.lastRing[queue] = key;
    const { size, packed } = setup;
    const areas = { descriptorArea, driverArea, deviceArea };
    const indexes = { availIdx: position.avail, usedIdx: position.used, inFlight: [...inFlight] };
    this.record({ kind: 'ring', queue, size, packed, ...indexes, ...areas });
  }

  /** The sound server counts over all streams: blamed on the one that runs; on none when several do. */
  private recordSink(): void {
    const { hostUnderruns, unheard = [] } = this.options.sink.describe();
    this.recordUnheard(unheard);
    if (hostUnderruns <= this.hostUnderruns) return;
    const count = hostUnderruns - this.hostUnderruns;
    this.hostUnderruns = hostUnderruns;
    const running = this.device
      .streams()
      .filter(({ direction, state }) => direction === 'output' && state === 'running');
    const [stream] = running;
    if (running.length === 1 && stream?.track !== undefined) {
      const { streamId, track, movedFrames: atFrame } = stream;
      this.record({ kind: 'xrun', streamId, track, side: 'host', atFrame, missingFrames: 0 });
    } else {
      this.onNote(`the sound server ran dry ${count} times while several streams played`);
    }
  }

  /** A stream that the sink lost, or has again. */
  private recordUnheard(streams: readonly { streamId: number; why: string }[]): void {
    const now = new Map(streams.map(({ streamId, why }) => [streamId, why]));
    for (const streamId of this.unheard.keys()) if (!now.has(streamId)) now.set(streamId, '');
    for (const [streamId, detail] of now) {
      if ((this.unheard.get(streamId) ?? '') === detail) continue;
      this.setUp({ what: 'unheard', streamId, detail });
      this.unheard.set(streamId, detail);
    }
  }

  private repeat(everyNs: Ns, run: () => void): void {
    const { clock } = this.options;
    const place = this.cancels.length;
    const again = (): void => {
      if (!this.isRunning) return;
      run();
      this.cancels[place] = clock.at(clock.nowNs() + everyNs, again);
    };
    this.cancels[place] = clock.at(clock.nowNs() + everyNs, again);
  }
}
