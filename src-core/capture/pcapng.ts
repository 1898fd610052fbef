/** pcapng, as far as a capture needs it: section header, one interface, Enhanced Packet Blocks with nanosecond times.
 *  Little-endian. Format: draft-ietf-opsawg-pcapng. What is inside a packet is `entry-codec.ts`'s business. */
import {
  putLe16,
  putLe32,
  putLe64,
  readLe16,
  readLe32,
  writeLe16,
  writeLe32,
} from '../spec/layout.ts';
import type { Bytes, Ns } from '../units.ts';

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

/** Start of a capture in nanoseconds since 1970, as two halves: one double cannot hold it exactly. */
export interface Epoch {
  readonly high: number;
  readonly low: number;
}

export function epochOf(unixMs: number): Epoch {
  const ns = BigInt(Math.floor(unixMs)) * 1_000_000n;
  return { high: Number(ns >> 32n), low: Number(ns & 0xffff_ffffn) };
}

/** Writes the head of an Enhanced Packet Block at `at`; the packet's data follow it, padded to 4. */
export function writePacketHead(
  view: DataView,
  at: number,
  epoch: Epoch,
  atNs: Ns,
  dataBytes: Bytes,
): void {
  const low = epoch.low + Math.floor(atNs);
  putLe32(view, at, BLOCK_ENHANCED_PACKET);
  putLe32(view, at + 4, packetBlockBytes(dataBytes));
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
): void {
  putOption(view, at, EPB_FLAGS, 4);
  putLe32(view, at + 4, isOutbound ? 2 : 1);
  putOption(view, at + 8, EPB_PACKETID, 8);
  putLe64(view, at + 12, packetId);
  putOption(view, at + 20, EPB_QUEUE, 4);
  putLe32(view, at + 24, queue);
  putOption(view, at + 28, OPTION_END, 0);
  putLe32(view, at + 32, packetBlockBytes(dataBytes));
}

function putOption(view: DataView, at: number, code: number, length: number): void {
  putLe16(view, at, code);
  putLe16(view, at + 2, length);
}

/** Width of an Enhanced Packet Block of ours that holds `dataBytes`. */
export function packetBlockBytes(dataBytes: Bytes): Bytes {
  return EPB_HEAD_BYTES + roundUp4(dataBytes) + EPB_TAIL_BYTES;
}

export interface Block {
  readonly type: number;
  /** From the start of the block to the start of the next. */
  readonly widthBytes: Bytes;
}

/** The block whose head stands at `at`; `undefined` when fewer than 8 bytes are there or the length cannot be right. */
export function readBlockHead(bytes: Uint8Array, at: number, boundBytes: Bytes): Block | undefined {
  if (at + 8 > bytes.length) return undefined;
  const widthBytes = readLe32(bytes, at + 4);
  if (widthBytes < 12 || widthBytes % 4 !== 0 || widthBytes > boundBytes) return undefined;
  return { type: readLe32(bytes, at), widthBytes };
}

/** Nanoseconds since `epoch` of the packet block at `at`. */
export function packetNs(bytes: Uint8Array, at: number, epoch: Epoch): Ns {
  const high = readLe32(bytes, at + 12) - epoch.high;
  return high * 0x1_0000_0000 + readLe32(bytes, at + 16) - epoch.low;
}

/** The packet's data in the block at `at`. */
export function packetData(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.subarray(at + EPB_HEAD_BYTES, at + EPB_HEAD_BYTES + readLe32(bytes, at + 20));
}

/** Text of the first comment in the section header at the start of `bytes`. */
export function sectionComment(bytes: Uint8Array): string | undefined {
  const head = readBlockHead(bytes, 0, 1 << 20);
  if (head?.type !== BLOCK_SECTION_HEADER || readLe32(bytes, 8) !== BYTE_ORDER_MAGIC)
    return undefined;
  for (let at = 24; at + 4 <= head.widthBytes - 4; ) {
    const code = readLe16(bytes, at);
    const length = readLe16(bytes, at + 2);
    if (code === OPTION_COMMENT)
      return new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + length));
    if (code === OPTION_END) return undefined;
    at += 4 + roundUp4(length);
  }
  return undefined;
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
