import { describe, expect, test } from 'vitest';
import { TXQ } from '../../../src-core/spec/sound.ts';
import { ringIndexes } from '../../../src-core/views/ring-indexes.ts';
import { runSession } from '../analysis/stall-rig.ts';

describe('ring indexes over time', () => {
  const { capture } = runSession('clean', { seconds: 8 });
  const query = { queue: TXQ, fromNs: 0, toNs: capture.endNs, ticks: 8 };

  test('are those of the messages, at their times, rounded to a power of two', () => {
    const { atNs, index } = ringIndexes(capture, query);
    expect(index.length).toBeGreaterThan(4);
    for (const [at, one] of index.entries()) {
      let row = capture.messages.rowAt(atNs[at] ?? 0);
      while (capture.messages.queue.get(row) !== TXQ) row++; // at the same moment
      const entry = capture.entryAt(capture.messages.poppedAt.get(row));
      expect(entry).toMatchObject({ kind: 'popped', queue: TXQ, availIdx: one });
    }
    // some fifty messages from one of the eight moments to the next
    expect([...index].filter((one) => one % 64 !== 0)).toEqual([]);
    expect(new Set(index).size).toBe(index.length);
  });

  test('are none where the queue has no message', () => {
    expect(ringIndexes(capture, { ...query, queue: 3 }).index.length).toBe(0);
    expect(ringIndexes(capture, { ...query, fromNs: 1e15, toNs: 2e15 }).index.length).toBe(0);
  });
});
