/** What a device answered to messages that came back, as far as it stands in memory yet: a driver clears the status of a message
 *  and posts it again as soon as it is returned, and frees that of a request. */
import { LIMITS } from '../limits.ts';
import { readChain } from '../queue/chain-bytes.ts';
import type { ReadableMemory } from '../queue/guest-memory.ts';
import type { ObserverQueue, SeenChain, SeenUsed } from '../queue/sighting.ts';
import type { Descriptor } from '../queue/virtqueue.ts';
import { readLe32 } from '../spec/layout.ts';
import { CONTROLQ, EVENTQ, RXQ, VIRTIO_SND_S_IO_ERR, VIRTIO_SND_S_OK } from '../spec/sound.ts';
import type { Bytes } from '../units.ts';

export const STATUS_BYTES: Bytes = 8;
const NOTHING = new Uint8Array();

export interface SeenAnswer {
  /** Empty where it cannot be had, or is another message's by now. */
  readonly bytes: Uint8Array;
  /** Nothing that may have been posted anew behind it has its memory, when it has been read. */
  readonly isOwn: boolean;
}

/** The answers of those that a look has found to be returned. `refresh`: forgets what was read of memory. */
export function answersOf(
  used: readonly SeenUsed[],
  observer: ObserverQueue,
  memory: ReadableMemory,
  refresh: () => void,
): SeenAnswer[] {
  const queue = observer.setup.index;
  const answers = used.map((element) => answerOf(queue, element, memory));
  if (queue === EVENTQ) return answers.map((bytes) => ({ bytes, isOwn: true }));
  refresh();
  const hasUnseen = observer.hasUnseenAvailable() !== false;
  const chains = used.map(({ seen }) => seen).filter((seen) => seen !== undefined);
  return answers.map((bytes, at) => {
    const seen = used[at]?.seen;
    const behind = seen === undefined ? [] : chains.slice(chains.indexOf(seen) + 1);
    if (isOver(seen, [...behind, ...observer.inFlight()])) return { bytes: NOTHING, isOwn: false };
    // What was gone when it was read may have stood anywhere.
    return { bytes, isOwn: !hasUnseen && !behind.some(({ isStale }) => isStale) };
  });
}

/** The answer, the status or the event: what of the writable part is no PCM. */
function answerOf(queue: number, element: SeenUsed, memory: ReadableMemory): Uint8Array {
  const { seen, writtenBytes } = element;
  if (seen === undefined) return NOTHING;
  const { chain } = seen;
  const written = Math.min(writtenBytes, chain.writableBytes, LIMITS.replyBytes);
  const bytes = queue === CONTROLQ || queue === EVENTQ ? written : STATUS_BYTES;
  // QEMU puts the status right behind what it has recorded, not at the end of the buffer.
  const from = queue === RXQ ? Math.max(0, written - STATUS_BYTES) : 0;
  if (from + bytes > chain.writableBytes) return NOTHING;
  const answer = readChain(memory, chain.writable, from, bytes) ?? NOTHING;
  // The driver frees an answered request at once: what stands there then may be anything.
  return queue === EVENTQ || isStatus(answer) ? answer : NOTHING;
}

/** Whether the memory of an answer is that of a message that was posted behind it. */
function isOver(seen: SeenChain | undefined, later: readonly SeenChain[]): boolean {
  const writable = seen?.chain.writable ?? [];
  return later.some(({ chain }) =>
    chain.writable.some((its) => writable.some((mine) => doOverlap(mine, its))),
  );
}

function doOverlap(left: Descriptor, right: Descriptor): boolean {
  return (
    left.address < right.address + BigInt(right.bytes) &&
    right.address < left.address + BigInt(left.bytes)
  );
}

/** Whether the bytes begin as every answer does. Spec: 5.14.6 */
function isStatus(answer: Uint8Array): boolean {
  const code = answer.length < 4 ? 0 : readLe32(answer, 0);
  return code >= VIRTIO_SND_S_OK && code <= VIRTIO_SND_S_IO_ERR;
}
