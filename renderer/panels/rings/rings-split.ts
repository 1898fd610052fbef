/** A split ring from its three raw areas: stage of every slot, chains, indexes, and what is wrong. Spec: 2.7.5-2.7.10
 *
 *      avail ring            descriptor table            used ring
 *      idx, used_event       addr len flags next         idx, avail_event
 *      slot → head ────────► head ─► next ─► …  ◄──────── slot → id, len
 */
import type { RingView } from '../../../src-core/contract-data.ts';
import { readLe16, readLe32 } from '../../../src-core/spec/layout.ts';
import { splitLayout, VIRTQ_DESC_F_NEXT } from '../../../src-core/spec/ring.ts';
import {
  DONE,
  FREE,
  idxDistance,
  type MemoryRange,
  POSTED,
  ProblemList,
  type RingContext,
  type RingLink,
  type RingProblem,
  type RingTable,
  SERVICE,
  slotOf,
} from './rings-model.ts';
import {
  ChainWalk,
  checkHeaders,
  type DescriptorRow,
  readDescriptor,
  type SplitIndexes,
} from './rings-walk.ts';

export interface SplitRing extends SplitIndexes {
  readonly kind: 'split';
  readonly size: number;
  readonly eventIdx: boolean;
  /** Descriptors that belong to no waiting chain and none in flight. */
  readonly freeDescriptors: number;
  /** By slot: stages as in `rings-model`. */
  readonly availStages: Uint8Array;
  readonly descriptorStages: Uint8Array;
  readonly usedStages: Uint8Array;
  /** Head of the chain that a descriptor belongs to; -1 for none. */
  readonly heads: Int32Array;
  /** Newest slot of each head in the avail and in the used ring; -1 for none. */
  readonly availSlots: Int32Array;
  readonly usedSlots: Int32Array;
  /** Message row of each head's last message; -1 for none. */
  readonly messages: Float64Array;
  readonly problems: readonly RingProblem[];
  /** Guest memory, where it is known. */
  readonly regions: readonly MemoryRange[] | undefined;
  readonly view: RingView;
}

/** Decodes what the host sent. Every walk is bounded by the ring's size, whatever the areas hold. */
export function readSplitRing(view: RingView, context: RingContext = {}): SplitRing {
  const { size } = view;
  const found = new ProblemList();
  const indexes = readIndexes(view);
  checkHeaders(view, indexes, found);
  const walk = new ChainWalk(view, context, found);
  const waiting = indexes.waiting <= size ? indexes.waiting : 0;
  for (const head of view.inFlight) walk.take(head);
  for (let nth = 0; nth < waiting; nth++) walk.post(slotOf(view.availIdx + nth, size));
  const freeDescriptors = size - walk.claimed;
  const used = stageUsed(view, walk);
  const avail = stageAvail(view, walk, indexes.availIdx, waiting);
  return {
    kind: 'split',
    size,
    eventIdx: view.eventIdx,
    ...indexes,
    freeDescriptors,
    availStages: avail.stages,
    availSlots: avail.slots,
    usedStages: used.stages,
    usedSlots: used.slots,
    descriptorStages: walk.stages,
    heads: walk.heads,
    messages: messagesByHead(view),
    problems: found.problems,
    regions: context.regions,
    view,
  };
}

/** The descriptor in a slot. */
export function descriptorRow(ring: SplitRing, slot: number): DescriptorRow {
  return readDescriptor(ring.view.descriptorArea, slot);
}

/** Head in a slot of the avail ring. */
export function availHead(ring: SplitRing, slot: number): number {
  return readLe16(ring.view.driverArea, splitLayout(ring.size).availRingAt + 2 * slot);
}

export function usedElement(ring: SplitRing, slot: number): { id: number; bytes: number } {
  return readUsed(ring.view, slot);
}

/** Descriptors of the chain at `head`, in order, as the table holds it now; at most `size`, none twice. */
export function chainSlots(ring: SplitRing, head: number): number[] {
  const slots: number[] = [];
  const seen = new Set<number>();
  let slot = head;
  while (slot < ring.size && !seen.has(slot)) {
    seen.add(slot);
    slots.push(slot);
    const { flags, next } = descriptorRow(ring, slot);
    if ((flags & VIRTQ_DESC_F_NEXT) === 0) break;
    slot = next;
  }
  return slots;
}

/** What to link for a chain: its place in the avail ring, `next` from descriptor to descriptor, its place in the used
 *  ring. A chain that was used is its head alone: the driver may have reused the rest. */
export function chainLinks(ring: SplitRing, head: number): RingLink[] {
  if (head < 0 || head >= ring.size) return [];
  const stage = ring.descriptorStages[head] ?? FREE;
  const links: RingLink[] = [];
  const availSlot = ring.availSlots[head] ?? -1;
  if (availSlot >= 0) {
    links.push({ from: 'avail', fromSlot: availSlot, to: 'descriptor', toSlot: head, stage });
  }
  const slots = stage === DONE || stage === FREE ? [head] : chainSlots(ring, head);
  slots.slice(1).forEach((slot, index) => {
    const fromSlot = slots[index] ?? head;
    links.push({ from: 'descriptor', fromSlot, to: 'descriptor', toSlot: slot, stage });
  });
  const usedSlot = ring.usedSlots[head] ?? -1;
  if (stage === DONE && usedSlot >= 0) {
    links.push({ from: 'descriptor', fromSlot: head, to: 'used', toSlot: usedSlot, stage });
  }
  return links;
}

/** Head that a slot of any table is about; -1 for a descriptor that belongs to no chain. */
export function headOfSlot(ring: SplitRing, table: RingTable, slot: number): number {
  if (table === 'avail') return ring.availStages[slot] === FREE ? -1 : availHead(ring, slot);
  if (table === 'used') return ring.usedStages[slot] === FREE ? -1 : usedElement(ring, slot).id;
  return ring.heads[slot] ?? -1;
}

/** Message row that a slot leads to; -1 when there is none (not popped yet, or its head was reused since). */
export function messageOfSlot(ring: SplitRing, table: RingTable, slot: number): number {
  const head = headOfSlot(ring, table, slot);
  if (head < 0 || head >= ring.size) return -1;
  const stage = ring.descriptorStages[head] ?? FREE;
  if (stage === POSTED) return -1;
  if (table !== 'descriptor' && isGhost(ring, table, slot)) return -1;
  return ring.messages[head] ?? -1;
}

/** Whether the slot tells of a use of its head that a newer one has replaced. */
export function isGhost(ring: SplitRing, table: 'avail' | 'used', slot: number): boolean {
  const head = headOfSlot(ring, table, slot);
  if (head < 0 || head >= ring.size) return false;
  if (table === 'avail') return ring.availSlots[head] !== slot;
  return ring.usedSlots[head] !== slot || ring.descriptorStages[head] !== DONE;
}

function readIndexes(view: RingView): SplitIndexes {
  const { driverArea, deviceArea } = view;
  const layout = splitLayout(view.size);
  const availIdx = readLe16(driverArea, layout.availIdxAt);
  return {
    availFlags: readLe16(driverArea, layout.availFlagsAt),
    availIdx,
    usedEvent: readLe16(driverArea, layout.usedEventAt),
    usedFlags: readLe16(deviceArea, layout.usedFlagsAt),
    usedIdxInMemory: readLe16(deviceArea, layout.usedIdxAt),
    availEvent: readLe16(deviceArea, layout.availEventAt),
    lastAvailIdx: view.availIdx & 0xffff,
    usedIdx: view.usedIdx & 0xffff,
    waiting: idxDistance(view.availIdx, availIdx),
    inFlight: view.inFlight.length,
  };
}

interface Staged {
  readonly stages: Uint8Array;
  readonly slots: Int32Array;
}

/** Stages of the avail ring: the newest `waiting` are posted, older ones follow their head while it was not reused. */
function stageAvail(view: RingView, walk: ChainWalk, availIdx: number, waiting: number): Staged {
  const { size, driverArea } = view;
  const { availRingAt } = splitLayout(size);
  const stages = new Uint8Array(size);
  const slots = new Int32Array(size).fill(-1);
  for (let back = 1; back <= size; back++) {
    const slot = slotOf(availIdx - back, size);
    const head = readLe16(driverArea, availRingAt + 2 * slot);
    const isNewest = slots[head] === -1;
    if (back <= waiting) stages[slot] = POSTED;
    else if (isNewest && walk.stages[head] === SERVICE) stages[slot] = SERVICE;
    else stages[slot] = wasWritten(availIdx, back, head) ? DONE : FREE;
    if (isNewest && stages[slot] !== FREE) slots[head] = slot;
  }
  return { stages, slots };
}

/** Stages of the used ring; marks the heads that came back and were not made available again. */
function stageUsed(view: RingView, walk: ChainWalk): Staged {
  const { size } = view;
  const stages = new Uint8Array(size);
  const slots = new Int32Array(size).fill(-1);
  for (let back = 1; back <= size; back++) {
    const slot = slotOf(view.usedIdx - back, size);
    const { id, bytes } = readUsed(view, slot);
    if (!wasWritten(view.usedIdx & 0xffff, back, id + bytes)) continue;
    stages[slot] = DONE;
    if (id >= size || slots[id] !== -1) continue;
    slots[id] = slot;
    if (walk.stages[id] !== FREE) continue;
    walk.stages[id] = DONE;
    walk.heads[id] = id;
  }
  return { stages, slots };
}

/** Whether the slot `back` behind a free-running index was ever filled: surely in its first lap, else if it holds anything. */
function wasWritten(idx: number, back: number, content: number): boolean {
  return back <= idx || content !== 0;
}

function readUsed(view: RingView, slot: number): { id: number; bytes: number } {
  const at = splitLayout(view.size).usedRingAt + 8 * slot;
  return { id: readLe32(view.deviceArea, at), bytes: readLe32(view.deviceArea, at + 4) };
}

function messagesByHead(view: RingView): Float64Array {
  const messages = new Float64Array(view.size).fill(-1);
  for (const [head, index] of view.messageOfHead) {
    if (head < view.size) messages[head] = index;
  }
  return messages;
}
