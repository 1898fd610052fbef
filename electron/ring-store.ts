/** A capture file in ring mode. New bytes go to segments in a folder beside it (`FILE.ring`); a segment that has grown older
 *  than the time before a trigger moves into the file: whole when a trigger wants it, else thinned. So the file is a valid
 *  capture at every moment, and after a kill the file with its segments behind it is all there was. */
import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readFacts } from '../src-core/capture/capture-file.ts';
import { epochOf } from '../src-core/capture/epoch.ts';
import type { RingBytes } from '../src-core/capture/store.ts';
import { firstBlockNs, thinBlocks } from '../src-core/capture/thin.ts';
import { type Bytes, NS_PER_S, type Ns } from '../src-core/units.ts';
import { DiskStore } from './capture-disk.ts';

const SEGMENT_BYTES = 4 << 20;
const SEGMENT_NS: Ns = NS_PER_S;
/** Stretches that are remembered; older ones are settled long before. */
const MOST_SPANS = 1000;

interface Segment {
  /** Place in the capture's bytes. */
  readonly at: Bytes;
  readonly fromNs: Ns;
  readonly path: string;
  readonly store: DiskStore;
}

/** Bytes of the capture that stand in the file. */
interface Extent {
  readonly at: Bytes;
  readonly bytes: Bytes;
  readonly fileAt: Bytes;
}

interface Span {
  readonly fromNs: Ns;
  readonly toNs: Ns;
}

export class RingStore implements RingBytes {
  private readonly file: DiskStore;
  private readonly folder: string;
  private epoch = epochOf(0);
  private readonly segments: Segment[] = [];
  private readonly extents: Extent[] = [];
  private spans: Span[] = [];
  private held: Bytes = 0;
  private made = 0;
  private error: string | undefined;
  private isOver = false;

  constructor(path: string, boundBytes?: Bytes) {
    this.file = DiskStore.create(path, false, boundBytes);
    this.folder = `${path}.ring`;
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder);
  }

  append(bytes: Uint8Array): boolean {
    if (this.held === 0) this.begin(bytes);
    if (this.held === 0 || this.isOver) return this.intoFile(this.held, bytes);
    const segment = this.openSegment(bytes);
    if (!segment.store.append(bytes)) {
      this.error = segment.store.lastError();
      return false;
    }
    this.held += bytes.length;
    return true;
  }

  /** What lies in this stretch of time is to stay whole. */
  keep(span: Span): void {
    this.spans = [...this.spans, span].slice(-MOST_SPANS);
  }

  /** Moves into the file what lies before `atNs` altogether. */
  settleBefore(atNs: Ns): void {
    for (;;) {
      const [first, second] = this.segments;
      if (first === undefined || second === undefined || second.fromNs > atNs) return;
      this.settle(first, second.fromNs);
    }
  }

  /** Moves everything into the file, in the same way. */
  finish(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (let first = this.segments[0]; first !== undefined; first = this.segments[0]) {
      this.settle(first, this.segments[1]?.fromNs ?? Number.POSITIVE_INFINITY);
    }
    rmdirSync(this.folder);
  }

  heldBytes(): Bytes {
    return this.held;
  }

  /** What was let go is not there: then the answer is shorter. */
  read(at: Bytes, bytes: Bytes): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let done = 0; done < bytes; ) {
      const part = this.readFrom(at + done, bytes - done);
      if (part.length === 0) break;
      parts.push(part);
      done += part.length;
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  lastError(): string | undefined {
    return this.error ?? this.file.lastError();
  }

  leftBytes(): Bytes {
    return this.file.leftBytes();
  }

  close(): void {
    this.finish();
    this.file.close();
  }

  /** The first bytes are the file's head, which tells when the capture began. */
  private begin(head: Uint8Array): void {
    const read = (at: Bytes, bytes: Bytes) => head.subarray(at, at + bytes);
    const facts = readFacts({ heldBytes: () => head.length, read });
    if (!('error' in facts)) this.epoch = epochOf(facts.startedAtUnixMs);
  }

  private openSegment(bytes: Uint8Array): Segment {
    const last = this.segments.at(-1);
    const fromNs = firstBlockNs(bytes, this.epoch);
    const goesOn = last !== undefined && fromNs - last.fromNs < SEGMENT_NS;
    if (goesOn && last.store.heldBytes() < SEGMENT_BYTES) return last;
    const path = join(this.folder, `${String(this.made++).padStart(9, '0')}.part`);
    const segment = { at: this.held, fromNs, path, store: DiskStore.create(path, true) };
    this.segments.push(segment);
    return segment;
  }

  private settle(segment: Segment, endNs: Ns): void {
    const isWanted = this.spans.some(
      ({ fromNs, toNs }) => fromNs < endNs && toNs >= segment.fromNs,
    );
    const bytes = segment.store.read(0, segment.store.heldBytes());
    if (isWanted) this.intoFile(segment.at, bytes);
    else {
      for (const block of thinBlocks(bytes, this.epoch)) {
        if (block.from < 0) this.file.append(block.bytes);
        else this.intoFile(segment.at + block.from, block.bytes);
      }
    }
    this.segments.shift();
    segment.store.close();
  }

  private intoFile(at: Bytes, bytes: Uint8Array): boolean {
    const fileAt = this.file.heldBytes();
    if (!this.file.append(bytes)) return false;
    const last = this.extents.at(-1);
    const joins =
      last !== undefined && last.at + last.bytes === at && last.fileAt + last.bytes === fileAt;
    if (joins)
      this.extents[this.extents.length - 1] = { ...last, bytes: last.bytes + bytes.length };
    else this.extents.push({ at, bytes: bytes.length, fileAt });
    this.held = Math.max(this.held, at + bytes.length);
    return true;
  }

  private readFrom(at: Bytes, bytes: Bytes): Uint8Array {
    const segment = this.segments.findLast((known) => known.at <= at);
    if (segment !== undefined) return segment.store.read(at - segment.at, bytes);
    const extent = this.extents[this.extentBefore(at)];
    if (extent === undefined || at >= extent.at + extent.bytes) return new Uint8Array();
    const skip = at - extent.at;
    return this.file.read(extent.fileAt + skip, Math.min(bytes, extent.bytes - skip));
  }

  /** Place of the last extent that begins at or before `at`; -1 when none does. */
  private extentBefore(at: Bytes): number {
    let low = 0;
    let high = this.extents.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.extents[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
