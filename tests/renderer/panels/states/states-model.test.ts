import { expect, test } from 'vitest';
import {
  edgeFilter,
  laneBars,
  numbersOf,
  paramsDifference,
  paramsOfRequest,
  stateAt,
} from '../../../../renderer/panels/states/states-model.ts';
import { compileFilter } from '../../../../src-core/analysis/filter.ts';
import { isProblem } from '../../../../src-core/analysis/filter-problem.ts';
import { LIFECYCLE, PCM_SET_PARAMS } from '../../../../src-core/spec/sound.ts';

test('every edge of the lifecycle has a filter that is one', () => {
  for (const command of Object.values(LIFECYCLE).flatMap((edges) => Object.keys(edges))) {
    for (const isRefused of [true, false]) {
      const { expression = '' } = edgeFilter(3, command, isRefused);
      expect(isProblem(compileFilter(expression)), expression).toBe(false);
    }
  }
});

test('an edge stands for the messages that took it, not for others of its command', () => {
  const spans = [
    { state: 'prepared', fromNs: 10, toNs: 20, number: 4 },
    { state: 'running', fromNs: 20, toNs: 30, number: 6 },
    { state: 'stopped', fromNs: 30, toNs: 40, number: 9 },
    { state: 'running', fromNs: 40, toNs: Number.NaN, number: 11 },
  ] as const;
  const numbers = numbersOf(spans, 'stopped', 'running');
  expect(numbers).toEqual([11]);
  const { expression = '' } = edgeFilter(0, 'START', false, numbers);
  expect(expression).toBe('number in {11}');
  expect(isProblem(compileFilter(expression))).toBe(false);
  expect([5, 25, 99].map((atNs) => stateAt(spans, atNs))).toEqual(['init', 'running', 'running']);
});

test('lanes begin in INIT, last as long as the states did, and join what falls on one pixel', () => {
  const bars = laneBars(
    [
      { state: 'params', fromNs: 10, toNs: 50 },
      { state: 'prepared', fromNs: 50, toNs: 50 },
      { state: 'running', fromNs: 50, toNs: Number.NaN },
    ],
    100,
    200,
  );
  expect(bars.map(({ state, fromPx, toPx }) => [state, fromPx, toPx])).toEqual([
    ['init', 0, 20],
    ['params', 20, 100],
    ['prepared', 100, 101],
    ['running', 100, 200],
  ]);
  const many = Array.from({ length: 5000 }, (_, at) => ({
    state: at % 2 === 0 ? ('running' as const) : ('stopped' as const),
    fromNs: at,
    toNs: at + 1,
  }));
  expect(laneBars(many, 5000, 100).length).toBeLessThan(210);
});

test('two SET_PARAMS differ where their values do', () => {
  const asked = {
    ...{ code: 0x101, streamId: 0, bufferBytes: 3840, periodBytes: 960, features: 0 },
    ...{ channels: 2, format: 5, rate: 7 },
  };
  const before = paramsOfRequest(PCM_SET_PARAMS.write(asked));
  const after = paramsOfRequest(PCM_SET_PARAMS.write({ ...asked, channels: 1 }));
  const rows = paramsDifference(before, after);
  expect(rows.find(({ label }) => label === 'channels')).toMatchObject({
    ...{ before: '2', after: '1', differs: true },
  });
  expect(rows.find(({ label }) => label === 'format')?.differs).toBe(false);
  expect(paramsOfRequest(new Uint8Array(8))).toBeUndefined();
  expect(paramsDifference(undefined, after)[0]?.before).toBe('not recorded');
});

test('what is assumed stands from the beginning, without INIT before it', () => {
  const spans = [{ state: 'running', fromNs: 0, toNs: Number.NaN, isAssumed: true }] as const;
  expect(laneBars(spans, 100, 50)).toEqual([
    { state: 'running', lane: expect.any(Number), fromPx: 0, toPx: 50, isAssumed: true },
  ]);
});
