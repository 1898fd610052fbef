/** A virtqueue as the device uses it: messages come out recorded, go back recorded, each exactly once. Spec: 2.7, 2.8 */

import type { Record as RecordEntry } from '../capture/entry.ts';
import type { Clock } from '../clock.ts';
import { LIMITS } from '../limits.ts';
import { readChain } from '../queue/chain-bytes.ts';
import type { GuestMemory } from '../queue/guest-memory.ts';
import type { Chain, DeviceQueue, QueuePosition, RingSnapshot } from '../queue/virtqueue.ts';
import { TXQ } from '../spec/sound.ts';
import type { StallStage, Stalls } from '../stalls.ts';
import { assert, type Bytes, type Ns, type QueueIndex } from '../units.ts';
import type { Message } from './message.ts';
import type { ViolationLog } from './violation-log.ts';

export interface PortDeps {
  readonly index: QueueIndex;
  /** Bytes of a message that are read and recorded when it is popped. */
  readonly bodyBytes: Bytes;
  readonly memory: GuestMemory;
  readonly record: RecordEntry;
  readonly violations: ViolationLog;
  readonly interrupt: (queue: QueueIndex) => void;
  /** Planted on purpose; absent: nothing stalls. */
  readonly stalls?: { readonly plan: Stalls; readonly clock: Clock } | undefined;
}

/** An answer that a planted stall keeps back. */
interface HeldAnswer {
  readonly message: Message;
  readonly writtenBytes: Bytes;
  readonly reply: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);
/** Times that one kick goes round because its own interrupts brought new kicks. */
const ROUNDS = 64;

export class QueuePort {
  private readonly deps: PortDeps;
  private queue: DeviceQueue | undefined;
  /** By pop number, so in the order in which they were popped. */
  private readonly inFlight = new Map<number, Message>();
  private popCount = 0;
  /** Messages popped before this number went with a reset. */
  private forgottenBefore = 0;
  private hasPushed = false;
  private readonly held: HeldAnswer[] = [];
  private isInterruptHeld = false;
  private seenNs: Ns | undefined;
  private isServing = false;
  private isDraining = false;
  private wasKicked = false;

  constructor(deps: PortDeps) {
    this.deps = deps;
  }

  get isRunning(): boolean {
    return this.queue !== undefined;
  }

  start(queue: DeviceQueue): void {
    assert(this.queue === undefined, 'a queue is stopped before it is started again');
    this.queue = queue;
    this.hasPushed = false;
    this.reportRing();
  }

  /** Handles what is there and interrupts. Says whether more is left for later: kicks stay off until then.
   *  A driver in our own process may kick again from within its interrupt: that is served here, not deeper. */
  serve(handle: (message: Message) => void): boolean {
    this.wasKicked = true;
    if (this.isServing) return false;
    this.isServing = true;
    let isMore = false;
    for (let round = 0; this.wasKicked && round < ROUNDS && !isMore; round++) {
      this.wasKicked = false;
      isMore = this.drain(handle);
      this.signal();
    }
    this.isServing = false;
    return isMore || this.wasKicked;
  }

  /** Pops what is there without interrupting. Says whether it stopped at LIMITS.chainsPerKick, with kicks still off. */
  drain(handle: (message: Message) => void): boolean {
    if (this.isDraining) return false;
    this.isDraining = true;
    const isMore = this.popAll(handle);
    this.isDraining = false;
    return isMore;
  }

  /** The next message, recorded. */
  pop(): Message | undefined {
    const { queue } = this;
    const popped = queue?.pop();
    if (queue === undefined || popped === undefined) {
      this.reportRing();
      return undefined;
    }
    this.seenNs = undefined;
    const { chain, availIdx, violations } = popped;
    const { index, record } = this.deps;
    const body = this.readBody(chain);
    const seq = record({ kind: 'popped', queue: index, chain, availIdx, body });
    for (const violation of violations) this.deps.violations.report(violation, seq);
    const message: Message = {
      seq,
      chain,
      popNumber: this.popCount++,
      body,
      isBroken: violations.length > 0,
      payloadBytes: 0,
      movedBytes: 0,
      posted: undefined,
    };
    this.inFlight.set(message.popNumber, message);
    return message;
  }

  enableKicks(): boolean {
    return this.queue?.enableKicks() ?? false;
  }

  /** Returns a message, whose answer is already in guest memory. `reply` is recorded, not written. What a reset forgot
   *  meanwhile is not returned. Spec: 2.7.8 */
  complete(message: Message, writtenBytes: Bytes, reply: Uint8Array): void {
    if (message.popNumber < this.forgottenBefore) return;
    const isHeld = this.held.length > 0 || this.stall('complete', () => this.flushHeld());
    if (isHeld) this.held.push({ message, writtenBytes, reply });
    else this.push({ message, writtenBytes, reply });
  }

  /** Returns what a planted stall keeps back: its time is over, or a RELEASE cannot wait. */
  flushHeld(): void {
    const held = this.held.splice(0);
    for (const answer of held) this.push(answer);
    if (held.length > 0) this.signal();
  }

  private push({ message, writtenBytes, reply }: HeldAnswer): void {
    const { queue } = this;
    assert(queue !== undefined, 'messages are returned to a running queue');
    assert(this.inFlight.delete(message.popNumber), 'a message is returned once');
    const usedIdx = queue.pushUsed(message.chain, writtenBytes);
    this.hasPushed = true;
    const { index, record } = this.deps;
    record({ kind: 'used', popped: message.seq, queue: index, usedIdx, writtenBytes, reply });
  }

  /** Sends the interrupt for what was returned since the last call, if the driver wants one. */
  signal(): void {
    if (!this.hasPushed || this.queue === undefined || this.isInterruptHeld) return;
    this.isInterruptHeld = this.stall('notify', () => {
      this.isInterruptHeld = false;
      this.signal();
    });
    if (this.isInterruptHeld) return;
    this.hasPushed = false;
    const isWanted = this.queue.takeInterruptNeed();
    this.reportRing();
    if (!isWanted) return;
    this.deps.record({ kind: 'interrupt', queue: this.deps.index });
    this.deps.interrupt(this.deps.index);
  }

  /** The pop number from which on every popped message is still here: those may go back to the ring unreturned. */
  rewindFrom(): number {
    this.flushHeld();
    let from = this.popCount;
    while (this.inFlight.has(from - 1)) from--;
    return from;
  }

  /** Ends the queue. Messages from `rewindFrom()` on go back to the ring; who calls has returned all others. */
  stop(): QueuePosition | undefined {
    const { queue } = this;
    if (queue === undefined) return undefined;
    this.signal();
    const count = this.popCount - this.rewindFrom();
    assert(count === this.inFlight.size, 'nothing popped stays in limbo');
    if (count > 0) queue.rewind(count);
    this.reportRing();
    this.inFlight.clear();
    this.queue = undefined;
    return queue.position();
  }

  /** Ends the queue and forgets what is in flight. Says how many messages that were. */
  forget(): number {
    const count = this.inFlight.size;
    this.held.length = 0;
    this.inFlight.clear();
    this.forgottenBefore = this.popCount;
    this.queue = undefined;
    return count;
  }

  /** Chains that the driver made available and that nobody popped yet. */
  availableChains(): number {
    return this.queue?.availableChains() ?? 0;
  }

  /** Notes messages that are in the ring though the driver did not kick for them. */
  lookOn(nowNs: Ns): void {
    if (this.seenNs === undefined && this.availableChains() > 0) this.seenNs = nowNs;
  }

  /** How long such messages have been seen already; `undefined` when there are none. */
  waitedNs(nowNs: Ns): Ns | undefined {
    return this.seenNs === undefined ? undefined : nowNs - this.seenNs;
  }

  snapshot(): RingSnapshot | undefined {
    return this.queue?.snapshot();
  }

  /** True when a planted stall begins here: `then` is called when it is over. */
  private stall(stage: StallStage, then: () => void): boolean {
    const { index, stalls } = this.deps;
    const ns = index === TXQ ? (stalls?.plan.take(stage) ?? 0) : 0;
    if (ns > 0 && stalls !== undefined) stalls.clock.at(stalls.clock.nowNs() + ns, then);
    return ns > 0;
  }

  private popAll(handle: (message: Message) => void): boolean {
    this.queue?.disableKicks();
    let left: number = LIMITS.chainsPerKick;
    for (let wasPromised = false; ; wasPromised = true) {
      const before = left;
      for (let message = this.pop(); message !== undefined; message = this.pop()) {
        handle(message);
        left--;
        if (left === 0) return true;
      }
      // Nothing came although the ring said so: it is broken, and asking on would not end.
      if (wasPromised && left === before) return false;
      if (!this.enableKicks()) return false;
    }
  }

  private readBody(chain: Chain): Uint8Array {
    const bytes = Math.min(chain.readableBytes, this.deps.bodyBytes);
    if (bytes === 0) return NO_BYTES;
    return readChain(this.deps.memory, chain.readable, 0, bytes) ?? NO_BYTES;
  }

  private reportRing(): void {
    const violations = this.queue?.takeViolations();
    if (violations === undefined) return;
    for (const violation of violations) this.deps.violations.report(violation);
  }
}
