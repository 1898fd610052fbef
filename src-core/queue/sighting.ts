/** What an onlooker sees of a ring. */
import type { Violation } from '../spec/rules.ts';
import type { Bytes } from '../units.ts';
import type { Chain, QueuePosition, QueueSetup, RingSnapshot } from './virtqueue.ts';

export interface SeenChain {
  readonly chain: Chain;
  /** Free-running index in the avail ring (split) or slot of the first descriptor (packed). */
  readonly availIdx: number;
  /** It was returned before it was read: descriptors and bytes may be another's by now. */
  readonly isStale: boolean;
  /** Its head was posted again before it was read: what stands there is another's. */
  readonly isReused: boolean;
  /** What was wrong with it; empty where it is stale, since it may not be the driver's fault. */
  readonly violations: readonly Violation[];
}

export interface SeenUsed {
  /** The chain, where it was seen to become available. */
  readonly seen: SeenChain | undefined;
  readonly head: number;
  readonly writtenBytes: Bytes;
  /** Free-running (split) or slot (packed). */
  readonly usedIdx: number;
}

/** What came since the last look, each in the order of its ring. */
export interface Sighting {
  readonly available: readonly SeenChain[];
  readonly used: readonly SeenUsed[];
  /** Chains and used elements that the ring had overwritten before this look. */
  readonly missedAvailable: number;
  readonly missedUsed: number;
}

export interface ObserverQueue {
  readonly setup: QueueSetup;
  /** What came since the last look; `undefined` when the ring is not in guest memory (any more), or makes no sense. */
  look(): Sighting | undefined;
  /** Whether something was made available that no look has told of yet, as memory has it now. `undefined`: nobody knows. */
  hasUnseenAvailable(): boolean | undefined;
  /** How many were returned that no look has told of yet, as memory has it now: an upper bound. */
  unseenUsed(): number | undefined;
  /** Chains seen and not returned, oldest first. */
  inFlight(): readonly SeenChain[];
  position(): QueuePosition;
  snapshot(): RingSnapshot | undefined;
}
