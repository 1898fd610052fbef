/** Which virtqueue of a QEMU a pointer of its trace is about. Lines name QEMU's own addresses, commands name paths, and nothing
 *  that QEMU says joins the two; but QEMU's structure of a virtqueue holds the three addresses at which the driver has put
 *  the queue's areas, one behind the other (`VRing` of hw/virtio/virtio.c), and no other queue has the same. */
import { readLe64 } from '../spec/layout.ts';
import type { QueueStatusReply } from './replies.ts';
import type { ProcessReader } from './watch-ports.ts';

/** So far from its beginning the addresses stand at most. */
const STRUCTURE_BYTES = 256;
const WORD_BYTES = 8;

/** Tells whether the structure at `pointer` is that queue of the device that is watched; `queues` as QEMU said last. */
export function queueMatcher(
  read: ProcessReader,
  queues: () => readonly QueueStatusReply[],
): (queue: number, pointer: bigint) => boolean {
  return (queue, pointer) => {
    const reply = queues().find((each) => each['queue-index'] === queue);
    const bytes = read(Number(pointer), STRUCTURE_BYTES);
    if (reply === undefined || bytes === undefined || reply['vring-desc'] === 0) return false;
    const areas = [reply['vring-desc'], reply['vring-avail'], reply['vring-used']].map(BigInt);
    for (let at = 0; at + 3 * WORD_BYTES <= bytes.length; at += WORD_BYTES) {
      if (areas.every((area, place) => readLe64(bytes, at + place * WORD_BYTES) === area))
        return true;
    }
    return false;
  };
}
