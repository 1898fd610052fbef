import { expect, test } from 'vitest';
import { Capture } from '../../../src-core/capture/capture.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { PCM_STATUS, PCM_XFER } from '../../../src-core/spec/sound.ts';
import { overviewSlice } from '../../../src-core/views/overview-slice.ts';
import { chainOf, FACTS } from '../capture/sample-capture.ts';

const MESSAGES = 60_000;

/** A message a microsecond on two streams; one finding, and one loss that belongs to no message. */
function long(): Capture {
  const capture = new Capture(FACTS, new MemoryStore(1 << 28));
  const reply = PCM_STATUS.write({ status: 0x8000, latencyBytes: 0 });
  for (let count = 0; count < MESSAGES; count++) {
    const atNs = 1000 * count;
    const body = PCM_XFER.write({ streamId: count % 2 });
    const chain = chainOf(0, 20, 8);
    const popped = capture.append(atNs, { kind: 'popped', queue: 2, chain, availIdx: 0, body });
    if (count === 15_000) {
      const violation = { rule: 'VS-R-14', detail: 'x' } as const;
      capture.append(atNs, { kind: 'violation', popped, violation });
    }
    if (count === 45_000) {
      capture.append(atNs, { kind: 'dropped', entries: 3, pcmBytes: 0, why: 'full' });
    }
    capture.append(atNs, { kind: 'used', popped, queue: 2, usedIdx: 0, writtenBytes: 8, reply });
  }
  return capture;
}

test('the whole capture in a strip counts every message once and keeps a finding and a loss', () => {
  const capture = long();
  const query = { fromNs: 0, toNs: 1000 * MESSAGES, columns: 60 };
  const before = overviewSlice(capture, query);
  while (capture.messages.density.grow(1000));
  const { count, severity, findings, lost } = overviewSlice(capture, query);
  expect(count.reduce((sum, messages) => sum + messages, 0)).toBe(MESSAGES);
  expect(count).toEqual(before.count);
  expect([...findings.keys()].filter((column) => (findings[column] ?? 0) > 0)).toEqual([15, 45]);
  expect(severity[15]).toBeGreaterThan(0);
  expect([...lost.keys()].filter((column) => lost[column] === 1)).toEqual([45]);
});

test('where nothing played there is no headroom, and a range of nothing is answered', () => {
  const capture = new Capture(FACTS, new MemoryStore(1 << 20));
  const { count, headroom } = overviewSlice(capture, { fromNs: 5, toNs: 5, columns: 8 });
  expect([...count]).toEqual(new Array(8).fill(0));
  expect([...headroom].every(Number.isNaN)).toBe(true);
});
