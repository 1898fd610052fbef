/** Control elements: access rights, values, TLVs. Spec: 5.14.6.10 */

import { readLe32, readLe64 } from '../spec/layout.ts';
import { hasFeature, VIRTIO_SND_F_CTLS } from '../spec/ring.ts';
import type { RuleId } from '../spec/rules.ts';
import {
  CTL_ACCESS_READ,
  CTL_ACCESS_TLV_COMMAND,
  CTL_ACCESS_TLV_READ,
  CTL_ACCESS_TLV_WRITE,
  CTL_ACCESS_WRITE,
  CTL_ENUM_ITEM_BYTES,
  CTL_HDR,
  CTL_INFO_ALIGNED,
  CTL_INFO_PACKED,
  CTL_TYPE_BOOLEAN,
  CTL_TYPE_ENUMERATED,
  CTL_TYPE_INTEGER,
  CTL_TYPE_INTEGER64,
  CTL_VALUE_BYTES,
  VIRTIO_SND_R_CTL_ENUM_ITEMS,
  VIRTIO_SND_R_CTL_READ,
  VIRTIO_SND_R_CTL_TLV_COMMAND,
  VIRTIO_SND_R_CTL_TLV_READ,
  VIRTIO_SND_R_CTL_TLV_WRITE,
  VIRTIO_SND_R_CTL_WRITE,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import type { Held } from './check-held.ts';
import { type Answer, at, type CheckContext, type CheckModule } from './check-module.ts';
import { isName, nameOf } from './check-names.ts';

const ACCESS: ReadonlyMap<number, readonly [RuleId, number, string]> = new Map([
  [VIRTIO_SND_R_CTL_READ, ['VS-R-18', CTL_ACCESS_READ, 'READ']],
  [VIRTIO_SND_R_CTL_WRITE, ['VS-R-19', CTL_ACCESS_WRITE, 'WRITE']],
  [VIRTIO_SND_R_CTL_TLV_READ, ['VS-R-20', CTL_ACCESS_TLV_READ, 'TLV_READ']],
  [VIRTIO_SND_R_CTL_TLV_WRITE, ['VS-R-21', CTL_ACCESS_TLV_WRITE, 'TLV_WRITE']],
  [VIRTIO_SND_R_CTL_TLV_COMMAND, ['VS-R-22', CTL_ACCESS_TLV_COMMAND, 'TLV_COMMAND']],
]);
const HDR_BYTES = 4;
const VALUE_AT = 8;
const TLV_HEAD_BYTES = 8;
const MOST_TLV_BYTES = 65_536;

type Info = NonNullable<ReturnType<typeof CTL_INFO_PACKED.read>>;

export class ElementChecks implements CheckModule {
  private readonly context: CheckContext;
  /** Bytes of TLV that a read gave, by control. */
  private readonly tlvBytes = new Map<number, number>();

  constructor(context: CheckContext) {
    this.context = context;
  }

  answered(request: Held, answer: Answer): void {
    const { world } = this.context;
    const { code, body, isBroken, chain } = request;
    if (code < VIRTIO_SND_R_CTL_ENUM_ITEMS || code > VIRTIO_SND_R_CTL_TLV_COMMAND) return;
    if (isBroken || body.length < CTL_HDR.widthBytes || chain.writableBytes < HDR_BYTES) return;
    if (world.accepted !== undefined && !hasFeature(world.accepted, VIRTIO_SND_F_CTLS)) return;
    const id = CTL_HDR.read(body)?.controlId ?? 0;
    const { controls } = world.totals;
    if (controls !== undefined && id >= controls) return;
    const info = infoOf(world.controls.get(id)?.bytes);
    if (info !== undefined && !this.may(request, id, info)) return;
    if (code === VIRTIO_SND_R_CTL_ENUM_ITEMS) this.items(request, id, info, answer);
    if (code === VIRTIO_SND_R_CTL_READ) this.room(request, CTL_VALUE_BYTES);
    if (code === VIRTIO_SND_R_CTL_WRITE && info !== undefined) this.value(request, id, info);
    if (code === VIRTIO_SND_R_CTL_TLV_READ) this.tlvRead(request, id, answer);
    if (code === VIRTIO_SND_R_CTL_TLV_WRITE || code === VIRTIO_SND_R_CTL_TLV_COMMAND) {
      this.tlvWrite(request, id);
    }
  }

  private may(request: Held, id: number, info: Info): boolean {
    const asked = ACCESS.get(request.code);
    if (asked === undefined) return true;
    const [rule, bit, name] = asked;
    const { world, verdicts } = this.context;
    const isAllowed = ((info.access >>> bit) & 1) === 1;
    const detail = () => `control ${id} does not have ${name}`;
    verdicts.check(rule, isAllowed, at(request, world), detail);
    return isAllowed;
  }

  private items(request: Held, id: number, info: Info | undefined, answer: Answer): void {
    const { world, verdicts } = this.context;
    if (info === undefined) return;
    const isEnumerated = info.type === CTL_TYPE_ENUMERATED;
    const detail = () => `CTL_ENUM_ITEMS for control ${id}, which is not enumerated`;
    verdicts.check('VS-I-10', isEnumerated, at(request, world), detail);
    if (!isEnumerated) return;
    this.room(request, readLe32(info.value, 0) * CTL_ENUM_ITEM_BYTES);
    if (answer.status !== VIRTIO_SND_S_OK) return;
    const { reply } = answer.entry;
    for (
      let from = HDR_BYTES;
      from + CTL_ENUM_ITEM_BYTES <= reply.length;
      from += CTL_ENUM_ITEM_BYTES
    ) {
      const name = reply.subarray(from, from + CTL_ENUM_ITEM_BYTES);
      const which = () => `item “${nameOf(name)}” of control ${id}`;
      verdicts.check('VS-D-19', isName(name), at(request, world), which);
    }
  }

  private room(request: Held, payloadBytes: number): void {
    const { world, verdicts } = this.context;
    const roomBytes = request.chain.writableBytes - HDR_BYTES;
    const detail = () => `${payloadBytes} bytes; there is room for ${roomBytes}`;
    verdicts.check('VS-I-26', roomBytes >= payloadBytes, at(request, world), detail);
  }

  private value(request: Held, id: number, info: Info): void {
    const { world, verdicts } = this.context;
    if (request.body.length < VALUE_AT + CTL_VALUE_BYTES) {
      const detail = () =>
        `${request.body.length} device-readable bytes of ${VALUE_AT + CTL_VALUE_BYTES}`;
      verdicts.check('VS-I-27', false, at(request, world), detail);
      return;
    }
    const fault = valueFault(info, request.body.subarray(VALUE_AT));
    verdicts.check('VS-I-16', fault === '', at(request, world), () => `control ${id} ${fault}`);
  }

  private tlvRead(request: Held, id: number, { entry, status }: Answer): void {
    const { world, verdicts } = this.context;
    const roomBytes = request.chain.writableBytes;
    if (status === VIRTIO_SND_S_OK) {
      const { reply } = entry;
      if (reply.length >= HDR_BYTES + TLV_HEAD_BYTES) {
        this.tlvBytes.set(id & 0xffff, readLe32(reply, HDR_BYTES + 4));
      }
      verdicts.check('VS-D-21', true, at(request, world), () => '');
      return;
    }
    const known = this.tlvBytes.get(id & 0xffff);
    const least = HDR_BYTES + TLV_HEAD_BYTES;
    if (known === undefined || roomBytes < least || roomBytes >= least + known) return;
    const detail = () => `refused with room for ${roomBytes} bytes; the TLV has ${known}`;
    verdicts.check('VS-D-21', false, at(request, world), detail);
  }

  private tlvWrite(request: Held, id: number): void {
    const { world, verdicts } = this.context;
    const { body } = request;
    if (body.length < VALUE_AT + TLV_HEAD_BYTES) {
      const detail = () => `${body.length} device-readable bytes of ${VALUE_AT + TLV_HEAD_BYTES}`;
      verdicts.check('VS-I-27', false, at(request, world), detail);
      return;
    }
    const bytes = readLe32(body, VALUE_AT + 4);
    const isSound = bytes <= MOST_TLV_BYTES && bytes % 4 === 0;
    const detail = () => `control ${id} a TLV of ${bytes} bytes`;
    verdicts.check('VS-R-23', isSound, at(request, world), detail);
  }
}

function infoOf(bytes: Uint8Array | undefined): Info | undefined {
  if (bytes === undefined) return undefined;
  const layout = bytes.length >= CTL_INFO_ALIGNED.widthBytes ? CTL_INFO_ALIGNED : CTL_INFO_PACKED;
  return layout.read(bytes);
}

/** What is wrong with a written value; empty when nothing is. */
function valueFault(info: Info, value: Uint8Array): string {
  const { type, count } = info;
  const is64 = type === CTL_TYPE_INTEGER64;
  const width = is64 ? 8 : 4;
  for (let place = 0; place < count && (place + 1) * width <= value.length; place++) {
    const one = is64 ? signed64(value, place * 8) : BigInt(readLe32(value, place * 4) | 0);
    const fault = oneFault(info, one);
    if (fault !== '') return `value ${place}: ${fault}`;
  }
  return '';
}

function oneFault({ type, value }: Info, one: bigint): string {
  switch (type) {
    case CTL_TYPE_BOOLEAN:
      return one === 0n || one === 1n ? '' : `${one} for a switch`;
    case CTL_TYPE_ENUMERATED: {
      const items = BigInt(readLe32(value, 0));
      return one >= 0n && one < items ? '' : `item ${one} of ${items}`;
    }
    case CTL_TYPE_INTEGER:
    case CTL_TYPE_INTEGER64: {
      const read = (place: number) =>
        type === CTL_TYPE_INTEGER64
          ? signed64(value, 8 * place)
          : BigInt(readLe32(value, 4 * place) | 0);
      const [min, max, step] = [read(0), read(1), read(2)];
      if (one < min || one > max) return `${one} is outside ${min} to ${max}`;
      return step > 0n && (one - min) % step !== 0n ? `${one} is not on a step of ${step}` : '';
    }
    default:
      return '';
  }
}

function signed64(bytes: Uint8Array, at: number): bigint {
  return BigInt.asIntN(64, readLe64(bytes, at));
}
