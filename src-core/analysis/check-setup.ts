/** Setting the device up: status, features, queues, configuration space. Spec: 2.1 to 2.6, 3.1.1, 6 */
import type { Entry, SetupStep } from '../capture/entry.ts';
import {
  featureNames,
  hasFeature,
  VHOST_USER_F_PROTOCOL_FEATURES,
  VIRTIO_F_NOTIFY_ON_EMPTY,
  VIRTIO_F_VERSION_1,
  VIRTIO_SND_F_CTLS,
} from '../spec/ring.ts';
import { CONTROLQ, EVENTQ, QUEUE_NAMES } from '../spec/sound.ts';
import type { CheckContext, CheckModule } from './check-module.ts';
import { regionHas } from './check-regions.ts';
import type { Where } from './check-where.ts';

const STATUS_BITS: readonly [number, string][] = [
  [1, 'ACKNOWLEDGE'],
  [2, 'DRIVER'],
  [8, 'FEATURES_OK'],
  [4, 'DRIVER_OK'],
];
const NEEDS_RESET = 64;
const FAILED = 128;
const CONTROLS_AT = 12;
/** Features of version 1 that mean nothing without VERSION_1 (bit 32): 33 to 41. */
const NEEDS_VERSION_1 = ((1n << 42n) - 1n) & ~((1n << 33n) - 1n);
/** Not features of the device: the socket's own, and those of the legacy interface that nobody accepts. */
const NOT_OFFERED =
  (1n << BigInt(VHOST_USER_F_PROTOCOL_FEATURES)) | (1n << BigInt(VIRTIO_F_NOTIFY_ON_EMPTY));

export class SetupChecks implements CheckModule {
  private readonly context: CheckContext;
  private deferred: SetupStep | undefined;
  private deferredNs = 0;

  constructor(context: CheckContext) {
    this.context = context;
  }

  before(entry: Entry): void {
    if (entry.kind !== 'violation') this.settle();
    switch (entry.kind) {
      case 'setup':
        this.step(entry.step);
        break;
      case 'kick':
        this.kicked(entry.queue);
        break;
      case 'interrupt':
        this.acted(entry.queue, 'an interrupt');
        break;
      case 'used':
        this.acted(entry.queue, 'a used element');
        break;
      default: // not about set-up
        break;
    }
  }

  ended(): void {
    this.settle();
  }

  private settle(): void {
    const step = this.deferred;
    this.deferred = undefined;
    if (step?.what === 'features') this.features(step.offered, step.accepted);
  }

  private step(step: SetupStep): void {
    const { world } = this.context;
    switch (step.what) {
      case 'features':
        this.deferred = step;
        this.deferredNs = world.nowNs;
        break;
      case 'status':
        this.status(step.status);
        break;
      case 'queue':
        this.queue(step);
        break;
      case 'memory':
        this.memory(step);
        break;
      case 'config-read':
        this.configRead(step.offsetBytes, step.bytes);
        break;
      default: // nothing is asked of it
        break;
    }
  }

  private features(offered: bigint, accepted: bigint): void {
    const { world, verdicts } = this.context;
    const where = { atNs: this.deferredNs };
    const foreign = accepted & ~offered & ~NOT_OFFERED;
    const names = (set: bigint) => featureNames(set).join(', ') || 'nothing';
    verdicts.check('VQ-S-05', foreign === 0n, where, () => `accepted ${names(foreign)}`);
    const offersOne = hasFeature(offered, VIRTIO_F_VERSION_1);
    const lonely = offersOne ? 0n : offered & NEEDS_VERSION_1;
    const isNew = offersOne || lonely !== 0n; // else it is VQ-S-06
    verdicts.check('VQ-S-19', isNew, where, () => `offered ${names(offered)}`);
    verdicts.check('VQ-S-06', lonely === 0n, where, () => `${names(lonely)} without VERSION_1`);
    if (offersOne) {
      const acceptsOne = hasFeature(accepted, VIRTIO_F_VERSION_1);
      verdicts.check('VQ-S-18', acceptsOne, where, () => `accepted ${names(accepted)}`);
    }
    const { acceptedBefore } = world;
    if (!world.wasReset || acceptedBefore === undefined) return;
    const gone = acceptedBefore & ~offered & ~NOT_OFFERED;
    verdicts.check('VQ-S-07', gone === 0n, where, () => `${names(gone)} is offered no more`);
  }

  private status(status: number): void {
    const { world, verdicts } = this.context;
    const isFirst = world.status === undefined && status !== 0 && (status & 1) === 0;
    if (!world.isDriverStatus || isFirst) return;
    const where = { atNs: world.nowNs };
    const before = world.status ?? 0;
    const hex = (value: number) => `0x${value.toString(16)}`;
    const gaveUp = (status & NEEDS_RESET) !== 0 && (before & NEEDS_RESET) === 0;
    verdicts.check('VQ-S-04', !gaveUp, where, () => `the device set DEVICE_NEEDS_RESET`);
    const failed = (before & FAILED) !== 0;
    verdicts.check('VQ-S-02', !failed || status === 0, where, () => `${hex(status)} after FAILED`);
    if (status === 0 || failed) return;
    const lost = before & ~status & ~NEEDS_RESET;
    verdicts.check('VQ-S-01', lost === 0, where, () => `${hex(before)}, then ${hex(status)}`);
    if (lost !== 0 || (status & FAILED) !== 0) return;
    const gap = STATUS_BITS.findIndex(([bit], place) => {
      const later = STATUS_BITS.slice(place + 1);
      return (status & bit) === 0 && later.some(([other]) => (status & other) !== 0);
    });
    const missing = STATUS_BITS[gap]?.[1];
    verdicts.check('VQ-S-15', gap < 0, where, () => `status ${hex(status)} without ${missing}`);
  }

  private queue(step: SetupStep & { what: 'queue' }): void {
    const { world, verdicts } = this.context;
    const { queue, size, packed, descriptorArea, driverArea, deviceArea } = step;
    const where: Where = { atNs: world.nowNs, queue };
    const isSize = size >= 1 && size <= 32768 && (packed || (size & (size - 1)) === 0);
    const name = QUEUE_NAMES[queue] ?? `queue ${queue}`;
    const aligned = (driver: bigint, device: bigint) =>
      descriptorArea % 16n === 0n && driverArea % driver === 0n && deviceArea % device === 0n;
    const isAligned = packed ? aligned(4n, 4n) : aligned(2n, 4n);
    const detail = () =>
      `${name}: ${size} slots, areas at 0x${descriptorArea.toString(16)}, 0x${driverArea.toString(16)}, 0x${deviceArea.toString(16)}`;
    if (packed) verdicts.check('VQ-P01', isAligned, where, detail);
    verdicts.check('VQ-01', isSize && (packed || isAligned), where, detail);
  }

  private memory({ regions }: SetupStep & { what: 'memory' }): void {
    const { world, verdicts } = this.context;
    const now = regions.map(({ guestAddress, widthBytes }) => {
      const from = Number(guestAddress);
      return { from, to: from + widthBytes };
    });
    for (const held of world.held.values()) {
      if (held.isBroken || held.queue === CONTROLQ || held.queue === EVENTQ) continue;
      const parts = [...held.chain.readable, ...held.chain.writable];
      const lost = parts.find(
        ({ address, bytes }) =>
          regionHas(world.regions, address, bytes) && !regionHas(now, address, bytes),
      );
      const { row, seq, queue } = held;
      const where = { atNs: world.nowNs, rows: [row], seq, queue };
      verdicts.check(
        'VQ-S-17',
        lost === undefined,
        where,
        () => `0x${lost?.address.toString(16)} went away`,
      );
    }
  }

  private configRead(offsetBytes: number, bytes: number): void {
    const { world, verdicts } = this.context;
    // over vhost-user the VMM reads all of it, feature or not
    if (world.accepted === undefined || hasFeature(world.accepted, VIRTIO_SND_F_CTLS)) return;
    if (world.seen.has('walk') && bytes > 4) return;
    const isBelow = offsetBytes + bytes <= CONTROLS_AT;
    const detail = () => `bytes ${offsetBytes} to ${offsetBytes + bytes - 1} were read`;
    verdicts.check('VS-R-01', isBelow, { atNs: world.nowNs }, detail);
  }

  private kicked(queue: number): void {
    const { world, verdicts } = this.context;
    if (world.status === undefined) return;
    const where = { atNs: world.nowNs, queue };
    const detail = () =>
      `a kick of queue ${queue} with status 0x${(world.status ?? 0).toString(16)}`;
    verdicts.check('VQ-S-16', world.hasDriverOk(), where, detail);
  }

  private acted(queue: number, what: string): void {
    const { world, verdicts } = this.context;
    const ofQueue = world.queues[queue];
    const where = { atNs: world.nowNs, queue };
    if (ofQueue === undefined) return;
    if (ofQueue.isStopped) {
      verdicts.check('VQ-S-12', false, where, () => `${what} on queue ${queue}, which is stopped`);
    } else if (world.seen.has('walk') && !ofQueue.isSetUp) {
      const rule = world.wasReset ? 'VQ-S-08' : 'VQ-S-03';
      verdicts.check(rule, false, where, () => `${what} on queue ${queue}, which is not set up`);
    } else if (world.status !== undefined) {
      const detail = () => `${what} on queue ${queue} with status 0x${world.status?.toString(16)}`;
      verdicts.check('VQ-S-03', world.hasDriverOk(), where, detail);
      if (world.wasReset) verdicts.check('VQ-S-08', true, where, detail);
    }
  }
}
