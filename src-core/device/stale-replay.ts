/** A device's mistake, planted for demos: it plays out of a block of its own. When the queue is empty the block keeps what it
 *  had, and is played again in the place of the message that comes next. A PipeWire back-end once did so. */
import type { Bytes } from '../units.ts';

export class StaleReplay {
  private block = new Uint8Array(0);
  private isEmpty = false;
  private isReplaying = false;

  /** The sink asked, and no message was there. */
  onEmpty(): void {
    this.isEmpty = true;
  }

  /** PCM from byte `fromByte` of a message on, on its way to the sink: kept for later, or overwritten in place. */
  pass(piece: Uint8Array, fromByte: Bytes): void {
    if (fromByte === 0) {
      this.isReplaying = this.isEmpty && this.block.length > 0;
      this.isEmpty = false;
    }
    const endByte = fromByte + piece.length;
    if (this.isReplaying) {
      piece.set(this.block.subarray(fromByte, endByte));
      return;
    }
    if (this.block.length < endByte) {
      const longer = new Uint8Array(endByte);
      longer.set(this.block);
      this.block = longer;
    }
    this.block.set(piece, fromByte);
  }
}
