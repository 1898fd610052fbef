/** A virtqueue's three areas: from guest memory while the session is live; otherwise, and for any time in the past, from
 *  what was recorded. */
import type { Capture } from '../capture/capture.ts';
import type { RingView } from '../contract-data.ts';
import type { RingSnapshot } from '../queue/virtqueue.ts';
import { hasFeature, VIRTIO_RING_F_EVENT_IDX } from '../spec/ring.ts';
import type { Ns, QueueIndex } from '../units.ts';
import { ringMoment } from './ring-at.ts';

export function liveRing(capture: Capture, snapshot: RingSnapshot, atNs: number): RingView {
  const { setup, position } = snapshot;
  return {
    queue: setup.index,
    live: true,
    atNs,
    size: setup.size,
    packed: setup.packed,
    eventIdx: setup.eventIdx,
    availIdx: position.avail,
    usedIdx: position.used,
    availWrap: position.availWrap,
    usedWrap: position.usedWrap,
    inFlight: snapshot.inFlight,
    descriptorArea: snapshot.descriptorArea,
    driverArea: snapshot.driverArea,
    deviceArea: snapshot.deviceArea,
    addresses: {
      descriptor: setup.descriptorArea,
      driver: setup.driverArea,
      device: setup.deviceArea,
    },
    messageOfHead: lastMessages(capture, setup.index, setup.size, Number.POSITIVE_INFINITY),
  };
}

/** As last recorded, or as it stood at `atNs`; `null` when nothing was recorded of it until then. */
export function recordedRing(
  capture: Capture,
  queue: QueueIndex,
  atNs = Number.POSITIVE_INFINITY,
): RingView | null {
  const moment = ringMoment(
    capture,
    queue,
    atNs === Number.POSITIVE_INFINITY ? capture.endNs : atNs,
  );
  if (moment === undefined) return null;
  const { setup } = capture.story;
  const steps = setup.filter((event) => event.atNs <= moment.atNs).map(({ step }) => step);
  const queued = steps.findLast((step) => step.what === 'queue' && step.queue === queue);
  const features = steps.findLast((step) => step.what === 'features');
  const areas = queued?.what === 'queue' ? queued : undefined;
  const accepted = features?.what === 'features' ? features.accepted : 0n;
  return {
    ...moment,
    queue,
    live: false,
    eventIdx: hasFeature(accepted, VIRTIO_RING_F_EVENT_IDX),
    addresses: {
      descriptor: areas?.descriptorArea ?? 0n,
      driver: areas?.driverArea ?? 0n,
      device: areas?.deviceArea ?? 0n,
    },
    messageOfHead: lastMessages(capture, queue, moment.size, moment.atNs),
  };
}

/** Newest message of each head among the last rows until `atNs`: `[head, row]`. */
function lastMessages(
  capture: Capture,
  queue: QueueIndex,
  size: number,
  atNs: Ns,
): [number, number][] {
  const { messages } = capture;
  const found = new Map<number, number>();
  const end = Math.min(messages.rows, messages.rowAt(atNs + 0.5));
  const first = Math.max(0, end - 4 * size - 1024);
  for (let row = end - 1; row >= first && found.size < size; row--) {
    const head = messages.head.get(row);
    if (messages.queue.get(row) === queue && !found.has(head)) found.set(head, row);
  }
  return [...found];
}
