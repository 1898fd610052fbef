import { expect, test } from 'vitest';
import { flagsOf } from '../../../../renderer/panels/waveform/waveform-flags.ts';
import { trackOf } from './track-fixture.ts';

const mark = (fromNs: number, toNs = fromNs) => ({ id: fromNs, fromNs, toNs, text: '', colour: 0 });

test('marks stand at the frames that were handed over then, areas are cut to the run', () => {
  const track = trackOf();
  const marks = [mark(2e9), mark(5e8), mark(5e8, 2e9), mark(2e9, 20e9)];
  const frames = Float64Array.from([
    48_000,
    48_000,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    48_000,
    48_000,
    Number.NaN,
  ]);
  const flags = flagsOf(track, marks, frames).map(({ placed }) => [placed.fromNs, placed.toNs]);
  expect(flags[0]).toEqual([1e9, 1e9]);
  expect(flags[1]).toEqual([Number.NaN, Number.NaN]);
  expect(flags[2]).toEqual([0, 1e9]);
  expect(flags[3]).toEqual([1e9, 10e9]);
});

test('an answer about other marks places nothing', () => {
  expect(flagsOf(trackOf(), [mark(2e9)], new Float64Array(4))).toEqual([]);
});
