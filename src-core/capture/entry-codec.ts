/** One entry as the data of one pcapng packet, byte by byte. All numbers little-endian unless said otherwise.
 *
 *      0   16  tag 12 of LINKTYPE_WIRESHARK_UPPER_PDU (big-endian 16-bit tag and length): dissector `virtio_snd`, padded
 *      16   4  end-of-tags: tag 0, length 0
 *      20  32  pseudo-header, below
 *      52      body, by kind
 *
 *  A reader that knows another version skips the entry. */

import { GRADES } from '../spec/grades.ts';
import { putLe16, putLe32, putLe64, readLe32, struct } from '../spec/layout.ts';
import { STREAM_STATES } from '../spec/sound.ts';
import type { Bytes, Ns, Seq } from '../units.ts';
import type { Entry, EntryBody } from './entry.ts';
import { measurePopped, readPopped, writePopped } from './entry-chains.ts';
import { jsonBody, parseJsonBody } from './entry-json.ts';
import { measurePosted, readPosted, writePosted } from './entry-posted.ts';
import { measureRing, readRing, writeRing } from './entry-ring.ts';

export const ENTRY_VERSION = 1;
const NONE_32 = 0xffff_ffff;

/** Kinds by number; place 0 stays unused. Kinds are only ever added at the end. */
export const ENTRY_KINDS = [
  'none',
  'kick',
  'interrupt',
  'popped',
  'moved',
  'used',
  'state',
  'track',
  'xrun',
  'setup',
  'ring',
  'violation',
  'dropped',
  'forgotten',
  'posted',
  'told',
  'mark',
  'sample',
] as const;

export const KIND_NUMBERS = Object.fromEntries(
  ENTRY_KINDS.map((kind, number) => [kind, number]),
) as Record<EntryBody['kind'], number>;

export const PSEUDO_HEADER = struct('ringside_entry', {
  version: 'u8',
  kind: 'u8',
  queue: 'u8',
  /** Grade of evidence: place in GRADES. */
  grade: 'u8',
  /** 0xffff: none. */
  streamId: 'le16',
  head: 'le16',
  seq: 'le64',
  /** Seq of the `popped` entry it belongs to; all ones: none. */
  popped: 'le64',
  /** avail index (popped, ring), used index (used), track (moved), from and to state (state). */
  value: 'le32',
  bodyBytes: 'le32',
});

const TAG_BYTES = 20;
export const BODY_AT = TAG_BYTES + PSEUDO_HEADER.widthBytes;
/** Of a `moved` entry: where the PCM begins, counted from the start of the packet's data. */
export const MOVED_PCM_AT = BODY_AT + 16;
/** Added to the frames of a `moved` entry in which a hash stands in place of the PCM. */
export const PCM_WITHHELD = 0x8000_0000;
/** Body of a kick that says how long messages had been waiting for it. */
export const KICK_BYTES = 8;
const DISSECTOR_TAG = makeDissectorTag();
/** The same as words, for a comparison that costs nothing. */
const [TAG_WORD_0, TAG_WORD_1, TAG_WORD_2, TAG_WORD_3, TAG_WORD_4] = Array.from(
  { length: TAG_BYTES / 4 },
  (_, place) => new DataView(DISSECTOR_TAG.buffer).getUint32(4 * place),
);

/** Bytes that the packet's data of `entry` takes. JSON bodies are made once and handed back in `json`. */
export function measureEntry(entry: EntryBody): { dataBytes: Bytes; json?: Uint8Array } {
  switch (entry.kind) {
    case 'kick':
      return { dataBytes: BODY_AT + (entry.waitedNs === undefined ? 0 : KICK_BYTES) };
    case 'interrupt':
    case 'state':
    case 'told':
      return { dataBytes: BODY_AT };
    case 'popped':
      return { dataBytes: BODY_AT + measurePopped(entry.chain, entry.body) };
    case 'moved':
      return { dataBytes: MOVED_PCM_AT + (entry.withheld ?? entry.pcm).length };
    case 'used':
      return { dataBytes: BODY_AT + 4 + entry.reply.length };
    case 'posted':
      return { dataBytes: BODY_AT + measurePosted(entry) };
    case 'ring':
      return { dataBytes: BODY_AT + measureRing(entry) };
    default: {
      const json = jsonBody(entry);
      return { dataBytes: BODY_AT + json.length, json };
    }
  }
}

/** Writes the packet's data at `at`; the caller has made room for what `measureEntry` said. */
export function writeEntry(
  target: Uint8Array,
  view: DataView,
  at: number,
  seq: number,
  entry: EntryBody,
  measured: { dataBytes: Bytes; json?: Uint8Array },
): void {
  target.set(DISSECTOR_TAG, at);
  writePseudoHeader(view, at + TAG_BYTES, seq, entry, measured.dataBytes - BODY_AT);
  const body = at + BODY_AT;
  switch (entry.kind) {
    case 'kick':
      if (entry.waitedNs !== undefined)
        putLe64(view, body, Math.max(0, Math.floor(entry.waitedNs)));
      break;
    case 'interrupt':
    case 'state':
    case 'told':
      break;
    case 'popped':
      writePopped(target, view, body, entry.chain, entry.body);
      break;
    case 'moved':
      putLe64(view, body, entry.fromFrame);
      putLe32(view, body + 8, entry.frames + (entry.withheld === undefined ? 0 : PCM_WITHHELD));
      putLe32(view, body + 12, delayNumber(entry.delayFrames));
      target.set(entry.withheld ?? entry.pcm, body + 16);
      break;
    case 'used':
      putLe32(view, body, entry.writtenBytes);
      target.set(entry.reply, body + 4);
      break;
    case 'posted':
      writePosted(target, view, body, entry);
      break;
    case 'ring':
      writeRing(target, body, entry);
      break;
    default:
      if (measured.json !== undefined) target.set(measured.json, body);
  }
}

/** The entry in a packet's data; `undefined` for a packet that is not ours, damaged, or of another version. Its PCM stays
 *  where it lies in `data`; everything else is copied. */
export function readEntry(data: Uint8Array, atNs: Ns): Entry | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const seq = packetSeq({ view, dataFrom: 0, dataBytes: data.length });
  if (seq < 0) return undefined;
  const header = readHeader(view);
  const body = data.subarray(BODY_AT, BODY_AT + header.bodyBytes);
  if (body.length !== header.bodyBytes) return undefined;
  const said = readBody(ENTRY_KINDS[header.kind] ?? 'none', header, body);
  if (said === undefined) return undefined;
  // what was made for it here gets the rest: a copy of it would cost as much as reading it
  const entry = Object.assign(said, { seq, atNs });
  const grade = GRADES[header.grade & 3];
  return header.grade === 0 || grade === undefined ? entry : { ...entry, grade };
}

/** As `PSEUDO_HEADER` has it, but for the number of the entry. */
interface Header {
  readonly kind: number;
  readonly queue: number;
  readonly grade: number;
  readonly streamId: number;
  readonly head: number;
  readonly popped: Seq;
  readonly value: number;
  readonly bodyBytes: Bytes;
}

function readHeader(view: DataView): Header {
  const at = TAG_BYTES;
  return {
    kind: view.getUint8(at + 1),
    queue: view.getUint8(at + 2),
    grade: view.getUint8(at + 3),
    streamId: view.getUint16(at + 4, true),
    head: view.getUint16(at + 6, true),
    popped: view.getUint32(at + 16, true) + view.getUint32(at + 20, true) * 0x1_0000_0000,
    value: view.getUint32(at + 24, true),
    bodyBytes: view.getUint32(at + 28, true),
  };
}

/** Number of the entry in a packet, without decoding the rest; -1 for what is not ours, -2 for what is damaged or of
 *  another version. */
export function packetSeq({ view, dataFrom, dataBytes }: PacketData): Seq {
  if (dataBytes < TAG_BYTES) return -1;
  if (
    view.getUint32(dataFrom) !== TAG_WORD_0 ||
    view.getUint32(dataFrom + 4) !== TAG_WORD_1 ||
    view.getUint32(dataFrom + 8) !== TAG_WORD_2 ||
    view.getUint32(dataFrom + 12) !== TAG_WORD_3 ||
    view.getUint32(dataFrom + 16) !== TAG_WORD_4
  ) {
    return -1;
  }
  const at = dataFrom + TAG_BYTES;
  if (dataBytes < BODY_AT || view.getUint8(at) !== ENTRY_VERSION) return -2;
  const high = view.getUint32(at + 12, true);
  return high < 0x20_0000 ? high * 0x1_0000_0000 + view.getUint32(at + 8, true) : -2;
}

/** Place in `ENTRY_KINDS` of a packet of ours. */
export function packetKind({ view, dataFrom }: PacketData): number {
  return view.getUint8(dataFrom + TAG_BYTES + 1);
}

/** A packet's data where they lie. */
export interface PacketData {
  readonly view: DataView;
  readonly dataFrom: number;
  readonly dataBytes: Bytes;
}

function readBody(
  kind: (typeof ENTRY_KINDS)[number],
  header: Header,
  body: Uint8Array,
): EntryBody | undefined {
  const { queue, value, popped } = header;
  switch (kind) {
    case 'kick':
      if (body.length < KICK_BYTES) return { kind, queue };
      return { kind, queue, waitedNs: readLe32(body, 0) + readLe32(body, 4) * 0x1_0000_0000 };
    case 'interrupt':
      return { kind, queue };
    case 'popped':
      return readPopped(header, body);
    case 'moved': {
      if (body.length < 16) return undefined;
      const fromFrame = readLe32(body, 0) + readLe32(body, 4) * 0x1_0000_0000;
      const delay = readLe32(body, 12);
      const known = delay === 0 ? {} : { delayFrames: delay - 1 };
      const said = readLe32(body, 8);
      const frames = said % PCM_WITHHELD;
      const moved = { kind, popped, track: value, fromFrame, frames, ...known };
      const bytes = body.subarray(16);
      if (said < PCM_WITHHELD) return { ...moved, pcm: bytes };
      return { ...moved, pcm: new Uint8Array(), withheld: bytes };
    }
    case 'used': {
      if (body.length < 4) return undefined;
      const writtenBytes = readLe32(body, 0);
      return { kind, popped, queue, usedIdx: value, writtenBytes, reply: body.slice(4) };
    }
    case 'state': {
      const from = STREAM_STATES[value & 0xff];
      const to = STREAM_STATES[(value >> 8) & 0xff];
      if (from === undefined || to === undefined) return undefined;
      return { kind, streamId: header.streamId, from, to };
    }
    case 'posted':
      return readPosted(popped, value, body);
    case 'told':
      return {
        kind,
        popped,
        code: value,
        streamId: header.streamId === 0xffff ? -1 : header.streamId,
      };
    case 'ring':
      return readRing(header, body);
    default:
      return parseJsonBody(kind, body);
  }
}

function writePseudoHeader(
  view: DataView,
  at: number,
  seq: number,
  entry: EntryBody,
  bodyBytes: Bytes,
): void {
  const { kind } = entry;
  const hasQueue = kind === 'popped' || kind === 'used' || kind === 'kick';
  const queue =
    hasQueue || kind === 'interrupt' || kind === 'ring' || kind === 'sample' ? entry.queue : 0xff;
  const popped = poppedOf(entry);
  putLe16(view, at, ENTRY_VERSION | (KIND_NUMBERS[kind] << 8));
  const grade = entry.grade === undefined ? 0 : GRADES.indexOf(entry.grade);
  putLe16(view, at + 2, queue | (grade << 8));
  putLe16(view, at + 4, streamOf(entry) & 0xffff);
  putLe16(view, at + 6, kind === 'popped' ? entry.chain.head : 0xffff);
  putLe64(view, at + 8, seq);
  if (popped === undefined) {
    putLe32(view, at + 16, NONE_32);
    putLe32(view, at + 20, NONE_32);
  } else putLe64(view, at + 16, popped);
  putLe32(view, at + 24, numberOf(entry));
  putLe32(view, at + 28, bodyBytes);
}

/** The message that an entry belongs to. */
export function poppedOf(entry: EntryBody): Seq | undefined {
  const { kind } = entry;
  const belongs = kind === 'moved' || kind === 'used' || kind === 'violation';
  return belongs || kind === 'posted' || kind === 'told' ? entry.popped : undefined;
}

function streamOf(entry: EntryBody): number {
  if (entry.kind === 'popped') return entry.chain.traced?.streamId ?? -1;
  return 'streamId' in entry ? entry.streamId : -1;
}

/** The spare word of a `moved` entry: one more than the frames; 0 when they are not known. */
function delayNumber(delayFrames: number | undefined): number {
  return delayFrames === undefined ? 0 : Math.min(Math.max(0, delayFrames) + 1, NONE_32);
}

function numberOf(entry: EntryBody): number {
  switch (entry.kind) {
    case 'popped':
    case 'ring':
      return entry.availIdx;
    case 'used':
      return entry.usedIdx;
    case 'moved':
    case 'posted':
      return entry.track;
    case 'told':
      return entry.code;
    case 'state':
      return STREAM_STATES.indexOf(entry.from) | (STREAM_STATES.indexOf(entry.to) << 8);
    default:
      return 0;
  }
}

function makeDissectorTag(): Uint8Array {
  const tag = new Uint8Array(TAG_BYTES);
  tag.set([0, 12, 0, 12]);
  tag.set(new TextEncoder().encode('virtio_snd'), 4);
  return tag;
}
