/** Bytes by a structure that the user wrote: fields with values, and the same fields as ranges of the bytes. Pure. */
import type { FieldNode } from '../../ui/field-tree.tsx';
import { formatBytes, formatHex } from '../../ui/format.ts';
import type { HexRange } from '../../ui/hex-view.tsx';
import type { DecodedPart } from './inspector-fields.ts';
import {
  isStruct,
  type NumberType,
  type StructField,
  type StructType,
  widthOf,
} from './struct-text.ts';

/** Fields of all structures and arrays that are shown. */
export const MOST_NODES = 1000;
const MOST_HEX = 16;

/** `prefix` begins the ids. What lies past the bytes is said, not made up. */
export function decodeByText(
  root: StructType,
  bytes: Uint8Array,
  fromByte: number,
  prefix: string,
): DecodedPart {
  const walk = new Walk(bytes);
  const node = walk.struct(root, root.name, fromByte, prefix);
  const more = walk.left > 0 ? [] : [moreNode(prefix)];
  return { nodes: [node, ...more], ranges: walk.ranges };
}

function moreNode(prefix: string): FieldNode {
  return {
    id: `${prefix}.more`,
    name: '…',
    meaning: `more than ${MOST_NODES} fields: the rest is left out`,
  };
}

class Walk {
  readonly ranges: HexRange[] = [];
  left = MOST_NODES;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  struct(type: StructType, name: string, atByte: number, id: string): FieldNode {
    this.left--;
    const children: FieldNode[] = [];
    let at = atByte;
    for (const field of type.fields) {
      if (this.left <= 0) break;
      const count = this.countOf(field, at);
      children.push(this.field(field, count, at, `${id}.${field.name}@${at}`));
      at += count * widthOf(field);
    }
    return {
      id,
      name,
      meaning: `${type.name === name ? '' : `${type.name}, `}${formatBytes(at - atByte)}`,
      children,
    };
  }

  private countOf({ count = 1, type }: StructField, atByte: number): number {
    if (count >= 0) return count;
    return Math.max(0, Math.floor((this.bytes.length - atByte) / Math.max(1, type.bytes)));
  }

  private field(field: StructField, count: number, atByte: number, id: string): FieldNode {
    const { name, type, count: asked } = field;
    if (asked === undefined) {
      return isStruct(type)
        ? this.struct(type, name, atByte, id)
        : this.number(field, type, atByte, id);
    }
    const title = `${name}[${count}]`;
    if (!isStruct(type) && type.bytes === 1) return this.octets(field, count, title, atByte, id);
    this.left--;
    const children: FieldNode[] = [];
    for (let nth = 0; nth < count && this.left > 0; nth++) {
      const at = atByte + nth * type.bytes;
      const one = { ...field, name: `[${nth}]` };
      const childId = `${id}.${nth}`;
      children.push(
        isStruct(type)
          ? this.struct(type, one.name, at, childId)
          : this.number(one, type, at, childId),
      );
    }
    return { id, name: title, meaning: formatBytes(count * type.bytes), children };
  }

  private number(
    { name, typeName }: StructField,
    type: NumberType,
    atByte: number,
    id: string,
  ): FieldNode {
    this.left--;
    if (atByte + type.bytes > this.bytes.length)
      return this.short(name, typeName, atByte, type.bytes, id);
    this.ranges.push({
      id,
      fromByte: atByte,
      toByte: atByte + type.bytes,
      label: `${name}: ${typeName}`,
    });
    const value = readNumber(this.bytes, atByte, type);
    return { id, name, value: value.text, meaning: value.meaning };
  }

  /** Bytes and letters stand in one line, as hex and as text. */
  private octets(
    field: StructField,
    count: number,
    title: string,
    atByte: number,
    id: string,
  ): FieldNode {
    this.left--;
    const { typeName } = field;
    if (atByte + count > this.bytes.length) return this.short(title, typeName, atByte, count, id);
    if (count > 0) {
      this.ranges.push({
        id,
        fromByte: atByte,
        toByte: atByte + count,
        label: `${field.name}: ${typeName}`,
      });
    }
    const part = this.bytes.subarray(atByte, atByte + count);
    const hex = [...part.subarray(0, MOST_HEX)].map((byte) => byte.toString(16).padStart(2, '0'));
    return {
      id,
      name: title,
      value: `${hex.join(' ')}${count > MOST_HEX ? ' …' : ''}`,
      meaning: textOf(part),
    };
  }

  private short(
    name: string,
    typeName: string,
    atByte: number,
    wanted: number,
    id: string,
  ): FieldNode {
    const there = Math.max(0, this.bytes.length - atByte);
    if (there > 0) {
      this.ranges.push({
        id,
        fromByte: atByte,
        toByte: this.bytes.length,
        label: `${name}: ${typeName}`,
      });
    }
    return { id, name, meaning: `only ${there} of ${wanted} bytes are there`, isWrong: true };
  }
}

function readNumber(
  bytes: Uint8Array,
  atByte: number,
  type: NumberType,
): { text: string; meaning: string } {
  const view = new DataView(bytes.buffer, bytes.byteOffset + atByte, type.bytes);
  const isLittle = !type.isBig;
  if (type.kind === 'float') {
    const value = type.bytes === 4 ? view.getFloat32(0, isLittle) : view.getFloat64(0, isLittle);
    return { text: String(value), meaning: '' };
  }
  const raw = rawOf(view, type.bytes, isLittle);
  const value = type.kind === 'signed' ? BigInt.asIntN(8 * type.bytes, raw) : raw;
  if (type.kind === 'char') return { text: `'${letter(Number(raw))}'`, meaning: String(raw) };
  return { text: String(value), meaning: formatHex(raw, 2 * type.bytes) };
}

function rawOf(view: DataView, bytes: NumberType['bytes'], isLittle: boolean): bigint {
  if (bytes === 8) return view.getBigUint64(0, isLittle);
  if (bytes === 4) return BigInt(view.getUint32(0, isLittle));
  return BigInt(bytes === 2 ? view.getUint16(0, isLittle) : view.getUint8(0));
}

/** Up to the first NUL, where it is letters; else nothing. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const part = end < 0 ? bytes : bytes.subarray(0, end);
  const isText = part.length > 0 && part.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isText ? `“${String.fromCharCode(...part.subarray(0, 64))}”` : '';
}

function letter(code: number): string {
  return code >= 0x20 && code < 0x7f
    ? String.fromCharCode(code)
    : `\\x${code.toString(16).padStart(2, '0')}`;
}
