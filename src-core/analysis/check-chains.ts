/** Descriptor chains as they come out of the rings and go back. Spec: 2.7.5 to 2.7.9, 2.8 */
import type { Entry, RecordedDescriptor } from '../capture/entry.ts';
import { hasFeature, VIRTIO_F_IN_ORDER, VIRTIO_RING_F_INDIRECT_DESC } from '../spec/ring.ts';
import type { Seq } from '../units.ts';
import type { Held } from './check-held.ts';
import { type Answer, at, type CheckContext, type CheckModule } from './check-module.ts';
import { regionHas } from './check-regions.ts';

/** Messages that came back, remembered so that one that comes back again is known. */
const RETURNED_KEPT = 2048;

export class ChainChecks implements CheckModule {
  private readonly context: CheckContext;
  /** By queue: which message holds each slot of the descriptor table (packed: each buffer id). */
  private readonly owners: (Held | undefined)[][] = [];
  private returnedRows = new Map<Seq, number>();
  private returnedBefore = new Map<Seq, number>();
  private readonly usedIdx: number[] = [];
  private readonly nextSlot: number[] = [];

  constructor(context: CheckContext) {
    this.context = context;
  }

  before(entry: Entry): void {
    if (entry.kind === 'used') this.used(entry);
    if (entry.kind !== 'setup') return;
    const { step } = entry;
    if (step.what === 'queue' || step.what === 'queue-stopped') this.renew(step.queue);
    if (step.what === 'reset' || step.what === 'gone') {
      for (let queue = 0; queue < this.context.world.queues.length; queue++) this.renew(queue);
    }
  }

  popped(held: Held): void {
    const { world } = this.context;
    const { chain, queue, isBroken } = held;
    const parts = [...chain.readable, ...chain.writable];
    if (parts.length === 0) return;
    const setup = world.queues[queue];
    this.position(held);
    if (isBroken) return;
    this.takeSlots(held, parts);
    this.features(held, parts);
    if (setup !== undefined && setup.size > 0) {
      const rule = setup.packed ? 'VQ-P05' : 'VQ-09';
      const detail = () => `${parts.length} descriptors in a queue of ${setup.size}`;
      this.context.verdicts.check(rule, parts.length <= setup.size, at(held, world), detail);
    }
    if (world.regions.length > 0) this.ranges(held, parts);
  }

  answered(held: Held, answer: Answer): void {
    this.back(held, answer.entry);
  }

  returned(held: Held, answer: Answer): void {
    this.back(held, answer.entry);
  }

  told(held: Held, entry: Entry & { kind: 'used' }): void {
    this.back(held, entry);
  }

  forgotten(gone: readonly Held[]): void {
    for (const { queue } of gone) delete this.owners[queue];
  }

  missed(): void {
    for (let queue = 0; queue < this.context.world.queues.length; queue++) this.renew(queue);
  }

  private renew(queue: number): void {
    delete this.owners[queue];
    delete this.usedIdx[queue];
    delete this.nextSlot[queue];
  }

  /** What is used is held, and used.idx goes up by one. */
  private used(entry: Entry & { kind: 'used' }): void {
    const { world, verdicts } = this.context;
    const { popped, queue, usedIdx, atNs } = entry;
    const setup = world.queues[queue];
    if (setup === undefined || !world.seen.has('walk')) return;
    const row = this.returnedRows.get(popped) ?? this.returnedBefore.get(popped);
    if (row !== undefined && !world.held.has(popped)) {
      const where = { atNs, rows: [row], seq: popped, queue };
      verdicts.check('VQ-23', false, where, () => `message ${row} was returned a second time`);
      return;
    }
    const before = this.usedIdx[queue];
    this.usedIdx[queue] = usedIdx;
    if (setup.packed || before === undefined) return;
    const isNext = usedIdx === ((before + 1) & 0xffff);
    const detail = () => `used.idx ${before}, then ${usedIdx}`;
    verdicts.check('VQ-23', isNext, { atNs, queue, seq: popped }, detail);
  }

  /** A packed ring is taken up slot by slot. */
  private position(held: Held): void {
    const { world, verdicts } = this.context;
    const { queue, availIdx, chain, isBroken } = held;
    const setup = world.queues[queue];
    if (setup === undefined || !setup.packed || setup.size === 0) return;
    const expected = this.nextSlot[queue];
    this.nextSlot[queue] = isBroken ? Number.NaN : (availIdx + chain.ringSlots) % setup.size;
    if (expected === undefined || Number.isNaN(expected) || isBroken) return;
    const detail = () => `slot ${availIdx} was taken up, though slot ${expected} was next`;
    verdicts.check('VQ-P02', availIdx === expected, at(held, world), detail);
  }

  private takeSlots(held: Held, parts: readonly RecordedDescriptor[]): void {
    const { world, verdicts } = this.context;
    const { queue, chain } = held;
    this.owners[queue] ??= [];
    const owners = this.owners[queue] ?? [];
    const isById = chain.indirect || world.queues[queue]?.packed === true;
    const slots = isById ? [chain.head] : parts.map(({ slot }) => slot);
    const owner = slots.map((slot) => owners[slot]).find((other) => other !== undefined);
    const rows = [held.row, ...(owner === undefined ? [] : [owner.row])];
    const detail = () =>
      `head ${chain.head} uses descriptors of message ${owner?.row}, which is not used yet`;
    verdicts.check('VQ-17', owner === undefined, at(held, world, { rows }), detail);
    for (const slot of slots) owners[slot] = held;
  }

  private features(held: Held, parts: readonly RecordedDescriptor[]): void {
    const { world, verdicts } = this.context;
    const { accepted } = world;
    const { chain, queue } = held;
    if (accepted === undefined || world.queues[queue]?.packed === true) return;
    const mayIndirect = hasFeature(accepted, VIRTIO_RING_F_INDIRECT_DESC);
    const where = at(held, world);
    const indirect = () => `head ${chain.head} is indirect, which was not negotiated`;
    verdicts.check('VQ-07', !chain.indirect || mayIndirect, where, indirect);
    if (!hasFeature(accepted, VIRTIO_F_IN_ORDER)) return;
    const size = world.queues[queue]?.size ?? 0;
    const isInOrder = parts.every((part, place) => {
      const before = parts[place - 1];
      if (before === undefined) return true;
      const next = chain.indirect || size === 0 ? before.slot + 1 : (before.slot + 1) % size;
      return part.slot === next;
    });
    const detail = () => `slots ${parts.map(({ slot }) => slot).join(' ')}`;
    verdicts.check(chain.indirect ? 'VQ-12' : 'VQ-06', isInOrder, where, detail);
  }

  private ranges(held: Held, parts: readonly RecordedDescriptor[]): void {
    const { world, verdicts } = this.context;
    const wrong = parts.find(
      ({ address, bytes }) => bytes === 0 || !regionHas(world.regions, address, bytes),
    );
    verdicts.check('VQ-18', wrong === undefined, at(held, world), () =>
      wrong?.bytes === 0
        ? `descriptor ${wrong.slot} has no bytes`
        : `descriptor ${wrong?.slot}, ${wrong?.bytes} bytes at 0x${wrong?.address.toString(16)}, is not in guest memory`,
    );
  }

  private back(held: Held, entry: Entry & { kind: 'used' }): void {
    const { world, verdicts } = this.context;
    const { queue, chain, seq, row, isBroken } = held;
    const owners = this.owners[queue];
    if (owners !== undefined) {
      for (const { slot } of chain.readable) leave(owners, slot, held);
      for (const { slot } of chain.writable) leave(owners, slot, held);
      leave(owners, chain.head, held);
    }
    if (this.returnedRows.size >= RETURNED_KEPT) {
      this.returnedBefore = this.returnedRows;
      this.returnedRows = new Map();
    }
    this.returnedRows.set(seq, row);
    if (chain.readable.length + chain.writable.length === 0) return;
    const { writtenBytes } = entry;
    if (!isBroken) {
      const detail = () => `${writtenBytes} bytes written, with room for ${chain.writableBytes}`;
      verdicts.check('VQ-22', writtenBytes <= chain.writableBytes, at(held, world), detail);
    }
    this.inOrder(held);
  }

  private inOrder(held: Held): void {
    const { world, verdicts } = this.context;
    const { accepted } = world;
    if (accepted === undefined || !hasFeature(accepted, VIRTIO_F_IN_ORDER)) return;
    const detail = () => `message ${held.row} came back before an older one`;
    verdicts.check('VQ-30', this.isOldest(held), at(held, world), detail);
  }

  private isOldest(held: Held): boolean {
    for (const other of this.context.world.held.values()) {
      if (other.queue === held.queue) return other === held;
    }
    return true;
  }
}

function leave(owners: (Held | undefined)[], slot: number, held: Held): void {
  if (owners[slot] === held) owners[slot] = undefined;
}
