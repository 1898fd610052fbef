/** Reads a capture's entries back out of its bytes, one after the other from a place on: for analyses that go along behind
 *  a live session, behind one that is being opened, and over a recorded one, which are the same here. */
import { readLe32 } from '../spec/layout.ts';
import type { Bytes, Ns, Seq } from '../units.ts';
import type { Capture } from './capture.ts';
import { isRecordedPacket, readPacketEntry } from './capture-file.ts';
import type { Entry } from './entry.ts';
import { ENTRY_KINDS, readKindNumber, readSeq } from './entry-codec.ts';
import { EPB_HEAD_BYTES } from './pcapng.ts';

const WINDOW_BYTES = 1 << 18;
/** Rows behind the newest in which the message of an entry nearly always stands. */
const NEAR_ROWS = 16;

export interface FollowVisitor {
  /** `row`: of the message that the entry belongs to (its own, if it is a `popped`); -1: none. `at`: place of its block. */
  entry(entry: Entry, row: number, at: Bytes): void;
  /** That many entries are missing before the next one. Also called before the end of a capture that lost its tail. */
  lost?(entries: number): void;
}

export interface FollowBound {
  readonly entries?: number;
  readonly bytes?: Bytes;
}

export class Follower {
  /** Entries that the capture numbered but whose bytes were never found, so far. */
  lostEntries = 0;
  private readonly capture: Capture;
  private readonly wanted: readonly boolean[] | undefined;
  private at: Bytes = 0;
  private nextSeq: Seq = 0;
  private nextRow = 0;
  private lastNs: Ns = 0;
  private windowAt: Bytes = 0;
  private window: Uint8Array = new Uint8Array();

  /** `kinds`: other entries are passed over without being decoded, and not handed out. */
  constructor(capture: Capture, kinds?: readonly Entry['kind'][]) {
    this.capture = capture;
    this.wanted =
      kinds && ENTRY_KINDS.map((kind) => kind !== 'none' && kinds.includes(kind as Entry['kind']));
  }

  /** Bytes read so far: how far it is, against `capture.heldBytes()`. */
  readBytes(): Bytes {
    return this.at;
  }

  /** Hands what comes next to `visitor`: at most `bound.entries` and about `bound.bytes` of the capture, wanted or not.
   *  True when there is more already. */
  follow(visitor: FollowVisitor, bound: FollowBound = {}): boolean {
    const endAt = this.at + (bound.bytes ?? Number.POSITIVE_INFINITY);
    let left = bound.entries ?? Number.POSITIVE_INFINITY;
    while (this.nextSeq < this.writtenEntries()) {
      if (left <= 0 || this.at >= endAt) return true;
      const block = this.block();
      if (block === undefined) {
        if (this.skipDamage()) continue;
        this.missed(this.writtenEntries() - this.nextSeq, visitor);
        this.nextSeq = this.writtenEntries();
        break;
      }
      const seq = readSeq(block, EPB_HEAD_BYTES);
      if (seq === undefined || seq < this.nextSeq) {
        this.at += block.length; // not an entry, or one that the capture left out too
        continue;
      }
      if (seq >= this.writtenEntries()) break; // of a file that is still being opened
      this.missed(seq - this.nextSeq, visitor);
      this.nextSeq = seq + 1;
      left--;
      const at = this.at;
      this.at += block.length;
      this.hand(block, at, visitor);
    }
    return false;
  }

  private writtenEntries(): number {
    return this.capture.entries - this.capture.unwritten;
  }

  private hand(block: Uint8Array, at: Bytes, visitor: FollowVisitor): void {
    const kind = readKindNumber(block, EPB_HEAD_BYTES);
    const isWanted = this.wanted === undefined || this.wanted[kind] === true;
    if (!isWanted && kind !== POPPED) return;
    if (!isWanted) {
      this.rowOf(this.nextSeq - 1);
      return;
    }
    const entry = readPacketEntry(block, this.capture.facts.startedAtUnixMs);
    if (entry === undefined) {
      this.missed(1, visitor); // its head was readable, its body is not
      return;
    }
    const atNs = Math.max(entry.atNs, this.lastNs);
    this.lastNs = atNs;
    const belongsTo = 'popped' in entry ? entry.popped : undefined;
    const seq = entry.kind === 'popped' ? entry.seq : belongsTo;
    visitor.entry({ ...entry, atNs }, seq === undefined ? -1 : this.rowOf(seq), at);
  }

  /** Row of the message `seq`, among those that this follower has passed. */
  private rowOf(seq: Seq): number {
    const { messages } = this.capture;
    const known = messages.seq;
    while (this.nextRow < messages.rows && known.get(this.nextRow) < seq) this.nextRow++;
    if (this.nextRow < messages.rows && known.get(this.nextRow) === seq) return this.nextRow++;
    for (let back = 1; back <= NEAR_ROWS && back <= this.nextRow; back++) {
      if (known.get(this.nextRow - back) === seq) return this.nextRow - back;
    }
    return messages.rowOf(seq);
  }

  private missed(entries: number, visitor: FollowVisitor): void {
    if (entries <= 0) return;
    this.lostEntries += entries;
    visitor.lost?.(entries);
  }

  /** The whole block at the cursor; `undefined` at the end of what is held, and where it is damaged. */
  private block(): Uint8Array | undefined {
    for (;;) {
      if (!this.has(EPB_HEAD_BYTES)) return undefined;
      const head = this.window.subarray(this.at - this.windowAt);
      const widthBytes = blockBytes(head);
      if (widthBytes === undefined || !this.has(widthBytes)) return undefined;
      const from = this.at - this.windowAt;
      const block = this.window.subarray(from, from + widthBytes);
      if (readLe32(block, widthBytes - 4) !== widthBytes) return undefined;
      if (isRecordedPacket(block) !== undefined) return block;
      this.at += widthBytes;
    }
  }

  /** Sees to it that `bytes` from the cursor on are in the window. */
  private has(bytes: Bytes): boolean {
    if (this.at >= this.windowAt && this.at + bytes <= this.windowAt + this.window.length) {
      return true;
    }
    const held = this.capture.heldBytes();
    if (this.at + bytes > held) return false;
    const wanted = Math.min(Math.max(WINDOW_BYTES, bytes), held - this.at);
    [this.windowAt, this.window] = [this.at, this.capture.readBytes(this.at, wanted)];
    return this.window.length >= bytes;
  }

  /** Goes on at the next message that the capture knows the place of; false when there is none. */
  private skipDamage(): boolean {
    const { poppedAt, rows } = this.capture.messages;
    for (let row = this.nextRow; row < rows; row++) {
      const at = poppedAt.get(row);
      if (at <= this.at) continue;
      this.at = at;
      return true;
    }
    return false;
  }
}

const POPPED = ENTRY_KINDS.indexOf('popped');
const BLOCK_BOUND_BYTES = 2 ** 31;

function blockBytes(head: Uint8Array): Bytes | undefined {
  const widthBytes = readLe32(head, 4);
  const isRight = widthBytes >= 12 && widthBytes % 4 === 0 && widthBytes < BLOCK_BOUND_BYTES;
  return isRight ? widthBytes : undefined;
}
