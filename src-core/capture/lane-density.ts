/** How crowded the timeline's lanes are, for each 256 rows of the message table: how many messages of a lane, their longest
 *  time to the used ring, their worst finding. With it a view of ten million messages looks at 40 000 blocks instead, and
 *  one bad message in ten hours still shows. Follows behind: `grow`. */
import { TXQ } from '../spec/sound.ts';
import type { QueueIndex } from '../units.ts';
import { type Column, f32, u8, u16 } from './columns.ts';

const BLOCK_BITS = 8;
export const BLOCK_ROWS = 1 << BLOCK_BITS;

/** A queue; of tx and rx the streams apart. */
export interface Lane {
  readonly queue: QueueIndex;
  readonly streamId: number;
  /** By block. */
  readonly count: Column;
  readonly longestNs: Column;
  readonly severity: Column;
}

/** The columns of the message table that it sums up. */
interface LaneTable {
  readonly rows: number;
  readonly queue: Column;
  readonly streamId: Column;
  readonly usedAfterNs: Column;
  readonly severity: Column;
}

export class LaneDensity {
  /** Blocks that are summed up. */
  blocks = 0;
  readonly lanes = new Map<number, Lane>();
  private readonly table: LaneTable;
  private readonly stale = new Set<number>();

  constructor(table: LaneTable) {
    this.table = table;
  }

  /** The row says something new: its block is summed up again. */
  touch(row: number): void {
    const block = row >>> BLOCK_BITS;
    if (block < this.blocks) this.stale.add(block);
  }

  /** Sums up blocks that are full or changed, at most `bound`; true when there are more. */
  grow(bound: number): boolean {
    let left = bound;
    for (const block of this.stale) {
      if (left-- <= 0) return true;
      this.stale.delete(block);
      this.sum(block);
    }
    while (this.blocks < this.table.rows >>> BLOCK_BITS) {
      if (left-- <= 0) return true;
      this.sum(this.blocks++);
    }
    return false;
  }

  /** False where a block has to be looked at row by row. */
  isKnown(block: number): boolean {
    return block < this.blocks && !this.stale.has(block);
  }

  laneOf(row: number): Lane {
    const { table } = this;
    const queue = table.queue.get(row);
    return this.lane(queue, queue < TXQ ? -1 : table.streamId.get(row));
  }

  lane(queue: QueueIndex, streamId: number): Lane {
    const key = queue * 0x1_0000 + streamId + 1;
    let lane = this.lanes.get(key);
    if (lane === undefined) {
      lane = { queue, streamId, count: u16(), longestNs: f32(), severity: u8() };
      this.lanes.set(key, lane);
    }
    return lane;
  }

  private sum(block: number): void {
    for (const lane of this.lanes.values()) {
      lane.count.set(block, 0);
      lane.longestNs.set(block, 0);
      lane.severity.set(block, 0);
    }
    const { table } = this;
    const end = (block + 1) * BLOCK_ROWS;
    for (let row = block * BLOCK_ROWS; row < end; row++) {
      const lane = this.laneOf(row);
      lane.count.set(block, lane.count.get(block) + 1);
      const usedAfterNs = table.usedAfterNs.get(row);
      if (usedAfterNs > lane.longestNs.get(block)) lane.longestNs.set(block, usedAfterNs);
      const severity = table.severity.get(row);
      if (severity > lane.severity.get(block)) lane.severity.set(block, severity);
    }
  }
}
