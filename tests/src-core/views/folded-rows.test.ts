import { expect, test } from 'vitest';
import type { Capture } from '../../../src-core/capture/capture.ts';
import { FilteredRows } from '../../../src-core/views/filtered-rows.ts';
import { FoldedRows, RUN_ROWS } from '../../../src-core/views/folded-rows.ts';
import { demoCapture } from '../analysis/demo-capture.ts';
import { run, startHost } from '../host-harness.ts';

function foldAll(capture: Capture, filtered?: FilteredRows): FoldedRows {
  const folded = new FoldedRows(capture, filtered);
  while (folded.extend(37));
  return folded;
}

test('equal healthy messages are one line, and none with a finding is inside one', async () => {
  const capture = await demoCapture('bad-chains', 1200);
  const { messages } = capture;
  const folded = foldAll(capture);
  const heads = [...folded.rowsFrom(0, folded.count)];
  expect(heads.length).toBeLessThan(messages.rows / 2);
  let counted = 0;
  heads.forEach((head, place) => {
    const end = heads[place + 1] ?? messages.rows;
    const { messages: count } = folded.runFrom(head, heads[place + 1]);
    expect(count).toBe(end - head);
    counted += count;
    for (let row = head; row < end; row++) {
      expect(folded.placeOf(row)).toBe(place);
      if (count > 1) expect(messages.hasProblem(row)).toBe(false);
      expect(messages.queue.get(row)).toBe(messages.queue.get(head));
      expect(messages.track.get(row)).toBe(messages.track.get(head));
    }
  });
  expect(counted).toBe(messages.rows);
  for (const { row, atNs } of capture.story.marks) {
    const at = row < 0 ? messages.rowAt(atNs) : row;
    if (at < messages.rows) expect(heads).toContain(at);
  }
});

test('lines that grew with a live session are those of one look at the end', async () => {
  const pairs = [
    [{}, { expression: 'true' }],
    [{ queues: [2] }, { expression: 'queue == tx' }],
    [{ expression: 'returned' }, { expression: 'returned && true' }],
  ];
  for (const [filter = {}, same = {}] of pairs) {
    const { clock, client, host } = startHost();
    await client.call('startDemo', { scenario: 'bad-chains', seed: 3 });
    for (let step = 0; step < 40; step++) {
      run(clock, 20);
      await client.call('messageRuns', { first: 0, count: 50, filter });
    }
    await client.call('stopSession', {});
    const whole = { first: 0, count: 10_000 };
    const live = await client.call('messageRuns', { ...whole, filter });
    const all = await client.call('messages', { ...whole, filter });
    const fresh = await client.call('messageRuns', { ...whole, filter: same });
    expect([...live.index]).toEqual([...fresh.index]);
    expect([...live.runMessages]).toEqual([...fresh.runMessages]);
    expect([...live.runLongestNs]).toEqual([...fresh.runLongestNs]);
    expect(live.runMessages.reduce((sum, count) => sum + count, 0)).toBe(all.total);
    host.stop();
  }
});

test('a run tells its longest message, and is cut so that looking through it has a bound', async () => {
  const capture = await demoCapture('clean', 900);
  const filtered = new FilteredRows(capture, { queues: [2] });
  while (filtered.extend(1000));
  const folded = foldAll(capture, filtered);
  const heads = folded.rowsFrom(0, folded.count);
  const facts = [...heads].map((head, place) => folded.runFrom(head, heads[place + 1]));
  const longest = facts.reduce((one, other) => (other.messages > one.messages ? other : one));
  expect(longest.messages).toBeGreaterThan(10);
  expect(longest.longestNs).toBeGreaterThan(0);
  expect(Math.max(...facts.map(({ messages }) => messages))).toBeLessThanOrEqual(RUN_ROWS);
});
