/** The indirect table that the chosen chain goes through: which descriptor points at it, and its entries with what is wrong in
 *  them. Pure. Spec: 2.7.5.3, 2.8.7 */
import type { RecordedDescriptor } from '../../../src-core/capture/entry.ts';
import type { IndirectTable } from '../../../src-core/contract-rings.ts';
import {
  VIRTQ_DESC_F_INDIRECT,
  VIRTQ_DESC_F_NEXT,
  VIRTQ_DESC_F_WRITE,
} from '../../../src-core/spec/ring.ts';
import type { Ring } from './rings-facts.ts';
import { DONE, FREE, hexAddress, isMapped, type RingTable } from './rings-model.ts';
import { messageOfPackedSlot, packedRow, packedSlots } from './rings-packed.ts';
import { chainSlots, descriptorRow, messageOfSlot } from './rings-split.ts';

/** The descriptor that points at the table. */
export interface IndirectTarget {
  readonly slot: number;
  readonly address: bigint;
  readonly bytes: number;
  /** Row of the message that has it; -1 while it is not popped. */
  readonly index: number;
}

export interface IndirectRow {
  readonly slot: number;
  /** `R → 1` */
  readonly flags: string;
  /** Entry that comes next; -1: none, or none in the table. */
  readonly next: number;
  readonly address: string;
  readonly bytes: number;
  readonly isChanged: boolean;
  readonly wrong?: string;
}

interface Picked {
  readonly table: RingTable;
  readonly slot: number;
}

/** Of the slot that was picked, else of the chain of `head`; `undefined` when no descriptor of it is indirect. */
export function indirectTarget(
  ring: Ring,
  picked: Picked | undefined,
  head: number,
): IndirectTarget | undefined {
  const slot = candidates(ring, picked, head).find((at) => isIndirect(ring, at));
  if (slot === undefined) return undefined;
  const { address, bytes } = rowAt(ring, slot);
  const index =
    ring.kind === 'split'
      ? messageOfSlot(ring, 'descriptor', slot)
      : messageOfPackedSlot(ring, slot);
  return { slot, address, bytes, index };
}

/** Whether any chain that waits, is in flight or came back goes through a table. */
export function usesTables(ring: Ring): boolean {
  const stages = ring.kind === 'split' ? ring.descriptorStages : ring.stages;
  return stages.some((stage, slot) => stage !== FREE && isIndirect(ring, slot));
}

export function indirectRows(table: IndirectTable, ring: Ring): readonly IndirectRow[] {
  const isPacked = ring.kind === 'packed';
  const count = table.entries.length + table.more;
  const changed = new Set(table.changed);
  let sawWritable = false;
  return table.entries.map((entry, place) => {
    const hasNext = isPacked ? place + 1 < count : (entry.flags & VIRTQ_DESC_F_NEXT) !== 0;
    const next = isPacked ? entry.slot + 1 : entry.next;
    const isWritable = (entry.flags & VIRTQ_DESC_F_WRITE) !== 0;
    const wrong = wrongIn(entry, { ring, count, hasNext, next, sawWritable });
    sawWritable ||= isWritable;
    return {
      slot: entry.slot,
      flags: `${isWritable ? 'W' : 'R'}${hasNext ? ` → ${next}` : ''}`,
      next: hasNext && next < count ? next : -1,
      address: hexAddress(entry.address),
      bytes: entry.bytes,
      isChanged: changed.has(entry.slot),
      ...(wrong === undefined ? {} : { wrong }),
    };
  });
}

interface EntryContext {
  readonly ring: Ring;
  readonly count: number;
  readonly hasNext: boolean;
  readonly next: number;
  readonly sawWritable: boolean;
}

function wrongIn(entry: RecordedDescriptor, context: EntryContext): string | undefined {
  const { address, bytes, flags } = entry;
  const { ring, count, hasNext, next, sawWritable } = context;
  const { regions } = ring;
  if ((flags & VIRTQ_DESC_F_INDIRECT) !== 0) return 'Itself indirect, in a table. VQ-08';
  if (hasNext && next >= count) return `next ${next} is outside this table of ${count}. VQ-11`;
  if (bytes === 0) return 'The range has no bytes. VQ-18';
  if (regions !== undefined && !isMapped(Number(address), bytes, regions)) {
    return `${hexAddress(address)} + ${bytes} B lies outside guest memory. VQ-18`;
  }
  if (sawWritable && (flags & VIRTQ_DESC_F_WRITE) === 0) {
    return 'Readable behind a writable one. VQ-02';
  }
  return undefined;
}

function candidates(ring: Ring, picked: Picked | undefined, head: number): readonly number[] {
  if (ring.kind === 'packed') return head < 0 ? [] : packedSlots(ring, head);
  const own = picked?.table === 'descriptor' ? [picked.slot] : [];
  if (head < 0 || head >= ring.size) return own;
  const stage = ring.descriptorStages[head] ?? FREE;
  const chain = stage === DONE || stage === FREE ? [head] : chainSlots(ring, head);
  return [...own, ...chain];
}

function isIndirect(ring: Ring, slot: number): boolean {
  return slot >= 0 && slot < ring.size && (rowAt(ring, slot).flags & VIRTQ_DESC_F_INDIRECT) !== 0;
}

function rowAt(ring: Ring, slot: number) {
  return ring.kind === 'split' ? descriptorRow(ring, slot) : packedRow(ring, slot);
}
