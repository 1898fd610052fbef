/** Reads a description of the device from JSON: as little as `{"playback": 2}`, or every stream, jack, channel map and
 *  control element. Spec: 5.14.4, 5.14.6 */
import { LIMITS } from '../limits.ts';
import { CHMAP_POSITIONS, type ChmapPosition } from '../spec/chmap.ts';
import { FORMATS, MAX_CHANNELS, RATES_HZ } from '../spec/formats.ts';
import { featureSet } from '../spec/ring.ts';
import { type Direction, PCM_FEATURE_NAMES } from '../spec/sound.ts';
import {
  DEFAULT_FORMATS,
  DEFAULT_RATES,
  defaultChmaps,
  defaultJacks,
  defaultStream,
  JACK_KINDS,
  makeTopology,
  type TopologyOptions,
} from './default-topology.ts';
import { JsonCheck, pathTo } from './json-check.ts';
import { CONTROL_KEYS, controlOf } from './parse-control.ts';
import {
  type ChmapSpec,
  type ControlSpec,
  type JackSpec,
  RING_FEATURE_BITS,
  type StreamSpec,
  type Topology,
} from './topology.ts';

export type ParsedTopology =
  | { readonly topology: Topology }
  | { readonly errors: readonly string[] };

type Json = Readonly<Record<string, unknown>>;

const DIRECTIONS = ['output', 'input'] as const;
const FORMAT_NAMES = FORMATS.map(({ name }) => name);
/** The two shared-memory features are placeholders of the standard: no device can offer them. */
const OFFERABLE = PCM_FEATURE_NAMES.filter((name) => !/^SHMEM_/.test(name));
const SHARED_KEYS = ['formats', 'rates', 'channelsMin', 'channelsMax', 'features'] as const;
const TOP_KEYS = [
  ...['playback', 'capture', ...SHARED_KEYS],
  ...['streams', 'jacks', 'chmaps', 'controls', 'ringFeatures'],
];
const RING_FEATURES = Object.entries(RING_FEATURE_BITS);
const RING_FEATURE_NAMES = RING_FEATURES.map(([name]) => name);
const STREAM_KEYS = ['direction', 'hdaFnNid', ...SHARED_KEYS];
const JACK_KEYS = ['kind', 'hdaFnNid', 'hdaRegDefconf', 'hdaRegCaps', 'canRemap', 'connected'];
const CHMAP_KEYS = ['direction', 'hdaFnNid', 'positions'];
const U32 = 0xffff_ffff;

/** `json`: as JSON.parse gives it. Errors name the path (`streams[0].rates[1]`) and what is allowed there. */
export function parseTopology(json: unknown): ParsedTopology {
  const check = new JsonCheck();
  const top = check.object(json, '', TOP_KEYS);
  const streams = streamsOf(check, top);
  const jacks = check.list(top, '', 'jacks', LIMITS.jacks, (value, path) =>
    jackOf(check, value, path),
  );
  const chmaps = check.list(top, '', 'chmaps', LIMITS.chmaps, (value, path) =>
    chmapOf(check, value, path),
  );
  const topology: Topology = {
    streams,
    jacks: jacks ?? defaultJacks(streams),
    chmaps: chmaps ?? defaultChmaps(streams).slice(0, LIMITS.chmaps),
    controls: controlsOf(check, top),
    ...ringFeaturesOf(check, top),
  };
  return check.errors.length > 0 ? { errors: check.errors } : { topology };
}

function streamsOf(check: JsonCheck, top: Json): readonly StreamSpec[] {
  const shared = sharedOf(check, top, '');
  const bounds = { min: 0, max: LIMITS.streams, otherwise: 1 };
  const playback = check.integer(top, '', 'playback', bounds);
  const capture = check.integer(top, '', 'capture', bounds);
  const listed = check.list(top, '', 'streams', LIMITS.streams, (value, path) =>
    streamOf(check, value, path, shared),
  );
  if (listed !== undefined) {
    for (const key of ['playback', 'capture']) {
      if (top[key] !== undefined) check.fail(key, 'is not allowed together with streams');
    }
  }
  const count = listed?.length ?? playback + capture;
  if (count === 0) check.fail('streams', 'a device has at least one stream');
  if (count > LIMITS.streams) {
    check.fail('playback', `with capture makes ${count} streams; at most ${LIMITS.streams}`);
    return [];
  }
  return listed ?? makeTopology({ playback, capture, ...shared }).streams;
}

function streamOf(
  check: JsonCheck,
  value: unknown,
  path: string,
  shared: TopologyOptions,
): StreamSpec {
  const from = check.object(value, path, STREAM_KEYS);
  const own = sharedOf(check, from, path, shared);
  const hdaFnNid = check.integer(from, path, 'hdaFnNid', { min: 0, max: U32, otherwise: 0 });
  return { ...defaultStream(directionOf(check, from, path), own), hdaFnNid };
}

/** What a stream has of its own, and else what all streams have. */
function sharedOf(
  check: JsonCheck,
  from: Json,
  path: string,
  shared: TopologyOptions = {},
): TopologyOptions {
  const channels = { min: 1, max: MAX_CHANNELS };
  const channelsMin = check.integer(from, path, 'channelsMin', {
    ...channels,
    otherwise: shared.channelsMin ?? 1,
  });
  const channelsMax = check.integer(from, path, 'channelsMax', {
    ...channels,
    otherwise: Math.max(shared.channelsMax ?? 2, channelsMin),
  });
  if (channelsMin > channelsMax) {
    check.fail(pathTo(path, 'channelsMin'), `${channelsMin} is above channelsMax ${channelsMax}`);
  }
  return {
    formats:
      nonEmpty(check, from, path, 'formats', FORMAT_NAMES) ?? shared.formats ?? DEFAULT_FORMATS,
    rates: nonEmpty(check, from, path, 'rates', RATES_HZ) ?? shared.rates ?? DEFAULT_RATES,
    channelsMin,
    channelsMax,
    features: featuresOf(check, from, path) ?? shared.features ?? 0,
  };
}

/** A driver has no use for a stream without a format or a rate. */
function nonEmpty<T extends string | number>(
  check: JsonCheck,
  from: Json,
  path: string,
  key: string,
  allowed: readonly T[],
): number[] | undefined {
  const places = check.choices(from, path, key, allowed);
  const isEmpty = Array.isArray(from[key]) && from[key].length === 0;
  if (isEmpty) check.fail(pathTo(path, key), `is empty; allowed: ${allowed.join(', ')}`);
  return places;
}

function featuresOf(check: JsonCheck, from: Json, path: string): number | undefined {
  const places = check.choices(from, path, 'features', OFFERABLE);
  return places?.reduce((bits, place) => {
    const name = OFFERABLE[place];
    return name === undefined ? bits : bits | (1 << PCM_FEATURE_NAMES.indexOf(name));
  }, 0);
}

function ringFeaturesOf(check: JsonCheck, top: Json): Pick<Topology, 'ringFeatures'> {
  const places = check.choices(top, '', 'ringFeatures', RING_FEATURE_NAMES);
  if (places === undefined) return {};
  const bits = places.flatMap((place) => RING_FEATURES[place]?.[1] ?? []);
  return { ringFeatures: featureSet(...bits) };
}

function directionOf(check: JsonCheck, from: Json, path: string): Direction {
  return check.choice(from.direction, pathTo(path, 'direction'), DIRECTIONS) ?? 'output';
}

function jackOf(check: JsonCheck, value: unknown, path: string): JackSpec {
  const from = check.object(value, path, JACK_KEYS);
  const kinds = Object.keys(JACK_KINDS) as (keyof typeof JACK_KINDS)[];
  const kind =
    from.kind === undefined ? 'speaker' : check.choice(from.kind, pathTo(path, 'kind'), kinds);
  const usual = JACK_KINDS[kind ?? 'speaker'];
  const number = (key: string, otherwise: number) =>
    check.integer(from, path, key, { min: 0, max: U32, otherwise });
  return {
    hdaFnNid: number('hdaFnNid', 0),
    hdaRegDefconf: number('hdaRegDefconf', usual.hdaRegDefconf),
    hdaRegCaps: number('hdaRegCaps', usual.hdaRegCaps),
    canRemap: check.boolean(from, path, 'canRemap', false),
    connected: check.boolean(from, path, 'connected', true),
  };
}

function chmapOf(check: JsonCheck, value: unknown, path: string): ChmapSpec {
  const from = check.object(value, path, CHMAP_KEYS);
  const positions = check.list(from, path, 'positions', MAX_CHANNELS, (name, here) =>
    check.choice(name, here, CHMAP_POSITIONS),
  );
  if (positions === undefined || positions.length === 0) {
    const allowed = CHMAP_POSITIONS.join(', ');
    check.fail(pathTo(path, 'positions'), `1 to ${MAX_CHANNELS} are needed; allowed: ${allowed}`);
  }
  return {
    hdaFnNid: check.integer(from, path, 'hdaFnNid', { min: 0, max: U32, otherwise: 0 }),
    direction: directionOf(check, from, path),
    positions: (positions ?? []).flatMap((name): ChmapPosition[] => (name ? [name] : [])),
  };
}

/** "The device MUST NOT have two elements with the same name and index". Spec: 5.14.6.10.1.1 */
function controlsOf(check: JsonCheck, top: Json): readonly ControlSpec[] {
  const seen = new Set<string>();
  const controls = check.list(top, '', 'controls', LIMITS.controls, (value, path) => {
    const control = controlOf(check, check.object(value, path, CONTROL_KEYS), path);
    const key = `${control.index} ${control.name}`;
    if (seen.has(key)) check.fail(path, 'an element before it has the same name and index');
    seen.add(key);
    return control;
  });
  return controls ?? [];
}
