/** I/O messages as they come out of the tx and the rx queue: whose are they, and may they come now? Spec: 5.14.6.8 */
import { LIMITS } from '../limits.ts';
import type { GuestMemory } from '../queue/guest-memory.ts';
import { readLe32 } from '../spec/layout.ts';
import type { RuleId } from '../spec/rules.ts';
import {
  type Direction,
  RXQ,
  TXQ,
  VIRTIO_SND_S_BAD_MSG,
  VIRTIO_SND_S_IO_ERR,
} from '../spec/sound.ts';
import { returnInput, returnOutput, STATUS_BYTES, XFER_BYTES } from './io-status.ts';
import type { Message } from './message.ts';
import type { QueuePort } from './queue-port.ts';
import type { PcmStream } from './stream.ts';
import type { ViolationLog } from './violation-log.ts';

/** One of the two data queues. */
export interface Lane {
  readonly direction: Direction;
  readonly port: QueuePort;
  readonly memory: GuestMemory;
  readonly violations: ViolationLog;
  readonly streams: readonly PcmStream[];
}

interface Refusal {
  readonly status: number;
  readonly rule?: RuleId;
  readonly detail: string;
  readonly streamId?: number;
}

/** Appends the message to its stream's queue, or returns it at once with an error: BAD_MSG when it is malformed, IO_ERR
 *  when it is sound but comes at the wrong time or is too long. */
export function takeTransfer(lane: Lane, message: Message): void {
  const found = findStream(lane, message);
  if ('accept' in found) found.accept(message);
  else refuse(lane, message, found);
}

function findStream(lane: Lane, message: Message): PcmStream | Refusal {
  const { chain, body, isBroken } = message;
  // The virtqueue rule that it broke is recorded already.
  if (isBroken) return { status: VIRTIO_SND_S_BAD_MSG, detail: '' };
  if (body.length < XFER_BYTES || chain.writableBytes < STATUS_BYTES) {
    const detail = `${chain.readableBytes} device-readable and ${chain.writableBytes} device-writable bytes`;
    return { status: VIRTIO_SND_S_BAD_MSG, rule: 'VS-I-25', detail };
  }
  const streamId = readLe32(body, 0);
  const stream = lane.streams[streamId];
  if (stream === undefined) {
    const detail = `stream ${streamId} of ${lane.streams.length}`;
    return { status: VIRTIO_SND_S_BAD_MSG, rule: 'VS-I-06', detail };
  }
  if (stream.spec.direction !== lane.direction) {
    const detail = `stream ${streamId} is an ${stream.spec.direction} stream`;
    return { status: VIRTIO_SND_S_BAD_MSG, rule: 'VS-I-07', detail, streamId };
  }
  if (!stream.takesMessages) {
    const detail = `stream ${streamId} is in ${stream.state}`;
    return { status: VIRTIO_SND_S_IO_ERR, rule: 'VS-I-29', detail, streamId };
  }
  const payloadBytes =
    lane.direction === 'output'
      ? chain.readableBytes - XFER_BYTES
      : chain.writableBytes - STATUS_BYTES;
  if (payloadBytes > LIMITS.payloadBytes) {
    const detail = `${payloadBytes} bytes of PCM; more than ${LIMITS.payloadBytes} are refused`;
    const rule = lane.direction === 'output' ? 'VS-R-14' : 'VS-R-16';
    return { status: VIRTIO_SND_S_IO_ERR, rule, detail, streamId };
  }
  return stream;
}

function refuse(lane: Lane, message: Message, refusal: Refusal): void {
  const { port, memory, violations, direction } = lane;
  const { status, rule, detail, streamId } = refusal;
  if (rule !== undefined) {
    const queue = direction === 'output' ? TXQ : RXQ;
    const stream = streamId === undefined ? {} : { streamId };
    violations.report({ rule, detail, queue, ...stream }, message.seq);
  }
  const answer = { status, latencyBytes: 0 };
  if (direction === 'output') returnOutput(port, memory, message, answer);
  else returnInput(port, memory, message, answer);
}
