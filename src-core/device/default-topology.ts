/** The device that one gets without describing it: so many streams, jacks to plug and channel maps that fit them.
 *  Spec: 5.14.6.4.1, 5.14.6.6.2, 5.14.6.9.1 */
import { USUAL_POSITIONS } from '../spec/chmap.ts';
import { FIRST_RATE_OF_1_4, FORMATS, RATES_HZ } from '../spec/formats.ts';
import {
  CTL_ACCESS_READ,
  CTL_ACCESS_TLV_READ,
  CTL_ACCESS_WRITE,
  CTL_TYPE_BOOLEAN,
  CTL_TYPE_ENUMERATED,
  CTL_TYPE_INTEGER,
  type Direction,
} from '../spec/sound.ts';
import type { ChmapSpec, ControlSpec, JackSpec, StreamSpec, Topology } from './topology.ts';

export interface TopologyOptions {
  /** Output and input streams; outputs have the lower ids. 1 and 1 unless given. */
  readonly playback?: number;
  readonly capture?: number;
  /** Format ids. All that a player or a recorder has a use for, unless given. */
  readonly formats?: readonly number[];
  /** Rate ids. All that every version of the standard has, unless given. */
  readonly rates?: readonly number[];
  /** 1 and 2 unless given. Drivers size buffers for the widest that is offered, so more costs them memory and latency. */
  readonly channelsMin?: number;
  readonly channelsMax?: number;
  /** Bits of PCM features; none unless given, since some drivers select whatever is offered. */
  readonly features?: number;
  /** Some control elements, and with them VIRTIO_SND_F_CTLS. Not unless asked for: some front-ends give the guest the
   *  feature without the longer configuration space. */
  readonly controls?: boolean;
}

/** Formats with samples of numbers, and the two that decode to them. ADPCM, DSD and IEC 958 are for those who ask. */
export const DEFAULT_FORMATS: readonly number[] = FORMATS.filter(
  ({ kind, name }) => kind !== 'coded' || name === 'MU_LAW' || name === 'A_LAW',
).map(({ id }) => id);

export const DEFAULT_RATES: readonly number[] = RATES_HZ.map((_, id) => id).filter(
  (id) => id < FIRST_RATE_OF_1_4,
);

/** HDA pin default configuration and capabilities of usual jacks: a 1/8" connector at the front, with presence detect. */
export const JACK_KINDS = {
  'line-out': { hdaRegDefconf: 0x0201_4010, hdaRegCaps: 0x14 },
  speaker: { hdaRegDefconf: 0x0211_4010, hdaRegCaps: 0x14 },
  headphone: { hdaRegDefconf: 0x0221_4010, hdaRegCaps: 0x1c },
  'line-in': { hdaRegDefconf: 0x0281_3020, hdaRegCaps: 0x24 },
  microphone: { hdaRegDefconf: 0x02a1_9020, hdaRegCaps: 0x24 },
} as const;

/** Never fails: bounds are the caller's, as in `parse-topology.ts`. */
export function makeTopology(options: TopologyOptions = {}): Topology {
  const { playback = 1, capture = 1 } = options;
  const streams = [
    ...Array.from({ length: playback }, () => defaultStream('output', options)),
    ...Array.from({ length: capture }, () => defaultStream('input', options)),
  ];
  return {
    streams,
    jacks: defaultJacks(streams),
    chmaps: defaultChmaps(streams),
    controls: options.controls === true ? DEFAULT_CONTROLS : [],
  };
}

export function defaultStream(direction: Direction, options: TopologyOptions = {}): StreamSpec {
  return {
    direction,
    hdaFnNid: 0,
    features: options.features ?? 0,
    formats: options.formats ?? DEFAULT_FORMATS,
    rates: options.rates ?? DEFAULT_RATES,
    channelsMin: options.channelsMin ?? 1,
    channelsMax: options.channelsMax ?? Math.max(2, options.channelsMin ?? 1),
  };
}

/** A speaker where something plays, a microphone where something records. */
export function defaultJacks(streams: readonly StreamSpec[]): readonly JackSpec[] {
  const jacks: JackSpec[] = [];
  const common = { hdaFnNid: 0, canRemap: true, connected: true };
  if (has(streams, 'output')) jacks.push({ ...common, ...JACK_KINDS.speaker });
  if (has(streams, 'input')) jacks.push({ ...common, ...JACK_KINDS.microphone });
  return jacks;
}

/** One map for each number of channels that a function group offers in a direction, up to 8. */
export function defaultChmaps(streams: readonly StreamSpec[]): readonly ChmapSpec[] {
  const maps = new Map<string, ChmapSpec>();
  for (const { hdaFnNid, direction, channelsMin, channelsMax } of streams) {
    for (let channels = channelsMin; channels <= channelsMax; channels++) {
      const positions = USUAL_POSITIONS[channels];
      if (positions === undefined) break;
      const key = `${hdaFnNid} ${direction} ${channels}`;
      if (!maps.has(key)) maps.set(key, { hdaFnNid, direction, positions });
    }
  }
  return [...maps.values()];
}

const READ_WRITE = (1 << CTL_ACCESS_READ) | (1 << CTL_ACCESS_WRITE);
const plain = { hdaFnNid: 0, index: 0, min: 0, max: 0, step: 0, items: [] };

/** A volume in decibels, a switch and a choice: one of each sort that mixers show. */
const DEFAULT_CONTROLS: readonly ControlSpec[] = [
  {
    ...plain,
    name: 'Master Playback Volume',
    role: 2,
    type: CTL_TYPE_INTEGER,
    access: READ_WRITE | (1 << CTL_ACCESS_TLV_READ),
    count: 2,
    max: 100,
    step: 1,
    values: [80, 80],
    // SNDRV_CTL_TLVT_DB_SCALE: from -50 dB in steps of 0.5 dB.
    tlv: { type: 1, value: [0x78, 0xec, 0xff, 0xff, 0x32, 0, 0, 0] },
  },
  {
    ...plain,
    name: 'Master Playback Switch',
    role: 4,
    type: CTL_TYPE_BOOLEAN,
    access: READ_WRITE,
    count: 1,
    max: 1,
    step: 1,
    values: [1],
  },
  {
    ...plain,
    name: 'Capture Source',
    role: 0,
    type: CTL_TYPE_ENUMERATED,
    access: READ_WRITE,
    count: 1,
    items: ['Microphone', 'Line In', 'Loopback'],
    values: [0],
  },
];

function has(streams: readonly StreamSpec[], direction: Direction): boolean {
  return streams.some((stream) => stream.direction === direction);
}
