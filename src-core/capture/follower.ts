/** Reads a capture's entries back out of its bytes, one after the other from a place on: for analyses that go along behind
 *  a live session, behind one that is being opened, and over a recorded one, which are the same here. */
import type { Bytes, Ns, Seq } from '../units.ts';
import type { Capture } from './capture.ts';
import { inSection } from './capture-file.ts';
import type { Entry } from './entry.ts';
import { ENTRY_KINDS, packetKind, packetSeq, readEntry } from './entry-codec.ts';
import { PacketWalk } from './packet-walk.ts';

/** Rows behind the newest in which the message of an entry nearly always stands. */
const NEAR_ROWS = 16;

export interface FollowVisitor {
  /** `row`: of the message that the entry belongs to (its own, if it is a `popped`); -1: none. `at`: place of its block. */
  entry(entry: Entry, row: number, at: Bytes): void;
  /** That many entries are missing before the next one. Also called before the end of a capture that lost its tail. */
  lost?(entries: number): void;
}

export interface FollowOptions {
  readonly kinds?: readonly Entry['kind'][];
  readonly isBrief?: boolean;
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
  private readonly walk: PacketWalk;
  /** The walk stands on a packet that was not handed out yet. */
  private isPending = false;
  private nextSeq: Seq = 0;
  private nextRow = 0;
  private lastNs: Ns = 0;

  /** `kinds`: other entries are passed over without being decoded, and not handed out. `isBrief`: the PCM of an entry is there
   *  only while it is handed out, which spares the memory of all of it. */
  constructor(capture: Capture, { kinds, isBrief = false }: FollowOptions = {}) {
    this.capture = capture;
    const file = {
      heldBytes: () => capture.heldBytes(),
      read: (at: Bytes, bytes: Bytes) => capture.readBytes(at, bytes),
      ...(isBrief && {
        readInto: (at: Bytes, into: Uint8Array) => capture.readBytesInto(at, into),
      }),
    };
    this.walk = new PacketWalk(file, capture.sections);
    this.wanted =
      kinds && ENTRY_KINDS.map((kind) => kind !== 'none' && kinds.includes(kind as Entry['kind']));
  }

  /** Bytes read so far: how far it is, against `capture.heldBytes()`. */
  readBytes(): Bytes {
    return this.walk.passedBytes();
  }

  /** Hands what comes next to `visitor`: at most `bound.entries` and about `bound.bytes` of the capture, wanted or not.
   *  True when there is more already. */
  follow(visitor: FollowVisitor, bound: FollowBound = {}): boolean {
    const { capture, walk } = this;
    const endAt = walk.passedBytes() + (bound.bytes ?? Number.POSITIVE_INFINITY);
    let left = bound.entries ?? Number.POSITIVE_INFINITY;
    while (this.nextSeq < this.writtenEntries()) {
      if (left <= 0 || walk.passedBytes() >= endAt) return true;
      const step = this.isPending ? 'packet' : walk.next();
      this.isPending = false;
      if (step === 'end') {
        if (!capture.isWhole()) break; // of a file that is still being opened
        this.missed(this.writtenEntries() - this.nextSeq, visitor);
        this.nextSeq = this.writtenEntries();
        break;
      }
      const seq = step === 'packet' ? packetSeq(walk) + (walk.section.seqBase ?? 0) : -1;
      if (seq < this.nextSeq || capture.leftOut.has(walk.at)) continue;
      if (seq >= this.writtenEntries()) {
        this.isPending = true;
        break;
      }
      this.missed(seq - this.nextSeq, visitor);
      this.nextSeq = seq + 1;
      left--;
      this.hand(visitor);
    }
    return false;
  }

  /** Those of a trace are made behind. */
  private writtenEntries(): number {
    return this.capture.entries - this.capture.unwritten;
  }

  private hand(visitor: FollowVisitor): void {
    const { walk } = this;
    const kind = packetKind(walk);
    const isWanted = this.wanted === undefined || this.wanted[kind] === true;
    if (!isWanted) {
      if (kind === POPPED) this.rowOf(this.nextSeq - 1);
      return;
    }
    const { bytes, dataFrom, dataBytes, section } = walk;
    const read = readEntry(bytes.subarray(dataFrom, dataFrom + dataBytes), walk.atNs);
    if (read === undefined) {
      this.missed(1, visitor); // its head was readable, its body is not
      return;
    }
    const entry = inSection(read, section);
    const isBelieved = entry.atNs > this.lastNs && entry.atNs <= this.capture.endNs;
    const atNs = isBelieved ? entry.atNs : this.lastNs;
    this.lastNs = atNs;
    const belongsTo = 'popped' in entry ? entry.popped : undefined;
    const seq = entry.kind === 'popped' ? entry.seq : belongsTo;
    const inOrder = atNs === entry.atNs ? entry : { ...entry, atNs };
    visitor.entry(inOrder, seq === undefined ? -1 : this.rowOf(seq), walk.at);
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
}

const POPPED = ENTRY_KINDS.indexOf('popped');
