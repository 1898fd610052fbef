/** What the inspector shows of one message: its sentence, its bytes decoded, its chain. Pure. Spec: 5.14.6 */

import type { RecordedDescriptor } from '../../../src-core/capture/entry.ts';
import type { MessageDetail } from '../../../src-core/contract-data.ts';
import { rateHzOf, type StreamParams } from '../../../src-core/spec/formats.ts';
import { readLe32 } from '../../../src-core/spec/layout.ts';
import {
  VIRTQ_DESC_F_INDIRECT,
  VIRTQ_DESC_F_NEXT,
  VIRTQ_DESC_F_WRITE,
} from '../../../src-core/spec/ring.ts';
import {
  CONTROLQ,
  CTL_EVENT,
  CTL_INFO_ALIGNED,
  CTL_INFO_PACKED,
  EVENTQ,
  PCM_STATUS,
  PCM_XFER,
  QUERY_INFO,
  requestKind,
  SND_EVENT,
  SND_HDR,
  TXQ,
  VIRTIO_SND_EVT_CTL_NOTIFY,
  VIRTIO_SND_R_CTL_INFO,
} from '../../../src-core/spec/sound.ts';
import { endOf, startOf } from '../../../src-core/spec/stages.ts';
import { type Ns, nsOf } from '../../../src-core/units.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import { isOk, kindOf, type MessageRow, rowAt, statusName } from '../../store/message-row.ts';
import { formatPlural } from '../../ui/format.ts';
import {
  type DecodedPart,
  decodeRecords,
  decodeStruct,
  joinParts,
  plainPart,
} from './inspector-fields.ts';

export type Say = (ns: Ns) => string;

const LINE_NS = 1000;

/** Of a trace without times, where 1 µs stands for one line. */
export function inLines(ns: Ns): string {
  return formatPlural(Math.round(ns / LINE_NS), 'line');
}

/** One run of bytes with its fields. */
export interface ByteSection extends DecodedPart {
  readonly id: 'request' | 'reply';
  readonly title: string;
  readonly bytes: Uint8Array;
  /** Why there are no bytes; shown in their place. */
  readonly absent?: string;
}

export interface InspectorModel {
  readonly row: MessageRow;
  readonly sentence: string;
  readonly sections: readonly ByteSection[];
}

/** `forgottenNs`: when the device forgot the message; NaN when it did not. `say`: puts a duration into words. */
export function inspect(
  detail: MessageDetail,
  forgottenNs = Number.NaN,
  say: Say = formatDuration,
): InspectorModel {
  const row = rowAt(detail.row, 0);
  return {
    row,
    sentence: Number.isNaN(forgottenNs)
      ? sentenceOf(row, detail, say)
      : `${kindOf(row)} never came back: it was in the device when that was reset, stopped, or lost its guest.`,
    sections: [requestSection(row, detail), replySection(row, detail, !Number.isNaN(forgottenNs))],
  };
}

/** One sentence in plain words: who asked what, what came of it, and how long it took. */
export function sentenceOf(
  row: MessageRow,
  detail: MessageDetail,
  say: Say = formatDuration,
): string {
  if (row.queue === EVENTQ) return eventSentence(row);
  const isTraced = detail.chain.traced !== undefined;
  if (row.queue === CONTROLQ) return controlSentence(row, isTraced, say);
  return ioSentence(row, detail.params, isTraced, say);
}

/** `W next` — the flags of a descriptor as words. */
export function flagNames({ flags }: RecordedDescriptor): string {
  const names = [
    [VIRTQ_DESC_F_NEXT, 'NEXT'],
    [VIRTQ_DESC_F_WRITE, 'WRITE'],
    [VIRTQ_DESC_F_INDIRECT, 'INDIRECT'],
  ] as const;
  return names
    .filter(([bit]) => (flags & bit) !== 0)
    .map(([, name]) => name)
    .join(' ');
}

function controlSentence(row: MessageRow, isTraced: boolean, say: Say): string {
  const stream = row.streamId < 0 ? '' : ` for stream ${row.streamId}`;
  const asked = `The driver asked ${kindOf(row)}${stream}`;
  const tookNs = row.usedNs - row.poppedNs;
  if (Number.isNaN(tookNs)) return `${asked}; the device has not answered yet.`;
  if (isTraced) {
    return `${asked}; the device answered after ${say(tookNs)}, and a trace does not say what.`;
  }
  const answer = isOk(row) ? 'answered OK' : `refused with ${statusName(row.status)}`;
  return `${asked}; the device ${answer} after ${formatDuration(tookNs)}.`;
}

function eventSentence(row: MessageRow): string {
  const waitedNs = row.usedNs - startOf(row);
  if (Number.isNaN(waitedNs)) {
    return 'The driver posted a buffer for events; the device has not used it yet.';
  }
  const stream = row.streamId < 0 ? '' : ` on stream ${row.streamId}`;
  return `After ${formatDuration(waitedNs)} in the queue this buffer told the driver ${kindOf(row)}${stream}.`;
}

function ioSentence(
  row: MessageRow,
  params: StreamParams | undefined,
  isTraced: boolean,
  say: Say,
): string {
  const isTx = row.queue === TXQ;
  const rateHz = params === undefined ? 0 : rateHzOf(params.rate);
  const length = rateHz > 0 ? ` (${formatDuration(nsOf(row.frames, rateHz))})` : '';
  const pcm = `${formatPlural(row.frames, 'frame')}${length}`;
  const stream = row.streamId < 0 ? 'no stream' : `stream ${row.streamId}`;
  const what = isTx
    ? `The driver sent ${row.frames > 0 ? pcm : 'PCM'} to ${stream}`
    : `The driver gave ${stream} room for PCM`;
  const waitNs = row.firstNs - row.poppedNs;
  const waited = waitNs > 0 ? `it waited ${formatDuration(waitNs)}` : '';
  const moveNs = row.lastNs - row.firstNs;
  const inTime = moveNs > 0 ? `in ${formatDuration(moveNs)}` : 'at once';
  const did = isTx ? 'was taken' : `was filled with ${pcm}`;
  const moved = Number.isNaN(moveNs) ? '' : `${did} ${inTime}`;
  const ended = Number.isNaN(row.usedNs)
    ? 'it is still in the device'
    : `came back${statusWords(row, isTraced)} ${say(endOf(row) - startOf(row))} after the kick`;
  const steps = [waited, moved, ended].filter((step) => step !== '');
  return `${what}; ${steps.join(', ')}.`;
}

/** A trace does not tell statuses: nothing is said of them. */
function statusWords(row: MessageRow, isTraced: boolean): string {
  return isTraced ? '' : ` with ${statusName(row.status) || 'no status'}`;
}

function requestSection(row: MessageRow, detail: MessageDetail): ByteSection {
  const { body, params } = detail;
  const base = { id: 'request', title: 'Device-readable bytes', bytes: body } as const;
  if (detail.chain.traced !== undefined) {
    const absent = 'Unavailable: a trace of QEMU tells that the message moved, not what was in it.';
    return { ...base, nodes: [], ranges: [], absent };
  }
  if (row.queue === EVENTQ) {
    return { ...base, nodes: [], ranges: [], absent: 'An event buffer has no readable part.' };
  }
  if (row.queue !== CONTROLQ) {
    const head = decodeStruct(PCM_XFER, body, 0, 'request.', { section: '5.14.6.8' });
    return { ...base, ...head };
  }
  const kind = requestKind(row.code);
  const layout = kind?.request ?? SND_HDR;
  const section = kind?.section ?? '5.14.6';
  const head = decodeStruct(layout, body, 0, 'request.', { params, section });
  const meaning = kind === undefined ? 'no request of the standard' : 'payload of the request';
  const rest = plainPart('request.rest', 'payload', layout.widthBytes, body.length, meaning);
  return { ...base, ...joinParts([head, rest]) };
}

function replySection(row: MessageRow, detail: MessageDetail, isLost: boolean): ByteSection {
  const { reply, params } = detail;
  const base = { id: 'reply', title: 'Device-writable bytes', bytes: reply } as const;
  if (reply.length === 0) {
    const open = isLost
      ? 'The device never returned this message.'
      : 'The device has not returned this message yet.';
    const wrote =
      detail.chain.traced === undefined
        ? 'The device wrote nothing that was recorded.'
        : `Unavailable: the device wrote ${formatPlural(row.writtenBytes, 'byte')} (observed), and a trace does not say which.`;
    const absent = Number.isNaN(row.usedNs) ? open : wrote;
    return { ...base, nodes: [], ranges: [], absent };
  }
  if (row.queue === EVENTQ) {
    const isControl = readLe32(reply, 0) === VIRTIO_SND_EVT_CTL_NOTIFY;
    const layout = isControl ? CTL_EVENT : SND_EVENT;
    return { ...base, ...decodeStruct(layout, reply, 0, 'reply.', { section: '5.14.6' }) };
  }
  if (row.queue !== CONTROLQ) {
    const context = { params, section: '5.14.6.8' };
    return { ...base, ...decodeStruct(PCM_STATUS, reply, 0, 'reply.', context) };
  }
  return { ...base, ...controlReply(row, detail) };
}

function controlReply(row: MessageRow, { body, reply }: MessageDetail): DecodedPart {
  const head = decodeStruct(SND_HDR, reply, 0, 'reply.', { section: '5.14.6' });
  const kind = requestKind(row.code);
  const stepBytes = QUERY_INFO.read(body)?.size ?? 0;
  const isPackedControl =
    row.code === VIRTIO_SND_R_CTL_INFO && stepBytes === CTL_INFO_PACKED.widthBytes;
  const record = isPackedControl
    ? CTL_INFO_PACKED
    : kind?.record === CTL_INFO_ALIGNED
      ? CTL_INFO_ALIGNED
      : kind?.record;
  const rest =
    record === undefined
      ? plainPart('reply.rest', 'payload', SND_HDR.widthBytes, reply.length, '')
      : decodeRecords(record, reply, SND_HDR.widthBytes, stepBytes, 'reply.');
  return joinParts([head, rest]);
}
