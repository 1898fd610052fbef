import { beforeAll, describe, expect, test } from 'vitest';
import { Capture } from '../../../src-core/capture/capture.ts';
import type { RecordedChain } from '../../../src-core/capture/entry.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { readLe16, readLe32, readLe64 } from '../../../src-core/spec/layout.ts';
import { splitLayout } from '../../../src-core/spec/ring.ts';
import { recordedRing } from '../../../src-core/views/ring-slice.ts';
import { recordDemo } from '../../electron/cli/offline-rig.ts';
import { startHost } from '../host-harness.ts';

const SIZE = 4;
const layout = splitLayout(SIZE);

function makeCapture(): Capture {
  const facts = { application: 'x', title: 'x', startedAtUnixMs: 0, simulated: true };
  return new Capture(facts, new MemoryStore(1 << 20));
}

function chain(head: number, address = 0x1000n): RecordedChain {
  const descriptor = { address, bytes: 16, flags: 0, next: 0, slot: head };
  return {
    ...{ head, readable: [descriptor], writable: [], readableBytes: 16, writableBytes: 0 },
    ...{ indirect: false, ringSlots: 1 },
  };
}

/** A snapshot at 1000 ns with nothing in it, then heads 2 and 3 popped, and 2 used. */
function small(): Capture {
  const capture = makeCapture();
  capture.append(1000, {
    ...{ kind: 'ring', queue: 2, size: SIZE, packed: false, availIdx: 0, usedIdx: 0, inFlight: [] },
    descriptorArea: new Uint8Array(layout.descriptorBytes),
    driverArea: new Uint8Array(layout.availBytes),
    deviceArea: new Uint8Array(layout.usedBytes),
  });
  const pop = (atNs: number, head: number, availIdx: number) =>
    capture.append(atNs, {
      ...{ kind: 'popped', queue: 2, availIdx, body: new Uint8Array(4) },
      chain: chain(head, BigInt(head) << 12n),
    });
  const first = pop(2000, 2, 0);
  pop(3000, 3, 1);
  capture.append(4000, {
    ...{ kind: 'used', popped: first, queue: 2, usedIdx: 0, writtenBytes: 8 },
    reply: new Uint8Array(8),
  });
  return capture;
}

describe('a ring at a time in the past', () => {
  test('is not known before its first snapshot', () => {
    expect(recordedRing(small(), 2, 999)).toBeNull();
    expect(recordedRing(small(), 3, 5000)).toBeNull();
  });

  test('has what was popped until then, and not what came later', () => {
    const ring = recordedRing(small(), 2, 2500);
    expect(ring).toMatchObject({ availIdx: 1, usedIdx: 0, inFlight: [2], atNs: 2500 });
    expect(ring?.replay).toEqual({ snapshotNs: 1000, popped: 1, used: 0 });
    expect(readLe16(ring?.driverArea ?? new Uint8Array(), layout.availIdxAt)).toBe(1);
    expect(readLe16(ring?.driverArea ?? new Uint8Array(), layout.availRingAt)).toBe(2);
    expect(readLe64(ring?.descriptorArea ?? new Uint8Array(), 2 * 16)).toBe(0x2000n);
    expect(ring?.messageOfHead).toEqual([[2, 0]]);
  });

  test('has the used element with its head, and the head is free again', () => {
    const ring = recordedRing(small(), 2, 4000);
    expect(ring).toMatchObject({ availIdx: 2, usedIdx: 1, inFlight: [3] });
    const deviceArea = ring?.deviceArea ?? new Uint8Array();
    expect(readLe16(deviceArea, layout.usedIdxAt)).toBe(1);
    expect([
      readLe32(deviceArea, layout.usedRingAt),
      readLe32(deviceArea, layout.usedRingAt + 4),
    ]).toEqual([2, 8]);
  });

  test('leaves the snapshot in the capture as it is', () => {
    const capture = small();
    const before = recordedRing(capture, 2, 1000);
    recordedRing(capture, 2, 4000);
    expect(recordedRing(capture, 2, 1000)).toEqual(before);
  });
});

describe('a recorded demo', () => {
  let bytes: Uint8Array;
  beforeAll(async () => {
    bytes = await recordDemo('clean', 4500);
  });

  test('replayed from one snapshot to the next is what the next one says', async () => {
    const { client, files, clock } = startHost();
    files.set('x', bytes);
    await client.call('openCapture', { path: 'x' });
    clock.advance(1e9);
    const compared: boolean[] = [];
    for (const second of [2, 3, 4]) {
      // the snapshot of this second, and the moment right before it
      const after = await client.call('ring', { queue: 2, atNs: second * 1e9 + 500_000 });
      const snapshotNs = after?.replay?.snapshotNs ?? 0;
      const before = await client.call('ring', { queue: 2, atNs: snapshotNs - 1 });
      const at = await client.call('ring', { queue: 2, atNs: snapshotNs });
      if (before === null || at === null || before.availIdx !== at.availIdx) continue;
      if (before.usedIdx !== at.usedIdx) continue;
      expect(before.replay?.snapshotNs).toBeLessThan(snapshotNs);
      expect(before.replay?.popped).toBeGreaterThan(10);
      // flags and avail_event are written outside of any message: they stay those of the snapshot
      expect(before.deviceArea.slice(2, -2)).toEqual(at.deviceArea.slice(2, -2));
      expect(new Set(before.inFlight)).toEqual(new Set(at.inFlight));
      const ringOf = ({ driverArea, size }: typeof at) => driverArea.slice(2, 4 + 2 * size);
      expect(ringOf(before)).toEqual(ringOf(at));
      compared.push(true);
    }
    expect(compared.length).toBeGreaterThan(0);
  });
});
