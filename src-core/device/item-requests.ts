/** Requests for information on items, and JACK_REMAP. Spec: 5.14.6.2, 5.14.6.4, 5.14.6.6.2, 5.14.6.9.1, 5.14.6.10.1 */
import { LIMITS } from '../limits.ts';
import { chmapPositionNumber } from '../spec/chmap.ts';
import {
  CHMAP_INFO,
  JACK_REMAP,
  PCM_INFO,
  QUERY_INFO,
  VIRTIO_SND_D_INPUT,
  VIRTIO_SND_D_OUTPUT,
  VIRTIO_SND_S_BAD_MSG,
  VIRTIO_SND_S_NOT_SUPP,
} from '../spec/sound.ts';
import type { Bytes } from '../units.ts';
import {
  answerWith,
  type ControlTarget,
  decoded,
  type Handler,
  OK,
  refuse,
} from './control-call.ts';
import { JACK_REMAP_MAX } from './jacks.ts';
import type { ChmapSpec, StreamSpec } from './topology.ts';

export const jackInfo = query('jacks', ({ jacks }) => jacks.count, jackRecord);
export const pcmInfo = query('streams', ({ topology }) => topology.streams.length, pcmRecord);
export const chmapInfo = query('chmaps', ({ topology }) => topology.chmaps.length, chmapRecord);
export const ctlInfo = query('controls', ({ elements }) => elements.count, ctlRecord);

/** Spec: 5.14.6.4.2 */
export const jackRemap: Handler = decoded(JACK_REMAP, (request, { target, blame }) => {
  const { jackId, association, sequence } = request;
  const { jacks } = target;
  if (jackId >= jacks.count) {
    blame('VS-I-06', `jack ${jackId} of ${jacks.count}`);
    return refuse(VIRTIO_SND_S_BAD_MSG);
  }
  if (!jacks.canRemap(jackId)) {
    blame('VS-I-09', `jack ${jackId} does not offer VIRTIO_SND_JACK_F_REMAP`);
    return refuse(VIRTIO_SND_S_NOT_SUPP);
  }
  if (association > JACK_REMAP_MAX || sequence > JACK_REMAP_MAX) {
    blame('VS-I-09', `association ${association}, sequence ${sequence}`);
    return refuse(VIRTIO_SND_S_BAD_MSG);
  }
  jacks.remap(jackId, association, sequence);
  return OK;
});

/** `record` gives one item's structure as this device knows it. The answer has them at the driver's stride: a longer one
 *  is filled with zeros, a shorter one cuts them off. Spec: 5.14.6.2 */
function query(
  what: string,
  total: (target: ControlTarget) => number,
  record: (target: ControlTarget, id: number, strideBytes: Bytes) => Uint8Array,
): Handler {
  return decoded(QUERY_INFO, ({ startId, count, size }, { target, roomBytes, blame, note }) => {
    const items = total(target);
    if (startId + count > items) {
      blame('VS-R-04', `start_id ${startId}, count ${count}, but ${what} is ${items}`);
      return refuse(VIRTIO_SND_S_BAD_MSG);
    }
    const bytes = count * size;
    if (bytes > roomBytes) {
      const detail = `count ${count} × size ${size} is ${bytes} bytes; there is room for ${roomBytes}`;
      blame('VS-R-05', detail);
      return refuse(VIRTIO_SND_S_BAD_MSG);
    }
    // No structure is near so long: what a future version adds will be.
    if (bytes > LIMITS.replyBytes) {
      note(`an answer of ${bytes} bytes was asked for; more than ${LIMITS.replyBytes} are refused`);
      return refuse(VIRTIO_SND_S_NOT_SUPP);
    }
    const payload = new Uint8Array(bytes);
    for (let place = 0; place < count; place++) {
      const item = record(target, startId + place, size);
      payload.set(item.subarray(0, size), place * size);
    }
    return answerWith(payload);
  });
}

function jackRecord({ jacks }: ControlTarget, id: number): Uint8Array {
  return jacks.info(id);
}

function pcmRecord({ topology, rateCount }: ControlTarget, id: number): Uint8Array {
  const spec = topology.streams[id];
  return spec === undefined ? new Uint8Array(PCM_INFO.widthBytes) : pcmInfoBytes(spec, rateCount);
}

/** A topology never changes, and guests ask again and again. */
const madeInfo = new WeakMap<StreamSpec, { rateCount: number; info: Uint8Array }>();

/** `virtio_snd_pcm_info`, with the rates that the version has. */
function pcmInfoBytes(spec: StreamSpec, rateCount: number): Uint8Array {
  const made = madeInfo.get(spec);
  if (made?.rateCount === rateCount) return made.info;
  const info = PCM_INFO.write({
    hdaFnNid: spec.hdaFnNid,
    features: spec.features,
    formats: bits(spec.formats),
    rates: bits(spec.rates.filter((rate) => rate < rateCount)),
    direction: directionNumber(spec),
    channelsMin: spec.channelsMin,
    channelsMax: spec.channelsMax,
  });
  madeInfo.set(spec, { rateCount, info });
  return info;
}

function chmapRecord({ topology }: ControlTarget, id: number): Uint8Array {
  const spec = topology.chmaps[id];
  if (spec === undefined) return new Uint8Array(CHMAP_INFO.widthBytes);
  return CHMAP_INFO.write({
    hdaFnNid: spec.hdaFnNid,
    direction: directionNumber(spec),
    channels: spec.positions.length,
    positions: Uint8Array.from(spec.positions, (name) => chmapPositionNumber(name) ?? 0),
  });
}

function ctlRecord({ elements }: ControlTarget, id: number, strideBytes: Bytes): Uint8Array {
  return elements.info(id, strideBytes);
}

function directionNumber({ direction }: StreamSpec | ChmapSpec): number {
  return direction === 'output' ? VIRTIO_SND_D_OUTPUT : VIRTIO_SND_D_INPUT;
}

function bits(numbers: readonly number[]): bigint {
  return numbers.reduce((set, bit) => set | (1n << BigInt(bit)), 0n);
}
