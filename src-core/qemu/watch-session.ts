/** A session that watches the sound device of a QEMU that runs already: asks over QMP, reads the rings in guest memory, and
 *  takes times from QEMU's trace. It never writes to the guest, and what it changes of QEMU (trace events) is put back.
 *
 *      connect ─► discover ─► choose ─► facts ─► memory, observers, trace ─► looks … ─► end
 *                                          ▲                                  │
 *                                          └──── reset, reboot, new driver ◄──┘ */
import { Capture } from '../capture/capture.ts';
import type { EntryBody, SetupStep } from '../capture/entry.ts';
import type { LiveSession } from '../live-session.ts';
import type { RingSnapshot } from '../queue/virtqueue.ts';
import type { RunningHash } from '../running-hash.ts';
import { QUEUE_COUNT } from '../spec/sound.ts';
import { NS_PER_MS, NS_PER_S, type Ns, type QueueIndex, type Seq, type TrackId } from '../units.ts';
import type { LiveStream } from '../views/stream-slice.ts';
import { type Discovery, discover, type WatchableDevice } from './discover.ts';
import { NO_TRUST } from './payload-check.ts';
import { QmpClient, type QmpEnd, type QmpEvent, type QmpVersion } from './qmp-client.ts';
import { runTask } from './qmp-task.ts';
import { queueMatcher } from './queue-pointers.ts';
import type { QueueStatusReply } from './replies.ts';
import { NO_RINGS, readElements } from './ring-elements.ts';
import { RingLooks } from './ring-looks.ts';
import { Sampling } from './sampling.ts';
import type { TraceTime } from './trace-times.ts';
import {
  type DeviceStatus,
  isDriverReady,
  readFacts,
  readQueues,
  readStatus,
  setUpQueues,
  type WatchFacts,
} from './watch-facts.ts';
import type { WatchEnd, WatchOptions } from './watch-options.ts';
import type { WatchStatus } from './watch-status.ts';
import { WatchTrace } from './watch-trace.ts';
import { deviceInfo, endOf, pickFrom, pickProblem, SEVERAL, versionText } from './watch-words.ts';

const STATUS_NS = 500 * NS_PER_MS;
const FLUSH_NS = 100 * NS_PER_MS;
const RING_NS = NS_PER_S;
const PYRAMID_BYTES = 1 << 20;

export class WatchSession implements LiveSession {
  readonly capture: Capture;
  readonly hashes = new Map<TrackId, RunningHash>();
  isRunning = false;
  hasGuest = false;
  private readonly options: WatchOptions;
  private readonly startNs: Ns;
  /** What to take off the wall clock for a time of this session. */
  private readonly unixStartNs: Ns;
  private client: QmpClient | undefined;
  private version: QmpVersion | undefined;
  private found: Discovery | undefined;
  private device: WatchableDevice | undefined;
  private status: DeviceStatus | undefined;
  /** What of it stands in the capture, since the last reset. */
  private recorded: DeviceStatus | undefined;
  private queues: readonly QueueStatusReply[] = [];
  private looks: RingLooks | undefined;
  private trace: WatchTrace | undefined;
  private readonly sampling: Sampling;
  private toldRings = NO_RINGS;
  private isPaused = false;
  private isAsking = false;
  private wasReset = false;
  private hasShutDown = false;
  private cancelTask: () => void = () => {};
  private readonly cancels: (() => void)[] = [];

  constructor(options: WatchOptions) {
    this.options = options;
    this.startNs = options.clock.nowNs();
    this.unixStartNs = options.ports.unixNs();
    this.sampling = new Sampling(options.clock, options.rateHz);
    const { application, title, startedAtUnixMs } = options;
    const facts = { application, title, startedAtUnixMs, simulated: false };
    this.capture = new Capture(facts, options.store);
  }

  start(): void {
    const { channel, clock } = this.options;
    this.isRunning = true;
    this.client = new QmpClient({
      ...{ channel, clock },
      onReady: (version) => this.ready(version),
      onEvent: (event) => this.heard(event),
      onGone: (end) => this.gone(end),
    });
    this.repeat(FLUSH_NS, () => this.keepBooks());
    this.repeat(RING_NS, () => this.looks?.recordRings());
    this.repeat(STATUS_NS, () => this.askStatus());
    const { rateHz } = this.options;
    if (rateHz > 0) this.repeat(NS_PER_S / rateHz, () => this.askIndexes());
  }

  stop(detail: string): void {
    if (!this.isRunning) return;
    this.cancelTask();
    for (const cancel of this.cancels.splice(0)) cancel();
    this.looks?.stop();
    this.trace?.stop();
    this.client?.close();
    this.isRunning = false;
    this.hasGuest = false;
    this.setUp({ what: 'gone', detail });
    this.capture.finish();
  }

  /** Watches this one of several devices; why not, where it cannot be. */
  pick(path: string): WatchEnd | undefined {
    const picked = pickFrom(this.found, this.device, path);
    if ('code' in picked) return picked;
    if (this.device === undefined) this.watch(picked);
    return undefined;
  }

  get offered(): bigint {
    return this.status?.offered ?? 0n;
  }

  get runningQueues(): readonly boolean[] {
    const watched = this.looks?.watchedQueues() ?? [];
    return Array.from({ length: QUEUE_COUNT }, (_none, queue) => watched[queue] === true);
  }

  nowNs(): Ns {
    return this.options.clock.nowNs() - this.startNs;
  }

  liveStreams(): readonly LiveStream[] {
    return this.looks?.liveStreams() ?? [];
  }

  waitingChains(): number {
    return 0; // whether QEMU has popped what is available, its rings do not tell
  }

  ringSnapshot(queue: QueueIndex): RingSnapshot | undefined {
    return this.isRunning ? this.looks?.snapshot(queue) : undefined;
  }

  kickCost() {
    return this.looks?.cost() ?? { p50Us: 0, p99Us: 0, count: 0 };
  }

  watchStatus(): WatchStatus {
    const { device, looks, trace, found } = this;
    const cost = this.client?.cost();
    return {
      target: this.options.target,
      qemuVersion: this.version === undefined ? '' : versionText(this.version),
      devices: found?.devices.map(deviceInfo) ?? [],
      ...(device === undefined ? {} : { devicePath: device.path }),
      mustPick: device === undefined && this.ownDevices() > 1,
      missing: found?.missing ?? [],
      memory: looks?.memoryText ?? 'guest memory was not looked for yet',
      canReadMemory: looks?.canRead === true,
      toldRings: this.toldRings,
      trace: trace?.sentence ?? (this.ownDevices() > 1 ? SEVERAL : 'the trace is not looked at'),
      ...(trace?.path === undefined ? {} : { tracePath: trace.path }),
      isPaused: this.isPaused,
      commands: {
        count: cost?.commands ?? 0,
        p50Us: cost?.p50Us ?? 0,
        busyPart: cost?.busyPart ?? 0,
      },
      sampling: this.sampling.cost(),
      trust: looks?.trust() ?? NO_TRUST,
      assumedStreams: looks?.assumedStreams() ?? [],
    };
  }

  private ready(version: QmpVersion): void {
    this.version = version;
    this.say('waiting', `QEMU ${versionText(version)} answers; looking for its sound devices.`);
    this.run(discover(), (found) => this.discovered(found));
  }

  private discovered(found: Discovery): void {
    this.found = found;
    const own = found.devices.filter((each) => each.kind === 'own');
    const wanted = this.options.devicePath;
    const device = wanted === undefined ? own[0] : own.find(({ path }) => path === wanted);
    const isOne = own.length === 1 || wanted !== undefined;
    if (device === undefined) this.end(pickProblem(found, wanted));
    else if (isOne) this.watch(device);
    else this.say('waiting', 'Several sound devices: say which to watch.');
  }

  private watch(device: WatchableDevice): void {
    this.device = device;
    this.setUp({ what: 'watched', detail: `watching ${device.path} of QEMU over QMP` });
    this.readAgain();
  }

  private readAgain(): void {
    const { device } = this;
    if (device === undefined || this.isAsking) return;
    this.isAsking = true;
    this.run(readFacts(device), (facts) => {
      this.isAsking = false;
      if (facts === undefined) {
        this.end({
          code: 'no-status',
          sentence: 'QEMU does not tell the device’s status any more.',
        });
      } else this.begin(device, facts);
    });
  }

  private begin(device: WatchableDevice, facts: WatchFacts): void {
    this.took(facts.device);
    if (!isDriverReady(facts.device)) {
      this.say('waiting', 'No driver runs the sound device yet: waiting for the guest.');
      return;
    }
    const { ports, target, channel, clock } = this.options;
    const { client } = this;
    if (client === undefined) return;
    const isFirst = this.looks === undefined;
    this.looks ??= new RingLooks({
      ...{ ports, target, channel, clock, client },
      streams: device.streams,
      tellsUnplayed: (this.version?.major ?? 0) < 11,
      nowNs: () => this.nowNs(),
      append: (atNs, body) => this.append(atNs, body),
      onGone: () => this.ringsGone(),
      poll: () => this.trace?.poll(),
    });
    this.looks.open(facts, this.wasReset);
    this.wasReset = false;
    this.hasGuest = true;
    this.setUp({ what: 'attached', detail: this.looks.memoryText });
    this.queues = facts.queues;
    if (isFirst && this.options.usesTrace) this.followTrace(client);
    this.say('live', `Watching ${device.path}; ${this.looks.memoryText}.`);
  }

  private ownDevices(): number {
    return this.found?.devices.filter(({ kind }) => kind === 'own').length ?? 0;
  }

  private followTrace(client: QmpClient): void {
    const { ports, target, channel, tracePath: path } = this.options;
    const given = path === undefined ? {} : { path };
    const onTimes = (times: readonly TraceTime[]) => this.looks?.tellTimes(times, this.unixStartNs);
    const onTraced = () => this.looks?.traced();
    const told = { onTimes, onTraced };
    // Lines of another sound device would give this one’s messages their times.
    const isAlone = this.ownDevices() === 1;
    const read = isAlone ? undefined : ports.openProcess(target, channel);
    if (!isAlone && read === undefined) return;
    const isOurs = read && queueMatcher(read, () => this.queues);
    const which = isOurs === undefined ? {} : { isOurs };
    this.trace = new WatchTrace({ ports, client, target, channel, ...given, ...told, ...which });
    this.trace.start();
  }

  /** Asked a few times a second: the driver comes and goes without an event. */
  private askStatus(): void {
    const { device } = this;
    if (device === undefined || this.isAsking || this.client?.isReady !== true) return;
    this.isAsking = true;
    this.run(readStatus(device), (status) => {
      this.isAsking = false;
      if (status === undefined) return;
      const wasReady = this.hasGuest;
      this.took(status);
      if (!isDriverReady(status) && wasReady) this.driverGone();
      else if (isDriverReady(status) && !wasReady) this.readAgain();
      else if (this.hasGuest && this.looks?.canRead === false) this.askElements(device);
    });
  }

  /** What QEMU tells of its rings itself, where memory cannot be read. */
  private askElements(device: WatchableDevice): void {
    if (this.found?.missing.includes('x-query-virtio-queue-element') === true) return;
    this.isAsking = true;
    this.run(readElements(device, setUpQueues(this.queues)), (told) => {
      this.isAsking = false;
      this.toldRings = this.hasGuest ? told : NO_RINGS;
    });
  }

  /** What QEMU holds of each queue, which its rings do not tell. One answer is waited for before the next question. */
  private askIndexes(): void {
    const { device, client } = this;
    if (device === undefined || !this.hasGuest || client?.isReady !== true) return;
    const places = setUpQueues(this.queues);
    const done = places.length === 0 ? undefined : this.sampling.begin(() => client.busyNs);
    if (done === undefined) return;
    this.run(readQueues(device, places), (replies) => {
      done();
      if (this.hasGuest) for (const reply of replies) this.looks?.sampled(reply);
    });
  }

  private took(status: DeviceStatus): void {
    this.status = status;
    // What a driver writes before it is ready is half of it, and seen twice a second.
    if (!isDriverReady(status)) return;
    const before = this.recorded;
    this.recorded = status;
    if (before?.accepted !== status.accepted || before.offered !== status.offered) {
      const { offered, accepted } = status;
      this.setUp({ what: 'features', offered, accepted });
    }
    if (before?.status !== status.status) this.setUp({ what: 'status', status: status.status });
    if (status.isBroken && before?.isBroken !== true) {
      this.setUp({ what: 'note', detail: 'QEMU has declared the device broken' });
    }
  }

  private driverGone(): void {
    this.hasGuest = false;
    this.wasReset = true;
    this.toldRings = NO_RINGS;
    this.recorded = undefined;
    this.looks?.close();
    this.setUp({ what: 'reset' });
    this.say('waiting', 'The guest’s driver has gone: waiting for it to come back.');
  }

  /** A ring went back or out of memory: the driver set it up anew between two questions. */
  private ringsGone(): void {
    if (!this.hasGuest) return;
    this.driverGone();
    this.readAgain();
  }

  private heard({ name, data }: QmpEvent): void {
    if (name === 'STOP' || name === 'RESUME') {
      this.isPaused = name === 'STOP';
      this.looks?.setPaused(this.isPaused);
      const what = this.isPaused ? 'QEMU is paused' : 'QEMU goes on';
      this.setUp({ what: 'note', detail: what });
      if (this.hasGuest) this.say('live', `${what}.`);
    } else if (name === 'RESET') {
      this.setUp({ what: 'note', detail: 'the guest is reset' });
      if (this.hasGuest) this.driverGone();
      this.say('waiting', 'The guest reboots: waiting for its driver.');
    } else if (name === 'SHUTDOWN') {
      this.hasShutDown = true;
      this.setUp({ what: 'note', detail: 'the guest shuts down' });
    } else if (name === 'DEVICE_DELETED' && this.device?.path.startsWith(String(data.path))) {
      this.end({ code: 'unplugged', sentence: 'The sound device was unplugged.' });
    }
  }

  private gone(end: QmpEnd): void {
    this.end(endOf(end, { hasShutDown: this.hasShutDown, wasReady: this.version !== undefined }));
  }

  /** Not from inside of what noticed it: it is still at work. */
  private end(end: WatchEnd): void {
    const { clock, onEnded } = this.options;
    this.cancels.push(clock.at(clock.nowNs(), () => onEnded(end)));
  }

  private run<T>(task: Parameters<typeof runTask<T>>[1], done: (result: T) => void): void {
    if (this.client !== undefined) this.cancelTask = runTask(this.client, task, done);
  }

  private say(phase: 'waiting' | 'live', sentence: string): void {
    this.options.onState(phase, sentence);
  }

  private keepBooks(): void {
    this.capture.growPyramids(PYRAMID_BYTES);
    this.capture.flush();
    this.options.onChanged();
  }

  private setUp(step: SetupStep): void {
    this.looks?.flush(true);
    this.append(this.nowNs(), { kind: 'setup', step });
  }

  private append(atNs: Ns, body: EntryBody): Seq {
    const { makeHash } = this.options;
    if (body.kind === 'track' && makeHash !== undefined) this.hashes.set(body.track, makeHash());
    if (body.kind === 'moved') this.hashes.get(body.track)?.update(body.pcm);
    const seq = this.capture.append(Math.max(Math.floor(atNs), this.capture.endNs), body);
    this.options.onChanged();
    return seq;
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
