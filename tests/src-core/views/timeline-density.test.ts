import { expect, test } from 'vitest';
import { Capture } from '../../../src-core/capture/capture.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { PCM_STATUS, PCM_XFER, SND_HDR } from '../../../src-core/spec/sound.ts';
import { timelineSlice } from '../../../src-core/views/timeline-slice.ts';
import { chainOf, FACTS } from '../capture/sample-capture.ts';

const MESSAGES = 50_000;
const COLUMNS = 300;

/** Two streams, now and then a control message, pauses of all lengths, one late message and one finding. */
function crowded(): Capture {
  const capture = new Capture(FACTS, new MemoryStore(1 << 28));
  const reply = PCM_STATUS.write({ status: 0x8000, latencyBytes: 0 });
  let atNs = 0;
  for (let count = 0; count < MESSAGES; count++) {
    atNs += 1000 + (count % 9000 === 0 ? 3_000_000 : 0);
    const isControl = count % 7000 === 6999;
    const body = isControl
      ? SND_HDR.write({ code: 0x0100 })
      : PCM_XFER.write({ streamId: count % 3 === 0 ? 1 : 0 });
    const queue = isControl ? 0 : 2;
    const popped = capture.append(atNs, {
      kind: 'popped',
      queue,
      chain: chainOf(0, 20, 8),
      availIdx: 0,
      body,
    });
    if (count === 33_333) {
      const violation = { rule: 'VS-R-14', detail: 'x' } as const;
      capture.append(atNs, { kind: 'violation', popped, violation });
    }
    if (count === 44_444) atNs += 700_000;
    capture.append(atNs, { kind: 'used', popped, queue, usedIdx: 0, writtenBytes: 8, reply });
  }
  return capture;
}

/** The same sums without any blocks. */
function bruteForce({ messages }: Capture, streamId: number, fromNs: number, toNs: number) {
  const count = new Uint32Array(COLUMNS);
  const severity = new Uint8Array(COLUMNS);
  const longestNs = new Float64Array(COLUMNS);
  for (let row = 0; row < messages.rows; row++) {
    const poppedNs = messages.poppedNs.get(row);
    const usedNs = messages.usedAfterNs.get(row);
    const isInView = poppedNs < toNs && poppedNs + usedNs >= fromNs;
    if (!isInView || messages.queue.get(row) !== 2 || messages.streamId.get(row) !== streamId)
      continue;
    const place = Math.floor(((poppedNs - fromNs) * COLUMNS) / (toNs - fromNs));
    const column = Math.min(COLUMNS - 1, Math.max(0, place));
    count[column] = (count[column] ?? 0) + 1;
    severity[column] = Math.max(severity[column] ?? 0, messages.severity.get(row));
    longestNs[column] = Math.max(longestNs[column] ?? 0, usedNs);
  }
  return { count, severity, longestNs };
}

test('whole blocks of messages give the same picture as single ones, at any range', () => {
  const capture = crowded();
  while (capture.messages.density.grow(1000));
  for (const [fromPart, toPart] of [
    [0, 1],
    [0.1, 0.9],
    [0.33, 0.83],
  ] as const) {
    const fromNs = Math.floor(capture.endNs * fromPart) + 1;
    const toNs = Math.floor(capture.endNs * toPart) + 2;
    const { lanes } = timelineSlice(capture, { fromNs, toNs, columns: COLUMNS });
    for (const streamId of [0, 1]) {
      const lane = lanes.find((one) => one.queue === 2 && one.streamId === streamId);
      expect(lane?.density).toEqual(bruteForce(capture, streamId, fromNs, toNs));
    }
    const control = lanes.find(({ queue }) => queue === 0);
    expect(control?.messages?.count).toBeGreaterThan(0);
  }
});

test('one finding and one late message among all stay visible, also when they come after the sums', () => {
  const capture = crowded();
  while (capture.messages.density.grow(1000));
  capture.messages.blame(10_000, 'error');
  const { lanes } = timelineSlice(capture, { fromNs: 0, toNs: capture.endNs, columns: COLUMNS });
  const densities = lanes.flatMap(({ density }) => (density === undefined ? [] : [density]));
  expect(densities.map(({ severity }) => severity.filter((worst) => worst > 0).length)).toEqual([
    1, 1,
  ]);
  expect(Math.max(...densities.flatMap(({ longestNs }) => [...longestNs]))).toBeGreaterThan(
    699_999,
  );
});
