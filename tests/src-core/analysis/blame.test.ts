import { describe, expect, test } from 'vitest';
import { Blame } from '../../../src-core/analysis/blame.ts';
import { Latency } from '../../../src-core/analysis/latency.ts';
import { paceReports } from '../../../src-core/analysis/pace.ts';
import type { Capture } from '../../../src-core/capture/capture.ts';
import { STALL_STAGES, type StallStage } from '../../../src-core/stalls.ts';
import { NS_PER_MS, NS_PER_S } from '../../../src-core/units.ts';
import { runSession } from './stall-rig.ts';

/** Of 100 seeds a stage, these are run each time; all 100 were when the rules of blame were made. */
const SEEDS = Number(process.env.BLAME_SEEDS ?? 5);

function blamed(capture: Capture): Blame {
  const blame = new Blame(capture);
  const latency = new Latency(capture, (row, times, group) => blame.take(row, times, group));
  while (latency.follow(10_000, true));
  blame.takeEnds(true);
  return blame;
}

const EXPECTED: Readonly<Record<StallStage, string>> = {
  ...{ guest: 'guest', post: 'post', pop: 'pop', sink: 'wait' },
  ...{ complete: 'complete', notify: 'notify' },
};

describe('a stall of 15 ms in one stage', () => {
  test.each(STALL_STAGES)('is blamed on %s', (stage) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const plan = { stages: [stage], stallNs: 15 * NS_PER_MS, everyNs: NS_PER_S / 2 };
      const { capture, stalls } = runSession('stalls', { seed, seconds: 2, plan });
      const told = stalls?.told ?? [];
      const { rows } = blamed(capture);
      // one that has only begun when the session ends proves nothing
      const sure = told.filter(({ atNs }) => atNs < 1.9 * NS_PER_S).length;
      const stages = rows.slice(0, sure).map((row) => row.stage);
      expect({ seed, stages }).toEqual({ seed, stages: Array(sure).fill(EXPECTED[stage]) });
      expect(rows.length).toBeLessThanOrEqual(told.length);
      for (const [place, row] of rows.entries()) {
        const sinceNs = row.atNs - (told[place]?.atNs ?? 0);
        expect(sinceNs).toBeGreaterThanOrEqual(0);
        expect(sinceNs).toBeLessThan(30 * NS_PER_MS);
        expect(row.chain.length).toBeGreaterThan(0);
      }
    }
  });
});

test('nobody is blamed in a clean session', () => {
  for (const name of ['clean', 'duplex', 'packed', 'two-streams']) {
    const { capture } = runSession(name, { seconds: 5 });
    expect(blamed(capture).rows.map(({ sentence }) => sentence)).toEqual([]);
  }
});

test('a sink that takes less than real time is to blame in each such stretch', () => {
  const { capture } = runSession('slow-sink', { seconds: 8 });
  const { rows } = blamed(capture);
  expect(rows.map(({ owner }) => owner)).toEqual(rows.map(() => 'sink'));
  const [one] = rows;
  const culprit = one?.chain[0]?.index ?? -1;
  const own = blamed(capture).list({ first: 0, count: 10, index: culprit }, false).rows;
  expect(own.map(({ atNs }) => atNs)).toContain(one?.atNs);
  expect(own.length).toBeLessThan(rows.length);
  const stretches = new Set(rows.map(({ atNs }) => Math.floor(atNs / (2.5 * NS_PER_S))));
  expect(stretches.size).toBeGreaterThanOrEqual(3);
  expect(rows.length).toBeLessThan(8);
  expect(rows[0]?.sentence).toMatch(/^#\d+ of stream 0 came back \d+\.\d\d ms late: /);
});

test('nobody is late where only the clocks drift apart; the pace tells the drift', () => {
  const { capture } = runSession('drift', { seconds: 12 });
  expect(blamed(capture).rows.map(({ sentence }) => sentence)).toEqual([]);
  const [pace] = paceReports(capture, 0);
  expect(pace?.sinkPpm).toBeCloseTo(-200, 0);
  expect(pace?.driftPpm).toBeCloseTo(200, 0);
  expect(pace?.driftPpmError).toBeLessThan(5);
});

test('a guest that falls behind and catches up in one go does not drift for that', () => {
  const { capture } = runSession('underrun', { seconds: 4 });
  const [pace] = paceReports(capture, 0);
  expect(Math.abs(pace?.guestPpm ?? Number.NaN)).toBeLessThan(100);
  expect(Math.abs(pace?.sinkPpm ?? Number.NaN)).toBeLessThan(100);
});

test('an application that sleeps for longer than its buffer is to blame for the gap', () => {
  const { capture } = runSession('underrun', { seconds: 8 });
  const { rows, byStage } = blamed(capture);
  const gaps = rows.filter(({ kind }) => kind === 'underrun');
  expect(gaps.length).toBe(capture.tracks[0]?.underruns);
  expect(gaps.length).toBeGreaterThan(2);
  expect(new Set(gaps.map(({ stage }) => stage))).toEqual(new Set(['guest']));
  expect(byStage.guest).toBe(rows.length);
  const bySize = blamed(capture).list(
    { first: 0, count: 99, stage: 'guest', order: 'size' },
    false,
  );
  const sizes = bySize.rows.map(({ excessNs }) => excessNs);
  expect(sizes).toEqual([...sizes].sort((one, other) => other - one));
  expect([bySize.matching, bySize.byStream[0]]).toEqual([rows.length, rows.length]);
  expect(blamed(capture).list({ first: 0, count: 9, streamId: 5 }, false).matching).toBe(0);
  expect(gaps[0]?.sentence).toMatch(
    /^Stream 0 ran dry for \d+\.\d\d ms \(\d+ frames\) before #\d+: the guest posted #\d+ \d+\.\d\d ms after its place was free, usually \d\.\d\d ms\.$/,
  );
});
