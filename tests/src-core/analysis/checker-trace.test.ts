import { expect, test } from 'vitest';
import { ruleRuns } from '../../../src-core/analysis/check-report.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { fixture, importTrace } from '../capture/importers/trace-text.ts';
import { check } from './check-rig.ts';

test('a trace of QEMU breaks nothing, and says which rules it has nothing for', () => {
  const store = new MemoryStore(1 << 28);
  const { capture, writer } = importTrace(fixture('qemu-10.0-timestamps.log'), { store });
  for (let more = true; more; ) more = writer.writeBehind(1000);
  const { checker, counts } = check(capture);
  expect(counts).toEqual({});
  const runs = new Map(ruleRuns(checker, capture).map((run) => [run.rule, run]));
  expect(runs.get('VS-I-01')?.state).toBe('ran');
  expect(runs.get('VS-D-10')?.state).toBe('ran');
  expect(runs.get('VS-R-15')).toMatchObject({ state: 'could-not' });
  expect(runs.get('VQ-16')?.why).toBe('This capture does not have snapshots of ring memory.');
  expect(runs.get('VQ-03')?.state).toBe('unseen');
});
