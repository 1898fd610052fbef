/** What the checker knows at a moment of a capture: the device's set-up, what its items said of themselves, where each
 *  stream stands, and which messages are in the device. Built from entries alone, so that foreign devices are known as well
 *  as our own. */

import type { Entry } from '../capture/entry.ts';
import { LIMITS } from '../limits.ts';
import { readLe32 } from '../spec/layout.ts';
import type { Evidence, SpecVersion } from '../spec/rule.ts';
import { CONTROLQ, EVENTQ, QUEUE_COUNT, requestKind, TXQ } from '../spec/sound.ts';
import type { GuestAddress, Ns, QueueIndex } from '../units.ts';
import { type Held, HeldMessages, isBlurred, type StreamWorld } from './check-held.ts';

/** A record of an information answer. */
export interface ItemRecord {
  readonly bytes: Uint8Array;
  readonly row: number;
}

export interface QueueWorld {
  isSetUp: boolean;
  isStopped: boolean;
  size: number;
  packed: boolean;
  areas:
    | {
        readonly descriptor: GuestAddress;
        readonly driver: GuestAddress;
        readonly device: GuestAddress;
      }
    | undefined;
  messages: number;
  lastReturned: number;
  lastKickNs: Ns;
  lastInterruptNs: Ns;
  lastPoppedNs: Ns;
}

export interface Region {
  readonly from: number;
  readonly to: number;
}

export const CONFIG_FIELDS = ['jacks', 'streams', 'chmaps', 'controls'] as const;
export type ConfigField = (typeof CONFIG_FIELDS)[number];

export class World {
  readonly spec: SpecVersion;
  readonly seen = new Set<Evidence>();
  nowNs: Ns = 0;
  offered: bigint | undefined;
  accepted: bigint | undefined;
  /** Accepted before the last reset. */
  acceptedBefore: bigint | undefined;
  status: number | undefined;
  /** False once a status came that a driver cannot have begun with. */
  isDriverStatus = true;
  wasReset = false;
  /** What came between set-up and the first message is not there. */
  beginsMidway = false;
  /** Seen from outside, in looks: `check-watch.ts`. */
  isWatched = false;
  /** The rings are older than the capture: what streams did before is not known. */
  hasPast = false;
  /** Streams that are taken as running where nothing is known of them. */
  assumedRunning: ReadonlySet<number> = new Set();
  /** Messages that were gone when they were looked at, or never seen. */
  blurred = 0;
  regions: readonly Region[] = [];
  readonly totals: Partial<Record<ConfigField, number>> = {};
  readonly queues: readonly QueueWorld[] = Array.from({ length: QUEUE_COUNT }, newQueue);
  readonly streams = new Map<number, StreamWorld>();
  readonly jacks = new Map<number, ItemRecord>();
  readonly pcms = new Map<number, ItemRecord>();
  readonly chmaps = new Map<number, ItemRecord>();
  readonly controls = new Map<number, ItemRecord>();
  /** Messages in the device, by `seq`, oldest first. */
  readonly held = new HeldMessages();
  /** The control requests among them. */
  private readonly requests = new Set<Held>();
  /** Messages that were let go because too many were held at once. */
  overflowed = 0;

  constructor(spec: SpecVersion) {
    this.spec = spec;
  }

  take(entry: Entry & { kind: 'popped' }, row: number): Held {
    const { seq, atNs, queue, chain, body, availIdx } = entry;
    const ofQueue = this.queues[queue];
    const number = ofQueue === undefined ? 0 : ofQueue.messages++;
    if (ofQueue !== undefined) ofQueue.lastPoppedNs = atNs;
    const blurred = isBlurred(entry);
    if (blurred) this.blurred++;
    const code = queue === CONTROLQ && body.length >= 4 ? readLe32(body, 0) : 0;
    const isIo = queue > EVENTQ;
    const command = requestKind(code)?.command;
    const idAt = isIo ? 0 : 4;
    const hasStream = (isIo || command !== undefined) && body.length >= idAt + 4;
    const streamId = hasStream ? readLe32(body, idAt) : (chain.traced?.streamId ?? -1);
    const stream = streamId < 0 ? undefined : this.stream(streamId);
    const isOutput = queue === TXQ;
    const around = isIo ? (isOutput ? 4 : 8) : 0;
    const bytes = isOutput ? chain.readableBytes : chain.writableBytes;
    // written out: a spread costs more than all the rest, and this runs for every message
    const held: Held = {
      seq,
      row,
      queue,
      atNs,
      chain,
      availIdx,
      body,
      isTraced: chain.traced !== undefined,
      isBlurred: blurred,
      movedBytes: 0,
      isBroken: false,
      where: undefined,
      code,
      command,
      streamId,
      stream,
      params: stream?.params,
      state: stream?.state,
      payloadBytes: isIo ? Math.max(0, bytes - around) : 0,
      number: isIo && stream !== undefined ? stream.messages++ : number,
    };
    this.hold(held);
    return held;
  }

  /** A later line of a trace says what a control request was. */
  told({ popped, code, streamId }: Entry & { kind: 'told' }): void {
    const held = this.held.get(popped);
    if (held === undefined || held.queue !== CONTROLQ) return;
    if (code !== 0) held.code = code;
    const command = requestKind(held.code)?.command;
    if (command !== undefined) held.command = command;
    const stream = streamId < 0 ? undefined : this.stream(streamId);
    if (stream === undefined) return;
    held.streamId = streamId;
    held.stream = stream;
    held.where = undefined;
  }

  /** The message goes back; its stream forgets it. */
  release(held: Held): void {
    this.held.delete(held.seq);
    if (held.queue === CONTROLQ) this.requests.delete(held);
    const { stream } = held;
    if (stream === undefined || held.queue <= EVENTQ) return;
    const place = stream.held.indexOf(held);
    if (place >= 0) stream.held.splice(place, 1);
  }

  /** What a queue held is in the ring again, or forgotten. Gives it. */
  forget(queue: QueueIndex): Held[] {
    const gone = this.held.values().filter((held) => held.queue === queue);
    for (const held of gone) this.release(held);
    const world = this.queues[queue];
    if (world !== undefined) world.lastReturned = -1;
    return gone;
  }

  /** The stream of that id, known or not, as long as there are not too many. */
  stream(id: number): StreamWorld | undefined {
    const known = this.streams.get(id);
    if (known !== undefined || this.streams.size >= 4 * LIMITS.streams) return known;
    const isFresh = this.seen.has('setup') && !this.beginsMidway && !this.hasPast;
    const isAssumed = !isFresh && this.assumedRunning.has(id);
    const made: StreamWorld = {
      id,
      state: isFresh ? 'init' : isAssumed ? 'running' : undefined,
      isAssumed,
      params: undefined,
      held: [],
      messages: 0,
      lastReturned: -1,
      messagesSincePrepare: 0,
      startedNs: Number.NaN,
      stoppedNs: Number.NaN,
      commandedNs: Number.NaN,
      wasSuspended: false,
    };
    this.streams.set(id, made);
    return made;
  }

  /** A request of that stream that ends or halts it is in the device. */
  isEnding(streamId: number): boolean {
    for (const { command, streamId: id } of this.requests) {
      if (id === streamId && command !== undefined && command !== 'START') return true;
    }
    return false;
  }

  hasDriverOk(): boolean {
    return this.status === undefined || (this.status & 4) !== 0;
  }

  private hold(held: Held): void {
    this.held.add(held);
    if (held.queue === CONTROLQ) this.requests.add(held);
    if (held.queue > EVENTQ) held.stream?.held.push(held);
    if (this.held.size <= LIMITS.heldMessages) return;
    const oldest = this.held.oldest();
    if (oldest === undefined) return;
    this.release(oldest);
    this.overflowed++;
  }
}

function newQueue(): QueueWorld {
  return {
    isSetUp: false,
    isStopped: false,
    size: 0,
    packed: false,
    areas: undefined,
    messages: 0,
    lastReturned: -1,
    lastKickNs: Number.NaN,
    lastInterruptNs: Number.NaN,
    lastPoppedNs: Number.NaN,
  };
}
