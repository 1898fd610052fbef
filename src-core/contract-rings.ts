/** What a view may ask about a virtqueue beyond its three areas: the tables that its descriptors point at, and where a slot was
 *  taken again before it came back. Types only. Spec: 2.7.5.3, 2.7.6 */
import type { RecordedDescriptor } from './capture/entry.ts';
import type { FindingGrade } from './spec/rules.ts';
import type { Ns, QueueIndex } from './units.ts';

export interface IndirectQuery {
  readonly queue: QueueIndex;
  /** Of the descriptor with INDIRECT, in the ring's own table. */
  readonly slot: number;
  /** Row of the message that has it; absent while it is not popped. */
  readonly index?: number;
  /** As it stood then; absent: now. */
  readonly atNs?: Ns;
}

export interface IndirectTable {
  readonly slot: number;
  /** In the order in which the chain goes through them; of a table that is read from memory in the order of the table. */
  readonly entries: readonly RecordedDescriptor[];
  /** Further entries that are left out. */
  readonly more: number;
  /** `popped`: as the device walked it; `memory`: as it stands in guest memory now. */
  readonly from: 'popped' | 'memory';
  /** Entries that stand otherwise in guest memory now, while the message is in flight. */
  readonly changed: readonly number[];
}

export interface ReuseQuery {
  readonly queue: QueueIndex;
  /** Only where this slot of the descriptor table (packed: this buffer id) was taken again; absent: any. */
  readonly slot?: number;
}

/** A slot that was made available again before it had come back. */
export interface SlotReuse {
  readonly atNs: Ns;
  /** Row of the message that took it again; -1: none. */
  readonly index: number;
  /** Row of the message that still had it; -1: not known. */
  readonly owner: number;
  readonly slots: readonly number[];
  readonly detail: string;
  readonly grade: FindingGrade;
}

export interface SlotReuses {
  /** Of this queue, or of this slot, among those that are kept. */
  readonly count: number;
  /** The newest of them, in the order of time. */
  readonly rows: readonly SlotReuse[];
}

export interface RingRequests {
  /** `null`: nothing is known of it, or the descriptor is no indirect one. */
  indirectTable: { params: IndirectQuery; result: IndirectTable | null };
  slotReuses: { params: ReuseQuery; result: SlotReuses };
}
