/** What the device sees of a virtqueue, split or packed: chains to pop, a way to push used elements. Spec: 2.6-2.8 */
import type { Violation } from '../spec/rules.ts';
import type { Bytes, GuestAddress, QueueIndex } from '../units.ts';
import type { ReadableMemory } from './guest-memory.ts';
import type { Patch } from './patched-memory.ts';

export interface Descriptor {
  readonly address: GuestAddress;
  readonly bytes: Bytes;
  /** As on the wire. */
  readonly flags: number;
  /** Split: the `next` field. Packed: the buffer id. */
  readonly next: number;
  /** Slot in the descriptor table, or in the indirect table. */
  readonly slot: number;
}

/** A descriptor chain: readable descriptors first, then writable ones, those of an indirect table included. */
export interface Chain {
  /** Split: index of the first descriptor. Packed: buffer id. */
  readonly head: number;
  readonly readable: readonly Descriptor[];
  readonly writable: readonly Descriptor[];
  readonly readableBytes: Bytes;
  readonly writableBytes: Bytes;
  readonly indirect: boolean;
  /** Slots of the ring that it occupies: packed rings need it to go on behind it. */
  readonly ringSlots: number;
}

export interface Popped {
  readonly chain: Chain;
  /** Free-running index in the avail ring (split) or slot of the first descriptor (packed). */
  readonly availIdx: number;
  /** What was wrong with it; a chain with violations still has to be returned. */
  readonly violations: readonly Violation[];
}

/** Where the driver put a queue, and where processing begins. Addresses are guest-physical. */
export interface QueueSetup {
  readonly index: QueueIndex;
  /** Descriptors. */
  readonly size: number;
  readonly packed: boolean;
  readonly eventIdx: boolean;
  readonly indirect: boolean;
  readonly descriptorArea: GuestAddress;
  /** Split: avail ring. Packed: driver event suppression. */
  readonly driverArea: GuestAddress;
  /** Split: used ring. Packed: device event suppression. */
  readonly deviceArea: GuestAddress;
  readonly position: QueuePosition;
  /** Chains in flight are kept account of, and those of an earlier life are popped first. */
  readonly inflight?: InflightLog;
}

/** Account of the chains popped and not yet returned, kept where it outlives this process, so that another one can pop them
 *  again. Spec: vhost-user protocol, "Inflight I/O tracking" */
export interface InflightLog {
  /** How an earlier life left the queue; `undefined`: there was none, and processing begins where the setup says. */
  recover(): RecoveredChains | undefined;
  /** A chain was popped. The first `count` after `recover` are the recovered ones, in their order. */
  popped(popped: Popped): void;
  /** It is about to be returned … */
  returning(chain: Chain): void;
  /** … and is. */
  returned(chain: Chain): void;
  /** It went back to the ring unreturned. Not called for recovered ones: their place in the ring is lost. */
  rewound(chain: Chain): void;
}

/** Chains to pop again, oldest first: processing begins at `position`, with the ring reading as the patches say until
 *  `count` chains are popped. */
export interface RecoveredChains {
  readonly count: number;
  readonly position: QueuePosition;
  readonly patches: readonly Patch[];
}

/** Where a queue stands. Split: free-running 16-bit indexes and wraps unused (true). Packed: slots and wrap counters. */
export interface QueuePosition {
  readonly avail: number;
  readonly availWrap: boolean;
  readonly used: number;
  readonly usedWrap: boolean;
}

/** The three areas as they are in guest memory now, with the device's own position: what the rings panel draws. */
export interface RingSnapshot {
  readonly setup: QueueSetup;
  /** Where the areas were read from, for the tables that their descriptors point at. */
  readonly memory: ReadableMemory;
  readonly position: QueuePosition;
  readonly descriptorArea: Uint8Array;
  readonly driverArea: Uint8Array;
  readonly deviceArea: Uint8Array;
  /** Heads (buffer ids) popped and not yet used. */
  readonly inFlight: readonly number[];
}

/** Nothing here throws on what a guest does. */
export interface DeviceQueue {
  readonly setup: QueueSetup;
  /** The next chain, or `undefined` when the driver has made nothing more available (or the ring itself is broken). */
  pop(): Popped | undefined;
  /** Chains made available and not yet popped, as far as the ring tells. */
  availableChains(): number;
  /** Returns a chain. Data and status must be written already. Gives the free-running used index (split) or the slot (packed).
   *  Spec: 2.7.8, 2.7.14 */
  pushUsed(chain: Chain, writtenBytes: Bytes): number;
  /** Whether the driver wants an interrupt for what was pushed since the last call. Spec: 2.7.7.2, 2.7.10, 2.8.10 */
  takeInterruptNeed(): boolean;
  /** Asks for kicks again and says whether chains came meanwhile: then pop on. Spec: 2.7.10.1, 2.7.13.4.1 */
  enableKicks(): boolean;
  disableKicks(): void;
  position(): QueuePosition;
  /** Gives the newest `count` popped chains back to the ring unreturned, for a resume. */
  rewind(count: number): void;
  /** What went wrong with the ring itself since the last call (avail.idx jumps, unmapped rings). */
  takeViolations(): readonly Violation[];
  snapshot(): RingSnapshot | undefined;
}
