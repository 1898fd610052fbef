/** The capture as bytes: each entry one packet of a pcapng file, from the first moment. Live, saved, recovered and opened
 *  captures are the same bytes. */
import type { Bytes, Ns, Seq } from '../units.ts';
import type { EntryBody } from './entry.ts';
import { measureEntry, poppedOf, writeEntry } from './entry-codec.ts';
import { epochOf } from './epoch.ts';
import { commentOfMark } from './marks.ts';
import {
  EPB_HEAD_BYTES,
  fileHead,
  packetBlockBytes,
  roundUp4,
  writePacketHead,
  writePacketTail,
} from './pcapng.ts';
import type { ByteStore } from './store.ts';

const CHUNK_BYTES = 1 << 20;
/** An entry that tells a loss takes less. */
const LOSS_BYTES = 512;
/** In a block: where the entry's number stands. */
const SEQ_AT = EPB_HEAD_BYTES + 28;

export interface CaptureFacts {
  readonly application: string;
  readonly title: string;
  readonly startedAtUnixMs: number;
  /** True for the demo: stands in the file. */
  readonly simulated: boolean;
  /** True where messages were changed or injected on their way; absent otherwise. */
  readonly modified?: boolean;
  /** Of a capture that was made from a trace: what the trace has decides what views can show. */
  readonly trace?: TraceFacts;
  /** Of a capture that is a part of another: which part. Most of what happened is not in it. */
  readonly excerpt?: ExcerptFacts;
}

export interface ExcerptFacts {
  /** Messages that were popped from then on, and before then; absent: no such bound. */
  readonly fromNs?: Ns;
  readonly toNs?: Ns;
  /** Which messages, in the filter language. */
  readonly filter?: string;
}

export interface TraceFacts {
  /** What was read, for people: `QEMU log`. */
  readonly format: string;
  /** `clock`: its time stamps. `arrival`: when its lines came. `order`: it has no times, and one line counts as 1 µs. */
  readonly times: 'clock' | 'arrival' | 'order';
  /** Smallest step of its time stamps. */
  readonly stepNs: Ns;
}

export class CaptureLog {
  private readonly store: ByteStore;
  private readonly epoch;
  private chunk = new Uint8Array(CHUNK_BYTES);
  private view = new DataView(this.chunk.buffer);
  private filledBytes = 0;
  /** Entries that the store refused. */
  lostEntries = 0;
  /** Lost since the last entry that was kept: told in place as soon as something is taken again. */
  private untold = 0;
  private untoldSeq: Seq = 0;
  private untoldNs: Ns = 0;
  /** Losses that are told in what has gathered: place, entries. */
  private told: { readonly at: number; readonly entries: number }[] = [];
  private lastSeq: Seq = -1;
  private isOver = false;
  /** Room at the beginning. */
  readonly roomBytes: Bytes | undefined;

  constructor(store: ByteStore, facts: CaptureFacts) {
    this.store = store;
    this.epoch = epochOf(facts.startedAtUnixMs);
    if (store.heldBytes() > 0) return; // an opened file: it has its head
    this.roomBytes = store.leftBytes?.();
    const { application, ...told } = facts;
    const comment = JSON.stringify({ ringside: 1, ...told });
    store.append(fileHead(application, 'virtio-snd', comment));
  }

  /** Appends one entry and gives the place of its block; -1 when it is lost because the store is full. */
  append(seq: Seq, atNs: Ns, entry: EntryBody): Bytes {
    const measured = measureEntry(entry);
    const comment = entry.kind === 'mark' ? commentOfMark(entry) : undefined;
    const blockBytes = packetBlockBytes(measured.dataBytes, comment);
    if (seq > this.lastSeq) this.lastSeq = seq;
    if (!this.makeRoom(blockBytes + (this.untold > 0 ? LOSS_BYTES : 0))) {
      this.lose(seq, atNs);
      return -1;
    }
    if (this.untold > 0) this.tellLoss();
    const at = this.filledBytes;
    const dataAt = at + EPB_HEAD_BYTES;
    const paddedBytes = roundUp4(measured.dataBytes);
    const { chunk, view } = this;
    writePacketHead(view, at, this.epoch, atNs, measured.dataBytes, comment);
    writeEntry(chunk, view, dataAt, seq, entry, measured);
    for (let pad = measured.dataBytes; pad < paddedBytes; pad++) chunk[dataAt + pad] = 0;
    const packetId = poppedOf(entry) ?? seq;
    const queue = 'queue' in entry ? entry.queue : 0;
    const isOutbound = entry.kind === 'used' || entry.kind === 'interrupt';
    const tailAt = dataAt + paddedBytes;
    writePacketTail(view, tailAt, measured.dataBytes, isOutbound, packetId, queue, comment);
    this.filledBytes += blockBytes;
    return this.store.heldBytes() + at;
  }

  /** Hands what has gathered to the store, so that a crash loses only what came later. */
  flush(): boolean {
    if (this.filledBytes === 0) return true;
    const isMostlyFull = this.filledBytes * 2 > this.chunk.length;
    const bytes = isMostlyFull
      ? this.chunk.subarray(0, this.filledBytes)
      : this.chunk.slice(0, this.filledBytes);
    if (!this.store.append(bytes)) return false;
    if (isMostlyFull) this.takeChunk(CHUNK_BYTES);
    this.filledBytes = 0;
    this.told = [];
    return true;
  }

  /** The last flush of a capture that ends. What the store does not take is lost, and counted: as many whole entries as it
   *  takes are kept, with one behind them that says what is missing. */
  finish(): void {
    if (this.isOver) return;
    if (this.untold > 0 && this.makeRoom(LOSS_BYTES)) this.tellLoss();
    if (this.flush()) return;
    this.isOver = true;
    const starts = this.blockStarts();
    for (let kept = starts.length - 1; kept >= 0; kept = Math.floor(kept / 2)) {
      if (this.keepFirst(starts, kept) || kept === 0) return;
    }
  }

  /** After the last flush: the store may tidy up. */
  settle(): void {
    this.store.finish?.();
  }

  /** Hands over the first entries that have gathered; false when the store refuses. */
  private keepFirst(starts: readonly number[], kept: number): boolean {
    const from = starts[kept] ?? 0;
    const { view } = this;
    const word = (at: number) => view.getUint32(from + at, true);
    this.untoldSeq = word(SEQ_AT) + word(SEQ_AT + 4) * 2 ** 32;
    this.untoldNs = (word(12) - this.epoch.high) * 2 ** 32 + word(16) - this.epoch.low;
    const gathered = this.chunk.slice(0, from);
    const { filledBytes, untold } = this;
    const lost = this.lastSeq + 1 - this.untoldSeq;
    const toldBehind = this.told.reduce(
      (sum, { at, entries }) => sum + (at < from ? 0 : entries),
      0,
    );
    this.filledBytes = 0;
    this.untold = lost;
    this.tellLoss();
    this.told.pop();
    const told = this.chunk.slice(0, this.filledBytes);
    const tail = new Uint8Array(gathered.length + told.length);
    tail.set(gathered);
    tail.set(told, gathered.length);
    const isTaken = this.store.append(tail);
    const isOver = isTaken || kept === 0;
    if (isOver) this.lostEntries += lost - untold - toldBehind;
    this.filledBytes = isOver ? 0 : filledBytes;
    this.untold = untold;
    if (!isTaken) this.chunk.set(gathered); // the told loss lay over the first of them
    return isTaken;
  }

  private blockStarts(): number[] {
    const starts: number[] = [];
    for (let at = 0; at < this.filledBytes; at += this.view.getUint32(at + 4, true))
      starts.push(at);
    return starts;
  }

  private lose(seq: Seq, atNs: Ns): void {
    this.lostEntries++;
    if (this.untold++ > 0) return;
    this.untoldSeq = seq;
    this.untoldNs = atNs;
  }

  /** Writes how many entries are missing, under the number of the first of them. There is room. */
  private tellLoss(): void {
    const entries = this.untold;
    this.untold = 0;
    this.told.push({ at: this.filledBytes, entries });
    const why = `the disk took no more: ${entries} entries were not kept`;
    this.append(this.untoldSeq, this.untoldNs, { kind: 'dropped', entries, pcmBytes: 0, why });
  }

  /** Room that the store has; absent where it does not say, and for a file that was opened to be looked at. */
  leftBytes(): Bytes | undefined {
    return this.roomBytes === undefined ? undefined : this.store.leftBytes?.();
  }

  /** As `ByteStore`. */
  writingShare(): number | undefined {
    return this.store.writingShare?.();
  }

  heldBytes(): Bytes {
    return this.store.heldBytes() + this.filledBytes;
  }

  /** A copy of bytes, those not handed to the store included. Shorter than asked at the end. */
  read(at: Bytes, bytes: Bytes): Uint8Array {
    const stored = this.store.heldBytes();
    if (at >= stored)
      return this.chunk.slice(at - stored, Math.min(at - stored + bytes, this.filledBytes));
    if (at + bytes <= stored) return this.store.read(at, bytes);
    const head = this.store.read(at, stored - at);
    const tail = this.chunk.subarray(0, Math.min(at + bytes - stored, this.filledBytes));
    const joined = new Uint8Array(head.length + tail.length);
    joined.set(head);
    joined.set(tail, head.length);
    return joined;
  }

  /** The same into the start of `into`; gives how many bytes. */
  readInto(at: Bytes, into: Uint8Array): Bytes {
    const isStored = at + into.length <= this.store.heldBytes();
    if (isStored && this.store.readInto !== undefined) return this.store.readInto(at, into);
    const read = this.read(at, into.length);
    into.set(read);
    return read.length;
  }

  /** Gives the store back; a temporary file goes with it. Nothing can be read any more. */
  close(): void {
    this.flush();
    this.store.close();
  }

  lastError(): string | undefined {
    return this.store.lastError();
  }

  private makeRoom(blockBytes: Bytes): boolean {
    if (this.filledBytes + blockBytes <= this.chunk.length) return true;
    if (!this.flush()) return false;
    if (blockBytes > this.chunk.length) this.takeChunk(blockBytes);
    return true;
  }

  private takeChunk(bytes: Bytes): void {
    this.chunk = new Uint8Array(bytes);
    this.view = new DataView(this.chunk.buffer);
  }
}
