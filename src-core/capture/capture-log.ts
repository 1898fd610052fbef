/** The capture as bytes: each entry one packet of a pcapng file, from the first moment. Live, saved, recovered and opened
 *  captures are the same bytes. */
import type { Bytes, Ns, Seq } from '../units.ts';
import type { EntryBody } from './entry.ts';
import { measureEntry, poppedOf, writeEntry } from './entry-codec.ts';
import {
  EPB_HEAD_BYTES,
  epochOf,
  fileHead,
  packetBlockBytes,
  roundUp4,
  writePacketHead,
  writePacketTail,
} from './pcapng.ts';
import type { ByteStore } from './store.ts';

const CHUNK_BYTES = 1 << 20;

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
  private gatheredEntries = 0;

  constructor(store: ByteStore, facts: CaptureFacts) {
    this.store = store;
    this.epoch = epochOf(facts.startedAtUnixMs);
    if (store.heldBytes() > 0) return; // an opened file: it has its head
    const { application, ...told } = facts;
    const comment = JSON.stringify({ ringside: 1, ...told });
    store.append(fileHead(application, 'virtio-snd', comment));
  }

  /** Appends one entry and gives the place of its block; -1 when it is lost because the store is full. */
  append(seq: Seq, atNs: Ns, entry: EntryBody): Bytes {
    const measured = measureEntry(entry);
    const blockBytes = packetBlockBytes(measured.dataBytes);
    if (!this.makeRoom(blockBytes)) {
      this.lostEntries++;
      return -1;
    }
    const at = this.filledBytes;
    const dataAt = at + EPB_HEAD_BYTES;
    const paddedBytes = roundUp4(measured.dataBytes);
    const { chunk, view } = this;
    writePacketHead(view, at, this.epoch, atNs, measured.dataBytes);
    writeEntry(chunk, view, dataAt, seq, entry, measured);
    for (let pad = measured.dataBytes; pad < paddedBytes; pad++) chunk[dataAt + pad] = 0;
    const packetId = poppedOf(entry) ?? seq;
    const queue = 'queue' in entry ? entry.queue : 0;
    const isOutbound = entry.kind === 'used' || entry.kind === 'interrupt';
    writePacketTail(view, dataAt + paddedBytes, measured.dataBytes, isOutbound, packetId, queue);
    this.filledBytes += blockBytes;
    this.gatheredEntries++;
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
    this.gatheredEntries = 0;
    return true;
  }

  /** The last flush of a capture that ends: what the store does not take is lost, and counted. */
  finish(): void {
    if (this.flush()) return;
    this.lostEntries += this.gatheredEntries;
    this.gatheredEntries = 0;
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
