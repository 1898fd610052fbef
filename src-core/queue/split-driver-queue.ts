/** The driver's side of a split virtqueue. Spec: 2.7.13, 2.7.14 */
import { readLe32 } from '../spec/layout.ts';
import {
  splitLayout,
  VIRTQ_AVAIL_F_NO_INTERRUPT,
  VIRTQ_DESC_F_INDIRECT,
  VIRTQ_USED_ELEM,
  VIRTQ_USED_F_NO_NOTIFY,
} from '../spec/ring.ts';
import type { GuestAddress } from '../units.ts';
import { DESCRIPTOR_BYTES } from './descriptor-reader.ts';
import {
  DescriptorWriter,
  type DriverBuffer,
  type DriverQueue,
  flagsOf,
  type IndirectTables,
  type RawDescriptor,
  type UsedChain,
  wantsTable,
} from './driver-queue.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { QueueSetup } from './virtqueue.ts';

const U16 = 0xffff;

export class SplitDriverQueue implements DriverQueue {
  readonly setup: QueueSetup;
  private readonly memory: GuestMemory;
  private readonly layout;
  private readonly writer: DescriptorWriter;
  private readonly tables: IndirectTables | undefined;
  /** Newest last. */
  private readonly free: number[] = [];
  /** Slots of each chain in flight, by head. */
  private readonly slotsOf = new Map<number, readonly number[]>();
  private availIdx: number;
  private usedIdx: number;
  private addedSinceKick = 0;
  private interruptsWanted = true;
  private readonly usedElement = new Uint8Array(VIRTQ_USED_ELEM.widthBytes);

  /** Zeroes the three areas and begins at the setup's position. */
  constructor(setup: QueueSetup, memory: GuestMemory, tables?: IndirectTables) {
    this.setup = setup;
    this.memory = memory;
    this.layout = splitLayout(setup.size);
    this.writer = new DescriptorWriter(memory);
    this.tables = tables;
    for (let slot = setup.size - 1; slot >= 0; slot--) this.free.push(slot);
    this.availIdx = setup.position.avail & U16;
    this.usedIdx = setup.position.used & U16;
    memory.write(setup.descriptorArea, new Uint8Array(this.layout.descriptorBytes));
    memory.write(setup.driverArea, new Uint8Array(this.layout.availBytes));
    memory.write(setup.deviceArea, new Uint8Array(this.layout.usedBytes));
    memory.storeLe16(this.availAt(this.layout.availIdxAt), this.availIdx);
    memory.storeLe16(this.usedAt(this.layout.usedIdxAt), this.usedIdx);
    memory.storeLe16(this.usedAt(this.layout.availEventAt), this.availIdx);
    this.enableInterrupts();
  }

  add(buffers: readonly DriverBuffer[]): number | undefined {
    if (buffers.length === 0) return undefined;
    if (wantsTable(this.setup, this.tables, buffers)) return this.addTable(this.tables, buffers);
    return this.addRaw(buffers.length, (slots) =>
      buffers.map(({ address, bytes }, place) => ({
        address,
        bytes,
        flags: flagsOf(buffers, place),
        next: slots[place + 1] ?? 0,
      })),
    );
  }

  addRaw(
    count: number,
    describe: (slots: readonly number[]) => readonly RawDescriptor[],
  ): number | undefined {
    if (count > this.free.length) return undefined;
    const slots = this.free.splice(this.free.length - count).reverse();
    const [head] = slots;
    if (head === undefined) return undefined;
    describe(slots).forEach((raw, place) => {
      const slot = slots[place] ?? head;
      this.writer.write(this.setup.descriptorArea, slot, raw, raw.flags, raw.next ?? 0);
    });
    this.slotsOf.set(head, slots);
    this.publishHead(head);
    return head;
  }

  /** Puts `head` into the avail ring, whatever it is. */
  publishHead(head: number): void {
    const at = this.layout.availRingAt + 2 * (this.availIdx % this.setup.size);
    this.memory.storeLe16(this.availAt(at), head);
    this.jumpAvail(1);
  }

  /** Moves avail.idx by `by`, for better or worse. */
  jumpAvail(by: number): void {
    this.availIdx = (this.availIdx + by) & U16;
    this.addedSinceKick++;
    this.memory.storeLe16(this.availAt(this.layout.availIdxAt), this.availIdx);
  }

  takeKickNeed(): boolean {
    const added = this.addedSinceKick;
    if (added === 0) return false;
    this.addedSinceKick = 0;
    this.memory.fence();
    if (this.setup.eventIdx) {
      const event = this.memory.loadLe16(this.usedAt(this.layout.availEventAt)) ?? 0;
      return added > U16 || ((this.availIdx - event - 1) & U16) < added;
    }
    const flags = this.memory.loadLe16(this.usedAt(this.layout.usedFlagsAt)) ?? 0;
    return (flags & VIRTQ_USED_F_NO_NOTIFY) === 0;
  }

  takeUsed(): UsedChain | undefined {
    if (!this.hasUsed()) return undefined;
    const at = this.layout.usedRingAt + 8 * (this.usedIdx % this.setup.size);
    this.memory.readInto(this.usedAt(at), this.usedElement, 0, 8);
    this.usedIdx = (this.usedIdx + 1) & U16;
    if (this.interruptsWanted) this.storeUsedEvent();
    const token = readLe32(this.usedElement, 0);
    const slots = this.slotsOf.get(token);
    if (slots !== undefined) {
      this.slotsOf.delete(token);
      for (let place = slots.length - 1; place >= 0; place--) this.free.push(slots[place] ?? 0);
    }
    return {
      token,
      writtenBytes: readLe32(this.usedElement, 4),
      isKnown: slots !== undefined,
    };
  }

  enableInterrupts(): boolean {
    this.interruptsWanted = true;
    this.storeUsedEvent();
    if (!this.setup.eventIdx) this.memory.storeLe16(this.setup.driverArea, 0);
    this.memory.fence();
    return this.hasUsed();
  }

  disableInterrupts(): void {
    this.interruptsWanted = false;
    if (this.setup.eventIdx) {
      // An index just passed: it is crossed again after 65,535 elements only.
      const passed = (this.usedIdx - 1) & U16;
      this.memory.storeLe16(this.availAt(this.layout.usedEventAt), passed);
    } else {
      this.memory.storeLe16(this.setup.driverArea, VIRTQ_AVAIL_F_NO_INTERRUPT);
    }
  }

  freeSlots(): number {
    return this.free.length;
  }

  private addTable(tables: IndirectTables, buffers: readonly DriverBuffer[]): number | undefined {
    return this.addRaw(1, ([slot = 0]) => {
      const tableAt = tables.at + BigInt(slot * tables.entriesPerTable * DESCRIPTOR_BYTES);
      buffers.forEach(({ address, bytes }, place) => {
        const flags = flagsOf(buffers, place);
        this.writer.write(tableAt, place, { address, bytes, flags }, flags, place + 1);
      });
      const bytes = buffers.length * DESCRIPTOR_BYTES;
      return [{ address: tableAt, bytes, flags: VIRTQ_DESC_F_INDIRECT }];
    });
  }

  private hasUsed(): boolean {
    return this.memory.loadLe16(this.usedAt(this.layout.usedIdxAt)) !== this.usedIdx;
  }

  private storeUsedEvent(): void {
    if (!this.setup.eventIdx) return;
    this.memory.storeLe16(this.availAt(this.layout.usedEventAt), this.usedIdx);
  }

  private availAt(offset: number): GuestAddress {
    return this.setup.driverArea + BigInt(offset);
  }

  private usedAt(offset: number): GuestAddress {
    return this.setup.deviceArea + BigInt(offset);
  }
}
