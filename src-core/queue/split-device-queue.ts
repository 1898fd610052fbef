/** The device's side of a split virtqueue. Spec: 2.7 */
import { LIMITS } from '../limits.ts';
import { readLe16, writeLe32 } from '../spec/layout.ts';
import {
  splitLayout,
  VIRTQ_AVAIL_F_NO_INTERRUPT,
  VIRTQ_USED_ELEM,
  VIRTQ_USED_F_NO_NOTIFY,
} from '../spec/ring.ts';
import type { Violation } from '../spec/rules.ts';
import { assert, type Bytes, type GuestAddress } from '../units.ts';
import { type SplitTables, walkChain } from './chain.ts';
import { ChainBuilder } from './chain-builder.ts';
import { DescriptorReader } from './descriptor-reader.ts';
import type { GuestMemory } from './guest-memory.ts';
import { RingFaults } from './ring-faults.ts';
import { SlotOwners } from './slot-owners.ts';
import type {
  Chain,
  DeviceQueue,
  Popped,
  QueuePosition,
  QueueSetup,
  RingSnapshot,
} from './virtqueue.ts';

/** Descriptors that one memory call reads: the whole table of a usual queue. */
const TABLE_AHEAD = 128;
const INDIRECT_AHEAD = 32;
/** Heads that one memory call reads. */
const HEADS_AHEAD = 64;
const U16 = 0xffff;

/** A setup that `open-queue.ts` has checked. */
export class SplitDeviceQueue implements DeviceQueue {
  readonly setup: QueueSetup;
  private readonly memory: GuestMemory;
  private readonly layout;
  private readonly faults: RingFaults;
  private readonly tables: SplitTables;
  private readonly at: Readonly<
    Record<'availIdx' | 'usedEvent' | 'usedFlags' | 'usedIdx' | 'availEvent', GuestAddress>
  >;

  /** Free-running: the next chain to pop, how far the driver was when we looked, the next used element. */
  private nextAvail: number;
  private seenAvail: number;
  private nextUsed: number;
  private inFlightChains = 0;
  private inFlightDescriptors = 0;

  /** Heads read ahead: those of `headsFrom` (free-running) on. */
  private readonly heads = new Uint8Array(2 * HEADS_AHEAD);
  private headsFrom = 0;
  private headsCount = 0;
  /** By avail ring slot, of chains popped: the head, the slots that it holds, the descriptors that it has. */
  private readonly poppedHead: Uint16Array;
  private readonly poppedSlots: Uint16Array;
  private readonly poppedDescriptors: Uint16Array;

  private readonly usedElement = new Uint8Array(VIRTQ_USED_ELEM.widthBytes);
  /** `undefined`: whoever had the queue before left it so or so. */
  private kicksDisabled: boolean | undefined;
  private checkedLap = -1;
  private pushedSinceSignal = 0;
  /** After a resume nobody knows what the driver was told: the first interrupt is sent in any case. */
  private mustSignal: boolean;

  constructor(setup: QueueSetup, memory: GuestMemory) {
    const { size, index, descriptorArea, driverArea, deviceArea, position } = setup;
    const layout = splitLayout(size);
    this.setup = setup;
    this.memory = memory;
    this.layout = layout;
    this.faults = new RingFaults(index);
    this.tables = {
      size,
      indirect: setup.indirect,
      table: new DescriptorReader(memory, TABLE_AHEAD),
      indirectTable: new DescriptorReader(memory, INDIRECT_AHEAD),
      owners: new SlotOwners(size),
      builder: new ChainBuilder(memory, index),
    };
    this.at = {
      availIdx: driverArea + BigInt(layout.availIdxAt),
      usedEvent: driverArea + BigInt(layout.usedEventAt),
      usedFlags: deviceArea + BigInt(layout.usedFlagsAt),
      usedIdx: deviceArea + BigInt(layout.usedIdxAt),
      availEvent: deviceArea + BigInt(layout.availEventAt),
    };
    this.nextAvail = position.avail & U16;
    this.seenAvail = this.nextAvail;
    this.nextUsed = position.used & U16;
    this.mustSignal = this.nextUsed !== 0;
    this.poppedHead = new Uint16Array(size);
    this.poppedSlots = new Uint16Array(size);
    this.poppedDescriptors = new Uint16Array(size);
    this.tables.table.open(descriptorArea, size);
  }

  pop(): Popped | undefined {
    if (this.nextAvail === this.seenAvail) this.lookAtAvailIdx();
    if (this.faults.isBroken || this.nextAvail === this.seenAvail) return undefined;
    const availIdx = this.nextAvail;
    const head = this.headAt(availIdx);
    if (head === undefined) return undefined;
    const chain = walkChain(this.tables, head, this.tableBudget());
    const slot = availIdx % this.setup.size;
    this.poppedHead[slot] = head;
    this.poppedSlots[slot] = chain.ringSlots;
    this.poppedDescriptors[slot] = descriptorsOf(chain);
    this.nextAvail = (availIdx + 1) & U16;
    this.inFlightChains++;
    this.inFlightDescriptors += descriptorsOf(chain);
    return { chain, availIdx, violations: this.tables.builder.violations() };
  }

  availableChains(): number {
    this.lookAtAvailIdx();
    return this.faults.isBroken ? 0 : (this.seenAvail - this.nextAvail) & U16;
  }

  pushUsed(chain: Chain, writtenBytes: Bytes): number {
    assert(this.inFlightChains > 0, 'a chain is returned once');
    assert(writtenBytes <= chain.writableBytes, 'a chain is not written beyond its writable part');
    this.tables.owners.release(chain.head, chain.ringSlots);
    this.inFlightChains--;
    this.inFlightDescriptors -= descriptorsOf(chain);
    writeLe32(this.usedElement, 0, chain.head);
    writeLe32(this.usedElement, 4, writtenBytes);
    const usedIdx = this.nextUsed;
    const elementAt = this.layout.usedRingAt + (usedIdx % this.setup.size) * 8;
    this.nextUsed = (usedIdx + 1) & U16;
    this.pushedSinceSignal++;
    const isWritten =
      this.memory.write(this.setup.deviceArea + BigInt(elementAt), this.usedElement) &&
      this.memory.storeLe16(this.at.usedIdx, this.nextUsed);
    if (!isWritten) this.breakUnmapped('used ring');
    return usedIdx;
  }

  takeInterruptNeed(): boolean {
    const pushed = this.pushedSinceSignal;
    if (pushed === 0) return false;
    const mustSignal = this.mustSignal;
    this.pushedSinceSignal = 0;
    this.mustSignal = false;
    // Between the store of used.idx and the load of what the driver wants. Spec: 2.7.13.3.1
    this.memory.fence();
    return this.setup.eventIdx ? this.isUsedEventPassed(pushed) || mustSignal : this.mayInterrupt();
  }

  enableKicks(): boolean {
    if (this.setup.eventIdx) {
      this.memory.storeLe16(this.at.availEvent, this.nextAvail);
      this.checkFlagsAreZero();
    } else if (this.kicksDisabled !== false) {
      this.memory.storeLe16(this.at.usedFlags, 0);
      this.kicksDisabled = false;
    }
    // "Between storing avail_event and loading avail.idx": else a chain added meanwhile has no kick. Spec: 2.7.13.4.1
    this.memory.fence();
    return this.availableChains() > 0;
  }

  disableKicks(): void {
    // With EVENT_IDX an avail_event that the driver has passed is enough, and flags stay 0. Spec: 2.7.10.2
    if (this.setup.eventIdx || this.kicksDisabled) return;
    this.memory.storeLe16(this.at.usedFlags, VIRTQ_USED_F_NO_NOTIFY);
    this.kicksDisabled = true;
  }

  position(): QueuePosition {
    return { avail: this.nextAvail, availWrap: true, used: this.nextUsed, usedWrap: true };
  }

  rewind(count: number): void {
    assert(count <= this.inFlightChains, 'only chains in flight are rewound');
    for (let done = 0; done < count; done++) {
      this.nextAvail = (this.nextAvail - 1) & U16;
      const slot = this.nextAvail % this.setup.size;
      this.tables.owners.release(this.poppedHead[slot] ?? 0, this.poppedSlots[slot] ?? 0);
      this.inFlightDescriptors -= this.poppedDescriptors[slot] ?? 0;
    }
    this.inFlightChains -= count;
    this.forgetReadAhead();
  }

  takeViolations(): readonly Violation[] {
    return this.faults.take();
  }

  snapshot(): RingSnapshot | undefined {
    const { setup, memory, layout } = this;
    const descriptorArea = memory.read(setup.descriptorArea, layout.descriptorBytes);
    const driverArea = memory.read(setup.driverArea, layout.availBytes);
    const deviceArea = memory.read(setup.deviceArea, layout.usedBytes);
    if (!descriptorArea || !driverArea || !deviceArea) return undefined;
    const inFlight = this.tables.owners.heads();
    const areas = { descriptorArea, driverArea, deviceArea };
    return { setup, memory, position: this.position(), ...areas, inFlight };
  }

  private lookAtAvailIdx(): void {
    if (this.faults.isBroken) return;
    const idx = this.memory.loadLe16(this.at.availIdx);
    if (idx === undefined) {
      this.breakUnmapped('avail ring');
      return;
    }
    if (idx === this.seenAvail) return;
    const ahead = (idx - this.nextUsed) & U16;
    if (ahead > this.setup.size || ahead < ((this.seenAvail - this.nextUsed) & U16)) {
      this.faults.break(
        'VQ-16',
        `avail.idx went from ${this.seenAvail} to ${idx} with used.idx ${this.nextUsed} and ${this.setup.size} descriptors`,
      );
      return;
    }
    this.seenAvail = idx;
    // What was read before was read before the driver published this.
    this.forgetReadAhead();
  }

  private forgetReadAhead(): void {
    this.headsCount = 0;
    this.tables.table.open(this.setup.descriptorArea, this.setup.size);
  }

  private headAt(availIdx: number): number | undefined {
    let place = (availIdx - this.headsFrom) & U16;
    if (place >= this.headsCount) {
      if (!this.readHeads(availIdx)) return undefined;
      place = 0;
    }
    return readLe16(this.heads, 2 * place);
  }

  private readHeads(availIdx: number): boolean {
    const slot = availIdx % this.setup.size;
    const published = (this.seenAvail - availIdx) & U16;
    const count = Math.min(published, this.setup.size - slot, HEADS_AHEAD);
    const at = this.setup.driverArea + BigInt(this.layout.availRingAt + 2 * slot);
    this.headsFrom = availIdx;
    this.headsCount = 0;
    if (!this.memory.readInto(at, this.heads, 0, 2 * count)) {
      this.breakUnmapped('avail ring');
      return false;
    }
    this.headsCount = count;
    return true;
  }

  /** "used_event" is crossed when it lies among the indexes that were pushed since. Spec: 2.7.7.2 */
  private isUsedEventPassed(pushed: number): boolean {
    const event = this.memory.loadLe16(this.at.usedEvent) ?? this.nextUsed;
    return pushed > U16 || ((this.nextUsed - event - 1) & U16) < pushed;
  }

  private mayInterrupt(): boolean {
    const flags = this.memory.loadLe16(this.setup.driverArea) ?? 0;
    if (flags > VIRTQ_AVAIL_F_NO_INTERRUPT) this.faults.note('VQ-19', `avail.flags is ${flags}`);
    return (flags & VIRTQ_AVAIL_F_NO_INTERRUPT) === 0;
  }

  /** Once in a lap of the ring: the driver writes them when it sets up, and a look costs a memory access. */
  private checkFlagsAreZero(): void {
    const lap = Math.floor(this.nextAvail / this.setup.size);
    if (lap === this.checkedLap) return;
    this.checkedLap = lap;
    const flags = this.memory.loadLe16(this.setup.driverArea) ?? 0;
    if (flags !== 0) this.faults.note('VQ-19', `avail.flags is ${flags} with EVENT_IDX`);
  }

  private tableBudget(): number {
    return LIMITS.descriptorsInFlight - this.inFlightDescriptors;
  }

  private breakUnmapped(area: string): void {
    this.faults.break('VQ-18', `the ${area} is not in guest memory any more`);
  }
}

function descriptorsOf(chain: Chain): number {
  return chain.readable.length + chain.writable.length;
}
