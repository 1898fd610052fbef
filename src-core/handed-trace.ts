/** A trace whose bytes come in slices from elsewhere: what has come waits here until the import takes it. */
import type { TraceSource } from './host-ports.ts';
import type { Bytes } from './units.ts';

/** So much may wait; whoever brings more is answered when it was taken. */
const ROOM_BYTES: Bytes = 4 << 20;

export class HandedTrace implements TraceSource {
  private readonly slices: Uint8Array[] = [];
  private readonly waiting: ((isWanted: boolean) => void)[] = [];
  private readonly totalBytes: Bytes;
  /** What of the first slice was taken. */
  private taken = 0;
  private heldBytes = 0;
  private doneBytes = 0;
  private isWhole = false;
  isClosed = false;

  constructor(totalBytes: Bytes) {
    this.totalBytes = totalBytes;
  }

  give(bytes: Uint8Array): void {
    this.slices.push(bytes);
    this.heldBytes += bytes.length;
  }

  /** Nothing more comes. */
  finish(): void {
    this.isWhole = true;
  }

  /** Calls `answer` once there is room for more, or nobody wants more. */
  whenRoom(answer: (isWanted: boolean) => void): void {
    if (this.isClosed) answer(false);
    else if (this.heldBytes <= ROOM_BYTES) answer(true);
    else this.waiting.push(answer);
  }

  read(into: Uint8Array): number {
    const [front] = this.slices;
    if (front === undefined) return this.isWhole ? -1 : 0;
    const part = front.subarray(this.taken, this.taken + into.length);
    into.set(part);
    this.taken += part.length;
    this.heldBytes -= part.length;
    this.doneBytes += part.length;
    if (this.taken === front.length) {
      this.slices.shift();
      this.taken = 0;
    }
    if (this.heldBytes <= ROOM_BYTES) this.answerAll(true);
    return part.length;
  }

  progress() {
    return { doneBytes: this.doneBytes, totalBytes: this.totalBytes };
  }

  close(): void {
    this.isClosed = true;
    this.slices.length = 0;
    this.answerAll(false);
  }

  private answerAll(isWanted: boolean): void {
    for (const answer of this.waiting.splice(0)) answer(isWanted);
  }
}
