/** Control elements: volumes, switches and choices that the driver reads and writes. They are values only: PCM passes as
 *  the driver gave it. Spec: 5.14.6.10 */
import { writeLe32, writeLe64 } from '../spec/layout.ts';
import {
  CTL_ENUM_ITEM_BYTES,
  CTL_INFO_ALIGNED,
  CTL_INFO_PACKED,
  CTL_TYPE_BOOLEAN,
  CTL_TYPE_ENUMERATED,
  CTL_TYPE_INTEGER,
  CTL_TYPE_INTEGER64,
} from '../spec/sound.ts';
import { assert, type Bytes } from '../units.ts';
import { decodeValues, encodeValues } from './control-value.ts';
import type { ControlSpec } from './topology.ts';

/** ALSA-style type, length and value. Spec: 5.14.6.10.3 */
export interface Tlv {
  readonly type: number;
  readonly value: Uint8Array;
}

interface Element {
  readonly spec: ControlSpec;
  union: Uint8Array;
  tlv: Tlv;
}

const NAME_BYTES = 44;
const RANGE_BYTES = 24;

export class ControlElements {
  private readonly specs: readonly ControlSpec[];
  private elements: Element[];

  constructor(specs: readonly ControlSpec[]) {
    this.specs = specs;
    this.elements = specs.map(fresh);
  }

  get count(): number {
    return this.elements.length;
  }

  spec(id: number): ControlSpec | undefined {
    return this.specs[id];
  }

  /** A device reset: the values that the topology gives. */
  reset(): void {
    this.elements = this.specs.map(fresh);
  }

  /** The whole union, 512 bytes. */
  union(id: number): Uint8Array {
    return this.at(id).union;
  }

  /** What stands behind the element's own values becomes 0. */
  write(id: number, bytes: Uint8Array): void {
    const union = new Uint8Array(this.at(id).union.length);
    union.set(bytes.subarray(0, union.length));
    this.at(id).union = union;
  }

  values(id: number): number[] {
    const { spec, union } = this.at(id);
    return decodeValues(spec, union);
  }

  setValues(id: number, values: readonly number[]): void {
    const element = this.at(id);
    element.union = encodeValues(element.spec, values);
  }

  tlv(id: number): Tlv {
    return this.at(id).tlv;
  }

  setTlv(id: number, tlv: Tlv): void {
    this.at(id).tlv = tlv;
  }

  /** `virtio_snd_ctl_info` at the driver's stride: 96 bytes and more as C compilers lay it out, fewer as the standard's
   *  text does. Spec: 5.14.6.10.1 */
  info(id: number, strideBytes: Bytes): Uint8Array {
    const { spec } = this.at(id);
    const { hdaFnNid, role, type, access, count, index } = spec;
    const name = textBytes(spec.name, NAME_BYTES);
    const layout = strideBytes >= CTL_INFO_ALIGNED.widthBytes ? CTL_INFO_ALIGNED : CTL_INFO_PACKED;
    const value = rangeBytes(spec);
    return layout.write({ hdaFnNid, role, type, access, count, index, name, value });
  }

  /** Names of an enumerated element's items, 64 bytes each. Spec: 5.14.6.10.1 */
  items(id: number): Uint8Array {
    const { items } = this.at(id).spec;
    const bytes = new Uint8Array(items.length * CTL_ENUM_ITEM_BYTES);
    items.forEach((item, place) => {
      bytes.set(textBytes(item, CTL_ENUM_ITEM_BYTES), place * CTL_ENUM_ITEM_BYTES);
    });
    return bytes;
  }

  private at(id: number): Element {
    const element = this.elements[id];
    assert(element !== undefined, 'a control element exists');
    return element;
  }
}

function fresh(spec: ControlSpec): Element {
  const tlv = { type: spec.tlv?.type ?? 0, value: Uint8Array.from(spec.tlv?.value ?? []) };
  return { spec, union: encodeValues(spec, spec.values), tlv };
}

/** min, max and step, or the number of items: a union of 24 bytes. */
function rangeBytes({ type, min, max, step, items }: ControlSpec): Uint8Array {
  const bytes = new Uint8Array(RANGE_BYTES);
  if (type === CTL_TYPE_BOOLEAN || type === CTL_TYPE_INTEGER) {
    [min, max, step].forEach((limit, place) => {
      writeLe32(bytes, 4 * place, limit);
    });
  } else if (type === CTL_TYPE_INTEGER64) {
    [min, max, step].forEach((limit, place) => {
      writeLe64(bytes, 8 * place, BigInt.asUintN(64, BigInt(limit)));
    });
  } else if (type === CTL_TYPE_ENUMERATED) {
    writeLe32(bytes, 0, items.length);
  }
  return bytes;
}

/** NUL-terminated and filled with zeros. Spec: 5.14.6.10.1.1 */
function textBytes(text: string, widthBytes: Bytes): Uint8Array {
  const bytes = new Uint8Array(widthBytes);
  bytes.set(new TextEncoder().encode(text).subarray(0, widthBytes - 1));
  return bytes;
}
