/** Memory for PCM that is recorded: handed out once and never used again, so that an entry may keep what it was given. */
import type { Bytes } from '../units.ts';

const CHUNK_BYTES = 256 * 1024;
/** Whole samples of every width stay aligned. */
const ALIGN_BYTES = 8;

/** Cuts pieces from large chunks: an allocation for each message would cost more than copying its PCM. */
export class PcmArena {
  private chunk = new Uint8Array(0);
  private used = 0;

  /** `bytes` zeroed bytes that nobody else has. */
  take(bytes: Bytes): Uint8Array {
    if (bytes > CHUNK_BYTES / 4) return new Uint8Array(bytes);
    if (this.used + bytes > this.chunk.length) {
      this.chunk = new Uint8Array(CHUNK_BYTES);
      this.used = 0;
    }
    const piece = this.chunk.subarray(this.used, this.used + bytes);
    this.used += Math.ceil(bytes / ALIGN_BYTES) * ALIGN_BYTES;
    return piece;
  }
}
