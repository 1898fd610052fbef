/** Virtqueues as tables: layouts, flags and feature bits, without behaviour. Spec: 2.7 (split), 2.8 (packed), 6 (features) */
import { struct } from './layout.ts';

export const VIRTQ_DESC_F_NEXT = 1;
export const VIRTQ_DESC_F_WRITE = 2;
export const VIRTQ_DESC_F_INDIRECT = 4;
/** Packed rings only. Spec: 2.8.1 */
export const VIRTQ_DESC_F_AVAIL = 0x80;
export const VIRTQ_DESC_F_USED = 0x8000;

export const VIRTQ_AVAIL_F_NO_INTERRUPT = 1;
export const VIRTQ_USED_F_NO_NOTIFY = 1;

/** Packed rings, event suppression. Spec: 2.8.14 */
export const RING_EVENT_FLAGS_ENABLE = 0;
export const RING_EVENT_FLAGS_DISABLE = 1;
export const RING_EVENT_FLAGS_DESC = 2;

/** Spec: 2.7.5 */
export const VIRTQ_DESC = struct('virtq_desc', {
  addr: 'le64',
  len: 'le32',
  flags: 'le16',
  next: 'le16',
});
/** Spec: 2.7.8 */
export const VIRTQ_USED_ELEM = struct('virtq_used_elem', { id: 'le32', len: 'le32' });
/** Spec: 2.8.13 */
export const PVIRTQ_DESC = struct('pvirtq_desc', {
  addr: 'le64',
  len: 'le32',
  id: 'le16',
  flags: 'le16',
});
/** Spec: 2.8.14 */
export const PVIRTQ_EVENT_SUPPRESS = struct('pvirtq_event_suppress', {
  desc: 'le16',
  flags: 'le16',
});

/** Offsets and sizes in bytes of a split virtqueue's three areas. Spec: 2.7, 2.7.6, 2.7.8 */
export function splitLayout(size: number) {
  return {
    descriptorBytes: 16 * size,
    availBytes: 6 + 2 * size,
    usedBytes: 6 + 8 * size,
    /** In the avail ring: flags, idx, ring[], used_event. */
    availFlagsAt: 0,
    availIdxAt: 2,
    availRingAt: 4,
    usedEventAt: 4 + 2 * size,
    /** In the used ring: flags, idx, ring[], avail_event. */
    usedFlagsAt: 0,
    usedIdxAt: 2,
    usedRingAt: 4,
    availEventAt: 4 + 8 * size,
  };
}

/** Offsets and sizes in bytes of a packed virtqueue's three areas. Spec: 2.8 */
export function packedLayout(size: number) {
  return { descriptorBytes: 16 * size, driverEventBytes: 4, deviceEventBytes: 4 };
}

export interface FeatureBit {
  readonly bit: number;
  readonly name: string;
}

export const VIRTIO_SND_F_CTLS = 0;
export const VIRTIO_F_NOTIFY_ON_EMPTY = 24;
export const VIRTIO_F_ANY_LAYOUT = 27;
export const VIRTIO_RING_F_INDIRECT_DESC = 28;
export const VIRTIO_RING_F_EVENT_IDX = 29;
export const VHOST_USER_F_PROTOCOL_FEATURES = 30;
export const VIRTIO_F_VERSION_1 = 32;
export const VIRTIO_F_ACCESS_PLATFORM = 33;
export const VIRTIO_F_RING_PACKED = 34;
export const VIRTIO_F_IN_ORDER = 35;
export const VIRTIO_F_RING_RESET = 40;

/** Names of feature bits, for people. Spec: 5.14.3, 6 */
export const FEATURE_BITS: readonly FeatureBit[] = [
  { bit: 0, name: 'VIRTIO_SND_F_CTLS' },
  { bit: 24, name: 'VIRTIO_F_NOTIFY_ON_EMPTY' },
  { bit: 26, name: 'VHOST_F_LOG_ALL' },
  { bit: 27, name: 'VIRTIO_F_ANY_LAYOUT' },
  { bit: 28, name: 'VIRTIO_RING_F_INDIRECT_DESC' },
  { bit: 29, name: 'VIRTIO_RING_F_EVENT_IDX' },
  { bit: 30, name: 'VHOST_USER_F_PROTOCOL_FEATURES' },
  { bit: 32, name: 'VIRTIO_F_VERSION_1' },
  { bit: 33, name: 'VIRTIO_F_ACCESS_PLATFORM' },
  { bit: 34, name: 'VIRTIO_F_RING_PACKED' },
  { bit: 35, name: 'VIRTIO_F_IN_ORDER' },
  { bit: 36, name: 'VIRTIO_F_ORDER_PLATFORM' },
  { bit: 37, name: 'VIRTIO_F_SR_IOV' },
  { bit: 38, name: 'VIRTIO_F_NOTIFICATION_DATA' },
  { bit: 39, name: 'VIRTIO_F_NOTIF_CONFIG_DATA' },
  { bit: 40, name: 'VIRTIO_F_RING_RESET' },
  { bit: 41, name: 'VIRTIO_F_ADMIN_VQ' },
  { bit: 43, name: 'VIRTIO_F_SUSPEND' },
];

export function hasFeature(features: bigint, bit: number): boolean {
  return ((features >> BigInt(bit)) & 1n) === 1n;
}

/** A feature set from bit numbers. */
export function featureSet(...bits: readonly number[]): bigint {
  return bits.reduce((set, bit) => set | (1n << BigInt(bit)), 0n);
}

/** Names of the set bits; a bit without a name is `bit N`. */
export function featureNames(features: bigint): string[] {
  const names: string[] = [];
  for (let bit = 0; bit < 64; bit++) {
    if (!hasFeature(features, bit)) continue;
    names.push(FEATURE_BITS.find((known) => known.bit === bit)?.name ?? `bit ${bit}`);
  }
  return names;
}
