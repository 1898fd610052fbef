/** The parts of guest memory that this process can reach, looked up by guest address. */
import type { MemoryRegion } from '../../src-core/queue/guest-memory.ts';
import type { Bytes } from '../../src-core/units.ts';

/** Guest-physical addresses `from` on and before `to`, as doubles: regions end below 2^53. */
export interface AddressBlock {
  readonly from: number;
  readonly to: number;
}

export class AddressBlocks<Block extends AddressBlock> {
  readonly all: readonly Block[];
  readonly regions: readonly MemoryRegion[];
  /** Where the last access was: the next one is likely to be there too. */
  private recent: Block | undefined;

  /** No two may overlap. */
  constructor(blocks: readonly Block[]) {
    this.all = blocks;
    this.regions = blocks.map(({ from, to }) => ({
      guestAddress: BigInt(from),
      widthBytes: to - from,
    }));
  }

  at(position: number): Block | undefined {
    const { recent } = this;
    if (recent !== undefined && position >= recent.from && position < recent.to) return recent;
    for (const block of this.all) {
      if (position >= block.from && position < block.to) {
        this.recent = block;
        return block;
      }
    }
    return undefined;
  }

  /** Whether `bytes` from `from` on lie in blocks, in one or in several that adjoin. */
  cover(from: number, bytes: Bytes): boolean {
    for (let position = from; position < from + bytes; ) {
      const block = this.at(position);
      if (block === undefined) return false;
      position = block.to;
    }
    return true;
  }
}
