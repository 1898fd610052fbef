/** Looks on at a packed virtqueue. A used descriptor overwrites an available one, so that a list which was returned before
 *  anybody looked leaves its id and length alone; how many slots it had cannot be told then, and one is assumed (true of every
 *  list in an indirect table, which is what Linux uses). Spec: 2.8 */
import { LIMITS } from '../limits.ts';
import {
  packedLayout,
  VIRTQ_DESC_F_AVAIL,
  VIRTQ_DESC_F_USED,
  VIRTQ_DESC_F_WRITE,
} from '../spec/ring.ts';
import { ChainBuilder } from './chain-builder.ts';
import { DESCRIPTOR_BYTES, DescriptorReader } from './descriptor-reader.ts';
import type { ReadableMemory } from './guest-memory.ts';
import { type PackedTables, walkPackedChain } from './packed-chain.ts';
import { RingPosition } from './ring-position.ts';
import type { ObserverQueue, SeenChain, SeenUsed, Sighting } from './sighting.ts';
import type { QueuePosition, QueueSetup, RingSnapshot } from './virtqueue.ts';

const LIST_AHEAD = 8;
const INDIRECT_AHEAD = 32;

export class PackedObserver implements ObserverQueue {
  readonly setup: QueueSetup;
  private readonly memory: ReadableMemory;
  private readonly tables: PackedTables;
  private readonly avail: RingPosition;
  private readonly used: RingPosition;
  private readonly pending: SeenChain[] = [];

  constructor(setup: QueueSetup, memory: ReadableMemory) {
    const { size, index, position } = setup;
    this.setup = setup;
    this.memory = memory;
    this.tables = {
      size,
      indirect: setup.indirect,
      table: new DescriptorReader(memory, LIST_AHEAD),
      indirectTable: new DescriptorReader(memory, INDIRECT_AHEAD),
      builder: new ChainBuilder(memory, index),
    };
    this.avail = new RingPosition(size, position.avail % size, position.availWrap);
    this.used = new RingPosition(size, position.used % size, position.usedWrap);
  }

  look(): Sighting | undefined {
    const available = this.seeAvailable();
    const used = available === undefined ? undefined : this.seeUsed();
    if (available === undefined || used === undefined) return undefined;
    const returned = new Set(used.map(({ seen }) => seen));
    const stale = new Map<SeenChain | undefined, SeenChain>();
    for (const seen of available) {
      if (returned.has(seen)) stale.set(seen, { ...seen, isStale: true, violations: [] });
    }
    return {
      available: available.map((seen) => stale.get(seen) ?? seen),
      used: used.map((element) => ({ ...element, seen: stale.get(element.seen) ?? element.seen })),
      missedAvailable: used.filter(({ seen }) => seen === undefined).length,
      missedUsed: 0,
    };
  }

  hasUnseenAvailable(): boolean | undefined {
    const flags = this.flagsAt(this.avail.slot);
    return flags === undefined ? undefined : isAvailable(flags, this.avail.wrap);
  }

  unseenUsed(): number | undefined {
    const { slot, wrap } = this.used;
    const flags = this.flagsAt(slot);
    if (flags === undefined) return undefined;
    return isUsed(flags, wrap) ? this.setup.size : 0;
  }

  inFlight(): readonly SeenChain[] {
    return this.pending;
  }

  position(): QueuePosition {
    const { avail, used } = this;
    return { avail: avail.slot, availWrap: avail.wrap, used: used.slot, usedWrap: used.wrap };
  }

  snapshot(): RingSnapshot | undefined {
    const { setup, memory } = this;
    const layout = packedLayout(setup.size);
    const descriptorArea = memory.read(setup.descriptorArea, layout.descriptorBytes);
    const driverArea = memory.read(setup.driverArea, layout.driverEventBytes);
    const deviceArea = memory.read(setup.deviceArea, layout.deviceEventBytes);
    if (!descriptorArea || !driverArea || !deviceArea) return undefined;
    const inFlight = this.pending.map(({ chain }) => chain.head);
    const areas = { descriptorArea, driverArea, deviceArea };
    return { setup, memory, position: this.position(), ...areas, inFlight };
  }

  private seeAvailable(): SeenChain[] | undefined {
    const { size, descriptorArea } = this.setup;
    const seen: SeenChain[] = [];
    let freeSlots = size - this.pending.reduce((sum, { chain }) => sum + chain.ringSlots, 0);
    while (freeSlots > 0) {
      const flags = this.flagsAt(this.avail.slot);
      if (flags === undefined) return undefined;
      if (!isAvailable(flags, this.avail.wrap)) break;
      this.tables.table.open(descriptorArea, size);
      const limits = { freeSlots, tableDescriptors: LIMITS.descriptorsInFlight };
      const chain = walkPackedChain(this.tables, this.avail.slot, flags, limits);
      if (chain === undefined) return undefined;
      const violations = this.tables.builder.violations();
      seen.push({ chain, availIdx: this.avail.slot, isStale: false, isReused: false, violations });
      this.avail.forward(chain.ringSlots);
      freeSlots -= chain.ringSlots;
    }
    this.pending.push(...seen);
    return seen;
  }

  private seeUsed(): SeenUsed[] | undefined {
    const { size, descriptorArea } = this.setup;
    const { table } = this.tables;
    const seen: SeenUsed[] = [];
    for (let done = 0; done < size; done++) {
      const { slot, wrap } = this.used;
      const flags = this.flagsAt(slot);
      if (flags === undefined) return undefined;
      if (!isUsed(flags, wrap)) break;
      table.open(descriptorArea, size);
      if (!table.load(slot)) return undefined;
      const { at12: head, bytes } = table;
      const writtenBytes = (flags & VIRTQ_DESC_F_WRITE) === 0 ? 0 : bytes;
      const place = this.pending.findIndex(({ chain }) => chain.head === head);
      const [chain] = place < 0 ? [] : this.pending.splice(place, 1);
      seen.push({ seen: chain, head, writtenBytes, usedIdx: slot });
      this.used.forward(chain?.chain.ringSlots ?? 1);
      if (chain === undefined) this.catchUp();
    }
    return seen;
  }

  /** What is used was available before: a list that came and went unseen takes the avail position along. */
  private catchUp(): void {
    if (this.pending.length > 0) return;
    this.avail.slot = this.used.slot;
    this.avail.wrap = this.used.wrap;
  }

  private flagsAt(slot: number): number | undefined {
    return this.memory.loadLe16(this.setup.descriptorArea + BigInt(slot * DESCRIPTOR_BYTES + 14));
  }
}

/** Where a packed ring stands at `slot`, whose wrap counter nobody told: the slot before it was the last to be made available
 *  (or used), with the counter of its own lap. Spec: 2.8.1 */
export function guessWrap(setup: QueueSetup, memory: ReadableMemory, slot: number): boolean {
  const before = slot === 0 ? setup.size - 1 : slot - 1;
  const at = setup.descriptorArea + BigInt(before * DESCRIPTOR_BYTES + 14);
  const isSet = ((memory.loadLe16(at) ?? 0) & VIRTQ_DESC_F_AVAIL) !== 0;
  return slot === 0 ? !isSet : isSet;
}

function isAvailable(flags: number, wrap: boolean): boolean {
  return hasAvail(flags) === wrap && hasUsed(flags) !== wrap;
}

function isUsed(flags: number, wrap: boolean): boolean {
  return hasAvail(flags) === wrap && hasUsed(flags) === wrap;
}

function hasAvail(flags: number): boolean {
  return (flags & VIRTQ_DESC_F_AVAIL) !== 0;
}

function hasUsed(flags: number): boolean {
  return (flags & VIRTQ_DESC_F_USED) !== 0;
}
