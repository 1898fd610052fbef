/** A virtqueue's three areas: from guest memory while the session is live, from the last recorded `ring` entry otherwise. */
import type { Capture } from '../capture/capture.ts';
import type { RingView } from '../contract-data.ts';
import type { RingSnapshot } from '../queue/virtqueue.ts';
import { hasFeature, VIRTIO_RING_F_EVENT_IDX } from '../spec/ring.ts';
import type { QueueIndex } from '../units.ts';

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
    messageOfHead: lastMessages(capture, setup.index, setup.size),
  };
}

export function recordedRing(capture: Capture, queue: QueueIndex): RingView | null {
  const entry = capture.entryAt(capture.ringAt[queue] ?? -1);
  if (entry?.kind !== 'ring') return null;
  const { kind: _kind, seq: _seq, ...ring } = entry;
  const setup = capture.story.setup.findLast(
    ({ step }) => step.what === 'queue' && step.queue === queue,
  )?.step;
  const features = capture.story.setup.findLast(({ step }) => step.what === 'features')?.step;
  const accepted = features?.what === 'features' ? features.accepted : 0n;
  return {
    ...ring,
    live: false,
    eventIdx: hasFeature(accepted, VIRTIO_RING_F_EVENT_IDX),
    addresses: {
      descriptor: setup?.what === 'queue' ? setup.descriptorArea : 0n,
      driver: setup?.what === 'queue' ? setup.driverArea : 0n,
      device: setup?.what === 'queue' ? setup.deviceArea : 0n,
    },
    messageOfHead: lastMessages(capture, queue, entry.size),
  };
}

/** Newest message of each head among the last rows: `[head, row]`. */
function lastMessages(capture: Capture, queue: QueueIndex, size: number): [number, number][] {
  const { messages } = capture;
  const found = new Map<number, number>();
  const first = Math.max(0, messages.rows - 4 * size - 1024);
  for (let row = messages.rows - 1; row >= first && found.size < size; row--) {
    const head = messages.head.get(row);
    if (messages.queue.get(row) === queue && !found.has(head)) found.set(head, row);
  }
  return [...found];
}
