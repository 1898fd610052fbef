/** One queue of a watched device: what an observer sees of it becomes entries. Messages get the times of looks, which are an
 *  upper bound, unless a trace knows better; payloads are copied when they become available and again when they are used. */
import type { EntryBody } from '../capture/entry.ts';
import { LIMITS } from '../limits.ts';
import { emptiedChain, readChain, readChainInto } from '../queue/chain-bytes.ts';
import type { ReadableMemory } from '../queue/guest-memory.ts';
import type { ObserverQueue, SeenChain, SeenUsed } from '../queue/sighting.ts';
import type { Chain } from '../queue/virtqueue.ts';
import type { Grade } from '../spec/grades.ts';
import { readLe32 } from '../spec/layout.ts';
import { CONTROLQ, EVENTQ, PCM_STATUS, RXQ, requestKind, TXQ } from '../spec/sound.ts';
import { type Bytes, NS_PER_MS, type Ns, type Seq } from '../units.ts';
import {
  confirmLook,
  lookAgain,
  type PayloadCopy,
  type PayloadTrust,
  type SecondLook,
  trustOf,
} from './payload-check.ts';
import { type RunPlace, RunPlaces } from './run-place.ts';
import { answersOf, type SeenAnswer, STATUS_BYTES } from './watched-answers.ts';
import type { AnsweredRequest } from './watched-requests.ts';
import { isRequest } from './watched-streams.ts';

export interface QueueFacts {
  readonly streams: number;
  /** Payloads are looked at again while they are in flight. */
  readonly rechecks: boolean;
  /** Each read of memory is of the moment at which it is made. */
  readonly isNear: boolean;
  readonly nowNs: () => Ns;
  /** Forgets what was read of memory before. */
  readonly refresh: () => void;
  /** Control requests that were seen to be answered so far. */
  readonly answered: () => number;
}

/** What a queue's watch tells as it goes. */
export interface WatchTold {
  record(body: EntryBody, grade: Grade): Seq;
  /** A control request was answered. */
  onRequest(request: AnsweredRequest): void;
  /** A message of a stream became available. */
  onPosted(streamId: number, bytes: Bytes): void;
  /** A payload was consumed (tx) or filled (rx). */
  onPayload(payload: WatchedPayload): void;
  /** A message of a stream came back of which nobody knows how long it was, or whose; or requests that nobody saw. */
  onLost(place: RunPlace): void;
}

export interface WatchedPayload {
  readonly popped: Seq;
  readonly streamId: number;
  readonly pcm: Uint8Array;
  readonly trust: PayloadTrust;
  /** Its descriptors were read while it was in flight, so that length and stream are its own. */
  readonly isWhole: boolean;
  /** Absent: it could not be read any more. */
  readonly answer: PcmAnswer | undefined;
  readonly place: RunPlace;
}

export interface PcmAnswer {
  readonly status: number;
  readonly latencyBytes: Bytes;
  /** It is not another message's. */
  readonly isOwn: boolean;
}

interface Held {
  readonly popped: Seq;
  readonly body: Uint8Array;
  readonly streamId: number;
  readonly copy: PayloadCopy | undefined;
  readonly place: RunPlace;
  /** Its bytes and, of a transfer, its descriptors are not another's. */
  isOwn: boolean;
}

/** A payload is looked at again so often at most. */
const RECHECK_NS: Ns = NS_PER_MS / 2;
const HEADER_BYTES = 4;
const NOTHING = new Uint8Array();
const NO_ANSWER: SeenAnswer = { bytes: NOTHING, isOwn: false };

export class QueueWatch {
  readonly observer: ObserverQueue;
  /** Looks that found the ring gone or senseless. */
  isGone = false;
  /** Something came or was returned since `settle`. */
  hasMoved = false;
  /** Requests that came, of which some may stop or change a stream: not known to be others. */
  harmful = 0;
  /** The driver was seen to write into a buffer that it had made available. */
  writesInFlight = false;
  private readonly queue: number;
  private readonly memory: ReadableMemory;
  private readonly facts: QueueFacts;
  private readonly told: WatchTold;
  private readonly held = new Map<number, Held>();
  private readonly places = new RunPlaces();
  /** Messages that may have come back while they were read. */
  private unowned: Held[] = [];
  private unconfirmed: PayloadCopy[] = [];
  private secondLook: SecondLook | undefined;
  /** What came in the last look. */
  private came: readonly SeenChain[] = [];
  /** Chains in flight that were posted before whatever is returned now. */
  private older: readonly SeenChain[] = [];
  /** Before what this look reads, and after it has read what was returned. */
  private beganNs: Ns = 0;
  private nowNs: Ns = 0;
  private scratch = new Uint8Array();
  private readonly rechecks: boolean;

  constructor(observer: ObserverQueue, memory: ReadableMemory, facts: QueueFacts, told: WatchTold) {
    this.observer = observer;
    this.queue = observer.setup.index;
    this.memory = memory;
    this.facts = facts;
    this.rechecks = facts.rechecks && this.queue === TXQ;
    this.told = told;
  }

  /** Looks once. True when something came, so that another look says whether it was still in flight. */
  look(): boolean {
    const { nowNs, refresh } = this.facts;
    this.beganNs = nowNs();
    this.places.begin(this.facts.answered());
    const sighting = this.observer.look();
    // We may have been held up in between: what was returned, was so by now.
    this.nowNs = nowNs();
    if (sighting === undefined) {
      this.isGone = true;
      return false;
    }
    const { available, used, missedAvailable, missedUsed } = sighting;
    this.confirm(used);
    if (missedAvailable + missedUsed > 0) this.missed(Math.max(missedAvailable, missedUsed));
    for (const seen of available) this.appeared(seen);
    this.ownBodies(available, used);
    // What came last was perhaps posted after the return of what is told of now.
    const young = new Set([...this.came, ...available]);
    this.older = this.observer.inFlight().filter((seen) => !young.has(seen));
    this.came = available;
    const answers = used.length === 0 ? [] : answersOf(used, this.observer, this.memory, refresh);
    for (const [at, element] of used.entries()) this.returned(element, answers[at] ?? NO_ANSWER);
    this.places.narrow();
    this.hasMoved ||= available.length + used.length > 0;
    if (this.rechecks) this.recheck();
    return available.length > 0;
  }

  /** Transfers were looked at, and control behind them. */
  settle(lastChange: number): void {
    this.places.settle(lastChange);
    this.hasMoved = false;
  }

  /** What was read before this look, and is not among the used ones now, was in flight all the time. */
  private confirm(used: readonly SeenUsed[]): void {
    const returned = new Set(used.map(({ seen }) => this.heldOf(seen)?.copy));
    for (const copy of this.unconfirmed.splice(0)) copy.isConfirmed = !returned.has(copy);
    const { secondLook } = this;
    if (secondLook !== undefined && !returned.has(secondLook.copy)) {
      const hasWritten = confirmLook(secondLook);
      this.writesInFlight ||= hasWritten;
    }
    this.secondLook = undefined;
  }

  /** The device takes the oldest next: it is looked at again, so that one knows whether it stayed as it was. */
  private recheck(): void {
    const [seen] = this.observer.inFlight();
    const copy = this.heldOf(seen)?.copy;
    if (seen === undefined || copy?.isConfirmed !== true) return;
    copy.oldestNs ??= this.beganNs;
    if (this.nowNs - copy.sameNs < RECHECK_NS) return;
    const { length } = copy.bytes;
    if (this.scratch.length !== length) this.scratch = new Uint8Array(length);
    const { readable } = seen.chain;
    const isRead = readChainInto(this.memory, readable, HEADER_BYTES, this.scratch, 0, length);
    if (isRead) this.secondLook = lookAgain(copy, this.scratch, this.nowNs);
  }

  private missed(entries: number): void {
    const what = `${entries} messages of this queue came and went between two looks`;
    this.held.clear();
    this.unowned = [];
    this.told.record({ kind: 'dropped', entries, pcmBytes: 0, why: what }, 'observed');
    this.lost();
  }

  /** Of something nobody knows what it was. */
  private lost(place = this.places.add(true, () => false)): void {
    if (this.queue === CONTROLQ) this.harmful++;
    if (this.queue !== EVENTQ) this.told.onLost(place);
  }

  private appeared(seen: SeenChain): void {
    // QEMU leaves the buffers of the event queue where they are until it has an event.
    if (this.queue === EVENTQ) return;
    this.hold(seen);
  }

  /** What was read of a message is its own where it had not been returned when it was read. What was read of a request that was
   *  gone by then is too, where none came behind it: its memory is free, no more. */
  private ownBodies(available: readonly SeenChain[], used: readonly SeenUsed[]): void {
    const { isNear, refresh } = this.facts;
    const returned = new Set(used.map(({ seen }) => this.heldOf(seen)));
    for (const held of this.unowned.splice(0)) held.isOwn ||= !returned.has(held);
    const [first] = available;
    if (first === undefined) return;
    const isInFlight = isNear && this.observer.unseenUsed() === 0;
    for (const seen of available) {
      const held = this.heldOf(seen);
      if (held === undefined || seen.isStale) continue;
      held.isOwn = isInFlight;
      if (!isInFlight) this.unowned.push(held);
      if (!isInFlight && this.queue === CONTROLQ) this.harmful++;
    }
    const newest = this.heldOf(available.at(-1));
    if (this.queue !== CONTROLQ || newest === undefined || !isRequest(newest.body)) return;
    refresh();
    newest.isOwn ||= this.observer.hasUnseenAvailable() === false;
  }

  private hold(seen: SeenChain): Held {
    const { chain, availIdx, isStale, isReused } = seen;
    const body = isReused ? NOTHING : this.bodyOf(chain);
    const isSense = this.queue === CONTROLQ ? isRequest(body) : this.isHeader(body);
    const isShown = !isStale || isSense;
    const recorded = isShown ? chain : emptiedChain(chain);
    const popped = this.told.record(
      {
        kind: 'popped',
        queue: this.queue,
        chain: recorded,
        availIdx,
        body: isShown ? body : NOTHING,
      },
      gradeOf(isStale, isSense),
    );
    for (const violation of seen.violations) {
      this.told.record({ kind: 'violation', popped, violation }, 'derived');
    }
    const streamId = this.isHeader(body) ? readLe32(body, 0) : -1;
    if (this.queue === CONTROLQ && (isStale || mayStop(body))) this.harmful++;
    const held: Held = {
      popped,
      body: isShown ? body : NOTHING,
      streamId,
      copy: isReused ? undefined : this.copyOf(seen),
      place: this.places.add(isStale, () => this.heldOf(seen) === held),
      isOwn: false,
    };
    if (this.held.size >= LIMITS.observedPayloads) this.held.clear();
    this.held.set(keyOf(seen), held);
    if (this.queue === TXQ || this.queue === RXQ) {
      this.told.onPosted(streamId, this.payloadBytes(chain));
    }
    return held;
  }

  private returned(element: SeenUsed, answer: SeenAnswer): void {
    const { seen, usedIdx, writtenBytes, head } = element;
    const held = this.heldOf(seen) ?? this.unseen(seen, head);
    if (seen !== undefined) this.held.delete(keyOf(seen));
    const { popped, body } = held;
    const reply = answer.isOwn ? answer.bytes : NOTHING;
    if (seen !== undefined) this.payloadOf(seen, held, answer, writtenBytes);
    else if (this.queue !== CONTROLQ) this.lost(held.place);
    const used = { kind: 'used', popped, queue: this.queue, usedIdx, writtenBytes, reply } as const;
    this.told.record(used, seen === undefined || seen.isStale ? 'derived' : 'observed');
    if (this.queue !== CONTROLQ) return;
    const status = reply.length >= 4 ? readLe32(reply, 0) : undefined;
    const isStale = seen?.isStale !== false;
    this.told.onRequest({ popped, body, status, isStale, isOwn: held.isOwn });
  }

  /** A chain that was returned without having been seen: of the event queue, or one that came and went too fast. */
  private unseen(seen: SeenChain | undefined, head: number): Held {
    if (seen !== undefined) return this.hold(seen);
    const chain = emptiedChain({ head, ringSlots: 1 });
    const popped = this.told.record(
      { kind: 'popped', queue: this.queue, chain, availIdx: 0, body: NOTHING },
      'unavailable',
    );
    const place = this.places.add(true, () => false);
    return { popped, body: NOTHING, streamId: -1, copy: undefined, place, isOwn: false };
  }

  private payloadOf(
    seen: SeenChain,
    held: Held,
    seenAnswer: SeenAnswer,
    writtenBytes: Bytes,
  ): void {
    if (this.queue !== TXQ && this.queue !== RXQ) return;
    const { popped, streamId, copy, place } = held;
    const { isStale } = seen;
    const isWhole = held.isOwn && this.payloadBytes(seen.chain) <= LIMITS.payloadBytes;
    const status = PCM_STATUS.read(seenAnswer.bytes);
    const answer = status && { ...status, isOwn: seenAnswer.isOwn };
    const message = { popped, streamId, place, isWhole, answer };
    if (streamId < 0) {
      if (!isWhole) this.lost(place);
    } else if (this.queue === TXQ && copy !== undefined) {
      const { nowNs, writesInFlight } = this;
      const after = this.txBytes(seen.chain);
      const trust = trustOf(copy, { isStale, after, nowNs, writesInFlight });
      this.told.onPayload({ ...message, pcm: copy.bytes, trust });
    } else if (this.queue === TXQ && seen.chain.readableBytes > HEADER_BYTES) {
      this.lost(place);
    } else if (this.queue === RXQ && writtenBytes > STATUS_BYTES) {
      const bytes = Math.min(writtenBytes - STATUS_BYTES, LIMITS.payloadBytes);
      const pcm = readChain(this.memory, seen.chain.writable, 0, bytes);
      const trust = isStale || !this.isRxFresh(streamId) ? 'late' : 'exact';
      if (pcm !== undefined) this.told.onPayload({ ...message, pcm, trust });
      else this.lost(place);
    }
  }

  /** The device fills the oldest buffer of a stream next: what was read of one that it has returned cannot have been written
   *  again while another that was posted before it could be posted anew is still in flight, after it was read. */
  private isRxFresh(streamId: number): boolean {
    this.facts.refresh();
    const since = this.observer.unseenUsed();
    const before = this.older.filter((seen) => this.heldOf(seen)?.streamId === streamId).length;
    return since !== undefined && since < before;
  }

  private copyOf(seen: SeenChain): PayloadCopy | undefined {
    if (this.queue !== TXQ) return undefined;
    const bytes = this.txBytes(seen.chain);
    if (bytes === undefined) return undefined;
    const copy = { bytes, isConfirmed: false, sameNs: this.beganNs, isTouched: false };
    this.unconfirmed.push(copy);
    return copy;
  }

  private txBytes(chain: Chain): Uint8Array | undefined {
    const bytes = Math.min(chain.readableBytes - HEADER_BYTES, LIMITS.payloadBytes);
    return bytes > 0 ? readChain(this.memory, chain.readable, HEADER_BYTES, bytes) : undefined;
  }

  private bodyOf(chain: Chain): Uint8Array {
    const most = this.queue === CONTROLQ ? LIMITS.requestBytes : HEADER_BYTES;
    const bytes = Math.min(chain.readableBytes, most);
    return readChain(this.memory, chain.readable, 0, bytes) ?? NOTHING;
  }

  private payloadBytes(chain: Chain): Bytes {
    return this.queue === TXQ
      ? Math.max(0, chain.readableBytes - HEADER_BYTES)
      : Math.max(0, chain.writableBytes - STATUS_BYTES);
  }

  private isHeader(body: Uint8Array): boolean {
    const isTransfer = this.queue === TXQ || this.queue === RXQ;
    return isTransfer && body.length >= HEADER_BYTES && readLe32(body, 0) < this.facts.streams;
  }

  private heldOf(seen: SeenChain | undefined): Held | undefined {
    return seen === undefined ? undefined : this.held.get(keyOf(seen));
  }
}

/** Control requests that were answered before anybody looked, as far as they still stand in memory: newest last. */
export function staleRequests(observer: ObserverQueue, memory: ReadableMemory): Uint8Array[] {
  const sighting = observer.look();
  const requests: Uint8Array[] = [];
  for (const { chain } of sighting?.available ?? []) {
    const bytes = Math.min(chain.readableBytes, LIMITS.requestBytes);
    const body = readChain(memory, chain.readable, 0, bytes);
    if (body !== undefined && isRequest(body)) requests.push(body);
  }
  return requests;
}

/** Whether a request may end a run of a stream, or what its device does with messages: all but those that are known not to. */
function mayStop(body: Uint8Array): boolean {
  const command = isRequest(body) ? requestKind(readLe32(body, 0))?.command : 'STOP';
  return command !== undefined && command !== 'START';
}

/** Heads repeat, but not among chains that are seen at a time: the place in the ring tells them apart. */
function keyOf({ availIdx }: SeenChain): number {
  return availIdx;
}

function gradeOf(isStale: boolean, isSense: boolean): Grade {
  if (!isStale) return 'observed';
  return isSense ? 'derived' : 'unavailable';
}
