/** The memory that front-end and back-end share to keep account of chains in flight: one region for each queue.
 *  It comes from a front-end, so what is read of it is checked, and read only when a queue starts; meanwhile it is written.
 *  Spec: vhost-user, "Inflight I/O tracking" */
import { LIMITS } from '../limits.ts';
import type { GuestMemory } from '../queue/guest-memory.ts';
import type { InflightLog, QueueSetup } from '../queue/virtqueue.ts';
import type { Bytes } from '../units.ts';
import { PackedInflightLog } from './vhost-user-inflight-packed.ts';
import {
  InflightRegion,
  PACKED_REGION,
  PACKED_STATE,
  SPLIT_REGION,
  SPLIT_STATE,
} from './vhost-user-inflight-region.ts';
import { SplitInflightLog } from './vhost-user-inflight-split.ts';

/** Regions begin on a cache line. */
const REGION_ALIGN = 64;

/** Bytes that `queues` queues of `queueSize` descriptors need; 0 when there cannot be such queues. */
export function inflightBytes(queues: number, queueSize: number, packed: boolean): Bytes {
  if (queueSize < 1 || queueSize > LIMITS.queueSize) return 0;
  return queues * regionBytes(queueSize, packed);
}

function regionBytes(queueSize: number, packed: boolean): Bytes {
  const bytes = packed
    ? PACKED_REGION.widthBytes + queueSize * PACKED_STATE.widthBytes
    : SPLIT_REGION.widthBytes + queueSize * SPLIT_STATE.widthBytes;
  return Math.ceil(bytes / REGION_ALIGN) * REGION_ALIGN;
}

/** What SET_INFLIGHT_FD or GET_INFLIGHT_FD agreed on. `memory` has the area from address 0 on. */
export interface InflightArea {
  readonly memory: GuestMemory;
  readonly bytes: Bytes;
  readonly queues: number;
  readonly queueSize: number;
}

/** The account of one queue; `undefined` when the area has no room for it. `guestMemory`: to see the ring. */
export function inflightLogOf(
  area: InflightArea,
  setup: QueueSetup,
  guestMemory: GuestMemory,
): InflightLog | undefined {
  const { index, size, packed } = setup;
  const bytes = regionBytes(area.queueSize, packed);
  const hasRoom =
    index < area.queues && size <= area.queueSize && (index + 1) * bytes <= area.bytes;
  if (!hasRoom) return undefined;
  const region = new InflightRegion(area.memory, BigInt(index * bytes), area.queueSize);
  return packed
    ? new PackedInflightLog(region, setup, guestMemory)
    : new SplitInflightLog(region, setup);
}

/** Forgets what is in flight: the driver has started over. */
export function clearInflight({ memory, bytes }: InflightArea): void {
  memory.write(0n, new Uint8Array(bytes));
}
