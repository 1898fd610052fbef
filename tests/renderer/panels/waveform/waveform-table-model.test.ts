import { describe, expect, test } from 'vitest';
import { lanesOf } from '../../../../renderer/panels/waveform/waveform-model.ts';
import {
  rowOfFrame,
  waveTable,
} from '../../../../renderer/panels/waveform/waveform-table-model.ts';
import { peaksOf, trackOf } from './track-fixture.ts';

const track = trackOf();
const marks = [
  { kind: 'inserted-silence', fromFrame: 150, frames: 20, detail: '20 frames' },
] as const;
const base = { track, lanes: lanesOf(2, 300), marks, peaks: undefined, samples: undefined };

describe('the wave as a table', () => {
  test('has a row for each stretch, with peak and level of every channel and its marks', () => {
    const scale = { fromFrame: 0, toFrame: 1200, leftPx: 0, widthPx: 120 };
    const columns = Array.from({ length: 120 }, (_, at) =>
      at === 15 ? ([-1, 0.5, 0.25] as const) : ([-0.5, 0.5, 0.25] as const),
    );
    const peaks = peaksOf(columns, { perColumn: 10, channels: 2 });
    const rows = waveTable({ ...base, scale, peaks });
    expect(rows.length).toBe(60);
    expect(rows[0]).toMatchObject({ fromFrame: 0, frames: 20, marks: '' });
    expect(rows[0]?.levels).toEqual(new Array(2).fill('-6.0 · -12.0'));
    expect(rows[7]?.levels[0]).toMatch(/^0.0 ·/);
    expect(rows[7]?.marks).not.toBe('');
    expect(rowOfFrame(rows, 155)).toBe(7);
    expect(rowOfFrame(rows, 5000)).toBe(-1);
  });

  test('has a row for each frame where single samples are drawn', () => {
    const scale = { fromFrame: 100, toFrame: 110, leftPx: 0, widthPx: 400 };
    const channel = Float32Array.from({ length: 20 }, (_, at) => (at === 5 ? 1 : 0));
    const samples = { fromFrame: 95, channels: [channel, channel] };
    const rows = waveTable({ ...base, scale, samples });
    expect(rows.map(({ fromFrame }) => fromFrame)).toEqual(
      Array.from({ length: 10 }, (_, at) => 100 + at),
    );
    expect(rows[0]?.levels[0]).toContain('1.00000 · 0.0');
    expect(rows[1]?.levels[1]).toBe('0.00000 · -∞');
  });

  test('says where there is no PCM', () => {
    const scale = { fromFrame: 0, toFrame: 100, leftPx: 0, widthPx: 10 };
    const none = [Number.NaN, Number.NaN, Number.NaN] as const;
    const peaks = peaksOf(new Array(10).fill(none), { perColumn: 10, channels: 2 });
    expect(waveTable({ ...base, scale, peaks })[0]?.levels[0]).toBe('no PCM');
  });
});
