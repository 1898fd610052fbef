/** What QEMU answers, checked before it is believed: these commands are experimental, and may change with any version. */
import * as v from 'valibot';
import { FEATURE_BITS } from '../spec/ring.ts';
import { QUEUE_COUNT } from '../spec/sound.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const index = v.pipe(count, v.maxValue(0xffff));

export const DEVICE_LIST = v.array(v.object({ path: v.string(), name: v.string() }));
export const COMMAND_LIST = v.array(v.object({ name: v.string() }));
export const RUN_STATE = v.object({ status: v.string(), running: v.boolean() });
export const TRACE_STATES = v.array(v.object({ name: v.string(), state: v.string() }));

const FEATURES = v.object({
  transports: v.optional(v.array(v.string()), []),
  'dev-features': v.optional(v.array(v.string()), []),
  'unknown-dev-features': v.optional(v.number()),
});

/** x-query-virtio-status, as much of it as we use. */
export const VIRTIO_STATUS = v.object({
  'device-id': count,
  'num-vqs': count,
  'guest-features': FEATURES,
  'host-features': FEATURES,
  status: v.object({
    statuses: v.array(v.string()),
    'unknown-statuses': v.optional(count),
  }),
  broken: v.optional(v.boolean(), false),
  started: v.optional(v.boolean(), false),
  'vm-running': v.optional(v.boolean(), true),
});

/** x-query-virtio-queue-status. */
export const QUEUE_STATUS = v.object({
  'queue-index': v.pipe(count, v.maxValue(QUEUE_COUNT - 1)),
  inuse: v.number(),
  'vring-num': v.pipe(count, v.maxValue(32768)),
  'vring-desc': count,
  'vring-avail': count,
  'vring-used': count,
  'last-avail-idx': v.optional(index, 0),
  'shadow-avail-idx': v.optional(index, 0),
  'used-idx': index,
});

/** x-query-virtio-queue-element. */
export const QUEUE_ELEMENT = v.object({
  index: count,
  descs: v.array(v.object({ addr: count, len: count, flags: v.optional(v.array(v.string()), []) })),
  avail: v.optional(v.object({ idx: index, flags: count, ring: index })),
  used: v.optional(v.object({ idx: index, flags: count })),
});

export type VirtioStatusReply = v.InferOutput<typeof VIRTIO_STATUS>;
export type QueueStatusReply = v.InferOutput<typeof QUEUE_STATUS>;
export type QueueElementReply = v.InferOutput<typeof QUEUE_ELEMENT>;

/** The value in the shape asked for, or `undefined` when it has another. */
export function shaped<const S extends v.GenericSchema>(
  schema: S,
  value: unknown,
): v.InferOutput<S> | undefined {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : undefined;
}

/** A feature set out of QEMU's texts: `VIRTIO_RING_F_EVENT_IDX: Used & avail. event fields enabled`. */
export function featuresOf(reply: VirtioStatusReply['guest-features']): bigint {
  let set = BigInt(Math.trunc(reply['unknown-dev-features'] ?? 0));
  for (const text of [...reply.transports, ...reply['dev-features']]) {
    const [name = ''] = text.split(':');
    const known = FEATURE_BITS.find((feature) => feature.name === name);
    if (known !== undefined) set |= 1n << BigInt(known.bit);
  }
  return set;
}

/** Spec: 2.1 */
const STATUS_BITS: readonly (readonly [string, number])[] = [
  ['VIRTIO_CONFIG_S_ACKNOWLEDGE', 1],
  ['VIRTIO_CONFIG_S_DRIVER_OK', 4],
  ['VIRTIO_CONFIG_S_DRIVER', 2],
  ['VIRTIO_CONFIG_S_FEATURES_OK', 8],
  ['VIRTIO_CONFIG_S_NEEDS_RESET', 64],
  ['VIRTIO_CONFIG_S_FAILED', 128],
];

/** The device status byte out of QEMU's texts. */
export function statusByteOf(reply: VirtioStatusReply['status']): number {
  let byte = reply['unknown-statuses'] ?? 0;
  for (const text of reply.statuses) {
    const [name = ''] = text.split(':');
    byte |= STATUS_BITS.find(([known]) => known === name)?.[1] ?? 0;
  }
  return byte;
}
