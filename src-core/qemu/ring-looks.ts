/** The looks at a watched device's rings: a millisecond apart where memory is at hand, further where looking costs more, and
 *  never more than a part of this thread's time. What they see, and what a trace tells of its times, becomes entries. */
import type { EntryBody } from '../capture/entry.ts';
import type { Clock } from '../clock.ts';
import type { ReadableMemory } from '../queue/guest-memory.ts';
import type { ObserverQueue } from '../queue/sighting.ts';
import type { RingSnapshot } from '../queue/virtqueue.ts';
import { frameBytesOf } from '../spec/formats.ts';
import type { Grade } from '../spec/grades.ts';
import { CONTROLQ, EVENTQ, QUEUE_NAMES, RXQ, TXQ } from '../spec/sound.ts';
import { NS_PER_MS, type Ns, type QueueIndex, type Seq } from '../units.ts';
import type { LiveStream } from '../views/stream-slice.ts';
import type { ByteChannel } from './byte-channel.ts';
import { EntryWindow, type Wait } from './entry-window.ts';
import { LookPace } from './look-pace.ts';
import { openMonitorMemory } from './monitor-memory.ts';
import { openWatch, requestsBefore } from './open-watch.ts';
import type { TrustCounts } from './payload-check.ts';
import { PayloadOrder } from './payload-order.ts';
import type { QmpClient } from './qmp-client.ts';
import { QueueWatch, type WatchedPayload } from './queue-watch.ts';
import type { QueueStatusReply } from './replies.ts';
import type { RunPlace } from './run-place.ts';
import { StreamTap } from './stream-tap.ts';
import type { TraceTime } from './trace-times.ts';
import { addressProblem, setupOf, type WatchFacts } from './watch-facts.ts';
import type { OpenedMemory, QemuPorts } from './watch-ports.ts';
import { WatchedRequests } from './watched-requests.ts';
import { WatchedStreams } from './watched-streams.ts';

export interface LooksOptions {
  readonly ports: QemuPorts;
  readonly target: string;
  readonly channel: ByteChannel;
  readonly client: QmpClient;
  readonly clock: Clock;
  readonly streams: number;
  readonly tellsUnplayed: boolean;
  readonly nowNs: () => Ns;
  readonly append: (atNs: Ns, body: EntryBody) => Seq;
  /** A ring makes no sense any more. */
  readonly onGone: () => void;
  /** Called before each look, for what a trace has told meanwhile. */
  readonly poll: () => void;
}

/** In this order: what a request brings about is seen in the looks after it. */
const ORDER = [CONTROLQ, TXQ, RXQ, EVENTQ] as const;
const NEAR_NS = NS_PER_MS / 2;
/** After a control request others follow, and they do not live long. */
const BURST_NS = NS_PER_MS / 4;
const BURST_LASTS_NS = 50 * NS_PER_MS;
const MONITOR_NS = 50 * NS_PER_MS;
const PAUSED_NS = 50 * NS_PER_MS;
const COSTS_KEPT = 4096;

export class RingLooks {
  memoryText = 'guest memory is not read';
  canRead = false;
  private readonly options: LooksOptions;
  private readonly streams: WatchedStreams;
  private readonly tap: StreamTap;
  private readonly window: EntryWindow;
  private watches: QueueWatch[] = [];
  private opened: OpenedMemory | undefined;
  private everyNs = NEAR_NS;
  private lookNs: Ns = 0;
  private lastLookNs: Ns = 0;
  private burstUntilNs: Ns = 0;
  private readonly pace = new LookPace();
  private isPaused = false;
  private tracedFromNs: Ns | undefined;
  private cancel: () => void = () => {};
  private readonly costsUs = new Float32Array(COSTS_KEPT);
  private costs = 0;
  private readonly lastRing: string[] = [];
  private readonly requests: WatchedRequests;
  private readonly order: PayloadOrder;

  constructor(options: LooksOptions) {
    this.options = options;
    this.window = new EntryWindow(options.append);
    const recordAt = (atNs: Ns, body: EntryBody, grade: Grade) =>
      this.window.add(atNs, graded(body, grade));
    this.streams = new WatchedStreams(options.streams, recordAt);
    this.tap = new StreamTap(this.streams, recordAt);
    const onCommand = (streamId: number) => this.tap.commanded(streamId);
    this.requests = new WatchedRequests(this.streams, this.window, onCommand);
    this.order = new PayloadOrder({
      ...{ streams: this.streams, requests: this.requests, tellsUnplayed: options.tellsUnplayed },
      onPayload: (payload) => this.tap.consumed(payload),
    });
  }

  /** Begins to look. `wasReset`: the rings are younger than the watch. */
  open(facts: WatchFacts, wasReset: boolean): void {
    this.close();
    this.lookNs = this.options.nowNs();
    const opened = this.openMemory(facts);
    this.opened = opened;
    for (const reply of facts.queues) {
      const setup = setupOf(reply, facts.device);
      const { index: queue, size, packed, descriptorArea, driverArea, deviceArea } = setup;
      const areas = { descriptorArea, driverArea, deviceArea };
      const memory = reply['vring-desc'] === 0 ? undefined : opened?.memory;
      const observer = memory && openWatch(setup, memory, wasReset);
      const isOpen = observer !== undefined && typeof observer !== 'string';
      // Where it is watched from: what came before is not known.
      const availIdx = isOpen ? observer.position().avail : reply['last-avail-idx'];
      this.setUp({ what: 'queue', queue, size, packed, ...areas, availIdx });
      if (memory && isOpen) this.openQueue(observer, memory, wasReset);
      else if (typeof observer === 'string') {
        const detail = `${QUEUE_NAMES[queue]} is not watched: ${observer}`;
        this.setUp({ what: 'note', detail });
      }
    }
    if (this.watches.length > 0) this.plan(0);
  }

  /** The rings are gone, for now. */
  close(): void {
    this.cancel();
    this.flush(true);
    this.watches = [];
    this.opened?.close();
    this.opened = undefined;
    this.canRead = false;
    this.lookNs = this.options.nowNs();
    this.takeRequests();
    this.requests.reset();
    this.order.deliver();
    this.tap.reset();
    this.streams.reset(this.lookNs);
    this.flush(true);
  }

  /** For good: one more look, and everything is handed on. */
  stop(): void {
    if (this.watches.length > 0) this.look();
    this.takeRequests();
    this.order.deliver();
    this.recordRings();
    this.cancel();
    this.flush(true);
    this.watches = [];
    this.opened?.close();
    this.opened = undefined;
  }

  setPaused(isPaused: boolean): void {
    this.isPaused = isPaused;
  }

  /** From now on a trace tells of everything. */
  traced(): void {
    this.tracedFromNs = this.options.nowNs();
  }

  /** What a trace tells; `unixStartNs` is the session's zero on its clock. */
  tellTimes(times: readonly TraceTime[], unixStartNs: Ns): void {
    for (const time of times) {
      const { tracedFromNs = Number.POSITIVE_INFINITY } = this;
      const unixNs = time.unixNs ?? Number.NaN;
      // What is read now was written since the last look, whatever the two clocks say.
      const atNs = Math.max(this.lastLookNs, unixNs - unixStartNs);
      if (time.kind === 'code') {
        // The order of such lines tells enough, where they have no time.
        this.requests.tell({ ...time, atNs: Number.isNaN(atNs) ? this.options.nowNs() : atNs });
      } else if (!(atNs >= tracedFromNs)) {
        // Not all of its lines were written.
      } else if (time.kind === 'popped' || time.kind === 'used') {
        for (let count = 0; count < time.count; count++) {
          this.window.tell(time.queue, time.kind, atNs);
        }
      } else {
        this.window.add(atNs, { kind: time.kind, queue: time.queue });
      }
    }
  }

  flush(all = false): void {
    const isMeasuring = this.tap.settle(all ? Number.POSITIVE_INFINITY : this.options.nowNs());
    if ((!isMeasuring && this.order.isEmpty) || all) this.window.flush(this.options.nowNs(), all);
  }

  watchedQueues(): boolean[] {
    const watched: boolean[] = [];
    for (const { observer } of this.watches) watched[observer.setup.index] = true;
    return watched;
  }

  snapshot(queue: QueueIndex): RingSnapshot | undefined {
    this.opened?.refresh?.();
    return this.watches.find(({ observer }) => observer.setup.index === queue)?.observer.snapshot();
  }

  /** What QEMU said of a queue. */
  sampled(reply: QueueStatusReply): void {
    const indexes = { takenIdx: reply['last-avail-idx'], usedIdx: reply['used-idx'] };
    const inUse = Math.min(Math.max(0, Math.floor(reply.inuse)), 0xffff);
    const sample = { kind: 'sample', queue: reply['queue-index'], ...indexes, inUse } as const;
    this.window.add(this.options.nowNs(), sample);
  }

  trust(): TrustCounts {
    return this.tap.trust;
  }

  assumedStreams(): number[] {
    return this.streams.all
      .filter(({ paramsFrom }) => paramsFrom === 'assumed')
      .map(({ streamId }) => streamId);
  }

  liveStreams(): LiveStream[] {
    return this.streams.all.map(({ paramsFrom: _from, pendingBytes, ...stream }) => {
      const frameBytes = stream.params === undefined ? 0 : frameBytesOf(stream.params);
      const pendingFrames = frameBytes === 0 ? 0 : Math.floor(pendingBytes / frameBytes);
      return { ...stream, pendingFrames, delayFrames: 0 };
    });
  }

  cost() {
    const kept = this.costsUs.slice(0, Math.min(this.costs, COSTS_KEPT)).sort();
    const at = (part: number) =>
      kept[Math.min(kept.length - 1, Math.floor(kept.length * part))] ?? 0;
    return { p50Us: at(0.5), p99Us: at(0.99), count: this.costs };
  }

  /** Records rings as they stand, unless nothing moved since the last time. */
  recordRings(): void {
    this.opened?.refresh?.();
    for (const { observer } of this.watches) {
      const snapshot = observer.snapshot();
      if (snapshot === undefined) continue;
      const { setup, position, inFlight, descriptorArea, driverArea, deviceArea } = snapshot;
      const { index: queue, size, packed } = setup;
      const key = `${position.avail} ${position.used} ${deviceArea.join()} ${driverArea.join()}`;
      if (this.lastRing[queue] === key) continue;
      this.lastRing[queue] = key;
      const areas = { descriptorArea, driverArea, deviceArea };
      const indexes = {
        availIdx: position.avail,
        usedIdx: position.used,
        inFlight: [...inFlight],
      };
      const ring = { kind: 'ring', queue, size, packed, ...indexes, ...areas } as const;
      this.window.add(this.options.nowNs(), ring);
    }
  }

  private openMemory({ ranges, device }: WatchFacts): OpenedMemory | undefined {
    const { ports, target, channel, client } = this.options;
    const iommu = addressProblem(device);
    if (iommu !== undefined || ranges === undefined) {
      this.memoryText = `guest memory is not read: ${iommu ?? 'QEMU does not say where it is'}`;
      return undefined;
    }
    const found = ports.openMemory(target, channel, ranges);
    const opened = typeof found === 'string' ? openMonitorMemory(client, ranges) : found;
    this.everyNs = typeof found === 'string' ? MONITOR_NS : NEAR_NS;
    this.memoryText = typeof found === 'string' ? `${opened.how} (${found})` : opened.how;
    this.canRead = true;
    const regions = opened.memory.regions().map((region) => ({ ...region }));
    this.setUp({ what: 'memory', regions });
    return opened;
  }

  private openQueue(observer: ObserverQueue, memory: ReadableMemory, wasReset: boolean): void {
    const { setup } = observer;
    const queue = setup.index;
    const { streams, nowNs } = this.options;
    if (queue === CONTROLQ && !wasReset) {
      for (const request of requestsBefore(setup, memory)) this.streams.staleRequest(request);
    }
    // Each look costs a copy: not through the monitor.
    const isNear = this.everyNs === NEAR_NS;
    const direction = queue === RXQ ? 'input' : 'output';
    const came = (what: { readonly payload?: WatchedPayload; readonly place: RunPlace }) =>
      this.order.add(what, direction, nowNs(), this.lastLookNs);
    this.watches.push(
      new QueueWatch(
        observer,
        memory,
        {
          ...{ streams, rechecks: isNear, isNear, nowNs },
          refresh: () => this.opened?.refresh?.(),
          answered: () => this.requests.count,
        },
        {
          record: (body, grade) => this.record(queue, body, grade),
          onRequest: (request) => this.requests.answer(request, nowNs()),
          onPosted: (streamId, bytes) => this.tap.posted(streamId, bytes, this.lookNs),
          onPayload: (payload) => came({ payload, place: payload.place }),
          onLost: (place) => (queue === CONTROLQ ? this.requests.missed() : came({ place })),
        },
      ),
    );
    this.watches.sort((left, right) => placeOf(left) - placeOf(right));
  }

  private record(queue: QueueIndex, body: EntryBody, grade: Grade): Seq {
    const stage = body.kind === 'popped' || body.kind === 'used' ? body.kind : undefined;
    const isWaiting =
      stage !== undefined && this.lastLookNs >= (this.tracedFromNs ?? Number.POSITIVE_INFINITY);
    const wait: Wait | undefined = isWaiting
      ? { queue, stage, notBeforeNs: this.lastLookNs }
      : undefined;
    // After it was seen: we may have been held up since the look began.
    const seenNs = this.options.nowNs();
    const id = this.window.add(seenNs, graded(body, grade), wait);
    if (body.kind === 'popped' && queue === CONTROLQ && isWaiting) {
      const about = { notBeforeNs: this.lastLookNs, seenNs, body: body.body };
      this.requests.looked({ popped: id, ...about, isStale: grade !== 'observed' });
    }
    return id;
  }

  private setUp(step: (EntryBody & { kind: 'setup' })['step']): void {
    this.window.add(this.lookNs, { kind: 'setup', step });
  }

  private plan(afterNs: Ns): void {
    const { clock } = this.options;
    this.cancel = clock.at(clock.nowNs() + afterNs, () => {
      const tookNs = this.look();
      if (this.watches.some(({ isGone }) => isGone)) {
        this.options.onGone();
        return;
      }
      this.plan(this.nextNs(tookNs));
    });
  }

  private nextNs(tookNs: Ns): Ns {
    const isBurst = this.everyNs === NEAR_NS && this.options.nowNs() < this.burstUntilNs;
    const everyNs = this.isPaused ? PAUSED_NS : isBurst ? BURST_NS : this.everyNs;
    return this.pace.nextNs(tookNs, everyNs);
  }

  private lookAt(watch: QueueWatch, isAgain = false): void {
    if (isAgain) this.opened?.refresh?.();
    if (!watch.look()) return;
    // Once more: what came just now was in flight while it was copied, unless it is among the used ones already.
    this.opened?.refresh?.();
    watch.look();
    if (isControl(watch)) this.burstUntilNs = this.lookNs + BURST_LASTS_NS;
  }

  /** After what the streams moved: a RELEASE returns what is left before it is answered itself. */
  private takeRequests(upTo?: number): void {
    this.requests.take(this.lookNs, () => this.order.deliver(), upTo);
  }

  /** Gives what it took. */
  private look(): Ns {
    const { clock, nowNs, poll } = this.options;
    const beganNs = clock.nowNs();
    poll();
    this.lookNs = nowNs();
    this.opened?.refresh?.();
    let answered = 0;
    for (const watch of this.watches) {
      this.lookAt(watch);
      if (isControl(watch)) answered = this.requests.count;
    }
    const control = this.watches.find(isControl);
    // Whether a run has ended or begun while its messages were looked at.
    if (control !== undefined && this.watches.some(hasMoved)) this.lookAt(control, true);
    for (const watch of this.watches) watch.settle(this.requests.lastChange);
    this.order.settle(control);
    // What was answered since comes behind transfers that the next look finds.
    this.takeRequests(answered);
    this.order.settled(control);
    this.lastLookNs = this.lookNs;
    this.flush();
    const tookNs = clock.nowNs() - beganNs;
    this.costsUs[this.costs++ % COSTS_KEPT] = tookNs / 1000;
    return tookNs;
  }
}

function isControl({ observer }: QueueWatch): boolean {
  return observer.setup.index === CONTROLQ;
}

function hasMoved(watch: QueueWatch): boolean {
  return watch.hasMoved && !isControl(watch);
}

function placeOf({ observer }: QueueWatch): number {
  return ORDER.indexOf(observer.setup.index as (typeof ORDER)[number]);
}

function graded(body: EntryBody, grade: Grade): EntryBody {
  return grade === 'observed' ? body : { ...body, grade };
}
