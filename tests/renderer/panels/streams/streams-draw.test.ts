import { describe, expect, test } from 'vitest';
import { DARK } from '../../../../renderer/palette.ts';
import {
  diagramBox,
  drawFill,
  EDGES,
  NODES,
} from '../../../../renderer/panels/streams/streams-draw.ts';
import {
  FillHistory,
  type FillSample,
  MOST_SAMPLES,
} from '../../../../renderer/panels/streams/streams-history.ts';
import type { SessionStatus } from '../../../../src-core/contract-data.ts';
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

describe('the history of the fill', () => {
  const size = { widthPx: 300, heightPx: 54 };
  const sample = (atNs: number, deviceFrames: number, sinkFrames: number): FillSample => ({
    atNs,
    guestFrames: 0,
    deviceFrames,
    sinkFrames,
  });

  function draw(samples: FillSample[]) {
    const recording = recordingContext();
    const chart = { samples, endNs: 30e9, bufferFrames: 1000 };
    drawFill(recording.ctx, chart, size, DARK);
    const fills = (colour: string) =>
      recording.of('fillRect').filter(({ fillStyle }) => fillStyle === colour);
    return { device: fills(DARK.service), sink: fills(DARK.wave) };
  }

  test('stacks the device on the sink, against the size of the buffer', () => {
    const { device, sink } = draw([sample(29.9e9, 500, 250), sample(30e9, 500, 250)]);
    expect(sink[0]?.args.slice(1)).toEqual([39.5, 1, 12.5]);
    expect(device[0]?.args.slice(1)).toEqual([14.5, 1, 25]);
    expect(device[0]?.args[0]).toBeCloseTo(299);
  });

  test('is not joined across a time in which nobody looked', () => {
    const { device } = draw([sample(10e9, 500, 0), sample(20e9, 500, 0)]);
    expect(device.map(({ args }) => args[2])).toEqual([1, 1]);
  });

  test('draws nothing for nothing', () => {
    expect(draw([sample(10e9, 0, 0)]).device).toEqual([]);
  });
});

describe('what is remembered', () => {
  const statusAt = (endNs: number, sessionId = 1, deviceFrames = 7) =>
    ({
      sessionId,
      endNs,
      streams: [{ streamId: 3, guestFrames: 1, deviceFrames, sinkFrames: 2, state: 'running' }],
    }) as unknown as SessionStatus;

  test('is the last half minute, each moment once', () => {
    const history = new FillHistory();
    for (const at of [0, 1e9, 1e9, 40e9]) history.look(statusAt(at));
    expect(history.samples(3, 40e9).map(({ atNs }) => atNs)).toEqual([40e9]);
    expect(history.samples(3, 1e9).map(({ atNs }) => atNs)).toEqual([0, 1e9, 40e9]);
  });

  test('is forgotten with the session', () => {
    const history = new FillHistory();
    history.look(statusAt(5e9));
    history.look(statusAt(1e9, 2));
    expect(history.samples(3, 5e9).length).toBe(1);
  });

  test('has a bound', () => {
    const history = new FillHistory();
    for (let n = 0; n < 3 * MOST_SAMPLES; n++) history.look(statusAt(n));
    expect(history.samples(3, 0).length).toBe(MOST_SAMPLES);
  });
});
