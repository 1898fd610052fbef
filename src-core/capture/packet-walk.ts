/** Walks a pcapng file's blocks from a place on and stops at each packet that may be ours. Survives any bytes: what is no
 *  plausible block is passed over until one is, and reported as a hole. Nothing is made for a packet: it is described by
 *  the walk's own members, which hold until the next step. */
import { LIMITS } from '../limits.ts';
import type { Bytes, Ns } from '../units.ts';
import {
  BLOCK_ENHANCED_PACKET,
  BLOCK_INTERFACE,
  BLOCK_SECTION_HEADER,
  EPB_HEAD_BYTES,
  readInterface,
  sectionEndianness,
} from './pcapng.ts';
import { findBlock } from './resync.ts';
import { interfaceOf, type Section, type Sections } from './sections.ts';

export interface WalkedBytes {
  heldBytes(): Bytes;
  /** A copy; shorter than asked at the end. */
  read(at: Bytes, bytes: Bytes): Uint8Array;
  /** The same into the start of `into`. Where there is this, the bytes around a packet are overwritten by later steps: what
   *  is kept of them is copied. */
  readInto?(at: Bytes, into: Uint8Array): Bytes;
}

/** What a step came upon: nothing more for now; a packet of an interface like ours; bytes that are no block, which the step
 *  passed over; another block or a part of a damaged stretch. */
export type Step = 'end' | 'packet' | 'hole' | 'other';

/** Largest block that is believed: the largest payload with room for what surrounds it. */
const BLOCK_BOUND_BYTES = LIMITS.payloadBytes + (1 << 20);
const WINDOW_BYTES = 1 << 20;
const BLOCK_HEAD_BYTES = 12;
/** A block cannot be told from less: its head with the packet's tag. */
const SEARCH_OVERLAP_BYTES = 64;

export class PacketWalk {
  /** Place of the packet's block in the file. */
  at: Bytes = 0;
  blockBytes: Bytes = 0;
  section: Section;
  /** Bytes around it, and where its data lie in them. */
  bytes: Uint8Array = new Uint8Array();
  view: DataView = new DataView(this.bytes.buffer);
  dataFrom = 0;
  dataBytes: Bytes = 0;
  atNs: Ns = 0;
  /** Of the last hole. */
  holeAt: Bytes = 0;
  holeBytes: Bytes = 0;
  /** Packets of interfaces that are not like ours. */
  foreignPackets = 0;
  private readonly file: WalkedBytes;
  private readonly sections: Sections;
  private nextAt: Bytes;
  private windowAt: Bytes = 0;
  /** Used again for each window, where the file can read into it. */
  private buffer = new Uint8Array();
  /** Where the damaged stretch began that is being passed over; -1: none. */
  private lostAt: Bytes = -1;

  constructor(file: WalkedBytes, sections: Sections, fromAt: Bytes = 0) {
    this.file = file;
    this.sections = sections;
    this.nextAt = fromAt;
    this.section = sections.of(fromAt);
  }

  /** Bytes passed so far. */
  passedBytes(): Bytes {
    return this.nextAt;
  }

  next(): Step {
    if (this.lostAt >= 0) return this.findAgain();
    const at = this.nextAt;
    const left = this.file.heldBytes() - at;
    if (left <= 0) return 'end';
    if (left < BLOCK_HEAD_BYTES || !this.has(at, BLOCK_HEAD_BYTES)) return this.lose(at);
    const from = at - this.windowAt;
    const type = this.view.getUint32(from, !this.section.isBigEndian);
    if (type === BLOCK_SECTION_HEADER && !this.beginSection(at, from)) return this.lose(at);
    const blockBytes = this.view.getUint32(from + 4, !this.section.isBigEndian);
    if (blockBytes < BLOCK_HEAD_BYTES || blockBytes % 4 !== 0 || blockBytes > BLOCK_BOUND_BYTES) {
      return this.lose(at);
    }
    if (blockBytes > left || !this.has(at, blockBytes)) return this.lose(at);
    return this.block(at, type, blockBytes);
  }

  private block(at: Bytes, type: number, blockBytes: Bytes): Step {
    const from = at - this.windowAt;
    const { view, section } = this;
    const isLittle = !section.isBigEndian;
    if (view.getUint32(from + blockBytes - 4, isLittle) !== blockBytes) return this.lose(at);
    if (type !== BLOCK_ENHANCED_PACKET) {
      this.nextAt = at + blockBytes;
      if (type === BLOCK_INTERFACE) {
        const found = readInterface(view, from, blockBytes, isLittle);
        this.sections.addInterface(section, this.nextAt, found);
      }
      return 'other';
    }
    const dataBytes = blockBytes < EPB_HEAD_BYTES + 4 ? -1 : view.getUint32(from + 20, isLittle);
    if (dataBytes < 0 || EPB_HEAD_BYTES + dataBytes + 4 > blockBytes) return this.lose(at);
    this.nextAt = at + blockBytes;
    const source = interfaceOf(section, view.getUint32(from + 8, isLittle));
    if (!source.isOurs) {
      this.foreignPackets++;
      return 'other';
    }
    const high = view.getUint32(from + 12, isLittle);
    const low = view.getUint32(from + 16, isLittle);
    this.at = at;
    this.blockBytes = blockBytes;
    this.dataFrom = from + EPB_HEAD_BYTES;
    this.dataBytes = dataBytes;
    this.atNs = this.sections.nsOf(source, high, low);
    return 'packet';
  }

  private beginSection(at: Bytes, from: number): boolean {
    const isBigEndian = sectionEndianness(this.view, from);
    if (isBigEndian === undefined) return false;
    this.section = this.sections.begin(at, isBigEndian);
    return true;
  }

  private lose(at: Bytes): Step {
    this.lostAt = at;
    this.nextAt = at + 1;
    return 'other';
  }

  /** Looks for a block in the next part of the damaged stretch. */
  private findAgain(): Step {
    const held = this.file.heldBytes();
    const at = this.nextAt;
    const bytes = this.file.read(at, WINDOW_BYTES);
    const isLast = at + bytes.length >= held;
    const found = findBlock(bytes, held - at);
    if (found === undefined && !isLast && bytes.length > SEARCH_OVERLAP_BYTES) {
      this.nextAt = at + bytes.length - SEARCH_OVERLAP_BYTES;
      return 'other';
    }
    this.holeAt = this.lostAt;
    this.nextAt = found === undefined ? held : at + found.at;
    this.holeBytes = this.nextAt - this.lostAt;
    this.lostAt = -1;
    if (found !== undefined && found.isBigEndian !== this.section.isBigEndian && !found.isSection) {
      this.section = this.sections.begin(this.nextAt, found.isBigEndian); // its header is in the hole
    }
    return 'hole';
  }

  /** Sees to it that `bytes` from `at` on are in the window. */
  private has(at: Bytes, bytes: Bytes): boolean {
    if (at >= this.windowAt && at + bytes <= this.windowAt + this.bytes.length) return true;
    this.bytes = this.window(at, Math.max(WINDOW_BYTES, bytes));
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    this.windowAt = at;
    return this.bytes.length >= bytes;
  }

  private window(at: Bytes, bytes: Bytes): Uint8Array {
    const { file } = this;
    if (file.readInto === undefined) return file.read(at, bytes);
    if (this.buffer.length < bytes) this.buffer = new Uint8Array(bytes);
    return this.buffer.subarray(0, file.readInto(at, this.buffer.subarray(0, bytes)));
  }
}
