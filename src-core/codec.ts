/** Values as bytes: JSON for the structure, raw bytes behind it for typed arrays, so that columns cross a process border
 *  without being written out as text. One packet:
 *
 *      le32 length of the JSON | JSON, padded with spaces to a multiple of 8 | typed arrays, each padded to 8
 *
 *  In the JSON a typed array is `{"$t": [type, offset, length]}` and a bigint `{"$n": "decimal"}`; NaN and the infinities
 *  travel as `{"$f": "NaN"}`. */
import { LIMITS } from './limits.ts';
import { readLe32, writeLe32 } from './spec/layout.ts';

const ARRAY_TYPES = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i16: Int16Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

type ArrayType = keyof typeof ARRAY_TYPES;
type TypedArray = InstanceType<(typeof ARRAY_TYPES)[ArrayType]>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Any tree of plain objects, arrays, strings, numbers, booleans, null, bigints and typed arrays. */
export function encodePacket(value: unknown): Uint8Array {
  const arrays: TypedArray[] = [];
  let arraysBytes = 0;
  // `this[key]`, not the second argument: Node's Buffer has been through its toJSON there
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key: string) {
    const part = this[key];
    if (typeof part === 'bigint') return { $n: part.toString() };
    if (typeof part === 'number' && !Number.isFinite(part)) return { $f: String(part) };
    const type = arrayTypeOf(part);
    if (type === undefined) return part;
    const array = part as TypedArray;
    const place = { $t: [type, arraysBytes, array.length] };
    arrays.push(array);
    arraysBytes += roundUp(array.byteLength);
    return place;
  });
  const json = encoder.encode(text);
  const jsonBytes = roundUp(json.length + 4) - 4;
  const packet = new Uint8Array(4 + jsonBytes + arraysBytes);
  writeLe32(packet, 0, jsonBytes);
  packet.fill(0x20, 4, 4 + jsonBytes);
  packet.set(json, 4);
  let at = 4 + jsonBytes;
  for (const array of arrays) {
    packet.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += roundUp(array.byteLength);
  }
  return packet;
}

/** The value of a packet; `undefined` for bytes that are not one. Typed arrays are copies of the packet's bytes. */
export function decodePacket(packet: Uint8Array): unknown {
  if (packet.length < 4 || packet.length > LIMITS.packetBytes) return undefined;
  const jsonBytes = readLe32(packet, 0);
  const arraysAt = 4 + jsonBytes;
  if (arraysAt > packet.length) return undefined;
  try {
    return JSON.parse(decoder.decode(packet.subarray(4, arraysAt)), (_key, part: unknown) =>
      revive(part, packet, arraysAt),
    );
  } catch {
    return undefined; // not JSON: hostile or cut; the caller says so
  }
}

function revive(part: unknown, packet: Uint8Array, arraysAt: number): unknown {
  if (part === null || typeof part !== 'object') return part;
  const tagged = part as { $n?: unknown; $f?: unknown; $t?: unknown };
  if (typeof tagged.$n === 'string') return BigInt(tagged.$n);
  if (typeof tagged.$f === 'string') return Number(tagged.$f);
  if (!Array.isArray(tagged.$t)) return part;
  const [type, offset, length] = tagged.$t as [ArrayType, number, number];
  const make = ARRAY_TYPES[type];
  const fromBytes = arraysAt + offset;
  const bytes = packet.slice(fromBytes, fromBytes + length * make.BYTES_PER_ELEMENT);
  if (bytes.length !== length * make.BYTES_PER_ELEMENT) throw new RangeError('array ends early');
  return new make(bytes.buffer, 0, length);
}

function arrayTypeOf(part: unknown): ArrayType | undefined {
  if (!ArrayBuffer.isView(part)) return undefined;
  for (const [type, make] of Object.entries(ARRAY_TYPES)) {
    if (part instanceof make) return type as ArrayType;
  }
  return undefined;
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
