/** What QEMU tells about a device that is about to be watched: status, features, queues, and where the guest's memory is. */
import type { QueueSetup } from '../queue/virtqueue.ts';
import {
  hasFeature,
  VIRTIO_F_ACCESS_PLATFORM,
  VIRTIO_F_RING_PACKED,
  VIRTIO_RING_F_EVENT_IDX,
  VIRTIO_RING_F_INDIRECT_DESC,
} from '../spec/ring.ts';
import { EVENTQ, QUEUE_COUNT } from '../spec/sound.ts';
import type { QueueIndex } from '../units.ts';
import { queueStatusCommand, statusCommand, type WatchableDevice } from './discover.ts';
import { locateMemory, type PlacedRange } from './memory-map.ts';
import type { QmpTask } from './qmp-task.ts';
import {
  featuresOf,
  QUEUE_STATUS,
  type QueueStatusReply,
  shaped,
  statusByteOf,
  VIRTIO_STATUS,
} from './replies.ts';

const DRIVER_OK = 4;
const QUEUES = Array.from({ length: QUEUE_COUNT }, (_none, queue) => queue);

export interface DeviceStatus {
  readonly status: number;
  readonly offered: bigint;
  readonly accepted: bigint;
  readonly isBroken: boolean;
  readonly isVmRunning: boolean;
}

export interface WatchFacts {
  readonly device: DeviceStatus;
  readonly queues: readonly QueueStatusReply[];
  readonly ranges: readonly PlacedRange[] | undefined;
}

/** `undefined` when QEMU does not answer, or in a shape that is not known. */
export function* readStatus(device: WatchableDevice): QmpTask<DeviceStatus | undefined> {
  const answer = yield statusCommand(device);
  const reply = answer.ok ? shaped(VIRTIO_STATUS, answer.value) : undefined;
  if (reply === undefined) return undefined;
  return {
    status: statusByteOf(reply.status),
    offered: featuresOf(reply['host-features']),
    accepted: featuresOf(reply['guest-features']),
    isBroken: reply.broken,
    isVmRunning: reply['vm-running'],
  };
}

/** `places`: of which queues. */
export function* readQueues(
  device: WatchableDevice,
  places: readonly QueueIndex[] = QUEUES,
): QmpTask<QueueStatusReply[]> {
  const queues: QueueStatusReply[] = [];
  for (const queue of places) {
    const answer = yield queueStatusCommand(device, queue);
    const reply = answer.ok ? shaped(QUEUE_STATUS, answer.value) : undefined;
    if (reply !== undefined) queues.push(reply);
  }
  return queues;
}

export function* readFacts(device: WatchableDevice): QmpTask<WatchFacts | undefined> {
  const status = yield* readStatus(device);
  if (status === undefined) return undefined;
  const queues = yield* readQueues(device);
  return { device: status, queues, ranges: yield* locateMemory() };
}

/** The queues that the driver has set up and that hold messages: buffers of the event queue wait for ever. */
export function setUpQueues(queues: readonly QueueStatusReply[]): QueueIndex[] {
  return queues
    .filter((reply) => reply['vring-desc'] !== 0 && reply['queue-index'] !== EVENTQ)
    .map((reply) => reply['queue-index']);
}

export function isDriverReady({ status }: DeviceStatus): boolean {
  return (status & DRIVER_OK) !== 0;
}

/** Why addresses in the rings are no guest-physical ones; absent when they are. */
export function addressProblem({ accepted }: DeviceStatus): string | undefined {
  if (!hasFeature(accepted, VIRTIO_F_ACCESS_PLATFORM)) return undefined;
  return 'the device sits behind an IOMMU: the addresses in its rings are not those of memory';
}

/** The queue as an observer opens it, from where the device stands. */
export function setupOf(reply: QueueStatusReply, { accepted }: DeviceStatus): QueueSetup {
  return {
    index: reply['queue-index'],
    size: reply['vring-num'],
    packed: hasFeature(accepted, VIRTIO_F_RING_PACKED),
    eventIdx: hasFeature(accepted, VIRTIO_RING_F_EVENT_IDX),
    indirect: hasFeature(accepted, VIRTIO_RING_F_INDIRECT_DESC),
    descriptorArea: BigInt(reply['vring-desc']),
    driverArea: BigInt(reply['vring-avail']),
    deviceArea: BigInt(reply['vring-used']),
    position: {
      avail: reply['last-avail-idx'],
      availWrap: true,
      used: reply['used-idx'],
      usedWrap: true,
    },
  };
}
