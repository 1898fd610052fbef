/** Requests on control elements: items, values and TLVs. Spec: 5.14.6.10 */
import type { RuleId } from '../spec/rules.ts';
import {
  CTL_ACCESS_READ,
  CTL_ACCESS_TLV_COMMAND,
  CTL_ACCESS_TLV_READ,
  CTL_ACCESS_TLV_WRITE,
  CTL_ACCESS_WRITE,
  CTL_HDR,
  CTL_TLV,
  CTL_TYPE_ENUMERATED,
  VIRTIO_SND_S_BAD_MSG,
  VIRTIO_SND_S_NOT_SUPP,
} from '../spec/sound.ts';
import type { Bytes } from '../units.ts';
import {
  type Answer,
  answerWith,
  type ControlCall,
  decoded,
  type Handler,
  OK,
  refuse,
} from './control-call.ts';
import { valueBytesOf, valueFault } from './control-value.ts';
import type { ControlSpec } from './topology.ts';

/** Spec: 5.14.6.10.3.2 */
const MAX_TLV_BYTES = 65_536;
const VALUE_AT = CTL_HDR.widthBytes;
const TLV_VALUE_AT = CTL_HDR.widthBytes + CTL_TLV.widthBytes;

/** Spec: 5.14.6.10.1 */
export const ctlEnumItems = onElement((id, spec, call) => {
  if (spec.type !== CTL_TYPE_ENUMERATED) {
    call.blame('VS-I-10', `CTL_ENUM_ITEMS for control ${id}, which is not enumerated`);
    return refuse(VIRTIO_SND_S_NOT_SUPP);
  }
  return whole(call.target.elements.items(id), call);
});

/** Spec: 5.14.6.10.2 */
export const ctlRead = onElement((id, spec, call) => {
  if (!may(spec, CTL_ACCESS_READ)) return forbidden('VS-R-18', `control ${id}`, call);
  return whole(call.target.elements.union(id), call);
});

/** Spec: 5.14.6.10.2 */
export const ctlWrite = onElement((id, spec, call) => {
  if (!may(spec, CTL_ACCESS_WRITE)) return forbidden('VS-R-19', `control ${id}`, call);
  const bytes = valueBytesOf(spec);
  const written = call.body.subarray(VALUE_AT, VALUE_AT + bytes);
  if (written.length < bytes) return tooShort(VALUE_AT + bytes, call);
  const fault = valueFault(spec, written);
  if (fault !== undefined) {
    call.blame('VS-I-16', `control ${id}: ${fault}`);
    return refuse(VIRTIO_SND_S_BAD_MSG);
  }
  call.target.elements.write(id, written);
  return OK;
});

/** "The device SHOULD fill what fits" when there is less room than the TLV needs. Spec: 5.14.6.10.3.1 */
export const ctlTlvRead = onElement((id, spec, call) => {
  if (!may(spec, CTL_ACCESS_TLV_READ)) return forbidden('VS-R-20', `control ${id}`, call);
  const { type, value } = call.target.elements.tlv(id);
  const payload = new Uint8Array(CTL_TLV.widthBytes + value.length);
  CTL_TLV.writeInto(payload, 0, { type, length: value.length });
  payload.set(value, CTL_TLV.widthBytes);
  return answerWith(payload.subarray(0, call.roomBytes));
});

/** Spec: 5.14.6.10.3 */
export const ctlTlvWrite = onElement((id, spec, call) => {
  if (!may(spec, CTL_ACCESS_TLV_WRITE)) return forbidden('VS-R-21', `control ${id}`, call);
  return takeTlv(id, call);
});

/** There is nothing behind the element that could carry a command out: what it says is kept as the element's TLV. */
export const ctlTlvCommand = onElement((id, spec, call) => {
  if (!may(spec, CTL_ACCESS_TLV_COMMAND)) return forbidden('VS-R-22', `control ${id}`, call);
  return takeTlv(id, call);
});

function onElement(handle: (id: number, spec: ControlSpec, call: ControlCall) => Answer): Handler {
  return decoded(CTL_HDR, ({ controlId }, call) => {
    const { elements } = call.target;
    const spec = elements.spec(controlId);
    if (spec !== undefined) return handle(controlId, spec, call);
    call.blame('VS-I-06', `control ${controlId} of ${elements.count}`);
    return refuse(VIRTIO_SND_S_BAD_MSG);
  });
}

function takeTlv(id: number, call: ControlCall): Answer {
  const head = CTL_TLV.read(call.body, VALUE_AT);
  if (head === undefined) return tooShort(TLV_VALUE_AT, call);
  const { type, length } = head;
  if (length > MAX_TLV_BYTES || length % 4 !== 0) {
    call.blame('VS-R-23', `control ${id}: a TLV of ${length} bytes`);
    return refuse(VIRTIO_SND_S_BAD_MSG);
  }
  const value = call.body.slice(TLV_VALUE_AT, TLV_VALUE_AT + length);
  if (value.length < length) return tooShort(TLV_VALUE_AT + length, call);
  call.target.elements.setTlv(id, { type, value });
  return OK;
}

function may(spec: ControlSpec, accessBit: number): boolean {
  return ((spec.access >>> accessBit) & 1) === 1;
}

function forbidden(rule: RuleId, detail: string, call: ControlCall): Answer {
  call.blame(rule, detail);
  return refuse(VIRTIO_SND_S_NOT_SUPP);
}

function tooShort(wantedBytes: Bytes, call: ControlCall): Answer {
  call.blame('VS-I-27', `${call.body.length} device-readable bytes of ${wantedBytes}`);
  return refuse(VIRTIO_SND_S_BAD_MSG);
}

/** An answer that is of use only whole. */
function whole(payload: Uint8Array, call: ControlCall): Answer {
  if (payload.length <= call.roomBytes) return answerWith(payload);
  call.blame('VS-I-26', `${payload.length} bytes; there is room for ${call.roomBytes}`);
  return refuse(VIRTIO_SND_S_BAD_MSG);
}
