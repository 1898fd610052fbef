import { describe, expect, test } from 'vitest';
import { AreaLatency } from '../../../src-core/analysis/area-latency.ts';
import { forecasts, headroomSeries } from '../../../src-core/analysis/headroom.ts';
import { Latency } from '../../../src-core/analysis/latency.ts';
import { latencyAudits } from '../../../src-core/analysis/latency-audit.ts';
import {
  exactSummary,
  latencyHeat,
  latencyHistogram,
  latencySummary,
} from '../../../src-core/analysis/latency-query.ts';
import { bucketFromNs, bucketOf, LogHistogram } from '../../../src-core/analysis/log-histogram.ts';
import { paceReports, robustFit } from '../../../src-core/analysis/pace.ts';
import { TimeGrid } from '../../../src-core/analysis/time-grid.ts';
import type { Capture } from '../../../src-core/capture/capture.ts';
import { budgetNs, parseBudgets } from '../../../src-core/spec/budgets.ts';
import { TXQ } from '../../../src-core/spec/sound.ts';
import { NS_PER_MS, NS_PER_S } from '../../../src-core/units.ts';
import { messageCells } from '../../../src-core/views/message-cells.ts';
import { runSession } from './stall-rig.ts';

function latencyOf(capture: Capture): Latency {
  const latency = new Latency(capture);
  while (latency.follow(1000, true));
  return latency;
}

describe('log buckets', () => {
  test('tell no time more than 1.6 % wrong', () => {
    for (let ns = 1; ns < 1e12; ns = Math.ceil(ns * 1.37)) {
      const bucket = bucketOf(ns);
      const [from, to] = [bucketFromNs(bucket), bucketFromNs(bucket + 1)];
      expect(from).toBeLessThanOrEqual(ns);
      expect(to).toBeGreaterThan(ns);
      expect((to - from - 1) / 2 / ns).toBeLessThan(0.016);
    }
    expect([bucketOf(-1), bucketOf(Number.NaN), bucketOf(1e15)]).toEqual([0, 0, bucketOf(3e12)]);
  });

  test('have percentiles near those of the values themselves', () => {
    const histogram = new LogHistogram();
    for (let value = 1; value <= 10_000; value++) histogram.add(value * 1000, value);
    for (const share of [0.5, 0.9, 0.99, 1]) {
      expect(histogram.percentile(share) / (share * 1e7)).toBeCloseTo(1, 1.5);
    }
    expect([histogram.minNs, histogram.maxNs, histogram.maxRow]).toEqual([1000, 1e7, 10_000]);
    expect(histogram.over(5_000_000) / 5000).toBeCloseTo(1, 1);
  });

  test('over time keep every value when the grid folds', () => {
    const grid = new TimeGrid();
    for (let second = 0; second < 1000; second++) grid.add(second * NS_PER_S, 3 * NS_PER_MS);
    expect(grid.counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
    expect(grid.cellNs * 512).toBeGreaterThan(1000 * NS_PER_S);
  });
});

describe('latency of a session', () => {
  const { capture } = runSession('clean', { seconds: 5 });
  const latency = latencyOf(capture);

  test('counts every message that came back, by stage and stream', () => {
    const { groups } = latencySummary(capture, latency, false);
    const tx = groups.find(({ queue }) => queue === TXQ);
    expect(tx?.returned).toBe(capture.messages.counts.tx - 8); // a buffer is still on its way
    expect(tx?.lost).toBe(0);
    expect(tx?.periodNs).toBe(20 * NS_PER_MS);
    const wait = tx?.stages.find(({ stage }) => stage === 'wait');
    expect(wait?.count).toBe(tx?.returned);
    expect((wait?.p50Ns ?? 0) / NS_PER_MS).toBeGreaterThan(100);
    expect(tx?.stages.find(({ stage }) => stage === 'post')).toMatchObject({ count: 0 });
    const handled = groups[0]?.stages.find(({ stage }) => stage === 'handle');
    expect(handled?.count).toBe(capture.messages.counts.control);
  });

  test('is the same from the columns of a stretch', () => {
    const whole = latencySummary(capture, latency, false);
    const range = { fromNs: 0, toNs: capture.endNs + 1 };
    const exact = exactSummary(capture, range);
    expect(exact.exact).toBe(true);
    for (const [place, group] of whole.groups.entries()) {
      for (const stage of group.stages) {
        const same = exact.groups[place]?.stages.find((one) => one.stage === stage.stage);
        expect(same?.count).toBe(stage.count);
        if (stage.count === 0) continue;
        expect(same?.maxNs).toBe(stage.maxNs);
        expect(Math.abs((same?.p99Ns ?? 0) - stage.p99Ns)).toBeLessThanOrEqual(
          stage.p99Ns * 0.04 + 1,
        );
      }
    }
  });

  test('of a long stretch is counted in slices, and comes to the same as row by row', () => {
    const range = { fromNs: capture.endNs / 4, toNs: (capture.endNs * 3) / 4 };
    const exact = exactSummary(capture, range);
    const area = new AreaLatency(capture, range);
    let slices = 1;
    while (area.follow(50)) slices++;
    const counted = area.summary();
    expect(slices).toBe(Math.ceil(exact.rows / 50));
    expect(counted).toMatchObject({ partial: false, rows: exact.rows, counted: exact.rows });
    expect(counted.groups.length).toBe(exact.groups.length);
    for (const [place, group] of exact.groups.entries()) {
      const other = counted.groups[place];
      expect(other).toMatchObject({ returned: group.returned, lost: group.lost });
      for (const [at, stage] of group.stages.entries()) {
        const { count, minNs, maxNs, maxIndex } = stage;
        expect(other?.stages[at]).toMatchObject({ count, minNs, maxNs, maxIndex });
        if (count === 0) continue;
        expect(other?.stages[at]?.meanNs).toBeCloseTo(stage.meanNs, 3);
        const awayNs = Math.abs((other?.stages[at]?.p95Ns ?? 0) - stage.p95Ns);
        expect(awayNs).toBeLessThanOrEqual(stage.p95Ns * 0.016 + 1);
      }
    }
  });

  test('of a stretch in which messages are under way counts them when they are back', () => {
    const live = runSession('clean', { seconds: 1 });
    const range = { fromNs: 0, toNs: 10 * NS_PER_S };
    const area = new AreaLatency(live.capture, range);
    while (area.follow(10_000));
    const tx = () => area.summary().groups.find(({ queue }) => queue === TXQ);
    const before = tx();
    expect(before?.lost).toBe(8);
    live.clock.advance(NS_PER_S / 2);
    while (area.follow(10_000));
    expect(tx()?.returned).toBeGreaterThan((before?.returned ?? 0) + 8);
    const exact = exactSummary(live.capture, range).groups.find(({ queue }) => queue === TXQ);
    expect(tx()).toMatchObject({ returned: exact?.returned, lost: exact?.lost });
  });

  test('as histogram and heat map counts what the percentiles count', () => {
    const key = { queue: TXQ, streamId: 0, stage: 'wait' } as const;
    const histogram = latencyHistogram(capture, latency, key);
    const count = latency.group(TXQ, 0)?.returned;
    expect(histogram.count).toBe(count);
    expect(histogram.edgesNs.length).toBe(histogram.counts.length + 1);
    const heat = latencyHeat(capture, latency, { ...key, columns: 100 });
    expect(heat.counts.reduce((sum, many) => sum + many, 0)).toBe(count);
    expect(heat.counts.length).toBe(100 * (heat.edgesNs.length - 1));
  });

  test('messages that a reset forgot are lost, not slow', () => {
    const { capture: ended, session } = runSession('clean', { seconds: 1 });
    session.stop('the test is over');
    const group = latencyOf(ended).group(TXQ, 0);
    expect(group?.lost).toBe(8);
  });
});

describe('headroom', () => {
  test('forecasts when the sink runs dry to less than half a period', () => {
    const { capture } = runSession('underrun', { seconds: 8 });
    const [track] = capture.tracks;
    if (track === undefined) throw new Error('a track');
    expect(track.xruns.length).toBeGreaterThan(2);
    for (const { atFrame, missingFrames } of track.xruns) {
      const place = track.placeOf(atFrame);
      const resumedNs = track.segment(place).atNs;
      const dryNs = resumedNs - (missingFrames / 48_000) * NS_PER_S;
      const last = track.segment(place - 1);
      for (const agoNs of [0, 5 * NS_PER_MS, 15 * NS_PER_MS]) {
        const [forecast] = forecasts(capture, last.atNs - agoNs);
        expect(Math.abs((forecast?.dryNs ?? 0) - dryNs)).toBeLessThan(5 * NS_PER_MS);
      }
    }
  });

  test('of a steady stream is the buffer, and falls to nothing where it ran dry', () => {
    const { capture } = runSession('underrun', { seconds: 8 });
    const query = { fromNs: 0, toNs: capture.endNs, columns: 200 };
    const [series] = headroomSeries(capture, query);
    expect(series?.bufferFrames).toBe(1920);
    expect(Math.max(...(series?.deviceMax ?? []).filter((value) => value >= 0))).toBe(1920);
    const dry = [...(series?.totalMin ?? [])].filter((frames) => frames === 0).length;
    expect(dry).toBeGreaterThanOrEqual(capture.tracks[0]?.underruns ?? 1);
  });
});

describe('pace', () => {
  test('of a sink on the same clock has no drift', () => {
    const { capture } = runSession('clean', { seconds: 10 });
    const [pace] = paceReports(capture, 100);
    expect(Math.abs(pace?.sinkPpm ?? 99)).toBeLessThan(1);
    expect(Math.abs(pace?.driftPpm ?? 99)).toBeLessThan(50);
    expect(pace?.granularityFrames).toBe(960);
    expect(pace?.strayNs.length).toBe(100);
    expect(Math.abs(pace?.strayP50Ns ?? 99)).toBeLessThan(NS_PER_MS);
  });

  test('counts a gap that nobody recorded as a jump, not as drift', () => {
    const { capture } = runSession('underrun', { seconds: 12 });
    const [track] = capture.tracks;
    track?.xruns.splice(0);
    const [pace] = paceReports(capture, 100);
    expect(Math.abs(pace?.sinkPpm ?? 1e6)).toBeLessThan(100);
    expect(pace?.strayP50Ns).toBeLessThan(NS_PER_MS);
  });

  test('is found in spite of gaps, with its uncertainty', () => {
    const xs = Array.from({ length: 256 }, (_, place) => place * 1e8);
    const ys = xs.map((x, place) => x * 48e-6 * 1.0002 + (place > 100 && place < 110 ? 5000 : 0));
    const fit = robustFit(xs, ys);
    expect(((fit?.slope ?? 0) / 48e-6 - 1) * 1e6).toBeCloseTo(200, 1);
    expect(fit?.slopeError).toBeLessThan(1e-9);
    expect(robustFit([1, 2], [1, 2])).toBeUndefined();
  });
});

test('the audit sees that our own device tells what is queued and in the sink', () => {
  const { capture } = runSession('clean', { seconds: 5 });
  const [audit] = latencyAudits(capture);
  expect(audit?.telling).toBeGreaterThan(100);
  expect(['queued', 'queued-and-sink']).toContain(audit?.follows);
  expect(audit?.interpretations.find(({ id }) => id === 'zero')?.matches).toBe(0);
  // message by message too
  const rows = Array.from({ length: capture.messages.rows }, (_, row) => row);
  const names = ['kind', 'latency_bytes', 'latency_measured'];
  const told = messageCells(capture, rows, names).map(({ texts }) => texts);
  const writes = told.filter(([kind, , measured]) => kind === 'write' && measured !== '');
  expect(writes.length).toBeGreaterThan(100);
  const alike = writes.filter(([, declared, measured]) => declared === measured);
  expect(alike.length / writes.length).toBeGreaterThan(0.6);
  for (const [kind, , measured] of told) if (kind === 'request') expect(measured).toBe('');
});

describe('budgets', () => {
  test('are stages with a time in periods or seconds', () => {
    expect(parseBudgets('total=2P, sink=0.5P,3ms')).toEqual([
      { stage: 'total', value: 2, unit: 'P' },
      { stage: 'sink', value: 0.5, unit: 'P' },
      { stage: 'total', value: 3, unit: 'ms' },
    ]);
    expect(budgetNs({ stage: 'total', value: 2, unit: 'P' }, 5)).toBe(10);
    expect(budgetNs({ stage: 'total', value: 2, unit: 'P' }, 0)).toBeNaN();
    expect(budgetNs({ stage: 'total', value: 2, unit: 'us' }, 0)).toBe(2000);
  });

  test('that cannot be are told in a sentence', () => {
    expect(parseBudgets('speed=2P')).toEqual({
      error: expect.stringMatching(/^There is no stage "speed". The stages are guest, /),
    });
    expect(parseBudgets('total=2')).toEqual({ error: expect.stringMatching(/^"total=2" is not/) });
    expect(parseBudgets('')).toHaveProperty('error');
  });
});
