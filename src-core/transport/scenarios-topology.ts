/** The devices that the demo's scenarios run on. Spec: 5.14.6.4.1, 5.14.6.6.2, 5.14.6.9.1 */
// biome-ignore lint/style/noRestrictedImports: only the types of a topology, which is data; nothing of the device's behaviour
import type { JackSpec, StreamSpec, Topology } from '../device/topology.ts';
import { USUAL_POSITIONS } from '../spec/chmap.ts';
import { FIRST_RATE_OF_1_4, FORMATS, RATES_HZ } from '../spec/formats.ts';
import { type Direction, VIRTIO_SND_PCM_F_EVT_XRUNS } from '../spec/sound.ts';

/** HDA pins: a headphone jack (green) and a microphone jack (pink), both with presence detection. */
const HEADPHONES: JackSpec = jack(0x0221_401f, 0x1c);
const MICROPHONE: JackSpec = jack(0x02a1_903f, 0x24);

/** Streams of one function group, outputs first, with stereo and mono maps; a jack for each direction when `jacks`. */
export function demoTopology(playback: number, capture: number, jacks = false): Topology {
  return {
    streams: [
      ...Array.from({ length: playback }, () => stream('output')),
      ...Array.from({ length: capture }, () => stream('input')),
    ],
    jacks: jacks ? [HEADPHONES, MICROPHONE] : [],
    chmaps: [...(playback > 0 ? maps('output') : []), ...(capture > 0 ? maps('input') : [])],
    controls: [],
  };
}

function stream(direction: Direction): StreamSpec {
  return {
    direction,
    hdaFnNid: 0,
    features: 1 << VIRTIO_SND_PCM_F_EVT_XRUNS,
    formats: FORMATS.filter(({ kind }) => kind !== 'coded').map(({ id }) => id),
    rates: RATES_HZ.map((_, id) => id).filter((id) => id < FIRST_RATE_OF_1_4),
    channelsMin: 1,
    channelsMax: 2,
  };
}

function maps(direction: Direction) {
  return [1, 2].map((channels) => ({
    hdaFnNid: 0,
    direction,
    positions: USUAL_POSITIONS[channels] ?? [],
  }));
}

function jack(hdaRegDefconf: number, hdaRegCaps: number): JackSpec {
  return { hdaFnNid: 0, canRemap: false, hdaRegDefconf, hdaRegCaps, connected: true };
}
