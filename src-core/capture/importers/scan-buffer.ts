/** Bytes on their way into a scanner: filled from a file or a pipe, emptied into batches, whatever is not whole yet stays. */
import type { Bytes } from '../../units.ts';
import { type EventBatch, SCAN_SLACK, type TraceScanner } from './event-batch.ts';

export const BUFFER_BYTES: Bytes = 4 << 20;

export class ScanBuffer {
  readonly scanner: TraceScanner;
  private readonly bytes = new Uint8Array(BUFFER_BYTES + SCAN_SLACK);
  private from = 0;
  private end = 0;

  constructor(scanner: TraceScanner) {
    this.scanner = scanner;
  }

  /** Where the next bytes go: never empty once `next` has given false. */
  room(): Uint8Array {
    if (this.from > 0) {
      this.bytes.copyWithin(0, this.from, this.end);
      this.end -= this.from;
      this.from = 0;
    }
    return this.bytes.subarray(this.end, BUFFER_BYTES);
  }

  /** So many bytes of `room()` were filled. */
  filled(bytes: Bytes): void {
    this.end += bytes;
  }

  /** Scans into `batch` until it is full or the bytes are used up; true when there may be more in them. */
  next(batch: EventBatch): boolean {
    this.from = this.scanner.scan(this.bytes, this.from, this.end, batch);
    if (batch.isFull()) return true;
    if (this.from === 0 && this.end === BUFFER_BYTES) {
      batch.odd('torn', 0, `${BUFFER_BYTES} bytes without an end of line`);
      this.from = this.end;
    }
    return false;
  }

  /** Nothing more comes: what is left is torn. */
  finish(batch: EventBatch): void {
    this.scanner.finish(this.bytes.subarray(this.from, this.end), batch);
    this.from = this.end;
  }
}
