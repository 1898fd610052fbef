import { expect, test } from 'vitest';
import { openCapture } from '../../src-core/capture/capture-reader.ts';
import { memoryStoreOf } from '../../src-core/capture/store.ts';
import { run, startHost } from './host-harness.ts';

async function played(scenario: string, ms: number) {
  const harness = startHost();
  await harness.client.call('startDemo', { scenario, seed: 1 });
  run(harness.clock, ms);
  return harness;
}

test('a live session is checked behind its back, and its views see what was concluded', async () => {
  const { clock, client, host } = await played('release-pending', 3000);
  run(clock, 500);
  const groups = await client.call('findings', {});
  expect(groups.map(({ rule }) => rule)).toEqual(['VS-I-21']);
  const [row] = await client.call('finding', { rule: 'VS-I-21', first: 0, count: 1 });
  expect(row).toMatchObject({ grade: 'derived' });
  expect(row?.evidence.length).toBeGreaterThan(1);
  const columns = await client.call('messages', { first: row?.index ?? 0, count: 1 });
  expect(columns.severity[0]).toBe(1);
  const report = await client.call('rules', {});
  expect(report?.rules.filter(({ state }) => state === 'ran').length).toBeGreaterThan(50);
  host.stop();
});

test('what was concluded is appended when the session ends, once, and not told twice when opened', async () => {
  const { clock, client, files, host } = await played('release-pending', 3000);
  await client.call('stopSession', {});
  const [before] = await client.call('findings', {});
  const { bytes } = await client.call('captureBytes', {});
  const read = openCapture(memoryStoreOf(bytes));
  if ('error' in read) throw new Error(read.error);
  expect(read.capture.story.tallies.get('VS-I-21')?.count).toBe(before?.count);
  files.set('x.pcapng', bytes);
  await client.call('openCapture', { path: 'x.pcapng' });
  run(clock, 2000);
  const [after] = await client.call('findings', {});
  expect(after).toMatchObject({ rule: 'VS-I-21', count: before?.count });
  const report = await client.call('rules', {});
  expect(report?.progress).toBe(1);
  host.stop();
});

test('findings are muted with a reason, as a file that the command line reads', async () => {
  const { client, host } = await played('clean', 200);
  await expect(client.call('markFindings', { rule: 'VS-I-21', state: 'muted' })).rejects.toThrow();
  await client.call('markFindings', { rule: 'VS-I-21', state: 'muted', reason: 'by hand' });
  const { text } = await client.call('knownFindingsText', {});
  await client.call('markFindings', { rule: 'VS-I-21', state: 'new' });
  expect(await client.call('knownFindings', {})).toEqual([]);
  expect(await client.call('setKnownFindings', { text })).toEqual({ count: 1 });
  expect(await client.call('knownFindings', {})).toMatchObject([
    { rule: 'VS-I-21', reason: 'by hand' },
  ]);
  await expect(client.call('setKnownFindings', { text: '{}' })).rejects.toThrow();
  host.stop();
});
