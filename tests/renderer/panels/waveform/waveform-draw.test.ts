import { describe, expect, test } from 'vitest';
import { DARK } from '../../../../renderer/palette.ts';
import { drawWave, type WaveModel } from '../../../../renderer/panels/waveform/waveform-draw.ts';
import {
  type Lane,
  lanesOf,
  RULER_PX,
} from '../../../../renderer/panels/waveform/waveform-model.ts';
import {
  rasterLanes,
  rasterSize,
  wordOf,
} from '../../../../renderer/panels/waveform/waveform-raster.ts';
import { rasterSamples } from '../../../../renderer/panels/waveform/waveform-raster-samples.ts';
import { recordingContext } from '../../recording-context.ts';
import { bordersOf, peaksOf, trackOf } from './track-fixture.ts';

const size = { widthPx: 1052, heightPx: 240, ratio: 1 };
const scale = { fromFrame: 0, toFrame: 1000, leftPx: 52, widthPx: 1000 };

function modelOf(part: Partial<WaveModel> = {}): WaveModel {
  return {
    track: trackOf({ frames: 1000 }, 'S16', 1),
    scale,
    lanes: lanesOf(1, size.heightPx),
    scrollPx: 0,
    gain: 1,
    isDb: false,
    marks: [],
    flags: [],
    peaks: undefined,
    samples: undefined,
    borders: undefined,
    selectedMessage: -1,
    stretch: undefined,
    area: undefined,
    cursorFrame: undefined,
    hoverFrame: undefined,
    playFrame: undefined,
    ...part,
  };
}

function draw(part: Partial<WaveModel> = {}) {
  const recording = recordingContext();
  drawWave(recording.ctx, modelOf(part), size, DARK);
  return recording;
}

const fills = (recording: ReturnType<typeof draw>, colour: string) =>
  recording.of('fillRect').filter(({ fillStyle }) => fillStyle === colour);

describe('marks', () => {
  test('tint their stretch and say what they are, once where they stand close', () => {
    const marks = [
      { kind: 'late-write', fromFrame: 100, frames: 50, detail: '' },
      { kind: 'discontinuity', fromFrame: 110, frames: 1, detail: '' },
      { kind: 'inserted-silence', fromFrame: 600, frames: 100, detail: '' },
    ] as const;
    const recording = draw({ marks });
    const texts = recording.of('fillText').map(({ args }) => String(args[0]));
    expect(texts).toEqual(expect.arrayContaining(['✎ late write', '∅ silence']));
    expect(texts).not.toContain('↯ jump');
    expect(fills(recording, DARK.held).map(({ args }) => args[0])).toContain(152);
    expect(fills(recording, DARK.error).length).toBeGreaterThan(0);
  });
});

describe('peaks as pixels', () => {
  const lane: Lane = { channel: 0, title: 'MONO', topPx: 0, heightPx: 22 };
  const box = { leftPx: 0, topPx: 0, widthPx: 4, heightPx: 22, ratio: 1 };
  const colour = new Map(
    (['background', 'panel', 'border', 'wave', 'waveRms', 'error', 'lost'] as const).map((name) => [
      wordOf(DARK[name]),
      name,
    ]),
  );

  /** Colour names of one column, top to bottom. */
  function column(x: number, part: Partial<WaveModel>, at = box, lanes = [lane]): string[] {
    const { width, height } = rasterSize(at);
    const target = new Uint32Array(width * height);
    const small = { fromFrame: 0, toFrame: 4, leftPx: 0, widthPx: 4 };
    rasterLanes(target, at, modelOf({ scale: small, lanes, ...part }), DARK);
    return Array.from({ length: height }, (_, y) => colour.get(target[y * width + x] ?? 0) ?? '?');
  }

  const rows = (column: string[], name: string) =>
    column.flatMap((found, y) => (found === name ? [y] : []));

  test('reach from minimum to maximum, with the RMS inside', () => {
    const found = column(1, {
      peaks: peaksOf([
        [0, 0, 0],
        [-0.5, 0.8, 0.3],
      ]),
    });
    expect(rows(found, 'wave')).toEqual([3, 4, 5, 6, 7, 14, 15]);
    expect(rows(found, 'waveRms')).toEqual([8, 9, 10, 11, 12, 13]);
  });

  test('grow with the vertical zoom and stop at the edge of their lane', () => {
    const found = column(0, { peaks: peaksOf([[-0.5, 0.8, 0]]), gain: 8 });
    expect(rows(found, 'wave').length).toBe(20);
  });

  test('are one pixel high where the signal is still', () => {
    expect(rows(column(0, { peaks: peaksOf([[0, 0, 0]]) }), 'wave')).toEqual([11]);
  });

  test('are capped in red at full scale', () => {
    const found = column(0, { peaks: peaksOf([[-1, 0.5, 0.1]]) });
    expect(rows(found, 'error')).toEqual([19, 20, 21]);
  });

  test('are hatched where there is no PCM', () => {
    const nothing = [Number.NaN, Number.NaN, Number.NaN] as const;
    const found = column(0, { peaks: peaksOf([nothing, nothing]) });
    expect(rows(found, 'lost').length).toBeGreaterThan(2);
    expect(rows(found, 'wave')).toEqual([]);
  });

  test('of several columns under one pixel the strongest is drawn', () => {
    const peaks = peaksOf(new Array(8).fill([0, 0, 0]).with(1, [-0.9, 0.9, 0]), { perColumn: 0.5 });
    expect(rows(column(0, { peaks }), 'wave').length).toBeGreaterThan(15);
    expect(rows(column(1, { peaks }), 'wave').length).toBe(1);
  });

  test('past the end of the track the ground is darker', () => {
    const track = trackOf({ frames: 2 }, 'S16', 1);
    expect(column(1, { track })[0]).toBe('panel');
    expect(column(3, { track })[0]).toBe('background');
  });

  test('are as fine as the screen', () => {
    const fine = { ...box, ratio: 2 };
    const found = column(
      2,
      {
        peaks: peaksOf([
          [0, 0, 0],
          [-0.5, 0.5, 0],
        ]),
      },
      fine,
    );
    expect(found.length).toBe(44);
    expect(rows(found, 'wave').length).toBe(20);
  });

  test('stay inside their own lane', () => {
    const lanes = [lane, { ...lane, channel: 1, topPx: 22 }];
    const two = { ...box, heightPx: 44 };
    const found = column(0, { peaks: peaksOf([[-1, 1, 1]], { channels: 1 }) }, two, lanes);
    expect(rows(found, 'waveRms').every((y) => y < 22)).toBe(true);
  });
});

describe('samples as pixels', () => {
  const lane: Lane = { channel: 0, title: 'MONO', topPx: 0, heightPx: 46 };
  const box = { leftPx: 0, topPx: 0, widthPx: 60, heightPx: 46, ratio: 1 };

  /** Pixels of a colour in one column. */
  function count(colour: string, x: number, toFrame = 3): number {
    const target = new Uint32Array(60 * 46);
    const near = { fromFrame: 0, toFrame, leftPx: 0, widthPx: 60 };
    const samples = { fromFrame: 0, channels: [Float32Array.from([0, 0.5, 1])] };
    const model = modelOf({ scale: near, lanes: [lane] });
    rasterSamples(target, box, model, samples, DARK);
    const words = Array.from({ length: 46 }, (_, y) => target[y * 60 + x]);
    return words.filter((word) => word === wordOf(colour)).length;
  }

  test('are points that nothing joins, with stems to the middle where there is room', () => {
    expect(count(DARK.waveRms, 20)).toBe(5);
    expect(count(DARK.wave, 20)).toBeGreaterThan(5);
    expect([count(DARK.waveRms, 10), count(DARK.wave, 10)]).toEqual([0, 0]);
    expect(count(DARK.wave, 1, 60)).toBe(0); // no room
    expect(count(DARK.waveRms, 1, 60)).toBe(2);
  });

  test('at full scale are red', () => {
    expect(count(DARK.error, 40)).toBe(5);
    expect(count(DARK.error, 20)).toBe(0);
  });
});

describe('the waveform', () => {
  test('puts peaks down as one image, left of nothing but the gutter', () => {
    const { of } = draw({ peaks: peaksOf(new Array(1000).fill([-0.1, 0.1, 0.05])) });
    expect(of('putImageData').length).toBe(1);
    expect(of('putImageData')[0]?.args.slice(1)).toEqual([52, 39]);
  });

  test('makes the image anew only when what is in it changes', () => {
    const { ctx, of } = recordingContext();
    const model = modelOf({ peaks: peaksOf(new Array(1000).fill([-0.1, 0.1, 0.05])) });
    const pixels = () => (of('putImageData').at(-1)?.args[0] as ImageData | undefined)?.data ?? [];
    drawWave(ctx, model, size, DARK);
    pixels()[0] = 77; // stands until the lanes are drawn again
    drawWave(ctx, { ...model, cursorFrame: 500, scale: { ...model.scale } }, size, DARK);
    expect(pixels()[0]).toBe(77);
    drawWave(ctx, { ...model, gain: 2 }, size, DARK);
    expect(pixels()[0]).not.toBe(77);
  });

  test('draws single samples as one image too', () => {
    const near = { ...scale, toFrame: 50 };
    const samples = { fromFrame: 0, channels: [Float32Array.from([0, 0.5, -0.5, 1])] };
    expect(draw({ scale: near, samples }).of('putImageData').length).toBe(1);
  });

  test('numbers frames on the ruler once samples show, and times before', () => {
    const samples = { fromFrame: 0, channels: [new Float32Array(50)] };
    expect(draw({ scale: { ...scale, toFrame: 50 }, samples }).texts()).toContain('frame 10');
    expect(
      draw()
        .texts()
        .some((text) => text.endsWith('s')),
    ).toBe(true);
  });

  test('names messages on the ribbon and marks the selected one', () => {
    const recording = draw({
      borders: bordersOf([0, 480, 7, 0], [480, 480, 8, 0]),
      selectedMessage: 8,
    });
    expect(recording.texts()).toEqual(expect.arrayContaining(['#7', '#8']));
    expect(fills(recording, DARK.selection).length).toBe(1);
  });

  test('says how to get the messages when they are too narrow', () => {
    expect(
      draw()
        .texts()
        .some((text) => text.includes('Zoom in')),
    ).toBe(true);
  });

  test('marks where PCM was missing, and for how long', () => {
    const xruns = { atFrame: Float64Array.of(200), missingFrames: Float64Array.of(480) };
    const peaks = { ...peaksOf([[0, 0, 0]]), xruns };
    expect(draw({ peaks }).texts()).toContain('✕ underrun 480 frames · 10.0\u2009ms');
  });

  test('marks many underruns on one pixel once', () => {
    const frames = Float64Array.from({ length: 500 }, (_, n) => 200 + n / 1000);
    const peaks = { ...peaksOf([[0, 0, 0]]), xruns: { atFrame: frames, missingFrames: frames } };
    expect(
      draw({ peaks })
        .texts()
        .filter((text) => text.startsWith('✕')).length,
    ).toBe(1);
  });

  test('at the sink silence that filled a gap is tinted; what the sink did not count is told as derived', () => {
    const silences = (counted: number) => ({
      fromFrame: Float64Array.of(200),
      frames: Float64Array.of(480),
      counted: Uint8Array.of(counted),
    });
    const drawn = (counted: number) =>
      draw({ peaks: { ...peaksOf([[0, 0, 0]]), silences: silences(counted) } }).texts();
    expect(drawn(1)).toContain('✕ silence · 10.0\u2009ms · 480 frames');
    expect(drawn(0)).toContain('✕ silence ~ · 10.0\u2009ms · 480 frames');
  });

  test('draws cursor and playhead only where they are in view', () => {
    const at = (frame: number) =>
      fills(draw({ cursorFrame: frame }), DARK.cursor).map(({ args }) => args[0]);
    expect(at(500)).toEqual([552]);
    expect(at(5000)).toEqual([]);
    expect(
      fills(draw({ playFrame: 100 }), DARK.service).map(({ args }) => args.slice(0, 2)),
    ).toEqual([[152, RULER_PX - 5]]);
  });

  test('shows the stretch of the selected message however far one zooms out', () => {
    const stretch = { fromFrame: 500, toFrame: 500.1 };
    const [band] = fills(draw({ stretch }), DARK.selectionBorder);
    expect(band?.args.slice(0, 3)).toEqual([552, RULER_PX, 2]);
  });
});
