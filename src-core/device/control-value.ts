/** Values of a control element as they stand in the 512-byte union `virtio_snd_ctl_value`. Spec: 5.14.6.10.1, 5.14.6.10.2 */
import { readLe32, readLe64, writeLe32, writeLe64 } from '../spec/layout.ts';
import {
  CTL_TYPE_BOOLEAN,
  CTL_TYPE_BYTES,
  CTL_TYPE_ENUMERATED,
  CTL_TYPE_IEC958,
  CTL_TYPE_INTEGER64,
  CTL_VALUE_BYTES,
} from '../spec/sound.ts';
import type { Bytes } from '../units.ts';
import type { ControlSpec } from './topology.ts';

/** status[24], subcode[147], pad[1], dig_subframe[4] */
export const IEC958_BYTES = 176;

/** Bytes of the union that the element uses. */
export function valueBytesOf(spec: ControlSpec): Bytes {
  return spec.type === CTL_TYPE_IEC958 ? IEC958_BYTES : spec.count * widthOf(spec);
}

/** The union with `values` in it; what they do not fill is 0. BYTES and IEC958 take them as bytes. */
export function encodeValues(spec: ControlSpec, values: readonly number[]): Uint8Array {
  const union = new Uint8Array(CTL_VALUE_BYTES);
  const width = widthOf(spec);
  const places = valueBytesOf(spec) / width;
  values.slice(0, places).forEach((value, place) => {
    const at = place * width;
    if (width === 8) writeLe64(union, at, BigInt.asUintN(64, BigInt(Math.trunc(value))));
    else if (width === 4) writeLe32(union, at, value);
    else union[at] = value;
  });
  return union;
}

/** What the union holds, one number for each value. 64-bit values beyond 2^53 are rounded. */
export function decodeValues(spec: ControlSpec, union: Uint8Array): number[] {
  const width = widthOf(spec);
  return Array.from({ length: valueBytesOf(spec) / width }, (_, place) =>
    Number(readValue(spec, union, place * width)),
  );
}

/** What is wrong with values that the driver writes; `undefined` when all may be written. Spec: 5.14.6.10.2 */
export function valueFault(spec: ControlSpec, union: Uint8Array): string | undefined {
  const width = widthOf(spec);
  if (width === 1) return undefined;
  for (let place = 0; place < spec.count; place++) {
    const value = readValue(spec, union, place * width);
    const fault = faultOf(spec, value);
    if (fault !== undefined) return `value ${value} at ${place} ${fault}`;
  }
  return undefined;
}

function faultOf(spec: ControlSpec, value: bigint): string | undefined {
  if (spec.type === CTL_TYPE_BOOLEAN) return value > 1n ? 'is neither 0 nor 1' : undefined;
  if (spec.type === CTL_TYPE_ENUMERATED) {
    return value < BigInt(spec.items.length) ? undefined : `of ${spec.items.length} items`;
  }
  const { min, max, step } = spec;
  if (value < BigInt(min) || value > BigInt(max)) return `is outside ${min} to ${max}`;
  if (step > 0 && (value - BigInt(min)) % BigInt(step) !== 0n) {
    return `is not on a step of ${step} from ${min}`;
  }
  return undefined;
}

/** Integers are signed where the element's range goes below 0. */
function readValue(spec: ControlSpec, union: Uint8Array, at: number): bigint {
  const width = widthOf(spec);
  if (width === 1) return BigInt(union[at] ?? 0);
  const raw = width === 8 ? readLe64(union, at) : BigInt(readLe32(union, at));
  return spec.min < 0 ? BigInt.asIntN(8 * width, raw) : raw;
}

function widthOf({ type }: ControlSpec): 1 | 4 | 8 {
  if (type === CTL_TYPE_INTEGER64) return 8;
  return type === CTL_TYPE_BYTES || type === CTL_TYPE_IEC958 ? 1 : 4;
}
