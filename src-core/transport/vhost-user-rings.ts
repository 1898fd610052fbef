/** The rings of a vhost-user device: what the front-end set, and whether the device may use them.
 *
 *      stopped ──kick descriptor, addresses, size──► started ──SET_VRING_ENABLE 1──► runs: the device has the queue
 *         ▲                                             │ ▲                            │
 *         └──────────────GET_VRING_BASE─────────────────┘ └────SET_VRING_ENABLE 0──────┘
 *
 *  Front-ends stop rings to pause a machine and to reset it alike; which of the two it was shows when they start again.
 *  Spec: vhost-user, "Ring states" */
import { LIMITS } from '../limits.ts';
import type { QueuePosition, QueueSetup } from '../queue/virtqueue.ts';
import {
  hasFeature,
  packedLayout,
  VHOST_USER_F_PROTOCOL_FEATURES,
  VIRTIO_F_RING_PACKED,
  VIRTIO_RING_F_EVENT_IDX,
  VIRTIO_RING_F_INDIRECT_DESC,
  VIRTQ_DESC,
} from '../spec/ring.ts';
import { QUEUE_COUNT, QUEUE_NAMES } from '../spec/sound.ts';
import type { GuestAddress, QueueIndex } from '../units.ts';
import type { DeviceSide } from './transport.ts';
import type { RingHost } from './vhost-user-host.ts';
import { clearInflight, type InflightArea, inflightLogOf } from './vhost-user-inflight.ts';
import { RegionTable } from './vhost-user-regions.ts';

/** Ring addresses as the front-end has them. */
export interface RingAddresses {
  readonly descriptor: bigint;
  readonly available: bigint;
  readonly used: bigint;
}

interface Ring {
  size: number;
  addresses: RingAddresses | undefined;
  /** Where to begin, as SET_VRING_BASE said. */
  base: number | undefined;
  /** Where it stood when it was stopped last. */
  stoppedAt: number | undefined;
  hasKick: boolean;
  isEnabled: boolean;
  isRunning: boolean;
}

/** Where a packed ring begins: slots 0, wrap counters 1. */
const FRESH_PACKED = 0x8000_8000;

export class VhostUserRings {
  features = 0n;
  regions = new RegionTable();
  inflight: InflightArea | undefined;
  private readonly device: DeviceSide;
  private readonly host: RingHost;
  private readonly rings: readonly Ring[] = Array.from({ length: QUEUE_COUNT }, newRing);
  /** What the driver had accepted when rings ran last. */
  private lastFeatures: bigint | undefined;

  constructor(device: DeviceSide, host: RingHost) {
    this.device = device;
    this.host = host;
  }

  isBlank(index: QueueIndex): boolean | undefined {
    const ring = this.rings[index];
    if (ring?.addresses === undefined || !ring.isRunning) return undefined;
    const at = this.regions.guestAddressOf(ring.addresses.descriptor);
    if (at === undefined) return undefined;
    const bytes = this.host.memory.read(at, ring.size * VIRTQ_DESC.widthBytes);
    return bytes?.every((byte) => byte === 0);
  }

  /** What tells whether the driver has put something into a ring that nobody kicks: it changes when that happens. */
  readDriverArea(index: QueueIndex): Uint8Array | undefined {
    const ring = this.rings[index];
    if (ring?.addresses === undefined || !ring.isRunning) return undefined;
    const { descriptor, available } = ring.addresses;
    const isPacked = this.isPacked();
    const at = this.regions.guestAddressOf(isPacked ? descriptor : available);
    const bytes = isPacked ? packedLayout(ring.size).descriptorBytes : 4;
    return at === undefined ? undefined : this.host.memory.read(at, bytes);
  }

  // Each of these gives a sentence when it cannot be done.

  setSize(index: QueueIndex, size: number): string | undefined {
    const ring = this.rings[index];
    if (ring === undefined) return noSuchRing(index);
    ring.size = size;
    if (size >= 1 && size <= LIMITS.queueSize) return this.update(index);
    return `a ring of ${size} descriptors cannot be`;
  }

  setAddresses(index: QueueIndex, addresses: RingAddresses): string | undefined {
    const ring = this.rings[index];
    if (ring === undefined) return noSuchRing(index);
    ring.addresses = addresses;
    return this.update(index);
  }

  setBase(index: QueueIndex, base: number): string | undefined {
    const ring = this.rings[index];
    if (ring === undefined) return noSuchRing(index);
    ring.base = base;
    return undefined;
  }

  /** The ring has a kick descriptor, or is polled; the host keeps it. */
  setKick(index: QueueIndex): string | undefined {
    const ring = this.rings[index];
    if (ring === undefined) return noSuchRing(index);
    ring.hasKick = true;
    if (!ring.isRunning) return this.update(index);
    return this.host.armKick(index, true) ? undefined : unusableKick(index);
  }

  setEnabled(index: QueueIndex, isEnabled: boolean): string | undefined {
    const ring = this.rings[index];
    if (ring === undefined) return noSuchRing(index);
    ring.isEnabled = isEnabled;
    return this.update(index);
  }

  /** Stops the ring and tells where it stands. */
  stop(index: QueueIndex): number {
    const ring = this.rings[index];
    if (ring === undefined) return 0;
    ring.hasKick = false;
    this.update(index);
    return ring.base ?? ring.stoppedAt ?? this.freshBase();
  }

  disableAll(): void {
    this.rings.forEach((ring, index) => {
      ring.isEnabled = false;
      ring.hasKick = false;
      this.update(index);
    });
  }

  /** The device starts over: nothing in flight is returned, and rings have to be set up again. */
  reset(): void {
    this.device.onReset();
    this.rings.forEach((ring, index) => {
      if (ring.isRunning) this.host.armKick(index, false);
      Object.assign(ring, newRing());
    });
    this.lastFeatures = undefined;
    if (this.inflight !== undefined) clearInflight(this.inflight);
  }

  /** The front-end's choice of features is known: without protocol features, rings need not be enabled. */
  acceptFeatures(features: bigint): void {
    this.features = features;
    for (let index = 0; index < QUEUE_COUNT; index++) this.update(index);
  }

  /** Starts or stops the ring, if what was said of it since makes the difference. */
  private update(index: QueueIndex): string | undefined {
    const ring = this.rings[index];
    if (ring === undefined) return noSuchRing(index);
    const isSetUp = ring.hasKick && ring.addresses !== undefined && ring.size > 0;
    const mayRun = isSetUp && (ring.isEnabled || !this.mustEnable());
    if (mayRun === ring.isRunning) return undefined;
    return mayRun ? this.start(index, ring) : this.halt(index, ring);
  }

  private start(index: QueueIndex, ring: Ring): string | undefined {
    const areas = this.areasOf(index, ring);
    if (typeof areas === 'string') {
      this.host.signalError(index);
      return areas;
    }
    if (!this.rings.some(({ isRunning }) => isRunning) && this.isNewStart()) this.startOver();
    this.lastFeatures = this.features;
    const packed = hasFeature(this.features, VIRTIO_F_RING_PACKED);
    const base = ring.base ?? ring.stoppedAt ?? this.freshBase();
    const setup: QueueSetup = {
      index,
      size: ring.size,
      packed,
      eventIdx: hasFeature(this.features, VIRTIO_RING_F_EVENT_IDX),
      indirect: hasFeature(this.features, VIRTIO_RING_F_INDIRECT_DESC),
      ...areas,
      position: packed ? packedPosition(base) : this.splitPosition(base, areas.deviceArea),
    };
    ring.isRunning = true;
    ring.base = undefined;
    const { inflight } = this;
    const log = inflight && inflightLogOf(inflight, setup, this.host.memory);
    this.device.onQueue(log === undefined ? setup : { ...setup, inflight: log });
    return this.host.armKick(index, true) ? undefined : unusableKick(index);
  }

  private halt(index: QueueIndex, ring: Ring): undefined {
    this.host.armKick(index, false);
    ring.isRunning = false;
    const position = this.device.onQueueStop(index);
    if (position !== undefined) ring.stoppedAt = encodePosition(position, this.isPacked());
  }

  /** Whether the driver has set itself up anew since rings ran last, rather than gone on after a pause: it accepted other
   *  features, or a ring begins afresh although it had moved on, or all of them begin afresh. */
  private isNewStart(): boolean {
    if (this.lastFeatures === undefined) return false;
    if (this.lastFeatures !== this.features) return true;
    const fresh = this.freshBase();
    const set = this.rings.filter(({ base }) => base !== undefined);
    const isFresh = ({ base }: Ring) => base === fresh;
    return (
      set.some((ring) => isFresh(ring) && (ring.stoppedAt ?? fresh) !== fresh) ||
      (set.length > 0 && set.every(isFresh))
    );
  }

  private startOver(): void {
    this.device.onReset();
    for (const ring of this.rings) ring.stoppedAt = undefined;
    if (this.inflight !== undefined) clearInflight(this.inflight);
  }

  /** The areas where the guest has them. */
  private areasOf(index: QueueIndex, { addresses }: Ring) {
    const { descriptor, available, used } = addresses ?? NOWHERE;
    const descriptorArea = this.regions.guestAddressOf(descriptor);
    const driverArea = this.regions.guestAddressOf(available);
    const deviceArea = this.regions.guestAddressOf(used);
    if (descriptorArea === undefined || driverArea === undefined || deviceArea === undefined) {
      return `the rings of ${QUEUE_NAMES[index]} are outside the shared memory`;
    }
    return { descriptorArea, driverArea, deviceArea };
  }

  /** The protocol tells the next avail index only; the used index is what the driver has seen last. */
  private splitPosition(base: number, deviceArea: GuestAddress): QueuePosition {
    const used = this.host.memory.loadLe16(deviceArea + 2n) ?? 0;
    return { avail: base & 0xffff, availWrap: true, used, usedWrap: true };
  }

  private isPacked(): boolean {
    return hasFeature(this.features, VIRTIO_F_RING_PACKED);
  }

  private freshBase(): number {
    return this.isPacked() ? FRESH_PACKED : 0;
  }

  private mustEnable(): boolean {
    return hasFeature(this.features, VHOST_USER_F_PROTOCOL_FEATURES);
  }
}

const NOWHERE: RingAddresses = { descriptor: 0n, available: 0n, used: 0n };

function newRing(): Ring {
  return {
    size: 0,
    addresses: undefined,
    base: undefined,
    stoppedAt: undefined,
    hasKick: false,
    isEnabled: false,
    isRunning: false,
  };
}

/** Bits 0-14 avail slot, 15 its wrap counter, 16-30 used slot, 31 its wrap counter. */
function packedPosition(base: number): QueuePosition {
  return {
    avail: base & 0x7fff,
    availWrap: (base & 0x8000) !== 0,
    used: (base >>> 16) & 0x7fff,
    usedWrap: base >>> 31 !== 0,
  };
}

function encodePosition({ avail, availWrap, used, usedWrap }: QueuePosition, packed: boolean) {
  if (!packed) return avail & 0xffff;
  return (avail | (availWrap ? 0x8000 : 0) | (used << 16) | (usedWrap ? 0x8000_0000 : 0)) >>> 0;
}

function noSuchRing(index: QueueIndex): string {
  return `a sound device has ${QUEUE_COUNT} queues; there is no queue ${index}`;
}

function unusableKick(index: QueueIndex): string {
  return `the kick descriptor of ${QUEUE_NAMES[index]} cannot be waited for`;
}
