/** One packet of a file into a capture's tables. The kinds that come a hundred thousand times a second are read straight from
 *  the bytes, without an object for the entry; the rare ones through `readEntry`. */

import { GRADES, type Grade } from '../spec/grades.ts';
import type { Bytes, Ns, Seq } from '../units.ts';
import type { Capture } from './capture.ts';
import { inSection } from './capture-file.ts';
import { DESCRIPTOR_BYTES, TRACED } from './entry-chains.ts';
import {
  BODY_AT,
  KICK_BYTES,
  KIND_NUMBERS,
  MOVED_PCM_AT,
  PCM_WITHHELD,
  readEntry,
} from './entry-codec.ts';
import { EPB_HEAD_BYTES } from './pcapng.ts';
import type { Section } from './sections.ts';

/** A packet where it lies: `PacketWalk` is one. */
export interface WalkedPacket {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly dataFrom: number;
  readonly dataBytes: Bytes;
  /** Place of its block in the file. */
  readonly at: Bytes;
  readonly atNs: Ns;
  readonly section: Section;
}

const HEAD_AT = BODY_AT - 32;
const { kick, interrupt, popped, moved, used } = KIND_NUMBERS;

/** Takes the packet in as entry `seq`; false when its body cannot be understood (its number is spent all the same). */
export function takePacket(capture: Capture, packet: WalkedPacket, seq: Seq): boolean {
  const { bytes, view, dataFrom } = packet;
  const head = dataFrom + HEAD_AT;
  const kind = bytes[head + 1] ?? 0;
  const queue = bytes[head + 2] ?? 0xff;
  const bodyBytes = view.getUint32(head + 28, true);
  const atNs = capture.begin(seq, packet.atNs);
  if (kind === kick) capture.messages.kicked(queue, atNs, waitedNs(packet, bodyBytes));
  else if (kind === interrupt) capture.messages.interrupted(queue, atNs);
  else if (kind === moved) return takeMoved(capture, packet, atNs, bodyBytes);
  else if (BODY_AT + bodyBytes > packet.dataBytes)
    return false; // somebody cut the packet short
  else if (kind === popped && !isTraced(packet, bodyBytes))
    return takePopped(capture, packet, seq, atNs, bodyBytes);
  else if (kind === used) return takeUsed(capture, packet, atNs, bodyBytes);
  else {
    const entry = readEntry(bytes.subarray(dataFrom, dataFrom + packet.dataBytes), atNs);
    if (entry === undefined) return false;
    capture.derive(seq, atNs, inSection(entry, packet.section), packet.at);
  }
  return true;
}

/** How long messages had been waiting for the kick; NaN where it does not say. */
function waitedNs({ view, dataFrom, dataBytes }: WalkedPacket, bodyBytes: Bytes): Ns {
  if (bodyBytes < KICK_BYTES || dataBytes < BODY_AT + KICK_BYTES) return Number.NaN;
  const from = dataFrom + BODY_AT;
  return view.getUint32(from, true) + view.getUint32(from + 4, true) * 0x1_0000_0000;
}

/** A chain that only a trace tells of: there are no descriptors to count. */
function isTraced({ view, dataFrom }: WalkedPacket, bodyBytes: Bytes): boolean {
  return bodyBytes >= 8 && (view.getUint16(dataFrom + BODY_AT + 4, true) & TRACED) !== 0;
}

function takePopped(
  capture: Capture,
  { view, bytes, dataFrom, at }: WalkedPacket,
  seq: Seq,
  atNs: Ns,
  bodyBytes: Bytes,
): boolean {
  const head = dataFrom + HEAD_AT;
  const from = dataFrom + BODY_AT;
  if (bodyBytes < 8) return false;
  const readable = view.getUint16(from, true);
  const count = readable + view.getUint16(from + 2, true);
  const restBytes = bodyBytes - 8 - DESCRIPTOR_BYTES * count;
  if (restBytes < 0) return false;
  let readableBytes = 0;
  let writableBytes = 0;
  for (let place = 0; place < count; place++) {
    const width = view.getUint32(from + 8 + DESCRIPTOR_BYTES * place + 8, true);
    if (place < readable) readableBytes += width;
    else writableBytes += width;
  }
  const rest = from + bodyBytes - restBytes;
  const facts = {
    queue: bytes[head + 2] ?? 0xff,
    head: view.getUint16(head + 6, true),
    readableBytes,
    writableBytes,
    bodyBytes: restBytes,
    firstWord: restBytes >= 4 ? view.getUint32(rest, true) : 0,
    secondWord: restBytes >= 8 ? view.getUint32(rest + 4, true) : 0,
  };
  capture.messages.popped(seq, atNs, facts, at);
  capture.looked(seq, 'popped', gradeOf(bytes[head + 3]));
  return true;
}

function takeMoved(capture: Capture, packet: WalkedPacket, atNs: Ns, bodyBytes: Bytes): boolean {
  const { view, dataFrom, section, at } = packet;
  const from = dataFrom + BODY_AT;
  const hasBytes = packet.dataBytes - BODY_AT;
  if (bodyBytes < 16 || hasBytes < 16) return false;
  const pcmBytes = Math.min(bodyBytes, hasBytes) - 16; // the PCM may have been cut off
  const frames = view.getUint32(from + 8, true);
  const isWithout = frames >= PCM_WITHHELD;
  capture.moved({
    popped: poppedOf(packet),
    atNs,
    track: view.getUint32(dataFrom + HEAD_AT + 24, true) + section.trackBase,
    fromFrame: view.getUint32(from, true) + view.getUint32(from + 4, true) * 0x1_0000_0000,
    frames: frames % PCM_WITHHELD,
    pcmAt: at + EPB_HEAD_BYTES + MOVED_PCM_AT,
    pcmBytes,
    isWithheld: isWithout,
    delayFrames: view.getUint32(from + 12, true) - 1, // 0 in the file: not known
  });
  capture.looked(poppedOf(packet), 'moved', gradeOf(packet.bytes[dataFrom + HEAD_AT + 3]));
  return true;
}

function takeUsed(capture: Capture, packet: WalkedPacket, atNs: Ns, bodyBytes: Bytes): boolean {
  const { view, bytes, dataFrom, at } = packet;
  const from = dataFrom + BODY_AT;
  if (bodyBytes < 4) return false;
  const facts = {
    popped: poppedOf(packet),
    queue: bytes[dataFrom + HEAD_AT + 2] ?? 0xff,
    writtenBytes: view.getUint32(from, true),
    replyBytes: bodyBytes - 4,
    firstWord: bodyBytes >= 8 ? view.getUint32(from + 4, true) : 0,
    secondWord: bodyBytes >= 12 ? view.getUint32(from + 8, true) : 0,
  };
  capture.messages.used(atNs, facts, at);
  capture.looked(facts.popped, 'used', gradeOf(bytes[dataFrom + HEAD_AT + 3]));
  return true;
}

/** Absent: observed, as nearly everything is. */
function gradeOf(byte = 0): Grade | undefined {
  return byte === 0 ? undefined : GRADES[byte & 3];
}

function poppedOf({ view, dataFrom, section }: WalkedPacket): Seq {
  const at = dataFrom + HEAD_AT + 16;
  const { seqBase = 0 } = section;
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000 + seqBase;
}
