/** The driver's side of a packed virtqueue. Spec: 2.8.21, 2.8.22 */
import { readLe16, readLe32 } from '../spec/layout.ts';
import {
  packedLayout,
  RING_EVENT_FLAGS_DESC,
  RING_EVENT_FLAGS_DISABLE,
  RING_EVENT_FLAGS_ENABLE,
  VIRTQ_DESC_F_AVAIL,
  VIRTQ_DESC_F_INDIRECT,
  VIRTQ_DESC_F_USED,
  VIRTQ_DESC_F_WRITE,
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
import { RingPosition } from './ring-position.ts';
import type { QueueSetup } from './virtqueue.ts';

const U16 = 0xffff;

export class PackedDriverQueue implements DriverQueue {
  readonly setup: QueueSetup;
  private readonly memory: GuestMemory;
  private readonly writer: DescriptorWriter;
  private readonly tables: IndirectTables | undefined;
  private readonly avail: RingPosition;
  private readonly used: RingPosition;
  /** Newest last. */
  private readonly freeIds: number[] = [];
  /** Slots of each chain in flight, by buffer id. */
  private readonly slotsOf = new Map<number, number>();
  private free: number;
  private slotsSinceKick = 0;
  private interruptsWanted = true;
  private readonly usedElement = new Uint8Array(6);

  /** Zeroes the three areas and begins at the setup's position. */
  constructor(setup: QueueSetup, memory: GuestMemory, tables?: IndirectTables) {
    const { size, position } = setup;
    this.setup = setup;
    this.memory = memory;
    this.writer = new DescriptorWriter(memory);
    this.tables = tables;
    this.avail = new RingPosition(size, position.avail, position.availWrap);
    this.used = new RingPosition(size, position.used, position.usedWrap);
    for (let id = size - 1; id >= 0; id--) this.freeIds.push(id);
    this.free = size;
    const layout = packedLayout(size);
    memory.write(setup.descriptorArea, new Uint8Array(layout.descriptorBytes));
    memory.write(setup.driverArea, new Uint8Array(layout.driverEventBytes));
    memory.write(setup.deviceArea, new Uint8Array(layout.deviceEventBytes));
    this.enableInterrupts();
  }

  add(buffers: readonly DriverBuffer[]): number | undefined {
    if (buffers.length === 0) return undefined;
    if (wantsTable(this.setup, this.tables, buffers)) return this.addTable(this.tables, buffers);
    return this.addRaw(buffers.length, () =>
      buffers.map(({ address, bytes }, place) => ({
        address,
        bytes,
        flags: flagsOf(buffers, place),
      })),
    );
  }

  addRaw(
    count: number,
    describe: (slots: readonly number[]) => readonly RawDescriptor[],
  ): number | undefined {
    if (count === 0 || count > this.free) return undefined;
    const id = this.freeIds.pop();
    if (id === undefined) return undefined;
    this.publishAs(id, count, describe);
    this.slotsOf.set(id, count);
    return id;
  }

  /** Like `addRaw`, under any buffer id, that of a chain in flight included. */
  publishAs(
    id: number,
    count: number,
    describe: (slots: readonly number[]) => readonly RawDescriptor[],
  ): void {
    const { avail, setup } = this;
    const slots = Array.from({ length: count }, (_, place) => (avail.slot + place) % setup.size);
    const raw = describe(slots);
    // "The driver MUST NOT make the first descriptor available before all the others are set up". Spec: 2.8.17
    let firstFlags = 0;
    const first = avail.slot;
    for (let place = 0; place < count; place++) {
      const descriptor = raw[place] ?? { address: 0n, bytes: 0, flags: 0 };
      const flags = descriptor.flags | (avail.wrap ? VIRTQ_DESC_F_AVAIL : VIRTQ_DESC_F_USED);
      if (place === 0) firstFlags = flags;
      const usedFlags = avail.wrap ? 0 : VIRTQ_DESC_F_AVAIL | VIRTQ_DESC_F_USED;
      const now = place === 0 ? usedFlags : flags;
      this.writer.write(setup.descriptorArea, avail.slot, descriptor, id, now);
      avail.forward(1);
    }
    this.memory.storeLe16(this.descriptorAt(first) + 14n, firstFlags);
    this.free -= count;
    this.slotsSinceKick += count;
  }

  takeKickNeed(): boolean {
    const slots = this.slotsSinceKick;
    if (slots === 0) return false;
    this.slotsSinceKick = 0;
    this.memory.fence();
    const flags = this.memory.loadLe16(this.setup.deviceArea + 2n);
    if (flags !== RING_EVENT_FLAGS_DESC) return flags === RING_EVENT_FLAGS_ENABLE;
    const offWrap = this.memory.loadLe16(this.setup.deviceArea) ?? 0;
    const isOurLap = offWrap >> 15 === (this.avail.wrap ? 1 : 0);
    const event = (offWrap & 0x7fff) - (isOurLap ? 0 : this.setup.size);
    return slots > U16 || ((this.avail.slot - event - 1) & U16) < slots;
  }

  takeUsed(): UsedChain | undefined {
    if (!this.hasUsed()) return undefined;
    const at = this.descriptorAt(this.used.slot);
    this.memory.readInto(at + 8n, this.usedElement, 0, 6);
    const token = readLe16(this.usedElement, 4);
    const slots = this.slotsOf.get(token);
    if (slots !== undefined) {
      this.slotsOf.delete(token);
      this.freeIds.push(token);
    }
    this.used.forward(slots ?? 1);
    this.free += slots ?? 1;
    if (this.interruptsWanted && this.setup.eventIdx) this.storeUsedEvent();
    return {
      token,
      writtenBytes: readLe32(this.usedElement, 0),
      isKnown: slots !== undefined,
    };
  }

  enableInterrupts(): boolean {
    this.interruptsWanted = true;
    if (this.setup.eventIdx) this.storeUsedEvent();
    const flags = this.setup.eventIdx ? RING_EVENT_FLAGS_DESC : RING_EVENT_FLAGS_ENABLE;
    this.memory.storeLe16(this.setup.driverArea + 2n, flags);
    this.memory.fence();
    return this.hasUsed();
  }

  disableInterrupts(): void {
    this.interruptsWanted = false;
    this.memory.storeLe16(this.setup.driverArea + 2n, RING_EVENT_FLAGS_DISABLE);
  }

  freeSlots(): number {
    return this.free;
  }

  /** Tables go by buffer id: a slot of the ring may be free again before the chain that came from it is returned. */
  private addTable(tables: IndirectTables, buffers: readonly DriverBuffer[]): number | undefined {
    const id = this.free > 0 ? this.freeIds.pop() : undefined;
    if (id === undefined) return undefined;
    const tableAt = tables.at + BigInt(id * tables.entriesPerTable * DESCRIPTOR_BYTES);
    buffers.forEach(({ address, bytes, writable }, place) => {
      const flags = writable ? VIRTQ_DESC_F_WRITE : 0;
      this.writer.write(tableAt, place, { address, bytes, flags }, 0, flags);
    });
    const bytes = buffers.length * DESCRIPTOR_BYTES;
    this.publishAs(id, 1, () => [{ address: tableAt, bytes, flags: VIRTQ_DESC_F_INDIRECT }]);
    this.slotsOf.set(id, 1);
    return id;
  }

  /** A descriptor is used when both bits are what the wrap counter is. Spec: 2.8.1 */
  private hasUsed(): boolean {
    const flags = this.memory.loadLe16(this.descriptorAt(this.used.slot) + 14n) ?? 0;
    const isAvail = (flags & VIRTQ_DESC_F_AVAIL) !== 0;
    const isUsed = (flags & VIRTQ_DESC_F_USED) !== 0;
    return isAvail === this.used.wrap && isUsed === this.used.wrap;
  }

  private storeUsedEvent(): void {
    const event = this.used.slot | (this.used.wrap ? 0x8000 : 0);
    this.memory.storeLe16(this.setup.driverArea, event);
  }

  private descriptorAt(slot: number): GuestAddress {
    return this.setup.descriptorArea + BigInt(slot * DESCRIPTOR_BYTES);
  }
}
