import { expect, test } from 'vitest';
import { run, startHost } from '../host-harness.ts';

test('an underrun points at the message before the gap, and that message tells of it', async () => {
  const { clock, client } = startHost();
  await client.call('startDemo', { scenario: 'underrun', seconds: 4 });
  run(clock, 5500);
  const rows = await client.call('finding', { rule: 'VS-P-01', first: 0, count: 100 });
  expect(rows.length).toBeGreaterThan(0);
  for (const { index, seq, streamId } of rows) {
    expect(index).toBeGreaterThanOrEqual(0);
    const message = await client.call('message', { index });
    expect(message?.row.streamId[0]).toBe(streamId);
    expect(message?.violations.map((finding) => finding.seq)).toContain(seq);
  }
});
