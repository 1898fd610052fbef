import { describe, expect, test } from 'vitest';
import { Capture } from '../../../src-core/capture/capture.ts';
import type { RecordedChain, RecordedDescriptor } from '../../../src-core/capture/entry.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { indirectTable } from '../../../src-core/views/indirect-table.ts';
import { slotReuses } from '../../../src-core/views/slot-reuse.ts';
import { run, startHost } from '../host-harness.ts';

function makeCapture(): Capture {
  const facts = { application: 'x', title: 'x', startedAtUnixMs: 0, simulated: true };
  return new Capture(facts, new MemoryStore(1 << 20));
}

function chain(slots: readonly number[], indirect = false): RecordedChain {
  const readable = slots.map(
    (slot): RecordedDescriptor => ({ address: 0x1000n, bytes: 16, flags: 0, next: 0, slot }),
  );
  const head = indirect ? 9 : (slots[0] ?? 0);
  const sizes = { readableBytes: 16, writableBytes: 0, ringSlots: 1 };
  return { head, readable, writable: [], ...sizes, indirect };
}

function pop(capture: Capture, atNs: number, of: RecordedChain, queue = 2) {
  const body = new Uint8Array(4);
  return capture.append(atNs, { kind: 'popped', queue, availIdx: 0, body, chain: of });
}

/** Message 0 has slots 1 and 2, message 1 came back, message 2 takes slot 2 again. */
function reused(): Capture {
  const capture = makeCapture();
  pop(capture, 1000, chain([1, 2]));
  const back = pop(capture, 1500, chain([3, 2]));
  capture.append(1600, {
    ...{ kind: 'used', popped: back, queue: 2, usedIdx: 0, writtenBytes: 8 },
    reply: new Uint8Array(8),
  });
  const again = pop(capture, 2000, chain([5, 2]));
  const violation = { rule: 'VQ-17', detail: 'slot 2 again', queue: 2 } as const;
  capture.append(2000, { kind: 'violation', popped: again, violation });
  return capture;
}

describe('a slot that is used again before it came back', () => {
  test('is told with both messages and the slot that they share', () => {
    const { count, rows } = slotReuses(reused(), { queue: 2 });
    expect(count).toBe(1);
    expect(rows[0]).toMatchObject({ atNs: 2000, index: 2, owner: 0, slots: [2] });
  });

  test('is told of the queue and the slot that are watched alone', () => {
    expect(slotReuses(reused(), { queue: 2, slot: 2 }).count).toBe(1);
    expect(slotReuses(reused(), { queue: 2, slot: 5 }).count).toBe(0);
    expect(slotReuses(reused(), { queue: 3 }).count).toBe(0);
    expect(slotReuses(makeCapture(), { queue: 2 })).toEqual({ count: 0, rows: [] });
  });
});

describe('an indirect table', () => {
  test('of a message is what the device walked', () => {
    const capture = makeCapture();
    pop(capture, 1000, chain([0, 1, 2], true));
    const table = indirectTable(capture, undefined, { queue: 2, slot: 9, index: 0 });
    expect(table).toMatchObject({ slot: 9, from: 'popped', more: 0, changed: [] });
    expect(table?.entries.map(({ slot }) => slot)).toEqual([0, 1, 2]);
  });

  test('is not made up: of a direct chain, another queue or a message that is not there', () => {
    const capture = makeCapture();
    pop(capture, 1000, chain([0, 1]));
    for (const [queue, index] of [
      [2, 0],
      [1, 0],
      [2, 7],
      [2, -1],
    ] as const) {
      expect(indirectTable(capture, undefined, { queue, slot: 0, index })).toBeNull();
    }
  });

  test('is bounded', () => {
    const capture = makeCapture();
    pop(capture, 1000, chain([...Array(300).keys()], true));
    const table = indirectTable(capture, undefined, { queue: 2, slot: 9, index: 0 });
    expect(table?.entries.length).toBe(256);
    expect(table?.more).toBe(44);
  });

  test.each([['clean'], ['packed']])('is read from the guest’s memory: %s', async (scenario) => {
    const { client, clock } = startHost();
    await client.call('startDemo', { scenario, seed: 1 });
    run(clock, 400);
    const ring = await client.call('ring', { queue: 2 });
    const [[head = 0, index = 0] = []] = (ring?.messageOfHead ?? []).filter(([id]) =>
      ring?.inFlight.includes(id),
    );
    const detail = await client.call('message', { index });
    const { readable = [], writable = [], indirect } = detail?.chain ?? {};
    expect(indirect).toBe(true);
    const slot = ring?.packed ? (detail?.availIdx ?? 0) : head;
    const now = await client.call('indirectTable', { queue: 2, slot });
    expect(now?.from).toBe('memory');
    const places = (entries: readonly { address: bigint; bytes: number }[] = []) =>
      entries.map(({ address, bytes }) => `${address}+${bytes}`);
    expect(places(now?.entries)).toEqual(places([...readable, ...writable]));
    const popped = await client.call('indirectTable', { queue: 2, slot, index });
    expect(popped).toMatchObject({ from: 'popped', changed: [] });
    // 9999: past the ring
    expect(await client.call('indirectTable', { queue: 2, slot: 9999 })).toBeNull();
  });
});
