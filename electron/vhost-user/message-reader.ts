/** Reads whole vhost-user messages from a socket that may give them in pieces. Never more than one at a time: the
 *  descriptors of a message come with its first byte, and what is read too far would mix up whose they are.
 *  Spec: vhost-user, "Header" */
import { LIMITS } from '../../src-core/limits.ts';
import type { FrontEndMessage } from '../../src-core/transport/vhost-user-host.ts';
import {
  HEADER,
  NEED_REPLY_FLAG,
  REPLY_FLAG,
  requestOf,
  VERSION,
  VERSION_MASK,
} from '../../src-core/transport/vhost-user-messages.ts';
import { EAGAIN, ECONNRESET, EINTR } from '../native/libc.ts';
import type { DescriptorSocket } from '../native/unix-socket.ts';

export type ReadResult =
  | { readonly kind: 'message'; readonly message: FrontEndMessage }
  /** Nothing whole is there now. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'closed' }
  /** What follows cannot be told apart any more. `detail`: a sentence. */
  | { readonly kind: 'broken'; readonly detail: string };

const WAITING = { kind: 'waiting' } as const;
const CLOSED = { kind: 'closed' } as const;

export class MessageReader {
  private readonly socket: DescriptorSocket;
  private readonly header = new Uint8Array(HEADER.widthBytes);
  private readonly payload = new Uint8Array(LIMITS.vhostUserPayloadBytes);
  private readBytes = 0;
  private fds: number[] = [];
  private isFirst = true;

  constructor(socket: DescriptorSocket) {
    this.socket = socket;
  }

  next(): ReadResult {
    const headerEnd = this.fill(this.header, 0, HEADER.widthBytes);
    if (headerEnd !== undefined) return headerEnd;
    const { request, flags, payloadBytes } = HEADER.read(this.header) ?? NO_HEADER;
    const detail = faultOf(request, flags, payloadBytes, this.isFirst);
    if (detail !== undefined) return { kind: 'broken', detail };
    const payloadEnd = this.fill(this.payload, HEADER.widthBytes, payloadBytes);
    if (payloadEnd !== undefined) return payloadEnd;
    const message = {
      request,
      needsReply: (flags & NEED_REPLY_FLAG) !== 0,
      payload: this.payload.slice(0, payloadBytes),
      fds: this.takeFds(),
    };
    this.readBytes = 0;
    this.isFirst = false;
    return { kind: 'message', message };
  }

  /** Descriptors of a message that was not read to its end. Ours to close. */
  takeFds(): readonly number[] {
    const { fds } = this;
    this.fds = [];
    return fds;
  }

  /** Reads until `part`, which begins at byte `from` of the message, has `bytes` bytes. `undefined` when it has. */
  private fill(part: Uint8Array, from: number, bytes: number): ReadResult | undefined {
    while (this.readBytes < from + bytes) {
      const at = this.readBytes - from;
      const received = this.socket.receive(part.subarray(at, bytes));
      this.fds.push(...received.fds);
      if (received.isCut || this.fds.length > LIMITS.vhostUserDescriptors) {
        return { kind: 'broken', detail: 'A message came with more descriptors than we can hold.' };
      }
      if (received.bytes === -EAGAIN || received.bytes === -EINTR) return WAITING;
      if (received.bytes === 0 || received.bytes === -ECONNRESET) return CLOSED;
      if (received.bytes < 0) {
        return { kind: 'broken', detail: `Reading failed with error ${-received.bytes}.` };
      }
      this.readBytes += received.bytes;
    }
    return undefined;
  }
}

const NO_HEADER = { request: 0, flags: 0, payloadBytes: 0 };

function faultOf(request: number, flags: number, payloadBytes: number, isFirst: boolean) {
  const isOurs = (flags & VERSION_MASK) === VERSION && (flags & REPLY_FLAG) === 0;
  if (isFirst && (!isOurs || requestOf(request) === undefined)) {
    return 'What connected does not speak vhost-user. This socket is for QEMU’s -chardev socket of a vhost-user-snd-pci.';
  }
  if (!isOurs) return `A message has flags 0x${flags.toString(16)}, which no request has.`;
  if (payloadBytes > LIMITS.vhostUserPayloadBytes) {
    return `A message announces ${payloadBytes} bytes; ${LIMITS.vhostUserPayloadBytes} is the most.`;
  }
  return undefined;
}
