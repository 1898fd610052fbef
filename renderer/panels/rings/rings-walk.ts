/** Walks the chains of a split ring that wait or are in flight: which descriptor belongs to whom, and what breaks a rule.
 *  Spec: 2.7.5, 2.7.5.3, 2.7.6.1 */
import type { RingView } from '../../../src-core/contract-data.ts';
import { readLe16, readLe32, readLe64 } from '../../../src-core/spec/layout.ts';
import {
  splitLayout,
  VIRTQ_AVAIL_F_NO_INTERRUPT,
  VIRTQ_DESC_F_INDIRECT,
  VIRTQ_DESC_F_NEXT,
  VIRTQ_DESC_F_WRITE,
} from '../../../src-core/spec/ring.ts';
import {
  hexAddress,
  idxDistance,
  isMapped,
  POSTED,
  type ProblemList,
  type RingContext,
  SERVICE,
} from './rings-model.ts';

export interface DescriptorRow {
  readonly address: bigint;
  readonly bytes: number;
  readonly flags: number;
  readonly next: number;
}

export interface SplitIndexes {
  /** As the driver wrote them. */
  readonly availFlags: number;
  readonly availIdx: number;
  readonly usedEvent: number;
  /** As they stand in the used ring. */
  readonly usedFlags: number;
  readonly usedIdxInMemory: number;
  readonly availEvent: number;
  /** The device's own positions, free-running. */
  readonly lastAvailIdx: number;
  readonly usedIdx: number;
  /** Chains: made available and not popped; popped and not used. */
  readonly waiting: number;
  readonly inFlight: number;
}

export function readDescriptor(area: Uint8Array, slot: number): DescriptorRow {
  const at = 16 * slot;
  return {
    address: readLe64(area, at),
    bytes: readLe32(area, at + 8),
    flags: readLe16(area, at + 12),
    next: readLe16(area, at + 14),
  };
}

/** Names what is wrong with indexes and flags. */
export function checkHeaders(view: RingView, numbers: SplitIndexes, found: ProblemList): void {
  const { size, eventIdx } = view;
  const { availFlags, availIdx, lastAvailIdx, usedIdx, usedIdxInMemory, waiting } = numbers;
  if (waiting > size) {
    const text = `idx ${availIdx} is ${waiting} ahead of the device at ${lastAvailIdx}; the queue has ${size} slots.`;
    found.add('avail', -1, 'VQ-16', text);
  } else if (idxDistance(usedIdx, availIdx) > size) {
    const text = `idx ${availIdx} is ${idxDistance(usedIdx, availIdx)} ahead of the used ring at ${usedIdx}; the queue has ${size} slots.`;
    found.add('avail', -1, 'VQ-16', text);
  }
  if (availFlags > VIRTQ_AVAIL_F_NO_INTERRUPT || (eventIdx && availFlags !== 0)) {
    const asks = eventIdx ? '0 with VIRTIO_RING_F_EVENT_IDX' : '0 or 1';
    found.add('avail', -1, 'VQ-19', `flags is 0x${availFlags.toString(16)}; it has to be ${asks}.`);
  }
  if (usedIdxInMemory !== usedIdx) {
    const text = `idx in memory is ${usedIdxInMemory}, the device stands at ${usedIdx}: only the device may write the used ring.`;
    found.add('used', -1, 'VQ-16', text);
  }
}

/** Marks the descriptors of waiting chains and of those in flight, and names what is wrong in them. Each descriptor is
 *  visited once, so that the ring's size bounds the work whatever the driver wrote. */
export class ChainWalk {
  readonly stages: Uint8Array;
  readonly heads: Int32Array;
  claimed = 0;
  private readonly view: RingView;
  private readonly context: RingContext;
  private readonly found: ProblemList;

  constructor(view: RingView, context: RingContext, found: ProblemList) {
    this.view = view;
    this.context = context;
    this.found = found;
    this.stages = new Uint8Array(view.size);
    this.heads = new Int32Array(view.size).fill(-1);
  }

  /** A slot of the avail ring that the device has not read yet. */
  post(availSlot: number): void {
    const { size, driverArea } = this.view;
    const head = readLe16(driverArea, splitLayout(size).availRingAt + 2 * availSlot);
    if (head >= size) {
      const text = `Head ${head} is not below the queue size ${size}.`;
      this.found.add('avail', availSlot, 'VQ-15', text);
    } else if (this.heads[head] !== -1) {
      const text = `Head ${head} is made available again though it was not used yet.`;
      this.found.add('avail', availSlot, 'VQ-17', text);
    } else {
      this.walk(head, POSTED);
    }
  }

  take(head: number): void {
    if (head < this.view.size) this.walk(head, SERVICE);
  }

  private walk(head: number, stage: number): void {
    const { size, descriptorArea } = this.view;
    let slot = head;
    let sawWritable = false;
    for (let steps = 0; steps < size; steps++) {
      const owner = this.heads[slot] ?? -1;
      if (owner !== -1) {
        this.nameShared(head, slot, owner);
        return;
      }
      this.claimed++;
      this.heads[slot] = head;
      this.stages[slot] = stage;
      const { flags, next } = readDescriptor(descriptorArea, slot);
      this.check(slot, sawWritable);
      sawWritable ||= (flags & VIRTQ_DESC_F_WRITE) !== 0;
      if ((flags & VIRTQ_DESC_F_NEXT) === 0) return;
      if (next >= size) {
        this.found.add('descriptor', slot, 'VQ-15', `next ${next} is not below ${size}.`);
        return;
      }
      slot = next;
    }
  }

  private nameShared(head: number, slot: number, owner: number): void {
    const add = this.found.add.bind(this.found, 'descriptor', slot);
    if (owner === head) add('VQ-05', `The chain of head ${head} comes back here.`);
    else add('VQ-17', `The chains of heads ${owner} and ${head} both use this descriptor.`);
  }

  private check(slot: number, sawWritable: boolean): void {
    const { descriptorArea } = this.view;
    const { address, bytes, flags } = readDescriptor(descriptorArea, slot);
    const add = this.found.add.bind(this.found, 'descriptor', slot);
    const isIndirect = (flags & VIRTQ_DESC_F_INDIRECT) !== 0;
    const { regions } = this.context;
    if (bytes === 0) add('VQ-18', 'The range has no bytes.');
    else if (address === 0n) add('VQ-18', 'The address is zero.');
    else if (regions !== undefined && !isMapped(Number(address), bytes, regions)) {
      add('VQ-18', `${hexAddress(address)} + ${bytes} B lies outside guest memory.`);
    }
    if (isIndirect && (flags & VIRTQ_DESC_F_NEXT) !== 0) add('VQ-10', 'INDIRECT and NEXT at once.');
    if (isIndirect && bytes % 16 !== 0) {
      add('VQ-11', `An indirect table of ${bytes} B is no multiple of 16.`);
    }
    if (isIndirect && this.context.indirectNegotiated === false) {
      add('VQ-07', 'INDIRECT without VIRTIO_RING_F_INDIRECT_DESC.');
    }
    if (sawWritable && (flags & VIRTQ_DESC_F_WRITE) === 0 && !isIndirect) {
      add('VQ-02', 'A readable descriptor comes after a writable one.');
    }
  }
}
