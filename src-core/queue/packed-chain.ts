/** Walks a descriptor list of a packed virtqueue. Spec: 2.8.5 to 2.8.7, 2.8.17, 2.8.19 */
import { VIRTQ_DESC_F_INDIRECT, VIRTQ_DESC_F_NEXT, VIRTQ_DESC_F_WRITE } from '../spec/ring.ts';
import { addressOf } from './address-map.ts';
import type { ChainBuilder } from './chain-builder.ts';
import { DESCRIPTOR_BYTES, type DescriptorReader } from './descriptor-reader.ts';
import type { Chain } from './virtqueue.ts';

/** What a walk needs of its queue. */
export interface PackedTables {
  readonly size: number;
  /** VIRTIO_RING_F_INDIRECT_DESC was negotiated. */
  readonly indirect: boolean;
  /** Open on the descriptor ring, with what was read before forgotten. */
  readonly table: DescriptorReader;
  readonly indirectTable: DescriptorReader;
  readonly builder: ChainBuilder;
}

export interface PackedLimits {
  /** Slots of the ring that no chain in flight has: a longer list is cut there. */
  readonly freeSlots: number;
  readonly tableDescriptors: number;
}

/** Walks the list whose first descriptor, at `slot`, is available and has `firstFlags`. The list goes on in the slots behind
 *  it; the buffer id is that of its last descriptor. What breaks a rule is left out and named in the builder's violations.
 *  `undefined` when the ring is not in guest memory. Never throws.
 *  Spec: 2.8.6, 2.8.7, 2.8.17 */
export function walkPackedChain(
  tables: PackedTables,
  slot: number,
  firstFlags: number,
  { freeSlots, tableDescriptors }: PackedLimits,
): Chain | undefined {
  const { size, table, builder } = tables;
  builder.begin();
  for (let place = 0; ; place++) {
    const at = (slot + place) % size;
    if (!table.load(at)) return undefined;
    // The flags of the first descriptor are those that made the list available: they are not read again.
    const flags = place === 0 ? firstFlags : table.at14;
    const id = table.at12;
    const hasNext = (flags & VIRTQ_DESC_F_NEXT) !== 0;
    if ((flags & VIRTQ_DESC_F_INDIRECT) === 0) {
      builder.take(table, flags, id, at);
    } else if (mayBeIndirect(tables, at, place > 0 || hasNext)) {
      walkTable(tables, at, Math.min(size, tableDescriptors));
    }
    if (!hasNext) return builder.finish(id, place + 1);
    if (place + 1 >= freeSlots) {
      builder.blame('VQ-09', `the list goes on behind the ${freeSlots} slots that are free`);
      return builder.finish(id, place + 1);
    }
  }
}

/** "A driver MUST NOT set both" INDIRECT and NEXT, and a list has no indirect descriptor. Spec: 2.8.19 */
function mayBeIndirect({ indirect, builder }: PackedTables, at: number, inList: boolean): boolean {
  if (!indirect) {
    builder.blame('VQ-P07', `descriptor ${at} is indirect, which was not negotiated`);
  } else if (inList) {
    builder.blame('VQ-P07', `descriptor ${at} is indirect and part of a list`);
  } else {
    return true;
  }
  return false;
}

/** A table's descriptors follow one another; only the WRITE flag counts in them. Spec: 2.8.7 */
function walkTable(tables: PackedTables, slot: number, limit: number): void {
  const { table, indirectTable, builder } = tables;
  if (!builder.enterTable(table, slot)) return;
  const entries = table.bytes / DESCRIPTOR_BYTES;
  indirectTable.open(addressOf(table.low, table.high), entries);
  for (let entry = 0; entry < entries; entry++) {
    if (entry >= limit) {
      builder.blame('VQ-09', `the indirect table has ${entries} descriptors, cut at ${limit}`);
      return;
    }
    if (!indirectTable.load(entry)) {
      builder.blame('VQ-18', `entry ${entry} of an indirect table is not in guest memory`);
      return;
    }
    const flags = indirectTable.at14;
    if ((flags & ~VIRTQ_DESC_F_WRITE) !== 0) {
      builder.blame(
        'VQ-P07',
        `entry ${entry} of an indirect table has flags 0x${flags.toString(16)}`,
      );
    }
    if ((flags & VIRTQ_DESC_F_INDIRECT) === 0) {
      builder.take(indirectTable, flags, indirectTable.at12, entry);
    }
  }
}
