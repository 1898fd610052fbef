/** Finds the next plausible block in bytes that are none: a packet with our tag, or a section header. Several things have to
 *  agree before one is believed: type, length in front, tag, length of the data, and the length at the end if it is there. */
import { LIMITS } from '../limits.ts';
import type { Bytes } from '../units.ts';
import {
  BLOCK_ENHANCED_PACKET,
  BLOCK_SECTION_HEADER,
  EPB_HEAD_BYTES,
  sectionEndianness,
} from './pcapng.ts';

export interface FoundBlock {
  readonly at: number;
  readonly isBigEndian: boolean;
  readonly isSection: boolean;
}

const BLOCK_BOUND_BYTES = LIMITS.payloadBytes + (1 << 20);
/** `virt`, `io_s`, `nd`: the name in the tag of our packets, behind the four bytes of the tag's head. */
const FIRST_LETTER = 0x76;
const NAME_START = 0x76697274;
const NAME_MIDDLE = 0x696f5f73;
const NAME_END = 0x6e64;
const NAME_AT = EPB_HEAD_BYTES + 4;
const LINE_FEED = 0x0a;

/** The first block in `bytes`; `leftBytes` of the file follow from their start. */
export function findBlock(bytes: Uint8Array, leftBytes: Bytes): FoundBlock | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let place = 0; place < bytes.length; place++) {
    const byte = bytes[place];
    if (byte === FIRST_LETTER && place >= NAME_AT) {
      const found = packetAt(view, place - NAME_AT, leftBytes);
      if (found !== undefined) return found;
    } else if (byte === LINE_FEED) {
      const found = sectionAt(view, place, leftBytes);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function packetAt(view: DataView, at: number, leftBytes: Bytes): FoundBlock | undefined {
  if (at + NAME_AT + 10 > view.byteLength) return undefined;
  const isNamed =
    view.getUint32(at + NAME_AT) === NAME_START &&
    view.getUint32(at + NAME_AT + 4) === NAME_MIDDLE &&
    view.getUint16(at + NAME_AT + 8) === NAME_END;
  if (!isNamed) return undefined;
  const isLittle = view.getUint32(at, true) === BLOCK_ENHANCED_PACKET;
  if (!isLittle && view.getUint32(at) !== BLOCK_ENHANCED_PACKET) return undefined;
  const blockBytes = view.getUint32(at + 4, isLittle);
  const dataBytes = view.getUint32(at + 20, isLittle);
  if (EPB_HEAD_BYTES + dataBytes + 4 > blockBytes) return undefined;
  if (!isWhole(view, at, blockBytes, isLittle, leftBytes)) return undefined;
  return { at, isBigEndian: !isLittle, isSection: false };
}

function sectionAt(view: DataView, at: number, leftBytes: Bytes): FoundBlock | undefined {
  if (at + 12 > view.byteLength || view.getUint32(at) !== BLOCK_SECTION_HEADER) return undefined;
  const isBigEndian = sectionEndianness(view, at);
  if (isBigEndian === undefined) return undefined;
  const blockBytes = view.getUint32(at + 4, !isBigEndian);
  if (!isWhole(view, at, blockBytes, !isBigEndian, leftBytes)) return undefined;
  return { at, isBigEndian, isSection: true };
}

/** Lengths in front and at the end agree, as far as the end is in view. */
function isWhole(
  view: DataView,
  at: number,
  blockBytes: Bytes,
  isLittle: boolean,
  leftBytes: Bytes,
): boolean {
  if (blockBytes < 28 || blockBytes % 4 !== 0 || blockBytes > BLOCK_BOUND_BYTES) return false;
  if (at + blockBytes > leftBytes) return false;
  const end = at + blockBytes - 4;
  return end + 4 > view.byteLength || view.getUint32(end, isLittle) === blockBytes;
}
