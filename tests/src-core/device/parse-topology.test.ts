import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_FORMATS,
  DEFAULT_RATES,
  makeTopology,
} from '../../../src-core/device/default-topology.ts';
import { parseTopology } from '../../../src-core/device/parse-topology.ts';
import type { Topology } from '../../../src-core/device/topology.ts';
import { LIMITS } from '../../../src-core/limits.ts';

function parsed(json: unknown): Topology {
  const result = parseTopology(json);
  if ('errors' in result) throw new Error(result.errors.join('\n'));
  return result.topology;
}

function errorsOf(json: unknown): readonly string[] {
  const result = parseTopology(json);
  return 'errors' in result ? result.errors : [];
}

describe('the default device', () => {
  test('has one stream each way, two jacks and a map for each number of channels', () => {
    const topology = makeTopology();
    expect(topology.streams.map(({ direction }) => direction)).toEqual(['output', 'input']);
    expect(topology.jacks).toHaveLength(2);
    expect(topology.chmaps.map(({ direction, positions }) => [direction, ...positions])).toEqual([
      ['output', 'MONO'],
      ['output', 'FL', 'FR'],
      ['input', 'MONO'],
      ['input', 'FL', 'FR'],
    ]);
    expect(topology.controls).toEqual([]);
  });

  test('offers every format of numbers, the two companded ones, and every rate up to 384 kHz', () => {
    expect(DEFAULT_FORMATS).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, ...range(10, 20)]);
    expect(DEFAULT_RATES).toEqual(range(0, 13));
  });

  test('with playback only has a speaker and no microphone', () => {
    const { streams, jacks, chmaps } = makeTopology({ playback: 3, capture: 0 });
    expect([streams.length, jacks.length, chmaps.length]).toEqual([3, 1, 2]);
  });

  test('with many channels has maps for as many as have usual positions', () => {
    const { chmaps } = makeTopology({ capture: 0, channelsMin: 6, channelsMax: 18 });
    expect(chmaps.map(({ positions }) => positions.length)).toEqual([6, 7, 8]);
  });
});

describe('a description', () => {
  test('may be empty, and then is the default', () => {
    expect(parsed({})).toEqual(makeTopology());
  });

  test('may say what is offered of virtqueues', () => {
    const { ringFeatures } = parsed({ ringFeatures: ['EVENT_IDX', 'RING_PACKED'] });
    expect(ringFeatures).toBe((1n << 29n) | (1n << 34n));
    expect(parsed({ ringFeatures: [] }).ringFeatures).toBe(0n);
  });

  test('may say how many, and what all have', () => {
    const json = {
      playback: 2,
      capture: 0,
      formats: ['FLOAT', 'S16'],
      rates: [48000, 44100, 24000],
      channelsMax: 8,
      features: ['EVT_XRUNS', 'MSG_POLLING'],
    };
    const { streams } = parsed(json);
    expect(streams).toHaveLength(2);
    expect(streams[1]).toEqual({
      direction: 'output',
      hdaFnNid: 0,
      features: 0b10100,
      formats: [5, 19],
      rates: [6, 7, 15],
      channelsMin: 1,
      channelsMax: 8,
    });
  });

  test('may say everything of each stream, with what all have as the default', () => {
    const json = {
      rates: [96000],
      streams: [
        { direction: 'input', hdaFnNid: 3, formats: ['U8'], channelsMin: 3, channelsMax: 3 },
        { direction: 'output', rates: [8000] },
      ],
      jacks: [
        { kind: 'headphone', connected: false, canRemap: true, hdaFnNid: 3 },
        { hdaRegDefconf: 5 },
      ],
      chmaps: [{ direction: 'output', positions: ['RR', 'RL'] }],
    };
    const { streams, jacks, chmaps } = parsed(json);
    expect(streams[0]).toMatchObject({
      direction: 'input',
      hdaFnNid: 3,
      formats: [4],
      rates: [10],
    });
    expect(streams[1]).toMatchObject({ rates: [1], formats: DEFAULT_FORMATS, channelsMax: 2 });
    expect(jacks).toEqual([
      {
        hdaFnNid: 3,
        hdaRegDefconf: 0x0221_4010,
        hdaRegCaps: 0x1c,
        canRemap: true,
        connected: false,
      },
      { hdaFnNid: 0, hdaRegDefconf: 5, hdaRegCaps: 0x14, canRemap: false, connected: true },
    ]);
    expect(chmaps).toEqual([{ hdaFnNid: 0, direction: 'output', positions: ['RR', 'RL'] }]);
  });

  test('may have control elements of every type', () => {
    const json = {
      controls: [
        { name: 'Volume', type: 'integer', role: 'volume', count: 2, max: 80, values: [40] },
        { name: 'Volume', index: 1, type: 'integer', role: 'gain', direction: 'input', min: -5 },
        { name: 'Mute', type: 'boolean', role: 'mute', access: ['read', 'volatile'] },
        { name: 'Wide', type: 'integer64', min: -(2 ** 40), max: 2 ** 40, step: 8 },
        { name: 'Source', type: 'enumerated', items: ['Mic', 'Line'], values: [1] },
        { name: 'Blob', type: 'bytes', count: 3, values: [1, 2, 255] },
        { name: 'Digital', type: 'iec958', tlv: { type: 4, value: [1, 2, 3, 4] } },
      ],
    };
    const { controls } = parsed(json);
    expect(controls.map(({ role, type, access }) => [role, type, access])).toEqual([
      [2, 1, 3],
      [7, 1, 3],
      [4, 0, 5],
      [0, 2, 3],
      [0, 3, 3],
      [0, 4, 3],
      [0, 5, 3],
    ]);
    expect(controls[0]).toMatchObject({ values: [40, 0], min: 0, max: 80 });
    expect(controls[1]).toMatchObject({ values: [-5], min: -5, max: 100 });
    expect(controls[2]).toMatchObject({ min: 0, max: 1, step: 1 });
    expect(controls[6]?.values).toHaveLength(176);
    expect(controls[6]?.tlv).toEqual({ type: 4, value: [1, 2, 3, 4] });
  });
});

describe('a mistake is named with its path and what is allowed', () => {
  const cases: [string, unknown, string][] = [
    ['no object', 7, 'the file: 7 is not an object with some of: playback, capture, formats'],
    ['an unknown key', { playbak: 1 }, 'playbak: is not known here; allowed: playback, capture'],
    ['too many streams', { playback: 65 }, 'playback: 65 is not a whole number from 0 to 64'],
    ['too many together', { playback: 64, capture: 1 }, 'playback: with capture makes 65 streams'],
    ['no streams', { playback: 0, capture: 0 }, 'streams: a device has at least one stream'],
    ['both ways', { playback: 1, streams: [{ direction: 'output' }] }, 'playback: is not allowed'],
    ['a format', { formats: ['S17'] }, 'formats[0]: "S17" is not allowed; allowed: IMA_ADPCM, MU'],
    ['a rate', { rates: [48001] }, 'rates[0]: 48001 is not allowed; allowed: 5512, 8000, 11025'],
    ['no rates', { rates: [] }, 'rates: is empty; allowed: 5512'],
    [
      'a feature',
      { features: ['SHMEM_HOST'] },
      'features[0]: "SHMEM_HOST" is not allowed; allowed',
    ],
    [
      'a direction',
      { streams: [{}] },
      'streams[0].direction: nothing is not allowed; allowed: out',
    ],
    [
      'a stream’s rate',
      { streams: [{ direction: 'input' }, { direction: 'input', rates: [48000, 1] }] },
      'streams[1].rates[1]: 1 is not allowed; allowed: 5512',
    ],
    ['channels', { channelsMax: 19 }, 'channelsMax: 19 is not a whole number from 1 to 18'],
    [
      'channels crossed',
      { channelsMin: 4, channelsMax: 2 },
      'channelsMin: 4 is above channelsMax 2',
    ],
    ['no list', { jacks: {} }, 'jacks: {} is not a list'],
    [
      'a jack',
      { jacks: [{ kind: 'aux' }] },
      'jacks[0].kind: "aux" is not allowed; allowed: line-out',
    ],
    ['a ring feature', { ringFeatures: ['PACKED'] }, 'ringFeatures[0]: "PACKED" is not allowed'],
    ['a flag', { jacks: [{ connected: 1 }] }, 'jacks[0].connected: 1 is neither true nor false'],
    [
      'no positions',
      { chmaps: [{ direction: 'input' }] },
      'chmaps[0].positions: 1 to 18 are needed',
    ],
    [
      'a position',
      { chmaps: [{ direction: 'input', positions: ['XX'] }] },
      'chmaps[0].positions[0]: "XX" is not allowed; allowed: NONE, NA, MONO',
    ],
    ['too many jacks', { jacks: new Array(65).fill({}) }, 'jacks: has 65 elements; at most 64'],
    ['a name', { controls: [{}] }, 'controls[0].name: nothing is not 1 to 43 characters of ASCII'],
    [
      'a type',
      { controls: [{ name: 'a', type: 'word' }] },
      'controls[0].type: "word" is not allowed',
    ],
    [
      'twice',
      { controls: [{ name: 'a' }, { name: 'a' }] },
      'controls[1]: an element before it has',
    ],
    [
      'a value',
      { controls: [{ name: 'a', max: 5, values: [6] }] },
      'controls[0].values[0]: 6 is not a whole number from 0 to 5',
    ],
    [
      'items',
      { controls: [{ name: 'a', type: 'enumerated' }] },
      'controls[0].items: 1 to 1000 names are needed',
    ],
    [
      'items where none belong',
      { controls: [{ name: 'a', items: ['b'] }] },
      'controls[0].items: is for type enumerated only',
    ],
    [
      'a count',
      { controls: [{ name: 'a', type: 'integer64', count: 65 }] },
      'controls[0].count: 65 is not a whole number from 1 to 64',
    ],
    ['a range', { controls: [{ name: 'a', min: 9, max: 1 }] }, 'controls[0].min: 9 is above max 1'],
    [
      'a signed range',
      { controls: [{ name: 'a', min: -1, max: 0xffff_ffff }] },
      'controls[0].max: 4294967295 is above 2147483647, with a min below 0',
    ],
    [
      'a TLV',
      { controls: [{ name: 'a', tlv: { type: 1, value: [1, 2] } }] },
      'controls[0].tlv.value: has 2 bytes, which is not a multiple of 4',
    ],
  ];
  for (const [what, json, beginning] of cases) {
    test(what, () => {
      const [first = ''] = errorsOf(json);
      expect(first.slice(0, beginning.length)).toBe(beginning);
    });
  }

  test('all at once, up to a bound', () => {
    expect(errorsOf({ playback: 'x', capture: -1, formats: 3 })).toHaveLength(3);
    const json = Object.fromEntries(Array.from({ length: 1000 }, (_, place) => [`k${place}`, 1]));
    expect(errorsOf(json)).toHaveLength(LIMITS.topologyErrors);
  });
});

test('any JSON gives a topology or errors, and never throws', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.record(
          {
            playback: fc.jsonValue(),
            streams: fc.jsonValue(),
            jacks: fc.array(fc.jsonValue()),
            chmaps: fc.array(fc.record({ positions: fc.jsonValue() })),
            controls: fc.array(
              fc.record({ name: fc.string(), values: fc.jsonValue(), tlv: fc.jsonValue() }),
            ),
          },
          { requiredKeys: [] },
        ),
      ),
      (json) => {
        const result = parseTopology(json);
        expect('errors' in result ? result.errors.length > 0 : true).toBe(true);
      },
    ),
    { seed: 4, numRuns: 500 },
  );
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, place) => from + place);
}
