/** pcapng, as far as a capture needs it: section header, one interface, Enhanced Packet Blocks with nanosecond times.
 *  Little-endian. Format: draft-ietf-opsawg-pcapng. What is inside a packet is `entry-codec.ts`'s business. */

import { putLe16, putLe32, putLe64, writeLe16, writeLe32 } from '../spec/layout.ts';
import type { Bytes, Ns } from '../units.ts';
import type { Epoch } from './epoch.ts';
import type { Interface } from './sections.ts';

export const BLOCK_SECTION_HEADER = 0x0a0d0d0a;
export const BLOCK_INTERFACE = 1;
export const BLOCK_ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** LINKTYPE_WIRESHARK_UPPER_PDU: the packet begins with tags, one of which names the dissector. */
export const LINKTYPE_UPPER_PDU = 252;

const OPTION_END = 0;
const OPTION_COMMENT = 1;
const SHB_USERAPPL = 4;
const IF_NAME = 2;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;
const EPB_FLAGS = 2;
const EPB_PACKETID = 5;
const EPB_QUEUE = 6;

/** Fixed part of an Enhanced Packet Block before the packet's data. */
export const EPB_HEAD_BYTES = 28;
/** Our options (flags, packet id, queue, end) and the trailing length. */
export const EPB_TAIL_BYTES = 8 + 12 + 8 + 4 + 4;

const encoder = new TextEncoder();

/** Section header and interface description: what every capture file begins with. */
export function fileHead(application: string, interfaceName: string, comment: string): Uint8Array {
  const section = block(BLOCK_SECTION_HEADER, [
    words32(BYTE_ORDER_MAGIC, 0x0000_0001, 0xffff_ffff, 0xffff_ffff),
    option(SHB_USERAPPL, encoder.encode(application)),
    option(OPTION_COMMENT, encoder.encode(comment)),
    option(OPTION_END, new Uint8Array()),
  ]);
  const device = block(BLOCK_INTERFACE, [
    words32(LINKTYPE_UPPER_PDU, 0),
    option(IF_NAME, encoder.encode(interfaceName)),
    option(IF_TSRESOL, new Uint8Array([9])),
    option(OPTION_END, new Uint8Array()),
  ]);
  return concat([section, device]);
}

/** Writes the head of an Enhanced Packet Block at `at`; the packet's data follow it, padded to 4. */
export function writePacketHead(
  view: DataView,
  at: number,
  epoch: Epoch,
  atNs: Ns,
  dataBytes: Bytes,
  comment?: Uint8Array,
): void {
  const low = epoch.low + Math.floor(atNs);
  putLe32(view, at, BLOCK_ENHANCED_PACKET);
  putLe32(view, at + 4, packetBlockBytes(dataBytes, comment));
  putLe32(view, at + 8, 0);
  putLe32(view, at + 12, epoch.high + Math.floor(low / 0x1_0000_0000));
  putLe32(view, at + 16, low % 0x1_0000_0000);
  putLe32(view, at + 20, dataBytes);
  putLe32(view, at + 24, dataBytes);
}

/** Writes options and trailing length at `at`, right behind the packet's padded data. */
export function writePacketTail(
  view: DataView,
  at: number,
  dataBytes: Bytes,
  isOutbound: boolean,
  packetId: number,
  queue: number,
  comment?: Uint8Array,
): void {
  const commentBytes = commentBytesOf(comment);
  putOption(view, at, EPB_FLAGS, 4);
  putLe32(view, at + 4, isOutbound ? 2 : 1);
  putOption(view, at + 8, EPB_PACKETID, 8);
  putLe64(view, at + 12, packetId);
  putOption(view, at + 20, EPB_QUEUE, 4);
  putLe32(view, at + 24, queue);
  if (comment !== undefined) {
    putOption(view, at + 28, OPTION_COMMENT, comment.length);
    for (let place = 0; place < commentBytes - 4; place++)
      view.setUint8(at + 32 + place, comment[place] ?? 0);
  }
  const end = at + 28 + commentBytes;
  putOption(view, end, OPTION_END, 0);
  putLe32(view, end + 4, packetBlockBytes(dataBytes, comment));
}

function commentBytesOf(comment: Uint8Array | undefined): Bytes {
  return comment === undefined ? 0 : 4 + roundUp4(comment.length);
}

function putOption(view: DataView, at: number, code: number, length: number): void {
  putLe16(view, at, code);
  putLe16(view, at + 2, length);
}

/** Width of an Enhanced Packet Block of ours that holds `dataBytes`, and a comment. */
export function packetBlockBytes(dataBytes: Bytes, comment?: Uint8Array): Bytes {
  return EPB_HEAD_BYTES + roundUp4(dataBytes) + commentBytesOf(comment) + EPB_TAIL_BYTES;
}

/** Byte order of the section header at `at`: true for big-endian; `undefined` when its magic is not there. */
export function sectionEndianness(view: DataView, at: number): boolean | undefined {
  if (at + 12 > view.byteLength) return undefined;
  if (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC) return false;
  return view.getUint32(at + 8) === BYTE_ORDER_MAGIC ? true : undefined;
}

/** The interface in the description block at `at`, whose length was checked. */
export function readInterface(
  view: DataView,
  at: number,
  blockBytes: Bytes,
  isLittle: boolean,
): Interface {
  let ticksPerS = 1_000_000n;
  let offsetS = 0n;
  if (blockBytes < 20) return { isOurs: false, isPlain: false, ticksPerS, offsetS };
  eachOption(view, at + 16, at + blockBytes - 4, isLittle, (code, from, length) => {
    if (code === IF_TSRESOL && length >= 1) ticksPerS = ticksOf(view.getUint8(from));
    if (code === IF_TSOFFSET && length >= 8) offsetS = view.getBigInt64(from, isLittle);
  });
  const isOurs = view.getUint16(at + 8, isLittle) === LINKTYPE_UPPER_PDU;
  const isPlain = ticksPerS === 1_000_000_000n && offsetS === 0n;
  return { isOurs, isPlain, ticksPerS, offsetS };
}

/** Texts of the comments in the section header at the start of `bytes`. */
export function sectionComments(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const comments: string[] = [];
  const isBigEndian = sectionEndianness(view, 0);
  if (isBigEndian === undefined || view.getUint32(0) !== BLOCK_SECTION_HEADER) return comments;
  const end = Math.min(bytes.length, view.getUint32(4, !isBigEndian)) - 4;
  eachOption(view, 24, end, !isBigEndian, (code, from, length) => {
    if (code === OPTION_COMMENT) {
      comments.push(new TextDecoder().decode(bytes.subarray(from, from + length)));
    }
  });
  return comments;
}

function eachOption(
  view: DataView,
  from: number,
  end: number,
  isLittle: boolean,
  visit: (code: number, from: number, length: number) => void,
): void {
  for (let at = from; at + 4 <= end; ) {
    const code = view.getUint16(at, isLittle);
    const length = view.getUint16(at + 2, isLittle);
    if (code === OPTION_END || at + 4 + length > end) return;
    visit(code, at + 4, length);
    at += 4 + roundUp4(length);
  }
}

/** Ticks in a second: a power of ten, or of two when the highest bit is set. Beyond 64 bits it cannot be meant. */
function ticksOf(resolution: number): bigint {
  const power = BigInt(resolution & 0x7f);
  if ((resolution & 0x80) !== 0) return power < 64n ? 1n << power : 1_000_000n;
  return power < 20n ? 10n ** power : 1_000_000n;
}

export function roundUp4(bytes: number): number {
  return (bytes + 3) & ~3;
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(parts);
  const widthBytes = body.length + 12;
  return concat([words32(type, widthBytes), body, words32(widthBytes)]);
}

function option(code: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + roundUp4(value.length));
  optionHead(bytes, 0, code, value.length);
  bytes.set(value, 4);
  return bytes;
}

function optionHead(target: Uint8Array, at: number, code: number, length: number): void {
  writeLe16(target, at, code);
  writeLe16(target, at + 2, length);
}

function words32(...words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  words.forEach((word, place) => {
    writeLe32(bytes, 4 * place, word);
  });
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
