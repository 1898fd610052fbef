/** The Wireshark dissector: a fixed Lua program with the standard's tables written in front of it, so that Wireshark and
 *  Ringside name and decode the same things the same way. */
import { ENTRY_KINDS, ENTRY_VERSION } from '../../src-core/capture/entry-codec.ts';
import { CHMAP_POSITIONS } from '../../src-core/spec/chmap.ts';
import { FORMATS, RATES_HZ } from '../../src-core/spec/formats.ts';
import type { Struct } from '../../src-core/spec/layout.ts';
import { RULES } from '../../src-core/spec/rules.ts';
import * as sound from '../../src-core/spec/sound.ts';
import program from './virtio-snd.lua?raw';

type Lua = string | number | boolean | RawLua | LuaMap | readonly Lua[] | LuaRecord;
interface LuaRecord {
  readonly [key: string]: Lua;
}
/** A table with numbers for keys. */
type LuaMap = ReadonlyMap<number, Lua>;

/** Lua that is written already. */
class RawLua {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const STRUCTS: readonly Struct<unknown>[] = [
  ...[sound.SND_HDR, sound.SND_EVENT, sound.QUERY_INFO, sound.JACK_HDR, sound.JACK_INFO],
  ...[sound.JACK_REMAP, sound.PCM_HDR, sound.PCM_INFO, sound.PCM_SET_PARAMS, sound.PCM_XFER],
  ...[sound.PCM_STATUS, sound.CHMAP_INFO, sound.CTL_HDR, sound.CTL_EVENT, sound.CTL_INFO_ALIGNED],
];
/** Numbers that are read in hexadecimal. */
const HEX = new Set([
  'code',
  'status',
  'features',
  'formats',
  'rates',
  'hda_reg_defconf',
  'hda_reg_caps',
  'access',
]);
const TEXT = new Set(['name']);
/** Kinds of entries whose body is JSON. */
const BINARY_KINDS = new Set([
  'none',
  'kick',
  'interrupt',
  'popped',
  'moved',
  'used',
  'state',
  'told',
]);
const BLOB_KINDS = new Set(['ring', 'posted']);

/** The whole Lua program. */
export function dissectorText(version: string): string {
  const tables = Object.entries(luaTables()).map(
    ([name, value]) => `local ${name} = ${lua(value)}`,
  );
  const head = `-- Ringside ${version}`;
  return `${head}\n${program.replace('--@TABLES@', () => tables.join('\n'))}`;
}

function luaTables(): Record<string, Lua> {
  const jsonKinds = ENTRY_KINDS.filter((kind) => !BINARY_KINDS.has(kind) && !BLOB_KINDS.has(kind));
  return {
    VERSION: ENTRY_VERSION,
    KINDS: byNumber(ENTRY_KINDS),
    QUEUES: byNumber(sound.QUEUE_NAMES),
    STATES: byNumber(sound.STREAM_STATES),
    GRADES: byNumber(['observed', 'derived', 'assumed', 'unavailable']),
    OUTBOUND: { used: true, interrupt: true },
    IN_JSON: Object.fromEntries(jsonKinds.map((kind) => [kind, true])),
    CODES: new Map(sound.CODE_NAMES),
    VALUES: valueNames(),
    BITS: bitNames(),
    STRUCTS: structTables(),
    REQUESTS: new Map(sound.REQUESTS.map(({ code, request }) => [code, request.name])),
    RECORDS: new Map(
      sound.REQUESTS.flatMap(({ code, record }) =>
        record === undefined ? [] : [[code, record.name] as const],
      ),
    ),
    RULES: Object.fromEntries(
      Object.entries(RULES).map(([id, { section, severity, by, asks }]) => [
        id,
        [section, severity, by, asks],
      ]),
    ),
  };
}

function valueNames(): Record<string, LuaMap> {
  const rates = RATES_HZ.map((rateHz) => `${rateHz}`);
  const positions = byNumber(CHMAP_POSITIONS);
  return {
    code: new Map(sound.CODE_NAMES),
    status: new Map(sound.CODE_NAMES),
    direction: byNumber(['output', 'input']),
    format: byNumber(FORMATS.map(({ name }) => name)),
    rate: byNumber(rates),
    position: positions,
    connected: byNumber(['no', 'yes']),
  };
}

function bitNames(): Record<string, LuaMap> {
  const features = byNumber(sound.PCM_FEATURE_NAMES);
  const access = ['READ', 'WRITE', 'VOLATILE', 'INACTIVE', 'TLV_READ', 'TLV_WRITE', 'TLV_COMMAND'];
  return {
    'virtio_snd_pcm_info.features': features,
    'virtio_snd_pcm_set_params.features': features,
    'virtio_snd_jack_info.features': byNumber(['REMAP']),
    'virtio_snd_ctl_info.access': byNumber(access),
    'virtio_snd_ctl_event.mask': byNumber(['VALUE', 'INFO', 'TLV']),
  };
}

function structTables(): Record<string, Lua> {
  const tables = STRUCTS.map((layout) => [layout.name, structTable(layout)] as const);
  const packed = structTable(sound.CTL_INFO_PACKED);
  return { ...Object.fromEntries(tables), virtio_snd_ctl_info_packed: packed };
}

function structTable({ widthBytes, fields }: Struct<unknown>): Lua {
  const members = fields.map(({ name, type, offsetBytes, widthBytes: width }) => {
    const marks = [
      ...(TEXT.has(name) ? ['text = true'] : []),
      ...(type.startsWith('pad') || (type.startsWith('u8x') && !TEXT.has(name))
        ? ['raw = true']
        : []),
      ...(HEX.has(name) ? ['hex = true'] : []),
    ];
    return `{ ${[JSON.stringify(name), offsetBytes, width, ...marks].join(', ')} }`;
  });
  return new RawLua(`{ ${[...members, `width = ${widthBytes}`].join(', ')} }`);
}

function byNumber(names: readonly string[]): LuaMap {
  return new Map(names.map((name, number) => [number, name]));
}

function lua(value: Lua): string {
  if (value instanceof RawLua) return value.text;
  if (typeof value === 'string') return luaString(value);
  if (typeof value !== 'object') return `${value}`;
  if (value instanceof Map) {
    return `{ ${[...value].map(([key, member]) => `[${key}] = ${lua(member)}`).join(', ')} }`;
  }
  if (Array.isArray(value)) return `{ ${value.map(lua).join(', ')} }`;
  const members = Object.entries(value as LuaRecord);
  return `{ ${members.map(([key, member]) => `[${luaString(key)}] = ${lua(member)}`).join(', ')} }`;
}

/** Bytes outside printable ASCII as decimal escapes, which every Lua reads. */
function luaString(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const escaped = [...bytes].map((byte) => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
    return byte >= 0x20 && byte < 0x7f
      ? String.fromCharCode(byte)
      : `\\${`${byte}`.padStart(3, '0')}`;
  });
  return `"${escaped.join('')}"`;
}
