/** Bytes of a message as fields by their names in the standard: raw value, meaning, section; and the same fields as ranges
 *  of the bytes, so that pointing at one shows the other. Spec: 5.14.6 */
import { CHMAP_POSITIONS } from '../../../src-core/spec/chmap.ts';
import {
  formatName,
  frameBytesOf,
  rateHzOf,
  type StreamParams,
} from '../../../src-core/spec/formats.ts';
import { type Field, readField, type Struct } from '../../../src-core/spec/layout.ts';
import { codeName, PCM_FEATURE_NAMES, VIRTIO_SND_D_OUTPUT } from '../../../src-core/spec/sound.ts';
import type { FieldNode } from '../../ui/field-tree.tsx';
import { formatBytes, formatFrames, formatHex, formatRate } from '../../ui/format.ts';
import type { HexRange } from '../../ui/hex-view.tsx';

export interface DecodedPart {
  readonly nodes: readonly FieldNode[];
  readonly ranges: readonly HexRange[];
}

/** What a structure's fields mean beside their own bytes. */
export interface FieldContext {
  readonly params?: StreamParams | undefined;
  readonly section?: string;
}

/** One structure at `atByte`; a short one gives a note in place of its fields. Ids begin with `prefix`. */
export function decodeStruct(
  layout: Struct<unknown>,
  bytes: Uint8Array,
  atByte: number,
  prefix: string,
  context: FieldContext = {},
): DecodedPart {
  const id = `${prefix}${layout.name}@${atByte}`;
  if (atByte + layout.widthBytes > bytes.length) return tooShort(layout, bytes, atByte, id);
  const own = paramsIn(layout, bytes, atByte) ?? context.params;
  const children = layout.fields.map((field) => {
    const value = readField(bytes, atByte, field);
    return {
      id: `${id}.${field.key}`,
      name: field.name,
      value: rawText(field, value),
      meaning: meaningOf(field.key, value, own),
    };
  });
  const ranges = layout.fields.map((field) => ({
    id: `${id}.${field.key}`,
    fromByte: atByte + field.offsetBytes,
    toByte: atByte + field.offsetBytes + field.widthBytes,
    label: `${layout.name}.${field.name}`,
  }));
  const node: FieldNode = {
    id,
    name: layout.name,
    meaning: `${layout.widthBytes} bytes`,
    section: context.section,
    children,
  };
  return { nodes: [node], ranges };
}

/** Records of `stepBytes` from `atByte` to the end of the bytes; at most `LIMIT` are shown. */
export function decodeRecords(
  layout: Struct<unknown>,
  bytes: Uint8Array,
  atByte: number,
  stepBytes: number,
  prefix: string,
): DecodedPart {
  const step = Math.max(layout.widthBytes, stepBytes);
  const count = Math.min(MAX_RECORDS, Math.floor((bytes.length - atByte) / step));
  const parts = Array.from({ length: Math.max(0, count) }, (_, n) =>
    decodeStruct(layout, bytes, atByte + n * step, `${prefix}${n}.`),
  );
  return joinParts(parts);
}

const MAX_RECORDS = 64;

export function joinParts(parts: readonly DecodedPart[]): DecodedPart {
  return {
    nodes: parts.flatMap(({ nodes }) => nodes),
    ranges: parts.flatMap(({ ranges }) => ranges),
  };
}

/** A stretch of bytes that is no structure. */
export function plainPart(
  id: string,
  name: string,
  fromByte: number,
  toByte: number,
  meaning: string,
): DecodedPart {
  if (toByte <= fromByte) return { nodes: [], ranges: [] };
  return {
    nodes: [{ id, name, value: formatBytes(toByte - fromByte), meaning }],
    ranges: [{ id, fromByte, toByte, label: name }],
  };
}

function tooShort(
  layout: Struct<unknown>,
  bytes: Uint8Array,
  atByte: number,
  id: string,
): DecodedPart {
  const there = Math.max(0, bytes.length - atByte);
  const meaning = `only ${there} of ${layout.widthBytes} bytes are there`;
  return {
    nodes: [{ id, name: layout.name, meaning, isWrong: true }],
    ranges: there > 0 ? [{ id, fromByte: atByte, toByte: bytes.length, label: layout.name }] : [],
  };
}

function rawText(field: Field, value: number | bigint | Uint8Array): string {
  if (value instanceof Uint8Array) {
    const shown = [...value.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, '0'));
    return `${shown.join(' ')}${value.length > 6 ? ' …' : ''}`;
  }
  const isCode = HEX_KEYS.has(field.key);
  return isCode ? formatHex(value, field.widthBytes * 2) : String(value);
}

const HEX_KEYS = new Set(['code', 'status', 'features', 'formats', 'rates', 'hdaRegDefconf']);

/** A value in words; empty where the number says it all. */
function meaningOf(
  key: string,
  value: number | bigint | Uint8Array,
  params: StreamParams | undefined,
): string {
  if (value instanceof Uint8Array) return key === 'positions' ? positionsText(value) : '';
  const number = Number(value);
  return MEANINGS[key]?.(number, value, params) ?? '';
}

type Meaning = (number: number, value: number | bigint, params: StreamParams | undefined) => string;

const MEANINGS: Readonly<Record<string, Meaning>> = {
  code: (number) => codeName(number),
  status: (number) => codeName(number),
  format: (number) => formatName(number),
  rate: (number) => formatRate(rateHzOf(number)),
  formats: (_number, value) => bitNames(BigInt(value), formatName),
  rates: (_number, value) => bitNames(BigInt(value), (id) => formatRate(rateHzOf(id))),
  features: (_number, value) =>
    bitNames(BigInt(value), (bit) => PCM_FEATURE_NAMES[bit] ?? `bit ${bit}`),
  direction: (number) => (number === VIRTIO_SND_D_OUTPUT ? 'output' : 'input'),
  connected: (number) => (number === 0 ? 'unplugged' : 'plugged in'),
  bufferBytes: (number, _value, params) => framesText(number, params),
  periodBytes: (number, _value, params) => framesText(number, params),
  latencyBytes: (number, _value, params) => framesText(number, params),
};

function framesText(bytes: number, params: StreamParams | undefined): string {
  const frameBytes = params === undefined ? 0 : frameBytesOf(params);
  if (params === undefined || frameBytes === 0) return formatBytes(bytes);
  return formatFrames(bytes / frameBytes, rateHzOf(params.rate));
}

function bitNames(bits: bigint, name: (bit: number) => string): string {
  const names: string[] = [];
  for (let bit = 0; bit < 64; bit++) if (((bits >> BigInt(bit)) & 1n) === 1n) names.push(name(bit));
  return names.length === 0 ? 'none' : names.join(', ');
}

function positionsText(positions: Uint8Array): string {
  return [...positions]
    .filter((position) => position !== 0)
    .map((position) => CHMAP_POSITIONS[position] ?? String(position))
    .join(' ');
}

/** SET_PARAMS brings the parameters by which its own byte counts are understood. */
function paramsIn(
  layout: Struct<unknown>,
  bytes: Uint8Array,
  atByte: number,
): StreamParams | undefined {
  if (layout.name !== 'virtio_snd_pcm_set_params') return undefined;
  return layout.read(bytes, atByte) as StreamParams | undefined;
}
