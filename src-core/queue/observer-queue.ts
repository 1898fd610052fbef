/** A virtqueue as somebody sees it who is neither driver nor device: reads what the driver makes available and what the
 *  device returns, and never writes. Both go on while it looks, so that it may come late: what the ring has already
 *  overwritten is counted, and a chain that was returned before it was read is told apart. Spec: 2.7, 2.8 */

import { LIMITS } from '../limits.ts';
import { packedLayout, splitLayout } from '../spec/ring.ts';
import { AddressMap, hexAddress } from './address-map.ts';
import type { ReadableMemory } from './guest-memory.ts';
import { PackedObserver } from './packed-observer.ts';
import type { ObserverQueue } from './sighting.ts';
import { SplitObserver } from './split-observer.ts';
import type { QueueSetup } from './virtqueue.ts';

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
