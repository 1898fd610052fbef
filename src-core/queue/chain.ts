/** Walks a descriptor chain of a split virtqueue. Spec: 2.7.5 */
import { VIRTQ_DESC_F_INDIRECT, VIRTQ_DESC_F_NEXT } from '../spec/ring.ts';
import { addressOf } from './address-map.ts';
import type { ChainBuilder } from './chain-builder.ts';
import { DESCRIPTOR_BYTES, type DescriptorReader } from './descriptor-reader.ts';
import type { SlotOwners } from './slot-owners.ts';
import type { Chain } from './virtqueue.ts';

/** What a walk needs of its queue. */
export interface SplitTables {
  readonly size: number;
  /** VIRTIO_RING_F_INDIRECT_DESC was negotiated. */
  readonly indirect: boolean;
  /** Open on the descriptor table. */
  readonly table: DescriptorReader;
  readonly indirectTable: DescriptorReader;
  readonly owners: SlotOwners;
  readonly builder: ChainBuilder;
}

/** Walks the chain that starts at `head`, through one indirect table at most, and marks its slots as held.
 *  Takes at most `size` descriptors, `tableDescriptors` of them from an indirect table. What breaks a rule is left out and
 *  named in the builder's violations. Never throws.
 *  Spec: 2.7.5, 2.7.5.3, 2.7.4.2 */
export function walkChain(tables: SplitTables, head: number, tableDescriptors: number): Chain {
  const { builder, owners, table } = tables;
  builder.begin();
  let slots = 0;
  let previous = head;
  for (let slot = head; isFree(tables, head, slot, slots); ) {
    if (!table.load(slot)) {
      builder.blame('VQ-18', `descriptor ${slot} of the descriptor table is not in guest memory`);
      break;
    }
    const flags = table.at12;
    const next = table.at14;
    owners.claim(head, previous, slot);
    slots++;
    if ((flags & VIRTQ_DESC_F_INDIRECT) !== 0 && tables.indirect) {
      walkTable(tables, slot, Math.min(tables.size - slots + 1, tableDescriptors));
      // "The driver MUST NOT set both": what NEXT points at is left out.
      if ((flags & VIRTQ_DESC_F_NEXT) !== 0) {
        builder.blame('VQ-10', `descriptor ${slot} has both INDIRECT and NEXT`);
      }
      break;
    }
    if ((flags & VIRTQ_DESC_F_INDIRECT) !== 0) {
      builder.blame('VQ-07', `descriptor ${slot} is indirect, which was not negotiated`);
    } else {
      builder.take(table, flags, next, slot);
    }
    if ((flags & VIRTQ_DESC_F_NEXT) === 0) break;
    previous = slot;
    slot = next;
  }
  return builder.finish(head, slots);
}

/** Whether the walk may go on to `slot`: it exists and no chain holds it, not this one (a loop) nor another. */
function isFree({ size, owners, builder }: SplitTables, head: number, slot: number, slots: number) {
  if (slot >= size) {
    const what = slots === 0 ? 'head' : 'next';
    builder.blame('VQ-15', `${what} ${slot} is not below the queue size ${size}`);
    return false;
  }
  const owner = owners.ownerOf(slot);
  if (owner === undefined) return true;
  if (owner === head && slots > 0) {
    builder.blame('VQ-05', `the chain loops back to descriptor ${slot} after ${slots} descriptors`);
  } else if (owner === slot) {
    builder.blame('VQ-17', `head ${slot} is made available again before it was used`);
  } else {
    builder.blame(
      'VQ-17',
      `descriptor ${slot} belongs to the chain of head ${owner}, not yet used`,
    );
  }
  return false;
}

/** Walks the indirect table that the loaded descriptor points at. "The device MUST ignore the write-only flag" of that
 *  descriptor. Spec: 2.7.5.3.2 */
function walkTable(tables: SplitTables, slot: number, limit: number): void {
  const { table, indirectTable, builder } = tables;
  if (!builder.enterTable(table, slot)) return;
  const entries = table.bytes / DESCRIPTOR_BYTES;
  indirectTable.open(addressOf(table.low, table.high), entries);
  let visited = 0;
  for (let entry = 0; mayVisit(builder, { entry, entries, visited, limit }); ) {
    if (!indirectTable.load(entry)) {
      builder.blame('VQ-18', `entry ${entry} of an indirect table is not in guest memory`);
      return;
    }
    visited++;
    const flags = indirectTable.at12;
    const next = indirectTable.at14;
    if ((flags & VIRTQ_DESC_F_INDIRECT) !== 0) {
      builder.blame('VQ-08', `entry ${entry} of the indirect table is itself indirect`);
    } else {
      builder.take(indirectTable, flags, next, entry);
    }
    if ((flags & VIRTQ_DESC_F_NEXT) === 0) return;
    entry = next;
  }
}

interface TableStep {
  readonly entry: number;
  readonly entries: number;
  readonly visited: number;
  readonly limit: number;
}

function mayVisit(builder: ChainBuilder, { entry, entries, visited, limit }: TableStep): boolean {
  if (entry >= entries) {
    builder.blame('VQ-11', `next ${entry} is outside the indirect table of ${entries} entries`);
  } else if (visited >= entries) {
    builder.blame('VQ-05', `the indirect table of ${entries} entries loops to entry ${entry}`);
  } else if (visited >= limit) {
    builder.blame('VQ-09', `the chain is longer than ${limit} descriptors and cut there`);
  } else {
    return true;
  }
  return false;
}
