import { describe, expect, test } from 'vitest';
import {
  guiltyOf,
  isSlowScenario,
  plantedStalls,
  slowTour,
  tourOf,
  worstBlame,
} from '../../../renderer/tour/tour-model.ts';
import { Blame } from '../../../src-core/analysis/blame.ts';
import { Latency } from '../../../src-core/analysis/latency.ts';
import type { Capture } from '../../../src-core/capture/capture.ts';
import type { FindingGroup } from '../../../src-core/contract-data.ts';
import type { BlameRow } from '../../../src-core/contract-latency.ts';
import { runSession } from '../../src-core/analysis/stall-rig.ts';

const group = (severity: FindingGroup['severity'], count: number): FindingGroup => ({
  ...{ rule: 'VS-P-01', section: '5.14.6.8', by: 'driver', severity, asks: 'It asks.', count },
  ...{ firstNs: 1e9, lastNs: 2e9, firstDetail: 'what was found' },
});
function blameOf(capture: Capture): Blame {
  const blame = new Blame(capture);
  const latency = new Latency(capture, (row, times, group) => blame.take(row, times, group));
  while (latency.follow(10_000, true));
  blame.takeEnds(true);
  return blame;
}

const scenario = { name: 'x', title: 'X', description: '', planted: 'It sleeps.' };

describe('the tour of a demo', () => {
  test('leads to the worst finding, and to the most frequent of those', () => {
    const worst = group('error', 2);
    expect(guiltyOf([group('warning', 90), group('error', 1), worst])).toBe(worst);
    expect(guiltyOf([])).toBeUndefined();
  });

  test('has three steps that end on the guilty message', () => {
    const row = { atNs: 1e9, index: 41 } as Parameters<typeof tourOf>[2];
    const steps = tourOf(scenario, group('error', 2), row);
    expect(steps?.map(({ show }) => show)).toEqual(['findings', 'message', 'inspector']);
    expect(steps?.[1].text).toContain('#41');
    expect(steps?.[2].text).toContain('what was found');
  });

  test('leads to the stage that was too slow where time is the fault', () => {
    const blame = (kind: BlameRow['kind'], excessNs: number): BlameRow => ({
      ...{ kind, excessNs, atNs: 1e9, streamId: 0, index: 41, stage: 'sink', owner: 'sink' },
      ...{ lateNs: 0, missingFrames: 0, sentence: 'The sink took long.', chain: [] },
    });
    const heard = blame('underrun', 3e7);
    expect(worstBlame([blame('late-post', 9e7), blame('underrun', 1e6), heard])).toBe(heard);
    const steps = slowTour(scenario, heard);
    expect(steps?.map(({ show }) => show)).toEqual(['blame', 'message', 'inspector']);
    expect(steps?.[0].text).toContain('the sink’s');
    expect(steps?.[2].text).toContain('The sink took long.');
    expect(slowTour(scenario, undefined)).toBeUndefined();
  });

  test('leads to a stall that was planted, not to a longer one that the machine had', () => {
    const { capture, stalls } = runSession('stalls', { seconds: 8 });
    const blame = blameOf(capture);
    const planted = plantedStalls(capture.story.setup);
    expect(planted.map(({ stage }) => stage)).toEqual(stalls?.told.map(({ stage }) => stage));
    const [first] = blame.rows;
    if (first === undefined) throw new Error('nobody was blamed');
    // as if the machine had been busy for 90 ms at a time when nothing was planted
    const busyNs = (planted[0]?.atNs ?? 0) - 3e8;
    const link = {
      index: 3,
      stage: 'pop',
      fromNs: busyNs,
      toNs: busyNs + 9e7,
      usualNs: 0,
    } as const;
    const busy = {
      ...first,
      kind: 'underrun',
      stage: 'pop',
      excessNs: 9e7,
      chain: [link],
    } as const;
    const rows = [busy, ...blame.rows];
    expect(worstBlame(rows)).toBe(busy);
    const chosen = worstBlame(rows, planted);
    expect(blame.rows).toContain(chosen);
    expect(blame.rows.filter((row) => worstBlame([row], planted) === row)).toEqual(blame.rows);
  });

  test('of a slow sink leads into a stretch in which it was slow', () => {
    const { capture } = runSession('slow-sink', { seconds: 8 });
    const blame = blameOf(capture);
    const planted = plantedStalls(capture.story.setup);
    expect(planted.length).toBeGreaterThanOrEqual(3);
    const chosen = worstBlame(blame.rows, planted);
    expect(chosen?.owner).toBe('sink');
    expect(isSlowScenario({ ...scenario, name: 'slow-sink' })).toBe(true);
  });

  test('waits until what is planted has shown itself; a healthy scenario has a tour of its own', () => {
    expect(tourOf(scenario, undefined, undefined)).toBeUndefined();
    const { planted: _planted, ...healthy } = scenario;
    expect(tourOf(healthy, undefined, undefined)?.length).toBe(3);
  });
});
