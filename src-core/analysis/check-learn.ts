/** How set-up steps and answered requests change what the checker knows. */
import type { SetupStep } from '../capture/entry.ts';
import { readLe32 } from '../spec/layout.ts';
import {
  LIFECYCLE,
  PCM_SET_PARAMS,
  type PcmCommand,
  QUERY_INFO,
  type StreamState,
  VIRTIO_SND_R_CHMAP_INFO,
  VIRTIO_SND_R_CTL_INFO,
  VIRTIO_SND_R_JACK_INFO,
  VIRTIO_SND_R_PCM_INFO,
} from '../spec/sound.ts';
import type { Held } from './check-held.ts';
import { CONFIG_FIELDS, type ItemRecord, type World } from './check-world.ts';

/** Records that are remembered of each kind. */
const ITEMS_KEPT = 1024;

export function takeSetup(world: World, step: SetupStep): void {
  if (step.what !== 'note') world.seen.add('setup');
  switch (step.what) {
    case 'features':
      world.offered = step.offered;
      world.accepted = step.accepted;
      break;
    case 'offered':
      world.offered = step.offered;
      break;
    case 'config':
      Object.assign(world.totals, { jacks: step.jacks, streams: step.streams });
      world.totals.chmaps = step.chmaps;
      break;
    case 'status':
      // over vhost-user some VMMs hand over a part of it, which is not the driver's
      world.isDriverStatus &&=
        world.status !== undefined || step.status === 0 || (step.status & 1) === 1;
      if (world.isDriverStatus) world.status = step.status;
      break;
    case 'memory':
      world.seen.add('walk');
      world.regions = step.regions.map(({ guestAddress, widthBytes }) => {
        const from = Number(guestAddress);
        return { from, to: from + widthBytes };
      });
      break;
    case 'queue':
      takeQueue(world, step);
      break;
    case 'queue-stopped': {
      const queue = world.queues[step.queue];
      if (queue !== undefined) queue.isStopped = true;
      break;
    }
    case 'watched':
      world.isWatched = true;
      break;
    case 'config-read':
      takeConfig(world, step.offsetBytes, step.values ?? []);
      break;
    default: // nothing that rules ask for
      break;
  }
}

function takeQueue(world: World, step: SetupStep & { what: 'queue' }): void {
  world.seen.add('walk');
  const queue = world.queues[step.queue];
  if (queue === undefined) return;
  if (!queue.isSetUp && !step.packed && step.availIdx !== 0) world.hasPast = true;
  const { size, packed, descriptorArea: descriptor, driverArea: driver, deviceArea } = step;
  Object.assign(queue, { size, packed, isSetUp: true, isStopped: false, lastReturned: -1 });
  queue.areas = { descriptor, driver, device: deviceArea };
}

/** Totals of items, once all four bytes of one were read. */
function takeConfig(world: World, offsetBytes: number, values: readonly number[]): void {
  const bytes = Uint8Array.from(values);
  CONFIG_FIELDS.forEach((field, place) => {
    const at = 4 * place - offsetBytes;
    if (at >= 0 && at + 4 <= bytes.length) world.totals[field] = readLe32(bytes, at);
  });
}

/** A device reset, or a guest that went: streams are as new. Gives what was held. */
export function takeReset(world: World): Held[] {
  const gone = world.queues.flatMap((queue, index) => {
    queue.isSetUp = false;
    queue.isStopped = false;
    return world.forget(index);
  });
  for (const stream of world.streams.values()) {
    stream.state = 'init';
    stream.isAssumed = false;
    stream.params = undefined;
    stream.startedNs = Number.NaN;
    stream.wasSuspended = false;
  }
  world.acceptedBefore = world.accepted ?? world.acceptedBefore;
  world.accepted = undefined;
  world.status = world.status === undefined ? undefined : 0;
  world.wasReset = true;
  world.hasPast = false;
  return gone;
}

/** Records of an information request that was answered with OK. */
export function learn(world: World, request: Held, reply: Uint8Array): void {
  const items = itemsOf(world, request.code);
  if (items === undefined) return;
  for (const { id, bytes } of recordsOf(request, reply)) {
    if (items.size < ITEMS_KEPT || items.has(id)) items.set(id, { bytes, row: request.row });
  }
}

export function itemsOf(world: World, code: number): Map<number, ItemRecord> | undefined {
  switch (code) {
    case VIRTIO_SND_R_JACK_INFO:
      return world.jacks;
    case VIRTIO_SND_R_PCM_INFO:
      return world.pcms;
    case VIRTIO_SND_R_CHMAP_INFO:
      return world.chmaps;
    case VIRTIO_SND_R_CTL_INFO:
      return world.controls;
    default:
      return undefined;
  }
}

/** Whole records of an information answer, each with the id of its item. */
export function recordsOf(request: Held, reply: Uint8Array): { id: number; bytes: Uint8Array }[] {
  const query = QUERY_INFO.read(request.body);
  if (query === undefined || query.size === 0) return [];
  const count = Math.min(query.count, ITEMS_KEPT, Math.floor((reply.length - 4) / query.size));
  return Array.from({ length: Math.max(0, count) }, (_, place) => ({
    id: query.startId + place,
    bytes: reply.slice(4 + place * query.size, 4 + (place + 1) * query.size),
  }));
}

/** Where each command leads, wherever it comes from. */
const LEADS_TO: Readonly<Record<PcmCommand, StreamState>> = {
  SET_PARAMS: 'params',
  PREPARE: 'prepared',
  START: 'running',
  STOP: 'stopped',
  RELEASE: 'released',
};

/** A stream command that was answered with OK. */
export function takeCommand(world: World, request: Held): void {
  const { command, stream, body } = request;
  if (command === undefined || stream === undefined) return;
  const allowed = stream.state === undefined ? undefined : LIFECYCLE[stream.state][command];
  const before = stream.state;
  stream.state = allowed ?? LEADS_TO[command];
  stream.isAssumed = false;
  if (command === 'SET_PARAMS') stream.params = PCM_SET_PARAMS.read(body) ?? stream.params;
  if (command === 'PREPARE' && before !== 'prepared') {
    stream.messagesSincePrepare = stream.held.length;
    stream.wasSuspended = false;
  }
  stream.commandedNs = world.nowNs;
  stream.startedNs = command === 'START' ? world.nowNs : Number.NaN;
  stream.stoppedNs = command === 'STOP' ? world.nowNs : Number.NaN;
}
