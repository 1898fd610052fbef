/** Structures of the standard as tables: fields with offset, width and name, described once and used by the device
 *  (read), the demo guest (write), the inspector and the hex view (names), and the tests (sizes).
 *  Wire byte order (little-endian) exists only in this file. Spec: 1.4 */

export type FieldType = 'u8' | 'le16' | 'le32' | 'le64' | `pad${number}` | `u8x${number}`;

type FieldValue<T extends FieldType> = T extends 'le64'
  ? bigint
  : T extends `u8x${number}`
    ? Uint8Array
    : number;

export type StructValue<F extends Record<string, FieldType>> = {
  [K in keyof F as F[K] extends `pad${number}` ? never : K]: FieldValue<F[K]>;
};

export interface Field {
  /** As in the standard: `stream_id`. */
  readonly name: string;
  /** As in our code: `streamId`. */
  readonly key: string;
  readonly type: FieldType;
  readonly offsetBytes: number;
  readonly widthBytes: number;
}

export interface Struct<V> {
  /** As in the standard: `virtio_snd_pcm_hdr`. */
  readonly name: string;
  readonly widthBytes: number;
  readonly fields: readonly Field[];
  /** The value at `offsetBytes`; `undefined` when the bytes end before the structure does. */
  read(bytes: Uint8Array, offsetBytes?: number): V | undefined;
  /** The structure as fresh bytes, padding zero. Numbers are cut to their field's width. */
  write(value: V): Uint8Array;
  /** Writes into `target`, which must have the room. Padding becomes zero. */
  writeInto(target: Uint8Array, offsetBytes: number, value: V): void;
}

/** Describes a structure of the standard. Keys in camelCase become the standard's names in snake_case. */
export function struct<const F extends Record<string, FieldType>>(
  name: string,
  description: F,
): Struct<StructValue<F>> {
  const fields = layOut(description);
  const widthBytes = fields.reduce((sum, field) => sum + field.widthBytes, 0);
  type V = StructValue<F>;
  const writeInto = (target: Uint8Array, offsetBytes: number, value: V): void => {
    target.fill(0, offsetBytes, offsetBytes + widthBytes);
    for (const field of fields) {
      writeField(target, offsetBytes, field, (value as Record<string, unknown>)[field.key]);
    }
  };
  return {
    name,
    widthBytes,
    fields,
    read(bytes, offsetBytes = 0) {
      if (offsetBytes < 0 || offsetBytes + widthBytes > bytes.length) return undefined;
      const value: Record<string, number | bigint | Uint8Array> = {};
      for (const field of fields) {
        if (!field.type.startsWith('pad')) value[field.key] = readField(bytes, offsetBytes, field);
      }
      return value as V;
    },
    write(value) {
      const bytes = new Uint8Array(widthBytes);
      writeInto(bytes, 0, value);
      return bytes;
    },
    writeInto,
  };
}

/** The raw value of one field; padding comes as bytes. The caller has checked that the bytes are there. */
export function readField(
  bytes: Uint8Array,
  structAtBytes: number,
  field: Field,
): number | bigint | Uint8Array {
  const at = structAtBytes + field.offsetBytes;
  switch (field.type) {
    case 'u8':
      return bytes[at] ?? 0;
    case 'le16':
      return readLe16(bytes, at);
    case 'le32':
      return readLe32(bytes, at);
    case 'le64':
      return readLe64(bytes, at);
    default:
      return bytes.slice(at, at + field.widthBytes);
  }
}

/** Little-endian numbers; bytes past the end count as zero. */
export function readLe16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

export function readLe32(bytes: Uint8Array, at: number): number {
  return (readLe16(bytes, at) | (readLe16(bytes, at + 2) << 16)) >>> 0;
}

export function readLe64(bytes: Uint8Array, at: number): bigint {
  const low = readLe32(bytes, at);
  const high = readLe32(bytes, at + 4);
  // A double holds it exactly, and one bigint is made instead of four.
  if (high < 0x20_0000) return BigInt(high * 0x1_0000_0000 + low);
  return (BigInt(high) << 32n) | BigInt(low);
}

export function writeLe16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
}

export function writeLe32(bytes: Uint8Array, at: number, value: number): void {
  writeLe16(bytes, at, value);
  writeLe16(bytes, at + 2, value >>> 16);
}

export function writeLe64(bytes: Uint8Array, at: number, value: bigint): void {
  const number = Number(value);
  if (number >= 0 && number <= Number.MAX_SAFE_INTEGER) {
    writeLe32(bytes, at, number >>> 0);
    writeLe32(bytes, at + 4, Math.floor(number / 0x1_0000_0000));
  } else {
    writeLe32(bytes, at, Number(value & 0xffff_ffffn));
    writeLe32(bytes, at + 4, Number((value >> 32n) & 0xffff_ffffn));
  }
}

/** The same into a view, one store each: for what is written a hundred thousand times a second. */
export function putLe16(view: DataView, at: number, value: number): void {
  view.setUint16(at, value, true);
}

export function putLe32(view: DataView, at: number, value: number): void {
  view.setUint32(at, value, true);
}

export function putBig64(view: DataView, at: number, value: bigint): void {
  view.setBigUint64(at, value, true);
}

/** An integer below 2^53 as 64 bits. */
export function putLe64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 0x1_0000_0000, true);
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
}

function layOut(description: Record<string, FieldType>): Field[] {
  let offsetBytes = 0;
  return Object.entries(description).map(([key, type]) => {
    const widthBytes = widthOf(type);
    const field = { name: toSnakeCase(key), key, type, offsetBytes, widthBytes };
    offsetBytes += widthBytes;
    return field;
  });
}

function widthOf(type: FieldType): number {
  switch (type) {
    case 'u8':
      return 1;
    case 'le16':
      return 2;
    case 'le32':
      return 4;
    case 'le64':
      return 8;
    default:
      return Number(type.replace(/^(pad|u8x)/, ''));
  }
}

function toSnakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function writeField(target: Uint8Array, structAtBytes: number, field: Field, value: unknown): void {
  const at = structAtBytes + field.offsetBytes;
  if (value instanceof Uint8Array) {
    target.set(value.subarray(0, field.widthBytes), at);
  } else if (field.type === 'le64') {
    writeLe64(target, at, value as bigint);
  } else if (field.type === 'le32') {
    writeLe32(target, at, value as number);
  } else if (field.type === 'le16') {
    writeLe16(target, at, value as number);
  } else if (field.type === 'u8') {
    target[at] = value as number;
  }
}
