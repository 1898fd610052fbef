/** Reads one control element from JSON. Spec: 5.14.6.10.1 */
import {
  CTL_MAX_COUNT,
  CTL_TYPE_BOOLEAN,
  CTL_TYPE_BYTES,
  CTL_TYPE_ENUMERATED,
  CTL_TYPE_IEC958,
  CTL_TYPE_INTEGER,
} from '../spec/sound.ts';
import { IEC958_BYTES } from './control-value.ts';
import { type JsonCheck, pathTo } from './json-check.ts';
import type { ControlSpec } from './topology.ts';

type Json = Readonly<Record<string, unknown>>;

export const CONTROL_KEYS = [
  ...['name', 'index', 'hdaFnNid', 'role', 'direction', 'type', 'access', 'count'],
  ...['min', 'max', 'step', 'items', 'values', 'tlv'],
] as const;

/** By number. Spec: 5.14.6.10.1 */
const TYPES = ['boolean', 'integer', 'integer64', 'enumerated', 'bytes', 'iec958'] as const;
const ROLES = ['undefined', 'volume', 'mute', 'gain'] as const;
const ACCESS = [
  ...(['read', 'write', 'volatile', 'inactive'] as const),
  ...(['tlv-read', 'tlv-write', 'tlv-command'] as const),
];
const DIRECTIONS = ['output', 'input'] as const;
const NAME_LENGTH = 43;
const ITEM_LENGTH = 63;
/** As many as the longest answer of CTL_ENUM_ITEMS holds. */
const MAX_ITEMS = 1000;
const MAX_TLV_BYTES = 65_536;
const U32 = 0xffff_ffff;
const I32_MIN = -0x8000_0000;

interface Range {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** `from`: an object with no keys but CONTROL_KEYS. */
export function controlOf(check: JsonCheck, from: Json, path: string): ControlSpec {
  const type = choiceOf(check, from, path, 'type', TYPES) ?? CTL_TYPE_INTEGER;
  const most = CTL_MAX_COUNT[type] ?? 1;
  const count = check.integer(from, path, 'count', { min: 1, max: most, otherwise: 1 });
  const range = rangeOf(check, from, path, type);
  const items = itemsOf(check, from, path, type);
  const number = (key: string) =>
    check.integer(from, path, key, { min: 0, max: U32, otherwise: 0 });
  return {
    name: check.text(from.name, pathTo(path, 'name'), NAME_LENGTH),
    index: number('index'),
    hdaFnNid: number('hdaFnNid'),
    role: roleOf(check, from, path),
    type,
    access: accessOf(check, from, path),
    count,
    ...range,
    items,
    values: valuesOf(check, from, path, { type, count, range, items }),
    ...tlvOf(check, from, path),
  };
}

function choiceOf<T extends string>(
  check: JsonCheck,
  from: Json,
  path: string,
  key: string,
  allowed: readonly T[],
): number | undefined {
  if (from[key] === undefined) return undefined;
  const found = check.choice(from[key], pathTo(path, key), allowed);
  return found && allowed.indexOf(found);
}

/** (kind << 1) | direction, and 0 when there is none. */
function roleOf(check: JsonCheck, from: Json, path: string): number {
  const kind = choiceOf(check, from, path, 'role', ROLES) ?? 0;
  const direction = choiceOf(check, from, path, 'direction', DIRECTIONS) ?? 0;
  return kind === 0 ? 0 : (kind << 1) | direction;
}

/** Read and write unless given. */
function accessOf(check: JsonCheck, from: Json, path: string): number {
  const places = check.choices(from, path, 'access', ACCESS) ?? [0, 1];
  return places.reduce((bits, place) => bits | (1 << place), 0);
}

function rangeOf(check: JsonCheck, from: Json, path: string, type: number): Range {
  if (type === CTL_TYPE_BOOLEAN) return { min: 0, max: 1, step: 1 };
  const isWide = TYPES[type] === 'integer64';
  const lowest = isWide ? Number.MIN_SAFE_INTEGER : I32_MIN;
  const highest = isWide ? Number.MAX_SAFE_INTEGER : U32;
  const isInteger = isWide || type === CTL_TYPE_INTEGER;
  const bounds = { min: lowest, max: highest };
  const min = check.integer(from, path, 'min', { ...bounds, otherwise: 0 });
  const max = check.integer(from, path, 'max', { ...bounds, otherwise: isInteger ? 100 : 0 });
  const step = check.integer(from, path, 'step', { min: 0, max: highest, otherwise: 0 });
  if (min > max) check.fail(pathTo(path, 'min'), `${min} is above max ${max}`);
  // A range that goes below 0 is one of signed numbers.
  if (!isWide && min < 0 && max > 0x7fff_ffff) {
    check.fail(pathTo(path, 'max'), `${max} is above 2147483647, with a min below 0`);
  }
  return { min, max, step };
}

function itemsOf(check: JsonCheck, from: Json, path: string, type: number): readonly string[] {
  const items = check.list(from, path, 'items', MAX_ITEMS, (value, here) =>
    check.text(value, here, ITEM_LENGTH),
  );
  const isEnumerated = type === CTL_TYPE_ENUMERATED;
  if (isEnumerated && (items ?? []).length === 0) {
    check.fail(pathTo(path, 'items'), `1 to ${MAX_ITEMS} names are needed for type enumerated`);
  }
  if (!isEnumerated && items !== undefined) {
    check.fail(pathTo(path, 'items'), 'is for type enumerated only');
  }
  return items ?? [];
}

/** As many as there are, each within its range; what is not given is the smallest. */
function valuesOf(
  check: JsonCheck,
  from: Json,
  path: string,
  spec: Pick<ControlSpec, 'type' | 'count' | 'items'> & { range: Range },
): readonly number[] {
  const { type, range, items } = spec;
  const isBytes = type === CTL_TYPE_BYTES || type === CTL_TYPE_IEC958;
  const count = type === CTL_TYPE_IEC958 ? IEC958_BYTES : spec.count;
  const ofBytes = { min: 0, max: 255 };
  const ofItems = { min: 0, max: Math.max(0, items.length - 1) };
  const { min, max } = isBytes ? ofBytes : type === CTL_TYPE_ENUMERATED ? ofItems : range;
  const given = check.list(
    from,
    path,
    'values',
    count,
    (value, here) => check.integerValue(value, here, min, max) ?? min,
  );
  return Array.from({ length: count }, (_, place) => given?.[place] ?? min);
}

function tlvOf(check: JsonCheck, from: Json, path: string): Pick<ControlSpec, 'tlv'> {
  if (from.tlv === undefined) return {};
  const here = pathTo(path, 'tlv');
  const tlv = check.object(from.tlv, here, ['type', 'value']);
  const type = check.integer(tlv, here, 'type', { min: 0, max: U32, otherwise: 0 });
  const value =
    check.list(
      tlv,
      here,
      'value',
      MAX_TLV_BYTES,
      (byte, at) => check.integerValue(byte, at, 0, 255) ?? 0,
    ) ?? [];
  if (value.length % 4 !== 0) {
    check.fail(pathTo(here, 'value'), `has ${value.length} bytes, which is not a multiple of 4`);
  }
  return { tlv: { type, value } };
}
