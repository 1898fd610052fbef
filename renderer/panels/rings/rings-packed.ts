/** A packed ring from its raw areas: who has each slot by the AVAIL and USED bits and the wrap counters, the two event
 *  suppression structures, and what is wrong. Spec: 2.8.1, 2.8.6, 2.8.10, 2.8.14
 *
 *      slot  0 … used position … avail position … first slot not available … size
 *               └──── in flight ─────┘└───────── waiting ──────────┘
 */
import type { RingView } from '../../../src-core/contract-data.ts';
import { readLe16, readLe32, readLe64 } from '../../../src-core/spec/layout.ts';
import {
  PVIRTQ_EVENT_SUPPRESS,
  RING_EVENT_FLAGS_DESC,
  RING_EVENT_FLAGS_DISABLE,
  RING_EVENT_FLAGS_ENABLE,
  VIRTQ_DESC_F_AVAIL,
  VIRTQ_DESC_F_INDIRECT,
  VIRTQ_DESC_F_NEXT,
  VIRTQ_DESC_F_USED,
} from '../../../src-core/spec/ring.ts';
import {
  DONE,
  FREE,
  hexAddress,
  isMapped,
  type MemoryRange,
  POSTED,
  ProblemList,
  type RingContext,
  type RingLink,
  type RingProblem,
  SERVICE,
} from './rings-model.ts';

/** What one side asked of the other's notifications. */
export interface EventSuppression {
  readonly mode: 'enabled' | 'disabled' | 'at descriptor' | 'reserved';
  /** Only for `at descriptor`. */
  readonly slot: number;
  readonly wrap: boolean;
}

export interface PackedRow {
  readonly address: bigint;
  readonly bytes: number;
  readonly id: number;
  readonly flags: number;
  readonly availBit: boolean;
  readonly usedBit: boolean;
}

export interface PackedRing {
  readonly kind: 'packed';
  readonly size: number;
  readonly eventIdx: boolean;
  /** The device's positions: next slot to look at, next slot to write a used element to. */
  readonly availSlot: number;
  readonly usedSlot: number;
  readonly availWrap: boolean | undefined;
  readonly usedWrap: boolean | undefined;
  /** Buffers: made available and not popped (counted by their last descriptors); popped and not used. */
  readonly waiting: number;
  readonly inFlight: number;
  readonly freeDescriptors: number;
  readonly stages: Uint8Array;
  readonly driverEvent: EventSuppression;
  readonly deviceEvent: EventSuppression;
  /** Message row of each buffer id's last message. */
  readonly messages: ReadonlyMap<number, number>;
  readonly problems: readonly RingProblem[];
  /** Guest memory, where it is known. */
  readonly regions: readonly MemoryRange[] | undefined;
  readonly view: RingView;
}

/** Decodes what the host sent; bounded by the ring's size. */
export function readPackedRing(view: RingView, context: RingContext = {}): PackedRing {
  const found = new ProblemList();
  const stages = new Uint8Array(view.size);
  const popped = markPopped(view, stages);
  const posted = markPosted(view, stages, popped);
  markUsed(view, stages);
  let claimed = 0;
  for (let slot = 0; slot < view.size; slot++) {
    const stage = stages[slot];
    if (stage !== POSTED && stage !== SERVICE) continue;
    claimed++;
    if (stage === POSTED) checkSlot(view, slot, context, found);
  }
  return {
    kind: 'packed',
    size: view.size,
    eventIdx: view.eventIdx,
    availSlot: view.availIdx,
    usedSlot: view.usedIdx,
    availWrap: view.availWrap,
    usedWrap: view.usedWrap,
    waiting: posted,
    inFlight: view.inFlight.length,
    freeDescriptors: view.size - claimed,
    stages,
    driverEvent: readEvent(view.driverArea, 'avail', view, found),
    deviceEvent: readEvent(view.deviceArea, 'used', view, found),
    messages: new Map(view.messageOfHead),
    problems: found.problems,
    regions: context.regions,
    view,
  };
}

/** The descriptor in a slot, with its two bits read out. */
export function packedRow(ring: { readonly view: RingView }, slot: number): PackedRow {
  const { descriptorArea } = ring.view;
  const at = 16 * slot;
  const flags = readLe16(descriptorArea, at + 14);
  return {
    address: readLe64(descriptorArea, at),
    bytes: readLe32(descriptorArea, at + 8),
    id: readLe16(descriptorArea, at + 12),
    flags,
    availBit: (flags & VIRTQ_DESC_F_AVAIL) !== 0,
    usedBit: (flags & VIRTQ_DESC_F_USED) !== 0,
  };
}

/** Message row of the buffer whose id stands in the slot; -1 when there is none yet. The id of a list that goes on is in its
 *  last descriptor. Spec: 2.8.6 */
export function messageOfPackedSlot(ring: PackedRing, slot: number): number {
  const stage = ring.stages[slot] ?? FREE;
  if (stage === FREE || stage === POSTED) return -1;
  const last = listEnd(ring.view, slot);
  return ring.messages.get(packedRow(ring, stage === DONE ? slot : last).id) ?? -1;
}

/** Slots of the list that goes on at `slot`, in order; of what is used or free the slot alone. */
export function packedSlots(ring: PackedRing, slot: number): readonly number[] {
  return [slot, ...packedLinks(ring, slot).map(({ toSlot }) => toSlot)];
}

/** Slot whose list carries the message, among those in flight; -1 for none. */
export function slotOfMessage(ring: PackedRing, index: number): number {
  let first = ring.usedSlot;
  for (let nth = 0; nth < ring.size; nth++) {
    const slot = (ring.usedSlot + nth) % ring.size;
    if (ring.stages[slot] !== SERVICE) return -1;
    const { flags, id } = packedRow(ring, slot);
    if ((flags & VIRTQ_DESC_F_NEXT) !== 0) continue;
    if (ring.messages.get(id) === index) return first;
    first = (slot + 1) % ring.size;
  }
  return -1;
}

/** `next` in a packed ring is the slot behind. */
export function packedLinks(ring: PackedRing, slot: number): RingLink[] {
  const stage = ring.stages[slot] ?? FREE;
  if (stage !== POSTED && stage !== SERVICE) return [];
  const end = listEnd(ring.view, slot);
  const links: RingLink[] = [];
  for (let from = slot; from !== end && links.length < ring.size; from = (from + 1) % ring.size) {
    const toSlot = (from + 1) % ring.size;
    links.push({ from: 'descriptor', fromSlot: from, to: 'descriptor', toSlot, stage });
  }
  return links;
}

/** From the used position to the avail position: popped, and either in flight or overtaken by a used element. */
function markPopped(view: RingView, stages: Uint8Array): number {
  const { size, availIdx, usedIdx, inFlight } = view;
  if (size === 0) return 0;
  let span = (availIdx - usedIdx + size) % size;
  const isFull = view.availWrap !== undefined && view.availWrap !== view.usedWrap;
  if (span === 0 && inFlight.length > 0 && (isFull || view.availWrap === undefined)) span = size;
  for (let nth = 0; nth < span; nth++) stages[(usedIdx + nth) % size] = SERVICE;
  return span;
}

/** From the avail position on, as long as the bits say "available"; counts whole buffers. */
function markPosted(view: RingView, stages: Uint8Array, popped: number): number {
  const { size, availIdx } = view;
  let buffers = 0;
  for (let nth = 0; nth < size - popped; nth++) {
    const slot = (availIdx + nth) % size;
    const { availBit, usedBit, flags } = packedRow({ view }, slot);
    const wrap =
      view.availWrap === undefined ? availBit : view.availWrap !== availIdx + nth >= size;
    if (availBit === usedBit || availBit !== wrap) break;
    stages[slot] = POSTED;
    if ((flags & VIRTQ_DESC_F_NEXT) === 0) buffers++;
  }
  return buffers;
}

/** Slots outside both spans with equal bits hold a used element, unless they were never written. */
function markUsed(view: RingView, stages: Uint8Array): void {
  for (let slot = 0; slot < view.size; slot++) {
    if (stages[slot] !== FREE) continue;
    const row = packedRow({ view }, slot);
    const wasWritten = row.flags !== 0 || row.address !== 0n || row.bytes !== 0;
    if (wasWritten && row.availBit === row.usedBit) stages[slot] = DONE;
  }
}

function checkSlot(view: RingView, slot: number, context: RingContext, found: ProblemList): void {
  const { address, bytes, flags } = packedRow({ view }, slot);
  const add = found.add.bind(found, 'descriptor', slot);
  const isIndirect = (flags & VIRTQ_DESC_F_INDIRECT) !== 0;
  if (bytes === 0) add('VQ-18', 'The range has no bytes.');
  else if (address === 0n) add('VQ-18', 'The address is zero.');
  else if (context.regions !== undefined && !isMapped(Number(address), bytes, context.regions)) {
    add('VQ-18', `${hexAddress(address)} + ${bytes} B lies outside guest memory.`);
  }
  if (isIndirect && (flags & VIRTQ_DESC_F_NEXT) !== 0) add('VQ-P07', 'INDIRECT and NEXT at once.');
  if (isIndirect && context.indirectNegotiated === false) {
    add('VQ-P07', 'INDIRECT without VIRTIO_RING_F_INDIRECT_DESC.');
  }
}

/** Slot of the last descriptor of the list that goes on at `slot`. */
function listEnd(view: RingView, slot: number): number {
  let at = slot;
  for (let steps = 0; steps < view.size; steps++) {
    if ((packedRow({ view }, at).flags & VIRTQ_DESC_F_NEXT) === 0) return at;
    at = (at + 1) % view.size;
  }
  return slot;
}

function readEvent(
  area: Uint8Array,
  table: 'avail' | 'used',
  view: RingView,
  found: ProblemList,
): EventSuppression {
  const { desc, flags } = PVIRTQ_EVENT_SUPPRESS.read(area) ?? { desc: 0, flags: 0 };
  const slot = desc & 0x7fff;
  const wrap = (desc & 0x8000) !== 0;
  switch (flags & 3) {
    case RING_EVENT_FLAGS_ENABLE:
      return { mode: 'enabled', slot, wrap };
    case RING_EVENT_FLAGS_DISABLE:
      return { mode: 'disabled', slot, wrap };
    case RING_EVENT_FLAGS_DESC:
      if (slot >= view.size) {
        found.add(table, -1, 'VQ-15', `The event is set at slot ${slot}, past the ring's end.`);
      }
      return { mode: 'at descriptor', slot, wrap };
    default:
      return { mode: 'reserved', slot, wrap };
  }
}
