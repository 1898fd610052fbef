/** Looks on at a split virtqueue.
 *
 *      avail.idx ─► heads ─► chains walked ─► used.idx ─► used elements, matched to chains by their head, oldest first
 *
 *  used.idx is read after the walk: a chain whose return is not seen then was in flight while it was read. Spec: 2.7 */
import { LIMITS } from '../limits.ts';
import { readLe16, readLe32 } from '../spec/layout.ts';
import { splitLayout } from '../spec/ring.ts';
import { type SplitTables, walkChain } from './chain.ts';
import { ChainBuilder } from './chain-builder.ts';
import { DescriptorReader } from './descriptor-reader.ts';
import type { ReadableMemory } from './guest-memory.ts';
import type { ObserverQueue, SeenChain, SeenUsed, Sighting } from './sighting.ts';
import { SlotOwners } from './slot-owners.ts';
import type { QueuePosition, QueueSetup, RingSnapshot } from './virtqueue.ts';

const TABLE_AHEAD = 128;
const INDIRECT_AHEAD = 32;
const U16 = 0xffff;

export class SplitObserver implements ObserverQueue {
  readonly setup: QueueSetup;
  private readonly memory: ReadableMemory;
  private readonly layout;
  private readonly tables: SplitTables;
  /** Free-running: the next chain and the next used element to see. */
  private nextAvail: number;
  private nextUsed: number;
  /** Oldest first. */
  private pending: SeenChain[] = [];

  constructor(setup: QueueSetup, memory: ReadableMemory) {
    const { size, index } = setup;
    this.setup = setup;
    this.memory = memory;
    this.layout = splitLayout(size);
    this.tables = {
      size,
      indirect: setup.indirect,
      table: new DescriptorReader(memory, TABLE_AHEAD),
      indirectTable: new DescriptorReader(memory, INDIRECT_AHEAD),
      owners: new SlotOwners(size),
      builder: new ChainBuilder(memory, index),
    };
    this.nextAvail = setup.position.avail & U16;
    this.nextUsed = setup.position.used & U16;
  }

  look(): Sighting | undefined {
    const { size } = this.setup;
    const posted = this.unseenAvailable();
    // Indexes only grow: one that seems to have gone back is a ring that was set up anew.
    if (posted === undefined || posted > U16 / 2) return undefined;
    const missedAvailable = Math.max(0, posted - size);
    this.nextAvail = (this.nextAvail + missedAvailable) & U16;
    const walked = this.walkNew(posted - missedAvailable);
    const returned = this.unseenUsed();
    if (walked === undefined || returned === undefined || returned > U16 / 2) return undefined;
    const missedUsed = Math.max(0, returned - size);
    this.nextUsed = (this.nextUsed + missedUsed) & U16;
    if (missedUsed > 0) this.pending = [];
    const count = returned - missedUsed;
    const after = this.walkRest(count);
    const elements = this.readUsed(0, count);
    if (after === undefined || elements === undefined) return undefined;
    walked.push(...after.walked);
    this.pending.push(...walked);
    const stale = this.staleOf(walked, [...elements, ...after.elements]);
    const marked = new Map(walked.map((seen) => [seen, asFound(seen, stale.get(seen))]));
    const current = (seen: SeenChain) => marked.get(seen) ?? seen;
    this.pending = this.pending.map(current);
    const used = elements.map((element) => this.takeReturned(element));
    if (this.pending.length > size) this.pending = this.pending.slice(-size);
    return { available: walked.map(current), used, missedAvailable, missedUsed };
  }

  /** What was posted since avail.idx was read may be among what was returned by the time at which used.idx was: it is walked too,
   *  or its return would be taken for that of an older chain with its head. What was returned meanwhile is for the next look. */
  private walkRest(count: number) {
    const posted = this.unseenAvailable();
    if (posted === undefined || posted > U16 / 2) return undefined;
    // So many that some are gone: the next look counts them.
    if (posted > this.setup.size) return { walked: [], elements: [] };
    const walked = this.walkNew(posted);
    const returned = posted === 0 ? count : this.unseenUsed();
    const elements = returned === undefined ? undefined : this.readUsed(count, returned);
    return walked && elements && { walked, elements };
  }

  private unseenAvailable(): number | undefined {
    const { driverArea } = this.setup;
    const availIdx = this.memory.loadLe16(driverArea + BigInt(this.layout.availIdxAt));
    return availIdx === undefined ? undefined : (availIdx - this.nextAvail) & U16;
  }

  hasUnseenAvailable(): boolean | undefined {
    const posted = this.unseenAvailable();
    return posted === undefined ? undefined : posted > 0;
  }

  unseenUsed(): number | undefined {
    const { deviceArea } = this.setup;
    const usedIdx = this.memory.loadLe16(deviceArea + BigInt(this.layout.usedIdxAt));
    return usedIdx === undefined ? undefined : (usedIdx - this.nextUsed) & U16;
  }

  inFlight(): readonly SeenChain[] {
    return this.pending;
  }

  position(): QueuePosition {
    return { avail: this.nextAvail, availWrap: true, used: this.nextUsed, usedWrap: true };
  }

  snapshot(): RingSnapshot | undefined {
    const { setup, memory, layout } = this;
    const descriptorArea = memory.read(setup.descriptorArea, layout.descriptorBytes);
    const driverArea = memory.read(setup.driverArea, layout.availBytes);
    const deviceArea = memory.read(setup.deviceArea, layout.usedBytes);
    if (!descriptorArea || !driverArea || !deviceArea) return undefined;
    const inFlight = this.pending.map(({ chain }) => chain.head);
    const areas = { descriptorArea, driverArea, deviceArea };
    return { setup, memory, position: this.position(), ...areas, inFlight };
  }

  private walkNew(count: number): SeenChain[] | undefined {
    const walked: SeenChain[] = [];
    if (count === 0) return walked;
    const { size, driverArea, descriptorArea } = this.setup;
    const ring = this.memory.read(driverArea + BigInt(this.layout.availRingAt), 2 * size);
    if (ring === undefined) return undefined;
    this.tables.table.open(descriptorArea, size);
    for (let done = 0; done < count; done++) {
      const availIdx = this.nextAvail;
      const head = readLe16(ring, 2 * (availIdx % size));
      const chain = walkChain(this.tables, head, LIMITS.descriptorsInFlight);
      this.tables.owners.release(head, chain.ringSlots);
      const violations = this.tables.builder.violations();
      walked.push({ chain, availIdx, isStale: false, isReused: false, violations });
      this.nextAvail = (availIdx + 1) & U16;
    }
    return walked;
  }

  /** The elements not seen yet, from one of them up to another. */
  private readUsed(from: number, to: number): SeenUsed[] | undefined {
    if (to <= from) return [];
    const { size, deviceArea } = this.setup;
    const ring = this.memory.read(deviceArea + BigInt(this.layout.usedRingAt), 8 * size);
    if (ring === undefined) return undefined;
    return Array.from({ length: Math.min(to - from, size) }, (_none, place) => {
      const usedIdx = (this.nextUsed + from + place) & U16;
      const at = 8 * (usedIdx % size);
      const head = readLe32(ring, at);
      return { seen: undefined, head, writtenBytes: readLe32(ring, at + 4), usedIdx };
    });
  }

  /** Of the chains just walked, those that were returned by then, or whose head was posted again behind them. */
  private staleOf(walked: readonly SeenChain[], elements: readonly SeenUsed[]) {
    const stale = new Map<SeenChain, 'returned' | 'reused'>();
    const last = new Map<number, SeenChain>();
    for (const seen of walked) {
      const before = last.get(seen.chain.head);
      if (before !== undefined) stale.set(before, 'reused');
      last.set(seen.chain.head, seen);
    }
    const waiting = [...this.pending];
    for (const { head } of elements) {
      const place = waiting.findIndex(({ chain }) => chain.head === head);
      const [returned] = place < 0 ? [] : waiting.splice(place, 1);
      if (returned !== undefined && last.get(head) === returned) stale.set(returned, 'returned');
    }
    return stale;
  }

  private takeReturned(element: SeenUsed): SeenUsed {
    this.nextUsed = (element.usedIdx + 1) & U16;
    const place = this.pending.findIndex(({ chain }) => chain.head === element.head);
    if (place < 0) return element;
    const [seen] = this.pending.splice(place, 1);
    return { ...element, seen };
  }
}

function asFound(seen: SeenChain, found: 'returned' | 'reused' | undefined): SeenChain {
  if (found === undefined) return seen;
  return { ...seen, isStale: true, isReused: found === 'reused', violations: [] };
}
