/** How many chains of each queue the device has at a time: as each message was popped, and for each 256 rows of the message
 *  table the least and the most, so that one empty moment in ten hours still shows. Grows with the table. */
import { QUEUE_COUNT } from '../spec/sound.ts';
import type { QueueIndex } from '../units.ts';
import { u16 } from './columns.ts';
import type { SetupStep } from './entry.ts';
import { BLOCK_ROWS } from './lane-density.ts';

const MOST = 0xffff;

export class QueueDepth {
  /** By row: how many its queue had in hand with it. */
  readonly atPop = u16();
  /** Chains in hand now. */
  private readonly now = new Uint16Array(QUEUE_COUNT);
  private readonly first = u16();
  private readonly least = u16();
  private readonly most = u16();
  private blocks = 0;

  popped(row: number, queue: QueueIndex): void {
    if (row % BLOCK_ROWS === 0) this.beginBlock(row / BLOCK_ROWS);
    const before = this.now[queue] ?? 0;
    const depth = Math.min(MOST, before + 1);
    this.now[queue] = depth;
    this.atPop.set(row, depth);
    const place = (this.blocks - 1) * QUEUE_COUNT + queue;
    if (before < this.least.get(place)) this.least.set(place, before);
    if (depth > this.most.get(place)) this.most.set(place, depth);
  }

  returned(queue: QueueIndex): void {
    const depth = Math.max(0, (this.now[queue] ?? 0) - 1);
    this.now[queue] = depth;
    const place = (this.blocks - 1) * QUEUE_COUNT + queue;
    if (place >= 0 && depth < this.least.get(place)) this.least.set(place, depth);
  }

  /** After some steps the device has nothing of a queue, or of any. */
  setUp(step: SetupStep): void {
    for (let queue = 0; queue < QUEUE_COUNT; queue++) {
      const isStopped = step.what === 'queue-stopped' && step.queue === queue;
      if (!isStopped && !isEnding(step)) continue;
      this.now[queue] = 0;
      if (this.blocks > 0) this.least.set((this.blocks - 1) * QUEUE_COUNT + queue, 0);
    }
  }

  /** What a queue had when the first row of a block was about to be popped. */
  before(block: number, queue: QueueIndex): number {
    return block < this.blocks
      ? this.first.get(block * QUEUE_COUNT + queue)
      : (this.now[queue] ?? 0);
  }

  /** What it had in the course of a block, at least and at most. */
  within(block: number, queue: QueueIndex): { readonly least: number; readonly most: number } {
    const place = block * QUEUE_COUNT + queue;
    return { least: this.least.get(place), most: this.most.get(place) };
  }

  private beginBlock(block: number): void {
    this.blocks = block + 1;
    for (const [queue, depth] of this.now.entries()) {
      const place = block * QUEUE_COUNT + queue;
      this.first.set(place, depth);
      this.least.set(place, depth);
      this.most.set(place, depth);
    }
  }
}

/** A reset, or a guest that came or went: what was in flight is forgotten. */
export function isEnding({ what }: SetupStep): boolean {
  return what === 'reset' || what === 'gone' || what === 'attached';
}
