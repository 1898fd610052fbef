import { describe, expect, test } from 'vitest';
import {
  axisOf,
  binAt,
  countsText,
  filterText,
  shareHeight,
  sharesBelow,
  shareText,
  shareTicks,
  shownGroup,
  shownStage,
  stageLines,
  timeTicks,
  tracedNote,
  untimedNote,
} from '../../../../renderer/panels/latency/latency-model.ts';
import type { LatencyGroupSummary, StageSummary } from '../../../../src-core/contract-latency.ts';
import { RXQ, TXQ } from '../../../../src-core/spec/sound.ts';
import type { MeasuredStageId } from '../../../../src-core/spec/stages.ts';

function summary(stage: MeasuredStageId, count: number, p50Ns: number): StageSummary {
  const times = { minNs: p50Ns, meanNs: p50Ns, p50Ns, p90Ns: p50Ns, p95Ns: p50Ns, p99Ns: p50Ns };
  return { stage, count, without: 0, maxIndex: 7, maxNs: 2 * p50Ns, ...times };
}

function group(queue: number, returned: number): LatencyGroupSummary {
  const stages = [summary('pop', returned, 1000), summary('wait', 0, Number.NaN)];
  return { queue, streamId: 0, returned, lost: 0, periodNs: 1e7, stages };
}

describe('of a trace', () => {
  test('stages without a count are left out, the wait is the whole stay, and a note names the rest', () => {
    const stages = [
      summary('pop', 5, 1000),
      summary('wait', 5, 4000),
      summary('sink', 0, Number.NaN),
    ];
    const traced = { ...group(TXQ, 5), stages };
    const lines = stageLines(traced, undefined, [], true);
    expect(lines.map(({ name }) => name)).toEqual(['posted', 'in the device']);
    expect(stageLines(traced, undefined, [])).toHaveLength(3);
    expect(tracedNote(traced)).toMatch(/^Not in a trace: handing over\. .*ringside qemu --qmp/);
    expect(tracedNote({ ...traced, stages: stages.slice(0, 2) })).toBe('');
  });

  test('without times counts lines, and says that they are no latencies', () => {
    const trace = { format: 'x', stepNs: 1000, isFollowed: false, lines: 1, odd: 0 } as const;
    expect(untimedNote({ ...trace, times: 'order' })).toContain('are no latencies');
    expect(untimedNote({ ...trace, times: 'arrival' })).toContain('when its lines were read');
    expect(untimedNote({ ...trace, times: 'clock' })).toBe('');
    expect(untimedNote(undefined)).toBe('');
  });
});

describe('the latency panel', () => {
  test('shows what most traffic is in until something is chosen', () => {
    const groups = [group(TXQ, 5), group(RXQ, 50)];
    expect(shownGroup(groups, undefined)?.queue).toBe(RXQ);
    expect(shownGroup(groups, `${TXQ} 0`)?.queue).toBe(TXQ);
    expect(shownGroup([], undefined)).toBeUndefined();
    expect(shownStage(group(TXQ, 5), undefined)).toBe('pop');
    expect(shownStage(group(TXQ, 5), 'wait')).toBe('wait');
  });

  test('says which marks a stage lacks, what is over budget, and what changed', () => {
    const budgets = [{ stage: 'pop', value: 1.5, unit: 'us' }] as const;
    const before = { ...group(TXQ, 5), stages: [summary('pop', 5, 400)] };
    const [pop, wait] = stageLines(group(TXQ, 5), before, budgets);
    expect(pop).toMatchObject({ missing: '', limitNs: 1500, isOver: true, p50ChangeNs: 600 });
    expect(wait?.missing).toMatch(/^Not known in this source\. Needed: when PCM moved/);
  });

  test('turns a bar into a filter', () => {
    const text = filterText({ queue: TXQ, streamId: 0 }, 'wait', 38_000_000, 40_125_000);
    expect(text).toBe('queue == tx && stream == 0 && stage.wait >= 38ms && stage.wait < 40.125ms');
    expect(filterText({ queue: 0, streamId: -1 }, 'handle', 500, 1e6)).toBe(
      'queue == control && stage.handle >= 0.5us && stage.handle < 1ms',
    );
  });

  test('has an axis around all that it draws, with ticks that fit', () => {
    const histogram = {
      edgesNs: Float64Array.of(1000, 2000, 4000),
      counts: Uint32Array.of(3, 1),
      count: 4,
    };
    const shown = { hoverNs: undefined, shape: 'histogram', uncertainNs: 0 } as const;
    const marks = { kept: undefined, p50Ns: 1500, p90Ns: 2500, p99Ns: 3000, ...shown };
    const axis = axisOf({ histogram, limitNs: 9000, ...marks });
    expect(axis.fromNs).toBeLessThan(1000);
    expect(axis.toNs).toBeGreaterThan(9000);
    expect(timeTicks(1000, 1e6, 20)).toEqual([
      ...[1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000],
    ]);
    expect(timeTicks(1000, 1e9, 3).length).toBeLessThanOrEqual(4);
    expect([binAt(histogram, 1999), binAt(histogram, 2000), binAt(histogram, 5000)]).toEqual([
      ...[0, 1, -1],
    ]);
    expect(sharesBelow(histogram)).toEqual([0.75, 1]);
  });

  test('has a scale of shares on which every nine has its room, up to what so many can tell', () => {
    expect(shareTicks(1000).map(shareText)).toEqual(['0 %', '50 %', '90 %', '99 %', '99.9 %']);
    expect(shareTicks(50).map(shareText)).toEqual(['0 %', '50 %', '90 %']);
    const step = shareHeight(0.99, 1000) - shareHeight(0.9, 1000);
    expect(shareHeight(0.999, 1000) - shareHeight(0.99, 1000)).toBeCloseTo(step);
    expect([shareHeight(0, 1000), shareHeight(1, 1000)]).toEqual([0, 1]);
  });

  test('hides percentiles that the clock of the source cannot tell, and never a count', () => {
    const lines = stageLines(group(TXQ, 5), undefined, [], true, 1000);
    expect(lines[0]?.uncertainNs).toBe(1000);
    expect(stageLines(group(TXQ, 5), undefined, [], true, 100)[0]?.uncertainNs).toBe(0);
    const text = countsText({ ...summary('pop', 1003, 1000), without: 6 }, { lost: 2 });
    expect(text).toBe('n 1\u2009003 · lost 2 · 6 without these marks');
  });
});
