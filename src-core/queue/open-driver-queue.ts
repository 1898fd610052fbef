/** Opens the driver's side of a virtqueue. */
import type { DriverQueue, IndirectTables } from './driver-queue.ts';
import type { GuestMemory } from './guest-memory.ts';
import { PackedDriverQueue } from './packed-driver-queue.ts';
import { SplitDriverQueue } from './split-driver-queue.ts';
import type { QueueSetup } from './virtqueue.ts';

/** Split or packed as the setup says; the areas are zeroed. Without memory for tables every chain is direct. */
export function openDriverQueue(
  setup: QueueSetup,
  memory: GuestMemory,
  tables?: IndirectTables,
): DriverQueue {
  return setup.packed
    ? new PackedDriverQueue(setup, memory, tables)
    : new SplitDriverQueue(setup, memory, tables);
}
