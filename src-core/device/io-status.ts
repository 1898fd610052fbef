/** How I/O messages are returned: the status at the end of the device-writable part, and the right used length.
 *  Spec: 5.14.6.8, 2.7.8.2 */
import { writeChain } from '../queue/chain-bytes.ts';
import type { GuestMemory } from '../queue/guest-memory.ts';
import { writeLe32 } from '../spec/layout.ts';
import { PCM_STATUS } from '../spec/sound.ts';
import type { Bytes } from '../units.ts';
import type { Message } from './message.ts';
import type { QueuePort } from './queue-port.ts';

/** Bytes before the PCM (`virtio_snd_pcm_xfer`) and behind it (`virtio_snd_pcm_status`). */
export const XFER_BYTES = 4;
export const STATUS_BYTES = PCM_STATUS.widthBytes;

const NO_BYTES = new Uint8Array(0);
const U32_MAX = 0xffff_ffff;

export type ReturnMessage = (
  port: QueuePort,
  memory: GuestMemory,
  message: Message,
  answer: { status: number; latencyBytes: Bytes },
) => void;

/** An output message: the 8 bytes of the status are all that is written. One without room for them goes back unwritten. */
export const returnOutput: ReturnMessage = (port, memory, message, answer) => {
  const { writable, writableBytes } = message.chain;
  if (writableBytes < STATUS_BYTES) {
    port.complete(message, 0, NO_BYTES);
    return;
  }
  const reply = statusBytes(answer.status, answer.latencyBytes);
  const written = writeChain(memory, writable, writableBytes - STATUS_BYTES, reply);
  port.complete(message, written, written === STATUS_BYTES ? reply : reply.subarray(0, written));
};

/** An input message with `movedBytes` of PCM in it. The used length is 8 more.
 *
 *      full:   | PCM ................................ | status |
 *      short:  | PCM ....... | status | (untouched)   | status |
 *
 *  On a short return the standard puts the status at the end (5.14.6.8), where drivers look for it, but has the used length
 *  count bytes written from the beginning (2.7.8.2): so the status is written in both places. */
export const returnInput: ReturnMessage = (port, memory, message, answer) => {
  const { writable, writableBytes } = message.chain;
  const roomBytes = writableBytes - STATUS_BYTES;
  if (roomBytes < 0) {
    port.complete(message, 0, NO_BYTES);
    return;
  }
  const reply = statusBytes(answer.status, answer.latencyBytes);
  const { movedBytes } = message;
  if (movedBytes < roomBytes) writeChain(memory, writable, movedBytes, reply);
  const written = writeChain(memory, writable, roomBytes, reply);
  if (written === STATUS_BYTES) port.complete(message, movedBytes + STATUS_BYTES, reply);
  else port.complete(message, movedBytes, reply.subarray(0, written));
};

function statusBytes(status: number, latencyBytes: Bytes): Uint8Array {
  const bytes = new Uint8Array(STATUS_BYTES);
  writeLe32(bytes, 0, status);
  writeLe32(bytes, 4, Math.min(latencyBytes, U32_MAX));
  return bytes;
}
