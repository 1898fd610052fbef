import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Capture } from '../../../src-core/capture/capture.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { Layer } from '../../../src-core/layers/layer.ts';
import { placeOf } from '../../../src-core/layers/layer-clock.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import { layerTrack } from '../../../src-core/views/layer-slice.ts';
import { FACTS, story } from '../capture/sample-capture.ts';
import { run, startHost } from '../host-harness.ts';

const PW_TOP = new URL('../../fixtures/pw-top.txt', import.meta.url);

function layerOf(text: string | Uint8Array, pieceBytes = 1 << 20): Layer {
  const layer = new Layer(1, 'a file');
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    layer.give(bytes.subarray(at, at + pieceBytes));
  }
  layer.finish();
  return layer;
}

/** Written from the format strings of sound/core/pcm_trace.h. */
const FTRACE = `# tracer: nop
#
           aplay-91      [000] .....    12.000000: applptr: pcmC0D0p/sub0: prev=0, curr=1920, avail=0, period=480, buf=1920
          <idle>-0       [000] d.h1.    12.010000: hwptr: pcmC0D0p/sub0: IRQ: pos=480, old=0, base=0, period=480, buf=1920
           aplay-91      [000] .....    12.010100: applptr: pcmC0D0p/sub0: prev=1920, curr=2400, avail=0, period=480, buf=1920
          <idle>-0       [000] d.h1.    12.050000: hwptr: pcmC0D0p/sub0: POS: pos=400, old=1900, base=0, period=480, buf=1920
          <idle>-0       [000] d.h1.    12.060000: xrun: pcmC0D0p/sub0: XRUN: old=2400, base=1920, period=480, buf=1920
          <idle>-0       [000] d.h1.    12.070000: hw_ptr_error: pcmC0D0p/sub0: ERROR: Lost interrupts?
          <idle>-0       [000] d.h1.    12.080000: kvm_exit: reason=1
`;

const valuesOf = (layer: Layer, place = 0) => {
  const series = layer.store.series[place];
  return Array.from({ length: series?.rows ?? 0 }, (_, row) => series?.value.get(row));
};

describe('text of ftrace with snd_pcm events', () => {
  const layer = layerOf(FTRACE);
  const [series] = layer.store.series;

  test('tells how full the guest’s buffer is at each event', () => {
    expect(layer.kind).toBe('snd_pcm');
    expect(series?.name).toBe('pcmC0D0p/sub0');
    expect(series?.top).toBe(1920);
    // 1920 written; 480 played; 480 written; at 1920 + 400 after going around; dry
    expect(valuesOf(layer)).toEqual([1920, 1440, 1920, 80, 0, Number.NaN]);
    expect(series?.faults).toBe(2);
    expect(series?.textAt(5)).toBe('ERROR: Lost interrupts?');
    expect(layer.store.odd).toBe(0);
  });

  test('reads the same in pieces of any size, and as trace-cmd and perf print it', () => {
    for (const piece of [1, 7, 64])
      expect(valuesOf(layerOf(FTRACE, piece))).toEqual(valuesOf(layer));
    const perf = FTRACE.replaceAll(/: (hwptr|applptr|xrun|hw_ptr_error): /g, ': snd_pcm:$1: ');
    expect(valuesOf(layerOf(perf.replaceAll('\n', '\r\n')))).toEqual(valuesOf(layer));
  });

  test('names the line that says nothing sensible', () => {
    const broken = FTRACE.replace('avail=0, period', 'avail=zero, period');
    const { store } = layerOf(broken);
    expect(store.problems).toEqual([
      { line: 3, what: 'applptr needs prev, curr, avail and buf, all of them numbers' },
    ]);
  });
});

describe('what pw-top -b printed', () => {
  // PipeWire 1.4.2 with pw-play into a null sink
  const text = readFileSync(PW_TOP, 'utf8');
  const layer = layerOf(text);

  test('gives a series for each node, a screen a second', () => {
    expect(layer.kind).toBe('pw-top');
    const names = layer.store.series.map(({ name }) => name);
    expect(names).toEqual(['28 null-sink', '29 Dummy-Driver', '30 Freewheel-Driver', '33 pw-play']);
    expect(layer.store.problems).toEqual([]);
    const play = layer.store.series[3];
    expect(play?.atNs.get(1)).toBe(1e9);
    expect(play?.value.get(0)).toBeNaN();
    // BUSY 122.4 us and WAIT 2.1 ms of the driver's 2048 frames at 48 kHz
    expect(play?.value.get(1)).toBeCloseTo(122.4e3 / (2048 / 48e3) / 1e9, 6);
    expect(play?.extra.get(1)).toBeCloseTo(2.1e6 / (2048 / 48e3) / 1e9, 6);
    expect(play?.faults).toBe(0);
  });

  test('takes a rise of ERR for a fault, and times of ts for those of the calendar', () => {
    const [first = '', second = ''] = text.split(/(?=^S )/m);
    const stamped = `${first}${second.replace('0.05  0.00    0 ', '0.05  0.00    2 ')}`
      .split('\n')
      .filter((line) => line !== '')
      .map((line, place) => `1790000000.5000${String(place).padStart(2, '0')} ${line}\n`)
      .join('');
    const own = layerOf(stamped);
    expect(own.store.series[3]?.textAt(1)).toBe('ERR went from 0 to 2');
    const place = placeOf(own, new Capture(FACTS, new MemoryStore(1 << 16)));
    expect(own.firstNs + place.offsetNs).toBeCloseTo(0.377e9, -4);
    expect(place.anchor).toContain('wall clock');
  });
});

describe('its place on the session’s axis', () => {
  const capture = new Capture(FACTS, new MemoryStore(1 << 20));

  test('is its first write at the first message of txq, and what the user says instead', () => {
    const layer = layerOf(FTRACE);
    expect(placeOf(layer, capture).anchor).toContain('nothing was played yet');
    for (const [atNs, entry] of story()) capture.append(atNs, entry);
    const { offsetNs, anchor, clock } = placeOf(layer, capture);
    expect(offsetNs).toBe(160 - 12e9);
    expect([anchor, clock].join()).toMatch(
      /first applptr is laid to the first message.*guest’s kernel/,
    );
    layer.shiftNs = -11e9;
    expect(placeOf(layer, capture)).toMatchObject({ offsetNs: -11e9, anchor: 'moved by hand' });
  });

  test('holds each value until the next event, and ends with the file', () => {
    const layer = layerOf(FTRACE);
    const [series] = layer.store.series;
    if (series === undefined) throw new Error('no series');
    const range = { fromNs: -10e6, columnNs: 10e6, columns: 10 };
    const track = layerTrack(1, 0, series, -12e9, range);
    expect([...track.most]).toEqual([
      ...[Number.NaN, 1920, 1920, 1920, 1920, 1920, 1920, 80, 0, Number.NaN],
    ]);
    expect(track.least[2]).toBe(1440);
    expect(track.faults.map(({ atNs }) => Math.round(atNs / 1e6))).toEqual([60, 70]);
    expect([...(track.events?.code ?? [])]).toEqual([3, 2, 3, 1, 4, 4]);
    expect(
      layerTrack(1, 0, series, -12e9, { ...range, columnNs: 50e6, columns: 2 }).events,
    ).toBeUndefined();
  });
});

describe('what is hostile', () => {
  test('is refused with what was seen instead, and never throws', () => {
    expect(layerOf('').refusal()).toBe('it is empty');
    expect(layerOf('hello\nworld\n').refusal()).toMatch(/2 lines.*line 1 begins “hello”/);
    expect(layerOf(FTRACE).refusal()).toBeUndefined();
    const parts = fc.constantFrom(
      ...[
        'R 1 2 3 4us 5us 0 0 0 x\n',
        'S ID QUANT RATE WAIT BUSY W/Q B/Q ERR\n',
        '\0\n',
        'pos=',
        '9',
      ],
      ...FTRACE.split(/(?<=\n)/),
    );
    const lines = fc.array(parts, { maxLength: 40 });
    fc.assert(
      fc.property(lines, (some) => {
        const layer = layerOf(some.join(''), 13);
        for (const series of layer.store.series) {
          for (let row = 1; row < series.rows; row++) {
            expect(series.atNs.get(row)).toBeGreaterThanOrEqual(series.atNs.get(row - 1));
          }
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('grows no further than its bounds', () => {
    const [, , write = ''] = FTRACE.split('\n');
    const many = Array.from({ length: 100 }, (_, card) => write.replace('C0D0', `C${card}D0`));
    const { store } = layerOf(`${many.join('\n')}\n${'x'.repeat(10_000)}\n`);
    expect(store.series.length).toBe(LIMITS.layerSeries);
    expect(store.left).toBe(100 - LIMITS.layerSeries);
    expect(store.problems).toEqual([{ line: 101, what: 'the line is too long' }]);
  });
});

describe('a host', () => {
  const text = new TextEncoder().encode(FTRACE);

  test('lays a file beside a session, moves it, and gives it up with the session', async () => {
    let at = 0;
    const source = {
      read: (into: Uint8Array) => {
        const part = text.subarray(at, at + 100);
        into.set(part);
        at += part.length;
        return part.length === 0 ? -1 : part.length;
      },
      progress: () => undefined,
      close: () => {},
    };
    const { client, clock } = startHost({ openTrace: () => source });
    await client.call('startDemo', { scenario: 'clean' });
    run(clock, 300);
    const { layer } = await client.call('addLayer', { path: '/tmp/guest.txt' });
    run(clock, 100);
    const [info] = await client.call('layers', {});
    expect(info).toMatchObject({ layer, name: 'guest.txt', events: 6, isLoading: false });
    expect(info?.anchor).toContain('first message of txq');
    await client.call('moveLayer', { layer, offsetNs: -12e9 });
    const query = { fromNs: 0, toNs: 100e6, columns: 10 };
    const [track] = await client.call('layerTracks', query);
    expect([track?.name, track?.events?.atNs[0], track?.top]).toEqual(['pcmC0D0p/sub0', 0, 1920]);
    await client.call('startDemo', { scenario: 'clean' });
    expect(await client.call('layers', {})).toEqual([]);
  });

  test('refuses what is no layer, and says how to make one', async () => {
    const { client, clock } = startHost();
    await client.call('startDemo', { scenario: 'clean' });
    run(clock, 10);
    const { layer } = await client.call('beginLayer', { name: 'notes.txt' });
    const bytes = new TextEncoder().encode('my notes\n');
    expect(await client.call('layerSlice', { layer, bytes })).toEqual({ isWanted: true });
    const over = client.call('layerSlice', { layer, bytes: new Uint8Array() });
    await expect(over).rejects.toThrow(/notes.txt is no layer: .*line 1 begins “my notes”/);
    expect(await client.call('layerSlice', { layer, bytes })).toEqual({ isWanted: false });
  });
});
