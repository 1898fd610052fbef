/** How the demo guest's driver starts the device: features, queues, event buffers, and the questions that Linux asks.
 *  Spec: 3.1.1, 5.14.5 */

import type { Struct } from '../spec/layout.ts';
import { readLe32 } from '../spec/layout.ts';
import {
  featureSet,
  hasFeature,
  VIRTIO_F_RING_PACKED,
  VIRTIO_F_VERSION_1,
  VIRTIO_RING_F_EVENT_IDX,
  VIRTIO_RING_F_INDIRECT_DESC,
  VIRTIO_SND_F_CTLS,
} from '../spec/ring.ts';
import {
  CHMAP_INFO,
  CTL_ENUM_ITEM_BYTES,
  CTL_HDR,
  CTL_INFO_ALIGNED,
  CTL_TYPE_ENUMERATED,
  EVENTQ,
  JACK_INFO,
  PCM_INFO,
  QUERY_INFO,
  SND_CONFIG,
  SND_EVENT,
  VIRTIO_SND_R_CHMAP_INFO,
  VIRTIO_SND_R_CTL_ENUM_ITEMS,
  VIRTIO_SND_R_CTL_INFO,
  VIRTIO_SND_R_JACK_INFO,
  VIRTIO_SND_R_PCM_INFO,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import { type GuestKernel, REPLY_BYTES } from './demo-guest-kernel.ts';
import type { Program } from './demo-guest-program.ts';

const ACKNOWLEDGE = 1;
const DRIVER = 2;
const DRIVER_OK = 4;
const FEATURES_OK = 8;
/** Widest answer of CTL_ENUM_ITEMS that the guest has room for. */
const MAX_ITEMS = Math.floor((REPLY_BYTES - 4) / CTL_ENUM_ITEM_BYTES);

type ValueOf<S> = S extends Struct<infer V> ? V : never;
export type PcmInfo = ValueOf<typeof PCM_INFO>;
export type GuestEvent = ValueOf<typeof SND_EVENT>;

/** What the driver knows of the device after it has asked. */
export interface SoundCard {
  readonly jacks: readonly ValueOf<typeof JACK_INFO>[];
  readonly streams: readonly PcmInfo[];
  readonly chmaps: readonly ValueOf<typeof CHMAP_INFO>[];
  readonly controls: readonly ValueOf<typeof CTL_INFO_ALIGNED>[];
}

export interface ProbeOptions {
  /** Takes a packed ring where the device offers one. */
  readonly packed: boolean;
  readonly onEvent: (event: GuestEvent) => void;
}

/** Brings the device up. Gives what it consists of; `undefined` when the driver gives up, as Linux does when a question is
 *  not answered. */
export function* probe(kernel: GuestKernel, options: ProbeOptions): Program<SoundCard | undefined> {
  const side = kernel.side();
  side.onStatus(0);
  side.onStatus(ACKNOWLEDGE | DRIVER);
  const offered = side.offeredFeatures();
  const accepted = chosenFeatures(offered, options.packed);
  side.onFeatures(accepted);
  side.onStatus(ACKNOWLEDGE | DRIVER | FEATURES_OK);
  kernel.openQueues({
    packed: hasFeature(accepted, VIRTIO_F_RING_PACKED),
    eventIdx: hasFeature(accepted, VIRTIO_RING_F_EVENT_IDX),
    indirect: hasFeature(accepted, VIRTIO_RING_F_INDIRECT_DESC),
  });
  fillEventQueue(kernel, options.onEvent);
  side.onStatus(ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
  return yield* askForItems(kernel, hasFeature(accepted, VIRTIO_SND_F_CTLS));
}

function chosenFeatures(offered: bigint, packed: boolean): bigint {
  const wanted = featureSet(
    VIRTIO_SND_F_CTLS,
    VIRTIO_RING_F_INDIRECT_DESC,
    VIRTIO_RING_F_EVENT_IDX,
    VIRTIO_F_VERSION_1,
    ...(packed ? [VIRTIO_F_RING_PACKED] : []),
  );
  return offered & wanted;
}

/** Every slot gets a buffer of eight bytes, and none a kick, as in Linux: nothing waits for them. */
function fillEventQueue(kernel: GuestKernel, onEvent: ProbeOptions['onEvent']): void {
  const { size } = kernel.queue(EVENTQ).setup;
  for (let slot = 0; slot < size; slot++) {
    const address = kernel.pages.small(SND_EVENT.widthBytes);
    const buffer = { address, bytes: SND_EVENT.widthBytes, writable: true };
    const post = (): void => {
      kernel.post(EVENTQ, [buffer], () => {
        const bytes = kernel.pages.ram.read(address, SND_EVENT.widthBytes) ?? new Uint8Array();
        const event = SND_EVENT.read(bytes);
        post();
        kernel.kick(EVENTQ);
        if (event !== undefined) onEvent(event);
      });
    };
    post();
  }
}

function* askForItems(kernel: GuestKernel, hasCtls: boolean): Program<SoundCard | undefined> {
  const side = kernel.side();
  // Linux reads each field just before the question that needs it.
  const total = (offset: number) => readLe32(side.readConfig(offset, 4), 0);
  const ask = <V>(code: number, record: Struct<V>, field: string) => {
    const offsetBytes = SND_CONFIG.fields.find(({ name }) => name === field)?.offsetBytes ?? 0;
    return queryInfo(kernel, code, record, total(offsetBytes));
  };
  const jacks = yield* ask(VIRTIO_SND_R_JACK_INFO, JACK_INFO, 'jacks');
  if (jacks === undefined) return undefined;
  const streams = yield* ask(VIRTIO_SND_R_PCM_INFO, PCM_INFO, 'streams');
  if (streams === undefined) return undefined;
  const chmaps = yield* ask(VIRTIO_SND_R_CHMAP_INFO, CHMAP_INFO, 'chmaps');
  if (chmaps === undefined) return undefined;
  if (!hasCtls) return { jacks, streams, chmaps, controls: [] };
  const controls = yield* ask(VIRTIO_SND_R_CTL_INFO, CTL_INFO_ALIGNED, 'controls');
  if (controls === undefined) return undefined;
  for (const [controlId, { type, value }] of controls.entries()) {
    if (type === CTL_TYPE_ENUMERATED) yield* askForNames(kernel, controlId, value);
  }
  return { jacks, streams, chmaps, controls };
}

/** Records of all items of a kind, asked for at once; as many as fit a reply. Spec: 5.14.6.2 */
function* queryInfo<V>(
  kernel: GuestKernel,
  code: number,
  record: Struct<V>,
  total: number,
): Program<V[] | undefined> {
  const size = record.widthBytes;
  const count = Math.min(total, Math.floor((REPLY_BYTES - 4) / size));
  if (count === 0) return [];
  const request = QUERY_INFO.write({ code, startId: 0, count, size });
  const { status, payload } = yield* kernel.control(request, count * size);
  if (status !== VIRTIO_SND_S_OK) return undefined;
  const records: V[] = [];
  for (let place = 0; place < count; place++) {
    const value = record.read(payload, place * size);
    if (value === undefined) return undefined;
    records.push(value);
  }
  return records;
}

function* askForNames(kernel: GuestKernel, controlId: number, value: Uint8Array): Program {
  const items = Math.min(readLe32(value, 0), MAX_ITEMS);
  const request = CTL_HDR.write({ code: VIRTIO_SND_R_CTL_ENUM_ITEMS, controlId });
  yield* kernel.control(request, items * CTL_ENUM_ITEM_BYTES);
}
