// What QEMU said of its queues: kept, read back out of the capture's bytes, and shown as the dots that it is.
import { expect, test } from 'vitest';
import { Capture } from '../../../src-core/capture/capture.ts';
import { readEntry } from '../../../src-core/capture/entry-codec.ts';
import { Follower } from '../../../src-core/capture/follower.ts';
import { QueueSamples } from '../../../src-core/capture/queue-samples.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { timelineSlice } from '../../../src-core/views/timeline-slice.ts';
import { FACTS } from './sample-capture.ts';

test('a sample comes back out of the bytes as it went in', () => {
  const capture = new Capture(FACTS, new MemoryStore(1 << 20));
  const sample = { kind: 'sample', queue: 0, takenIdx: 65_535, usedIdx: 7, inUse: 3 } as const;
  capture.append(100, sample);
  capture.flush();
  const entries: unknown[] = [];
  new Follower(capture).follow({ entry: (entry) => entries.push(entry) });
  expect(entries).toEqual([{ seq: 0, atNs: 100, ...sample }]);
  expect(readEntry(new Uint8Array(20), 0), 'and nothing out of other bytes').toBeUndefined();
  const [control, events] = timelineSlice(capture, { fromNs: 0, toNs: 1000, columns: 100 }).lanes;
  expect(control?.samples).toEqual({ atNs: Float64Array.of(100), inUse: Uint16Array.of(3) });
  expect(events?.samples, 'nobody asked about it').toBeUndefined();
});

test('of more samples than there is room for every n-th is shown, each where it was', () => {
  const samples = new QueueSamples();
  for (let place = 0; place < 1000; place++) samples.add(2, place * 10, place % 5);
  const shown = samples.inRange(2, 1000, 6000, 100);
  expect(shown?.atNs).toHaveLength(100);
  shown?.atNs.forEach((atNs, place) => {
    expect(shown.inUse[place]).toBe((atNs / 10) % 5);
  });
  samples.add(9, 0, 1);
  expect(samples.inRange(9, 0, 10, 10), 'no such queue').toBeUndefined();
});
