/** A capture file that another program is still writing: shows its whole blocks only, so that the last one, half written, is
 *  not taken for damage. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteStore } from '../../src-core/capture/store.ts';
import type { Bytes } from '../../src-core/units.ts';

const BLOCK_HEAD_BYTES = 8;

export class GrowingFile implements ByteStore {
  private readonly file: number;
  /** End of the last whole block. */
  private wholeAt = 0;

  constructor(path: string) {
    this.file = openSync(path, 'r');
    this.look();
  }

  /** Takes notice of what was written since the last look. */
  look(): void {
    const { size } = fstatSync(this.file);
    const head = Buffer.alloc(BLOCK_HEAD_BYTES);
    while (this.wholeAt + BLOCK_HEAD_BYTES <= size) {
      readSync(this.file, head, 0, BLOCK_HEAD_BYTES, this.wholeAt);
      const blockBytes = head.readUInt32LE(4);
      // not a block of ours: everything is shown, and the reader says what is wrong
      if (blockBytes < 12 || blockBytes % 4 !== 0) this.wholeAt = size;
      if (this.wholeAt + blockBytes > size) return;
      this.wholeAt += blockBytes;
    }
  }

  heldBytes(): Bytes {
    return this.wholeAt;
  }

  read(at: Bytes, bytes: Bytes): Uint8Array {
    const into = new Uint8Array(Math.max(0, Math.min(bytes, this.wholeAt - at)));
    return into.subarray(0, readSync(this.file, into, 0, into.length, at));
  }

  append(): boolean {
    return false;
  }

  lastError(): undefined {
    return undefined;
  }

  close(): void {
    closeSync(this.file);
  }
}
