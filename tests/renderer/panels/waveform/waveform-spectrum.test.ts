import { describe, expect, test } from 'vitest';
import { DARK } from '../../../../renderer/palette.ts';
import { wordOf } from '../../../../renderer/panels/waveform/waveform-raster.ts';
import { SpectrumColumns } from '../../../../renderer/panels/waveform/waveform-spectrum-columns.ts';
import { rasterSpectrum } from '../../../../renderer/panels/waveform/waveform-spectrum-draw.ts';
import {
  axisMarks,
  hzAt,
  rowsOf,
  shareOf,
  spectrumGrid,
} from '../../../../renderer/panels/waveform/waveform-spectrum-model.ts';

const RATE = 48_000;
const params = { bufferBytes: 0, periodBytes: 0, features: 0, channels: 1, format: 5, rate: 7 };
const tone = (from: number, frames: number) =>
  Int16Array.from({ length: frames }, (_, at) =>
    Math.round(32767 * Math.sin((2 * Math.PI * 3000 * (from + at)) / RATE)),
  );

function rig(total: number) {
  const asked: [number, number][] = [];
  let nowMs = 0;
  let pauses = 0;
  let tell: () => void = () => undefined;
  const columns = new SpectrumColumns({
    fetch: async (fromFrame, frames) => {
      asked.push([fromFrame, frames]);
      const wanted = Math.max(0, Math.min(frames, total - fromFrame));
      const pcm = new Uint8Array(tone(fromFrame, wanted).buffer);
      return { fromFrame, frames: wanted, params, pcm };
    },
    onColumns: () => tell(),
    onError: (thrown) => {
      throw thrown;
    },
    nowMs: () => {
      nowMs += 2;
      return nowMs;
    },
    pause: async () => {
      pauses++;
    },
  });
  const next = () =>
    new Promise<void>((resolve) => {
      tell = resolve;
    });
  return { columns, asked, next, pauses: () => pauses };
}

const job = (step: number, last: number, frames: number, isOpen = false) => ({
  grid: { step, first: 0, last },
  windowFrames: 512,
  channel: undefined,
  frames,
  isOpen,
});

describe('the columns of a spectrogram', () => {
  test('are computed in slices with pauses, from one stretch of PCM', async () => {
    const { columns, asked, next, pauses } = rig(RATE);
    const wanted = job(256, 20, RATE);
    columns.want(wanted);
    await next();
    expect(columns.columns(wanted).size).toBe(21);
    expect(asked).toEqual([[0, 20 * 256 + 256]]);
    expect(pauses()).toBeGreaterThan(4);
    expect(columns.columns(wanted).get(10)?.[32]).toBeGreaterThan(252);
  });

  test('read only their windows when they lie far apart', async () => {
    const { columns, asked, next } = rig(RATE);
    const wanted = job(8192, 5, RATE);
    columns.want(wanted);
    await next();
    expect(asked.length).toBe(6);
    expect(asked.every(([, frames]) => frames <= 512)).toBe(true);
  });

  test('wait for the rest of their window while the track grows', async () => {
    const { columns, next } = rig(1000);
    const wanted = job(256, 3, 1000, true);
    columns.want(wanted);
    await next();
    expect([...columns.columns(wanted).keys()]).toEqual([0, 1, 2]);
  });

  test('lie on a grid that panning does not move', () => {
    const scale = { leftPx: 50, widthPx: 1000, fromFrame: 1000, toFrame: 101_000 };
    expect(spectrumGrid(scale, 1024, RATE)).toEqual({ step: 128, first: 7, last: 375 });
    expect(spectrumGrid({ ...scale, fromFrame: -9, toFrame: -1 }, 1024, RATE)).toBeUndefined();
  });
});

describe('the frequency axis', () => {
  test('goes there and back on every scale', () => {
    for (const axis of ['log', 'mel', 'linear'] as const) {
      expect(hzAt(axis, shareOf(axis, 1000, 24_000), 24_000)).toBeCloseTo(1000, 6);
      expect(shareOf(axis, 24_000, 24_000)).toBeCloseTo(1, 9);
    }
  });

  test('gives every row at least one bin, and a linear axis every bin a row', () => {
    for (const axis of ['log', 'mel', 'linear'] as const) {
      const { from, to } = rowsOf(axis, 100, 1024, RATE);
      expect(from.every((first, row) => first < (to[row] ?? 0))).toBe(true);
      expect(to[0]).toBe(512);
    }
  });

  test('is written at round frequencies that do not touch', () => {
    const marks = axisMarks('log', RATE, 120, 18);
    expect(marks.map(({ hz }) => hz)).toContain(1000);
    marks.slice(1).forEach(({ yPx }, at) => {
      expect(yPx - (marks[at]?.yPx ?? 0)).toBeGreaterThanOrEqual(18);
    });
  });
});

test('a tone is a bright line on dark ground', () => {
  const levels = new Uint8Array(256);
  levels[64] = 255;
  const target = new Uint32Array(10 * 64);
  const model = {
    scale: { leftPx: 0, widthPx: 10, fromFrame: 0, toFrame: 1000 },
    choices: {
      isOn: true,
      windowFrames: 512,
      axis: 'linear',
      rangeDb: 100,
      channel: undefined,
    } as const,
    rateHz: RATE,
    step: 100,
    columns: new Map([[5, levels]]),
    cursorFrame: undefined,
    hoverFrame: undefined,
    playFrame: undefined,
  };
  rasterSpectrum(target, 10, 64, 1, model, DARK);
  const bright = [...target.keys()].filter((at) => target[at] !== wordOf(DARK.background));
  expect(bright.map((at) => [at % 10, Math.floor(at / 10)])).toEqual([[4, 47]]);
});
