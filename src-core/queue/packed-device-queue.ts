/** The device's side of a packed virtqueue. Spec: 2.8 */
import { LIMITS } from '../limits.ts';
import { writeLe16, writeLe32 } from '../spec/layout.ts';
import {
  packedLayout,
  RING_EVENT_FLAGS_DESC,
  RING_EVENT_FLAGS_DISABLE,
  RING_EVENT_FLAGS_ENABLE,
  VIRTQ_DESC_F_AVAIL,
  VIRTQ_DESC_F_NEXT,
  VIRTQ_DESC_F_USED,
  VIRTQ_DESC_F_WRITE,
} from '../spec/ring.ts';
import type { Violation } from '../spec/rules.ts';
import { assert, type Bytes, type GuestAddress } from '../units.ts';
import { ChainBuilder } from './chain-builder.ts';
import { DESCRIPTOR_BYTES, DescriptorReader } from './descriptor-reader.ts';
import type { GuestMemory } from './guest-memory.ts';
import { InFlightIds } from './in-flight-ids.ts';
import { type PackedTables, walkPackedChain } from './packed-chain.ts';
import { RingFaults } from './ring-faults.ts';
import { RingPosition } from './ring-position.ts';
import type {
  Chain,
  DeviceQueue,
  Popped,
  QueuePosition,
  QueueSetup,
  RingSnapshot,
} from './virtqueue.ts';

/** Descriptors that one memory call reads: a usual list. Those behind it are read when their own flags say so. */
const LIST_AHEAD = 8;
const INDIRECT_AHEAD = 32;
const U16 = 0xffff;

/** A setup that `open-queue.ts` has checked. */
export class PackedDeviceQueue implements DeviceQueue {
  readonly setup: QueueSetup;
  private readonly memory: GuestMemory;
  private readonly faults: RingFaults;
  private readonly tables: PackedTables;
  private readonly avail: RingPosition;
  private readonly used: RingPosition;
  private readonly inFlight: InFlightIds;
  private inFlightDescriptors = 0;

  private readonly usedElement = new Uint8Array(6);
  /** What the device event suppression area says: `undefined` when we do not know. Spec: 2.8.14 */
  private kickFlags: number | undefined;
  private slotsSinceSignal = 0;
  private pushedSinceSignal = false;
  /** After a resume nobody knows what the driver was told: the first interrupt is sent in any case. */
  private mustSignal: boolean;

  constructor(setup: QueueSetup, memory: GuestMemory) {
    const { size, index, position } = setup;
    this.setup = setup;
    this.memory = memory;
    this.faults = new RingFaults(index);
    this.tables = {
      size,
      indirect: setup.indirect,
      table: new DescriptorReader(memory, LIST_AHEAD),
      indirectTable: new DescriptorReader(memory, INDIRECT_AHEAD),
      builder: new ChainBuilder(memory, index),
    };
    this.avail = new RingPosition(size, position.avail, position.availWrap);
    this.used = new RingPosition(size, position.used, position.usedWrap);
    this.inFlight = new InFlightIds(size);
    this.mustSignal = position.used !== 0 || !position.usedWrap;
  }

  pop(): Popped | undefined {
    const { avail, tables, inFlight } = this;
    if (this.faults.isBroken) return undefined;
    const flags = this.availableFlags();
    if (flags === undefined) return undefined;
    const freeSlots = this.setup.size - inFlight.slots;
    if (freeSlots === 0) {
      this.faults.break('VQ-16', `slot ${avail.slot} is available again, though all are in flight`);
      return undefined;
    }
    // What was read ahead was read before the driver made this list available.
    tables.table.open(this.setup.descriptorArea, this.setup.size);
    const chain = walkPackedChain(tables, avail.slot, flags, {
      freeSlots,
      tableDescriptors: LIMITS.descriptorsInFlight - this.inFlightDescriptors,
    });
    if (chain === undefined) {
      this.breakUnmapped('descriptor ring');
      return undefined;
    }
    if (inFlight.has(chain.head)) {
      tables.builder.blame('VQ-17', `buffer id ${chain.head} is made available again before use`);
    }
    const availIdx = avail.slot;
    inFlight.add(chain.head, availIdx, chain.ringSlots, descriptorsOf(chain));
    this.inFlightDescriptors += descriptorsOf(chain);
    avail.forward(chain.ringSlots);
    return { chain, availIdx, violations: tables.builder.violations() };
  }

  availableChains(): number {
    if (this.faults.isBroken) return 0;
    const ahead = new RingPosition(this.setup.size, this.avail.slot, this.avail.wrap);
    const freeSlots = this.setup.size - this.inFlight.slots;
    let chains = 0;
    for (let done = 0; done < freeSlots; done++) {
      const flags = this.memory.loadLe16(this.flagsAt(ahead.slot));
      if (flags === undefined || !isAvailable(flags, ahead.wrap)) break;
      if ((flags & VIRTQ_DESC_F_NEXT) === 0) chains++;
      ahead.forward(1);
    }
    return chains;
  }

  /** "The device MUST NOT make the list's other slots used": the next element goes behind all of them. Spec: 2.8.6, 2.8.18 */
  pushUsed(chain: Chain, writtenBytes: Bytes): number {
    assert(this.inFlight.has(chain.head), 'a chain is returned once');
    assert(writtenBytes <= chain.writableBytes, 'a chain is not written beyond its writable part');
    const { slot, wrap } = this.used;
    this.inFlight.remove(chain.head, chain.ringSlots);
    this.inFlightDescriptors -= descriptorsOf(chain);
    this.used.forward(chain.ringSlots);
    this.slotsSinceSignal += chain.ringSlots;
    this.pushedSinceSignal = true;
    writeLe32(this.usedElement, 0, writtenBytes);
    writeLe16(this.usedElement, 4, chain.head);
    const flags =
      (writtenBytes > 0 ? VIRTQ_DESC_F_WRITE : 0) |
      (wrap ? VIRTQ_DESC_F_AVAIL | VIRTQ_DESC_F_USED : 0);
    const at = this.setup.descriptorArea + BigInt(slot * DESCRIPTOR_BYTES);
    const isWritten =
      this.memory.write(at + 8n, this.usedElement) && this.memory.storeLe16(at + 14n, flags);
    if (!isWritten) this.breakUnmapped('descriptor ring');
    return slot;
  }

  takeInterruptNeed(): boolean {
    if (!this.pushedSinceSignal) return false;
    const slots = this.slotsSinceSignal;
    const mustSignal = this.mustSignal;
    this.pushedSinceSignal = false;
    this.slotsSinceSignal = 0;
    this.mustSignal = false;
    // Between the store of the used descriptor and the load of what the driver wants. Spec: 2.8.21.3.1
    this.memory.fence();
    const flags = this.memory.loadLe16(this.setup.driverArea + 2n) ?? RING_EVENT_FLAGS_ENABLE;
    const isKnown = flags < RING_EVENT_FLAGS_DESC || this.setup.eventIdx;
    if (!isKnown || flags > RING_EVENT_FLAGS_DESC) {
      const eventIdx = this.setup.eventIdx ? 'with' : 'without';
      this.faults.note('VQ-P11', `driver event flags are ${flags} ${eventIdx} EVENT_IDX`);
      return true;
    }
    if (flags !== RING_EVENT_FLAGS_DESC) return flags === RING_EVENT_FLAGS_ENABLE;
    return this.isEventPassed(slots) || mustSignal;
  }

  enableKicks(): boolean {
    if (this.setup.eventIdx) {
      const event = this.avail.slot | (this.avail.wrap ? 0x8000 : 0);
      this.memory.storeLe16(this.setup.deviceArea, event);
      this.setKickFlags(RING_EVENT_FLAGS_DESC);
    } else {
      this.setKickFlags(RING_EVENT_FLAGS_ENABLE);
    }
    // As in split rings: else a chain added meanwhile has no kick. Spec: 2.8.21.3.1
    this.memory.fence();
    return !this.faults.isBroken && this.availableFlags() !== undefined;
  }

  disableKicks(): void {
    this.setKickFlags(RING_EVENT_FLAGS_DISABLE);
  }

  position(): QueuePosition {
    return {
      avail: this.avail.slot,
      availWrap: this.avail.wrap,
      used: this.used.slot,
      usedWrap: this.used.wrap,
    };
  }

  rewind(count: number): void {
    for (let done = 0; done < count; done++) {
      const { slots, descriptors } = this.inFlight.removeEndingAt(this.avail.slot);
      this.avail.back(slots);
      this.inFlightDescriptors -= descriptors;
    }
  }

  takeViolations(): readonly Violation[] {
    return this.faults.take();
  }

  snapshot(): RingSnapshot | undefined {
    const { setup, memory } = this;
    const layout = packedLayout(setup.size);
    const descriptorArea = memory.read(setup.descriptorArea, layout.descriptorBytes);
    const driverArea = memory.read(setup.driverArea, layout.driverEventBytes);
    const deviceArea = memory.read(setup.deviceArea, layout.deviceEventBytes);
    if (!descriptorArea || !driverArea || !deviceArea) return undefined;
    const inFlight = this.inFlight.ids();
    const areas = { descriptorArea, driverArea, deviceArea };
    return { setup, memory, position: this.position(), ...areas, inFlight };
  }

  /** Flags of the descriptor where the next list begins; `undefined` when it is not available. Spec: 2.8.1 */
  private availableFlags(): number | undefined {
    const flags = this.memory.loadLe16(this.flagsAt(this.avail.slot));
    if (flags === undefined) {
      this.breakUnmapped('descriptor ring');
      return undefined;
    }
    return isAvailable(flags, this.avail.wrap) ? flags : undefined;
  }

  private flagsAt(slot: number): GuestAddress {
    return this.setup.descriptorArea + BigInt(slot * DESCRIPTOR_BYTES + 14);
  }

  private setKickFlags(flags: number): void {
    if (this.kickFlags === flags) return;
    this.kickFlags = flags;
    this.memory.storeLe16(this.setup.deviceArea + 2n, flags);
  }

  /** As in split rings, with positions that begin anew at the end of the ring. Spec: 2.8.10 */
  private isEventPassed(slotsPushed: number): boolean {
    const offWrap = this.memory.loadLe16(this.setup.driverArea) ?? 0;
    const isOurLap = offWrap >> 15 === (this.used.wrap ? 1 : 0);
    const event = (offWrap & 0x7fff) - (isOurLap ? 0 : this.setup.size);
    return slotsPushed > U16 || ((this.used.slot - event - 1) & U16) < slotsPushed;
  }

  private breakUnmapped(area: string): void {
    this.faults.break('VQ-18', `the ${area} is not in guest memory any more`);
  }
}

function isAvailable(flags: number, wrap: boolean): boolean {
  const isAvail = (flags & VIRTQ_DESC_F_AVAIL) !== 0;
  const isUsed = (flags & VIRTQ_DESC_F_USED) !== 0;
  return isAvail === wrap && isUsed !== wrap;
}

function descriptorsOf(chain: Chain): number {
  return chain.readable.length + chain.writable.length;
}
