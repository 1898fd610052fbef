/** The chains that QEMU holds, as it tells them itself (x-query-virtio-queue-element): for a watch that can read no guest memory.
 *  Addresses and lengths, no bytes. A chain may have been returned since its queue's indexes were asked for. */
import type { Bytes, QueueIndex } from '../units.ts';
import { queueElementCommand, type WatchableDevice } from './discover.ts';
import type { QmpTask } from './qmp-task.ts';
import { QUEUE_ELEMENT, type QueueElementReply, shaped } from './replies.ts';
import { readQueues } from './watch-facts.ts';

export interface ToldChain {
  readonly queue: QueueIndex;
  readonly head: number;
  readonly descriptors: readonly ToldDescriptor[];
}

export interface ToldDescriptor {
  readonly address: number;
  readonly bytes: Bytes;
  readonly isWritable: boolean;
}

/** What QEMU told, and of which queues it tells nothing: it knows no packed rings. */
export interface ToldRings {
  readonly chains: readonly ToldChain[];
  readonly refused: readonly QueueIndex[];
}

export const NO_RINGS: ToldRings = { chains: [], refused: [] };

/** Each is a command that holds up QEMU's main loop. */
const CHAINS_ASKED = 4;

/** Of each queue the oldest chains that QEMU holds. `queues`: those that the driver has set up. */
export function* readElements(
  device: WatchableDevice,
  queues: readonly QueueIndex[],
): QmpTask<ToldRings> {
  const chains: ToldChain[] = [];
  const refused: QueueIndex[] = [];
  for (const reply of yield* readQueues(device, queues)) {
    const { 'queue-index': queue, 'vring-num': size, 'used-idx': usedIdx } = reply;
    const count = Math.min(Math.max(0, reply.inuse), CHAINS_ASKED, size);
    for (let place = 0; place < count; place++) {
      const answer = yield queueElementCommand(device, queue, (usedIdx + place) % size);
      const element = answer.ok ? shaped(QUEUE_ELEMENT, answer.value) : undefined;
      if (element === undefined) {
        refused.push(queue);
        break;
      }
      chains.push(chainOf(queue, element));
    }
  }
  return { chains, refused };
}

/** QEMU tells descriptors from the last to the first. */
function chainOf(queue: QueueIndex, { index, descs }: QueueElementReply): ToldChain {
  const descriptors = descs.toReversed().map(({ addr, len, flags }) => ({
    address: addr,
    bytes: len,
    isWritable: flags.includes('write'),
  }));
  return { queue, head: index, descriptors };
}
