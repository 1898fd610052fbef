/** The control queue: each request is answered in the order in which it came. Spec: 5.14.6 */

import { writeChain } from '../queue/chain-bytes.ts';
import type { GuestMemory } from '../queue/guest-memory.ts';
import { readLe32, writeLe32 } from '../spec/layout.ts';
import type { RuleId } from '../spec/rules.ts';
import {
  CONTROLQ,
  codeName,
  requestKind,
  SND_HDR,
  VIRTIO_SND_R_CHMAP_INFO,
  VIRTIO_SND_R_CTL_ENUM_ITEMS,
  VIRTIO_SND_R_CTL_INFO,
  VIRTIO_SND_R_CTL_READ,
  VIRTIO_SND_R_CTL_TLV_COMMAND,
  VIRTIO_SND_R_CTL_TLV_READ,
  VIRTIO_SND_R_CTL_TLV_WRITE,
  VIRTIO_SND_R_CTL_WRITE,
  VIRTIO_SND_R_JACK_INFO,
  VIRTIO_SND_R_JACK_REMAP,
  VIRTIO_SND_R_PCM_INFO,
  VIRTIO_SND_R_PCM_PREPARE,
  VIRTIO_SND_R_PCM_RELEASE,
  VIRTIO_SND_R_PCM_SET_PARAMS,
  VIRTIO_SND_R_PCM_START,
  VIRTIO_SND_R_PCM_STOP,
  VIRTIO_SND_S_BAD_MSG,
  VIRTIO_SND_S_NOT_SUPP,
} from '../spec/sound.ts';
import {
  type Answer,
  type ControlCall,
  type ControlTarget,
  type Handler,
  refuse,
} from './control-call.ts';
import {
  ctlEnumItems,
  ctlRead,
  ctlTlvCommand,
  ctlTlvRead,
  ctlTlvWrite,
  ctlWrite,
} from './ctl-requests.ts';
import { chmapInfo, ctlInfo, jackInfo, jackRemap, pcmInfo } from './item-requests.ts';
import type { Message } from './message.ts';
import { pcmPrepare, pcmRelease, pcmSetParams, pcmStart, pcmStop } from './pcm-requests.ts';
import type { QueuePort } from './queue-port.ts';
import type { ViolationLog } from './violation-log.ts';

const HANDLERS: ReadonlyMap<number, Handler> = new Map([
  [VIRTIO_SND_R_JACK_INFO, jackInfo],
  [VIRTIO_SND_R_JACK_REMAP, jackRemap],
  [VIRTIO_SND_R_PCM_INFO, pcmInfo],
  [VIRTIO_SND_R_PCM_SET_PARAMS, pcmSetParams],
  [VIRTIO_SND_R_PCM_PREPARE, pcmPrepare],
  [VIRTIO_SND_R_PCM_RELEASE, pcmRelease],
  [VIRTIO_SND_R_PCM_START, pcmStart],
  [VIRTIO_SND_R_PCM_STOP, pcmStop],
  [VIRTIO_SND_R_CHMAP_INFO, chmapInfo],
  [VIRTIO_SND_R_CTL_INFO, ctlInfo],
  [VIRTIO_SND_R_CTL_ENUM_ITEMS, ctlEnumItems],
  [VIRTIO_SND_R_CTL_READ, ctlRead],
  [VIRTIO_SND_R_CTL_WRITE, ctlWrite],
  [VIRTIO_SND_R_CTL_TLV_READ, ctlTlvRead],
  [VIRTIO_SND_R_CTL_TLV_WRITE, ctlTlvWrite],
  [VIRTIO_SND_R_CTL_TLV_COMMAND, ctlTlvCommand],
]);

export interface ControlLane {
  readonly port: QueuePort;
  readonly memory: GuestMemory;
  readonly violations: ViolationLog;
  readonly target: ControlTarget;
  /** Takes a sentence for people. */
  readonly note: (detail: string) => void;
}

const NO_BYTES = new Uint8Array(0);
const STATUS_BYTES = SND_HDR.widthBytes;

/** Carries a request out and returns it. One that leaves no room for the status is returned unread and unwritten. */
export function takeControl(lane: ControlLane, message: Message): void {
  const { port, memory } = lane;
  const { writable, writableBytes } = message.chain;
  const blame = blameOn(lane, message);
  if (writableBytes < STATUS_BYTES) {
    if (!message.isBroken) blame('VS-I-27', `${writableBytes} device-writable bytes`);
    port.complete(message, 0, NO_BYTES);
    return;
  }
  const roomBytes = writableBytes - STATUS_BYTES;
  const { target, note } = lane;
  const { status, payload } = answer(message, {
    target,
    body: message.body,
    roomBytes,
    blame,
    note,
  });
  const reply = new Uint8Array(STATUS_BYTES + payload.length);
  writeLe32(reply, 0, status);
  reply.set(payload, STATUS_BYTES);
  const written = writeChain(memory, writable, 0, reply);
  port.complete(message, written, written === reply.length ? reply : reply.subarray(0, written));
}

function answer(message: Message, call: ControlCall): Answer {
  // The virtqueue rule that it broke is recorded already, and what is left of the request cannot be trusted.
  if (message.isBroken) return refuse(VIRTIO_SND_S_BAD_MSG);
  if (call.body.length < STATUS_BYTES) {
    call.blame('VS-I-27', `${call.body.length} device-readable bytes`);
    return refuse(VIRTIO_SND_S_BAD_MSG);
  }
  const code = readLe32(call.body, 0);
  const handler = HANDLERS.get(code);
  if (handler === undefined) {
    call.blame('VS-I-28', `code ${codeName(code)}`);
    return refuse(VIRTIO_SND_S_NOT_SUPP);
  }
  if (requestKind(code)?.needsCtls && !call.target.hasControls) {
    call.blame('VS-I-10', `${codeName(code)} without VIRTIO_SND_F_CTLS`);
    return refuse(VIRTIO_SND_S_NOT_SUPP);
  }
  return handler(call);
}

function blameOn(lane: ControlLane, message: Message) {
  return (rule: RuleId, detail: string, streamId?: number): void => {
    const stream = streamId === undefined ? {} : { streamId };
    lane.violations.report({ rule, detail, queue: CONTROLQ, ...stream }, message.seq);
  };
}
