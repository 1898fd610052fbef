/** Ring memory, as snapshots in the capture show it. Spec: 2.7.6 to 2.7.10, 2.8 */
import type { Entry, SetupStep } from '../capture/entry.ts';
import { readLe16, readLe32 } from '../spec/layout.ts';
import {
  hasFeature,
  RING_EVENT_FLAGS_DESC,
  splitLayout,
  VIRTIO_RING_F_EVENT_IDX,
  VIRTQ_DESC_F_AVAIL,
  VIRTQ_DESC_F_USED,
  VIRTQ_DESC_F_WRITE,
} from '../spec/ring.ts';
import { EVENTQ, VIRTIO_SND_PCM_F_MSG_POLLING } from '../spec/sound.ts';
import { NS_PER_MS, NS_PER_S, type Ns } from '../units.ts';
import type { CheckContext, CheckModule } from './check-module.ts';
import type { Where } from './check-where.ts';

type Ring = Entry & { readonly kind: 'ring' };

const LATE_NS = 100 * NS_PER_MS;
const LOST_NS = NS_PER_S;
const DESCRIPTOR_BYTES = 16;
/** Steps of the set-up that say nothing of the rings. */
const SAYS_NOTHING = new Set<SetupStep['what']>(['note', 'config-read', 'unheard']);

interface Wait {
  readonly sinceNs: Ns;
  readonly backlog: number;
  readonly wasKicked: boolean;
}

interface Unheard {
  readonly sinceNs: Ns;
  /** Of the first of them. */
  readonly usedIdx: number;
  count: number;
}

export class RingChecks implements CheckModule {
  private readonly context: CheckContext;
  /** By queue: chains that lay in the ring at the last snapshot. */
  private readonly waits: (Wait | undefined)[] = [];
  /** By queue: used elements since the last interrupt, and since the driver last did something. */
  private readonly unheard: (Unheard | undefined)[] = [];

  constructor(context: CheckContext) {
    this.context = context;
  }

  before(entry: Entry): void {
    switch (entry.kind) {
      case 'ring':
        this.snapshot(entry);
        break;
      case 'popped':
      case 'kick':
        this.waits[entry.queue] = undefined;
        if (entry.kind === 'popped') this.unheard[entry.queue] = undefined; // the driver goes on
        break;
      case 'used':
        this.unheard[entry.queue] ??= { sinceNs: entry.atNs, usedIdx: entry.usedIdx, count: 0 };
        (this.unheard[entry.queue] as Unheard).count++;
        break;
      case 'interrupt':
        this.unheard[entry.queue] = undefined;
        break;
      case 'setup':
        if (SAYS_NOTHING.has(entry.step.what)) break;
        this.waits.length = 0;
        this.unheard.length = 0;
        break;
      default: // not about rings
        break;
    }
  }

  missed(): void {
    this.waits.length = 0;
    this.unheard.length = 0;
  }

  passed(): void {
    const { world, verdicts } = this.context;
    this.waits.forEach((wait, queue) => {
      if (wait === undefined || world.nowNs - wait.sinceNs < LATE_NS) return;
      this.waits[queue] = undefined;
      const rule = wait.wasKicked ? 'VQ-28' : 'VQ-25';
      const where: Where = { atNs: world.nowNs, queue, grade: 'derived' };
      const what = wait.wasKicked ? 'were kicked and not fetched' : 'were posted and not kicked';
      verdicts.check(rule, false, where, () => `${wait.backlog} chains ${what} for 100 ms`);
    });
    if (!world.seen.has('rings')) this.lostInterrupts();
  }

  private snapshot(ring: Ring): void {
    if (ring.packed) this.packed(ring);
    else if (ring.driverArea.length >= 6 + 2 * ring.size) this.split(ring);
  }

  private split(ring: Ring): void {
    const { world, verdicts } = this.context;
    const { queue, size, availIdx, driverArea, deviceArea } = ring;
    const layout = splitLayout(size);
    const where: Where = { atNs: world.nowNs, queue };
    const availFlags = readLe16(driverArea, layout.availFlagsAt);
    const avail = readLe16(driverArea, layout.availIdxAt);
    const usedFlags = readLe16(deviceArea, layout.usedFlagsAt);
    const used = readLe16(deviceArea, layout.usedIdxAt);
    const { accepted } = world;
    const hasEvents = accepted !== undefined && hasFeature(accepted, VIRTIO_RING_F_EVENT_IDX);
    const backlog = (avail - availIdx) & 0xffff;
    const ahead = (avail - used) & 0xffff;
    const isNear = backlog <= size && ahead <= size;
    verdicts.check(
      'VQ-16',
      isNear,
      where,
      () => `avail.idx ${avail}, device at ${availIdx}, used.idx ${used}, ${size} slots`,
    );
    if (!world.seen.has('walk') || accepted !== undefined) {
      const most = hasEvents ? 0 : 1;
      const events = hasEvents ? ' with EVENT_IDX' : '';
      verdicts.check(
        'VQ-19',
        availFlags <= most,
        where,
        () => `avail.flags is ${availFlags}${events}`,
      );
      verdicts.check(
        'VQ-26',
        usedFlags <= most,
        where,
        () => `used.flags is ${usedFlags}${events}`,
      );
    }
    if (!isNear) return;
    this.table(ring);
    if (accepted === undefined) return;
    this.kicks(ring, backlog, hasEvents ? readLe16(deviceArea, layout.availEventAt) : undefined);
    this.interrupts(
      ring,
      availFlags,
      hasEvents ? readLe16(driverArea, layout.usedEventAt) : undefined,
    );
  }

  /** Descriptors of direct chains in flight stand as they were popped. */
  private table({ queue, descriptorArea }: Ring): void {
    const { world, verdicts } = this.context;
    for (const held of world.held.values()) {
      if (held.queue !== queue || held.isBroken || held.chain.indirect) continue;
      const changed = [...held.chain.readable, ...held.chain.writable].find(
        ({ slot, address, bytes }) => {
          const from = DESCRIPTOR_BYTES * slot;
          if (from + DESCRIPTOR_BYTES > descriptorArea.length) return false;
          const low = readLe32(descriptorArea, from);
          const high = readLe32(descriptorArea, from + 4);
          const length = readLe32(descriptorArea, from + 8);
          return length !== bytes || BigInt(high) * 0x1_0000_0000n + BigInt(low) !== address;
        },
      );
      const where: Where = {
        atNs: world.nowNs,
        rows: [held.row],
        seq: held.seq,
        queue,
        grade: 'assumed',
      };
      const detail = () =>
        `descriptor ${changed?.slot} of message ${held.row} changed while it was in flight`;
      verdicts.check('VQ-04', changed === undefined, where, detail);
    }
  }

  private kicks({ queue, availIdx }: Ring, backlog: number, availEvent: number | undefined): void {
    const { world, verdicts } = this.context;
    const where: Where = { atNs: world.nowNs, queue };
    verdicts.check('VQ-25', true, where, () => '');
    verdicts.check('VQ-28', true, where, () => '');
    // event buffers may lie in the ring until there is something to tell
    if (backlog === 0 || queue === EVENTQ || this.isPolled()) return;
    const last = world.queues[queue]?.lastKickNs ?? Number.NaN;
    const wasKicked = last > (world.queues[queue]?.lastPoppedNs ?? Number.POSITIVE_INFINITY);
    // With EVENT_IDX a kick is due once avail.idx has passed avail_event.
    const isDue = availEvent === undefined || ((availEvent - availIdx) & 0xffff) < backlog;
    if (wasKicked || isDue) this.waits[queue] = { sinceNs: world.nowNs, backlog, wasKicked };
  }

  private interrupts(ring: Ring, availFlags: number, usedEvent: number | undefined): void {
    const { world, verdicts } = this.context;
    const { queue } = ring;
    const unheard = this.unheard[queue];
    const rule = usedEvent === undefined ? 'VQ-20' : 'VQ-21';
    const { sinceNs, usedIdx, count } = unheard ?? { sinceNs: world.nowNs, usedIdx: 0, count: 0 };
    const isOld = world.nowNs - sinceNs > LATE_NS;
    const isPassed = usedEvent !== undefined && ((usedEvent - usedIdx) & 0xffff) < count;
    const isWanted = usedEvent === undefined ? availFlags === 0 : isPassed;
    const where: Where = { atNs: world.nowNs, queue };
    const detail = () => `no interrupt followed used element ${usedIdx}`;
    verdicts.check(rule, !(isOld && isWanted), where, detail);
  }

  private packed(ring: Ring): void {
    const { world, verdicts } = this.context;
    const { queue, driverArea, descriptorArea } = ring;
    const { accepted } = world;
    const where: Where = { atNs: world.nowNs, queue };
    if (driverArea.length >= 4 && accepted !== undefined) {
      const flags = readLe16(driverArea, 2) & 0xffff;
      const hasEvents = hasFeature(accepted, VIRTIO_RING_F_EVENT_IDX);
      const isKnown =
        flags < RING_EVENT_FLAGS_DESC || (flags === RING_EVENT_FLAGS_DESC && hasEvents);
      const events = hasEvents ? 'with' : 'without';
      verdicts.check(
        'VQ-P11',
        isKnown,
        where,
        () => `driver event flags are ${flags} ${events} EVENT_IDX`,
      );
    }
    for (let from = 0; from + DESCRIPTOR_BYTES <= descriptorArea.length; from += DESCRIPTOR_BYTES) {
      const flags = readLe16(descriptorArea, from + 14);
      const marks = flags & (VIRTQ_DESC_F_AVAIL | VIRTQ_DESC_F_USED);
      if (marks !== (VIRTQ_DESC_F_AVAIL | VIRTQ_DESC_F_USED)) continue; // a driver never sets both
      const isKnown = (flags & ~marks & ~VIRTQ_DESC_F_WRITE) === 0;
      const slot = from / DESCRIPTOR_BYTES;
      const detail = () => `used descriptor ${slot} has flags 0x${flags.toString(16)}`;
      verdicts.check('VQ-P08', isKnown, where, detail);
    }
  }

  /** Without ring memory: a message came back, no interrupt was near, and the driver does nothing. */
  private lostInterrupts(): void {
    const { world, verdicts } = this.context;
    if (!world.seen.has('interrupts')) return;
    this.unheard.forEach((unheard, queue) => {
      if (unheard === undefined || queue === EVENTQ) return;
      const { sinceNs } = unheard;
      if (world.nowNs - sinceNs < LOST_NS) return;
      this.unheard[queue] = undefined;
      const last = world.queues[queue]?.lastInterruptNs ?? Number.NaN;
      if (!(last < sinceNs - 10 * NS_PER_MS)) return; // one was near, or none ever: a driver that polls
      const where: Where = { atNs: world.nowNs, queue, grade: 'assumed' };
      verdicts.check(
        'VQ-29',
        false,
        where,
        () => 'a message came back, and no interrupt for a second',
      );
    });
  }

  private isPolled(): boolean {
    for (const { params } of this.context.world.streams.values()) {
      if (((params?.features ?? 0) >>> VIRTIO_SND_PCM_F_MSG_POLLING) & 1) return true;
    }
    return false;
  }
}
