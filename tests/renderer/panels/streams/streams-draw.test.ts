import { describe, expect, test } from 'vitest';
import { DARK } from '../../../../renderer/palette.ts';
import { diagramBox, EDGES, NODES } from '../../../../renderer/panels/streams/streams-draw.ts';
import { drawFill, heldIn } from '../../../../renderer/panels/streams/streams-draw-fill.ts';
import {
  drawStrays,
  strayAt,
  strayText,
} from '../../../../renderer/panels/streams/streams-draw-strays.ts';
import type { HeadroomSeries } from '../../../../src-core/contract-latency.ts';
import { LIFECYCLE, STREAM_STATES } from '../../../../src-core/spec/sound.ts';
import { recordingContext } from '../../recording-context.ts';

describe('the diagram', () => {
  test('has a place for every state and every transition of the standard, and for no other', () => {
    const wanted = STREAM_STATES.flatMap((from) =>
      Object.values(LIFECYCLE[from]).map((to) => `${from}>${to}`),
    );
    expect(Object.keys(EDGES).sort()).toEqual([...wanted].sort());
    expect(Object.keys(NODES).sort()).toEqual([...STREAM_STATES].sort());
  });

  test('has no two nodes on each other', () => {
    const places = Object.values(NODES).map(({ xPx, yPx }) => `${xPx} ${yPx}`);
    expect(new Set(places).size).toBe(places.length);
  });

  test('grows by what was refused above and below', () => {
    const plain = diagramBox(0, 0);
    expect(diagramBox(4, 0).topPx).toBeLessThan(plain.topPx);
    expect(diagramBox(0, 3).heightPx).toBeGreaterThan(plain.heightPx + 30);
  });
});

function seriesOf(columns: readonly (readonly [device: number, sink: number])[]): HeadroomSeries {
  const device = Float32Array.from(columns, ([held]) => held);
  const sink = Float32Array.from(columns, ([, held]) => held);
  return {
    ...{ streamId: 0, fromNs: 0, columnNs: 1e9, rateHz: 48_000 },
    ...{ bufferFrames: 1000, periodFrames: 250, sinkGrade: 'observed' },
    ...{ deviceMin: device, deviceMax: device, sinkMin: sink, sinkMax: sink },
    totalMin: device.map((held, column) => held + (sink[column] ?? 0)),
  };
}

describe('the fill over time', () => {
  const size = { widthPx: 300, heightPx: 54 };

  function draw(series: HeadroomSeries) {
    const recording = recordingContext();
    const chart = { series, fromNs: 0, toNs: 3e9, cursorNs: undefined, hoverNs: undefined };
    drawFill(recording.ctx, chart, size, DARK);
    const fills = (colour: string) =>
      recording.of('fillRect').filter(({ fillStyle }) => fillStyle === colour);
    return { device: fills(DARK.service), sink: fills(DARK.wave), dry: fills(DARK.error) };
  }

  test('stacks the device on the sink, against the size of the buffer', () => {
    const { device, sink, dry } = draw(seriesOf([[500, 250]]));
    expect(sink.at(-1)?.args).toEqual([0, 39.5, 100, 12.5]);
    expect(device.at(-1)?.args).toEqual([0, 14.5, 100, 25]);
    expect(dry).toEqual([]);
  });

  test('says where nothing was left, and draws nothing where the stream did not run', () => {
    const { device, dry } = draw(
      seriesOf([
        [0, 0],
        [Number.NaN, Number.NaN],
      ]),
    );
    expect(device).toEqual([]);
    expect(dry.map(({ args }) => args[0])).toEqual([0]);
    expect(heldIn(seriesOf([[500, 250]]), 0.5e9)).toEqual({ least: 750, device: 500, sink: 250 });
    expect(heldIn(seriesOf([[500, 250]]), 1.5e9)).toBeUndefined();
  });
});

describe('period regularity', () => {
  const pace = {
    atNs: Float64Array.of(0, 10e6, 20e6),
    strayNs: Float64Array.of(0, 15e6, -1e6),
    index: Float64Array.of(4, 5, 6),
    worst: { index: 5, atNs: 10e6, strayNs: 15e6 },
  };

  test('has a zero line, both units and a mark on the worst', () => {
    const recording = recordingContext();
    const chart = { pace, periodNs: 10e6, cursorNs: undefined, pointed: -1 };
    drawStrays(recording.ctx, chart, { widthPx: 201, heightPx: 80 }, DARK);
    expect(recording.texts()).toEqual([
      'late +15.0\u2009ms · 1.50 P',
      'early −15.0\u2009ms · 1.50 P',
      '✕',
    ]);
    const fills = recording.of('fillRect');
    expect(fills.some(({ args }) => args.join() === '0,40,201,1')).toBe(true);
  });

  test('near the pointer the one that strays most is meant', () => {
    expect(strayAt(pace, 201, 101)).toBe(1);
    expect(strayAt(pace, 201, 199)).toBe(2);
    expect(strayAt(pace, 201, 50)).toBe(-1);
    expect(strayText(-1e6, 10e6)).toBe('1.00\u2009ms · 0.10 P early');
    expect(strayText(0, 10e6)).toBe('on time');
  });
});
