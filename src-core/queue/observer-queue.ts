/** A virtqueue as somebody sees it who is neither driver nor device: reads what the driver makes available and what the
 *  device returns, and never writes. Both go on while it looks, so that it may come late: what the ring has already
 *  overwritten is counted, and a chain that was returned before it was read is told apart. Spec: 2.7, 2.8 */
import { LIMITS } from '../limits.ts';
import { packedLayout, splitLayout } from '../spec/ring.ts';
import type { Violation } from '../spec/rules.ts';
import type { Bytes } from '../units.ts';
import { AddressMap, hexAddress } from './address-map.ts';
import type { ReadableMemory } from './guest-memory.ts';
import { PackedObserver } from './packed-observer.ts';
import { SplitObserver } from './split-observer.ts';
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
  /** How many were returned that no look has told of yet, as memory has it now: an upper bound. */
  unseenUsed(): number | undefined;
  /** Chains seen and not returned, oldest first. */
  inFlight(): readonly SeenChain[];
  position(): QueuePosition;
  snapshot(): RingSnapshot | undefined;
}

/** Looks on from `setup.position` on; a sentence where such a ring cannot be. Never throws. */
export function openObserver(setup: QueueSetup, memory: ReadableMemory): ObserverQueue | string {
  const { size, packed } = setup;
  const isSize = Number.isInteger(size) && size >= 1 && size <= LIMITS.queueSize;
  if (!isSize || (!packed && (size & (size - 1)) !== 0)) return `the queue has ${size} descriptors`;
  const map = new AddressMap();
  map.follow(memory);
  for (const [at, bytes] of areasOf(setup)) {
    if (!map.coversAddress(at, bytes)) {
      return `its ring at ${hexAddress(at)} is not all in guest memory`;
    }
  }
  return packed ? new PackedObserver(setup, memory) : new SplitObserver(setup, memory);
}

function areasOf({ packed, size, descriptorArea, driverArea, deviceArea }: QueueSetup) {
  if (packed) {
    const { descriptorBytes, driverEventBytes, deviceEventBytes } = packedLayout(size);
    return [
      [descriptorArea, descriptorBytes],
      [driverArea, driverEventBytes],
      [deviceArea, deviceEventBytes],
    ] as const;
  }
  const { descriptorBytes, availBytes, usedBytes } = splitLayout(size);
  return [
    [descriptorArea, descriptorBytes],
    [driverArea, availBytes],
    [deviceArea, usedBytes],
  ] as const;
}
