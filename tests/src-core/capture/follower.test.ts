import { expect, test } from 'vitest';
import { hashPcm } from '../../../src-core/audio/pcm-hash.ts';
import { Capture } from '../../../src-core/capture/capture.ts';
import { CaptureReader, openCapture } from '../../../src-core/capture/capture-reader.ts';
import type { Entry, EntryBody } from '../../../src-core/capture/entry.ts';
import { Follower, type FollowVisitor } from '../../../src-core/capture/follower.ts';
import { EPB_HEAD_BYTES } from '../../../src-core/capture/pcapng.ts';
import { MemoryStore, memoryStoreOf } from '../../../src-core/capture/store.ts';
import { PCM_STATUS, PCM_XFER } from '../../../src-core/spec/sound.ts';

const FACTS = { application: 'test', title: 't', startedAtUnixMs: 1000, simulated: true };

/** Periods of one stream: each a kick, a popped, PCM, a used, an interrupt. */
function period(capture: Capture, number: number): void {
  const atNs = number * 1000;
  const part = { address: 0n, bytes: 4, flags: 0, next: 0, slot: 0 };
  const popped: EntryBody = {
    kind: 'popped',
    queue: 2,
    chain: {
      ...{ head: 0, readable: [part], writable: [part], readableBytes: 4 },
      ...{ writableBytes: 4, indirect: false, ringSlots: 2 },
    },
    availIdx: number,
    body: PCM_XFER.write({ streamId: 0 }),
  };
  capture.append(atNs, { kind: 'kick', queue: 2 });
  const seq = capture.append(atNs + 1, popped);
  const [fromFrame, frames] = [number * 4, 4];
  const pcm = new Uint8Array(16).fill(number);
  capture.append(atNs + 2, { kind: 'moved', popped: seq, track: 0, fromFrame, frames, pcm });
  const reply = PCM_STATUS.write({ status: 0x8000, latencyBytes: 0 });
  const used = { popped: seq, queue: 2, usedIdx: number, writtenBytes: 8, reply };
  capture.append(atNs + 3, { kind: 'used', ...used });
}

function recorded(periods: number, boundBytes = 1 << 22): Capture {
  const capture = new Capture(FACTS, new MemoryStore(boundBytes));
  for (let number = 0; number < periods; number++) period(capture, number);
  return capture;
}

function gather() {
  const seen: [number, Entry['kind'], number][] = [];
  const entries: Entry[] = [];
  const losses: number[] = [];
  const visitor: FollowVisitor = {
    entry: (entry, row) => {
      seen.push([entry.seq, entry.kind, row]);
      entries.push(entry);
    },
    lost: (count) => losses.push(count),
  };
  return { seen, entries, losses, visitor };
}

test('a live capture is followed in bounded steps, each entry once, with the row of its message', () => {
  const capture = recorded(3);
  const follower = new Follower(capture);
  const { seen, entries, visitor } = gather();
  expect(follower.follow(visitor, { entries: 5 })).toBe(true);
  expect(seen).toHaveLength(5);
  expect(follower.follow(visitor)).toBe(false);
  expect(seen.slice(0, 6)).toEqual([
    [0, 'kick', -1],
    [1, 'popped', 0],
    [2, 'moved', 0],
    [3, 'used', 0],
    [4, 'kick', -1],
    [5, 'popped', 1],
  ]);
  period(capture, 3);
  expect(follower.follow(visitor, { bytes: 1 })).toBe(true);
  while (follower.follow(visitor, { bytes: 100 }));
  expect(seen.at(-1)).toEqual([15, 'used', 3]);
  expect(entries[2]).toMatchObject({ atNs: 2, pcm: new Uint8Array(16) });
  expect(follower.lostEntries).toBe(0);
});

test('entries of other kinds are passed over', () => {
  const { seen, visitor } = gather();
  new Follower(recorded(2), { kinds: ['used'] }).follow(visitor);
  expect(seen).toEqual([
    [3, 'used', 0],
    [7, 'used', 1],
  ]);
});

test('following a capture does not flush it: that stays with its recorder', () => {
  const store = new MemoryStore(1 << 20);
  const capture = new Capture(FACTS, store);
  const headBytes = store.heldBytes();
  period(capture, 0);
  capture.flush();
  period(capture, 1);
  const flushed = store.heldBytes();
  const { seen, visitor } = gather();
  new Follower(capture).follow(visitor);
  expect(seen).toHaveLength(8);
  expect(flushed).toBeGreaterThan(headBytes);
  expect(store.heldBytes()).toBe(flushed);
});

test('a file that is being opened is followed as far as it has been read', () => {
  const capture = recorded(5);
  const bytes = capture.readBytes(0, capture.heldBytes());
  const opened = new Capture(FACTS, memoryStoreOf(bytes));
  const reader = new CaptureReader(opened, memoryStoreOf(bytes));
  const follower = new Follower(opened);
  const { seen, losses, visitor } = gather();
  reader.readSome(1000);
  follower.follow(visitor);
  expect(seen.length).toBeGreaterThan(4);
  expect(seen.length).toBeLessThan(10);
  reader.readSome(1e6);
  follower.follow(visitor);
  expect(seen).toHaveLength(20);
  expect(losses).toEqual([]);
});

test('what a full store lost is told before the end', () => {
  const capture = recorded(400, 40_000);
  capture.finish();
  const { seen, losses, visitor } = gather();
  const follower = new Follower(capture);
  follower.follow(visitor);
  expect(losses.reduce((sum, count) => sum + count, 0)).toBe(1600 - seen.length);
  expect(follower.lostEntries).toBe(1600 - seen.length);
});

test('a hole in the bytes costs what stood in it, and is counted', () => {
  const capture = recorded(50);
  const bytes = capture.readBytes(0, capture.heldBytes());
  const { visitor: before, seen: whole } = gather();
  const places: number[] = [];
  new Follower(capture).follow({ entry: (_entry, _row, at) => places.push(at) });
  new Follower(capture).follow(before);
  const holeAt = (places[40] ?? 0) + EPB_HEAD_BYTES;
  const damaged = bytes.slice().fill(0xff, holeAt - 26, holeAt + 10);
  const holed = openCapture(memoryStoreOf(damaged));
  if ('error' in holed) throw new Error(holed.error);
  const { seen, losses, visitor } = gather();
  new Follower(holed.capture).follow(visitor);
  expect(losses).toHaveLength(1);
  expect(seen.length + (losses[0] ?? 0)).toBe(whole.length);
  expect(seen.at(-1)).toEqual(whole.at(-1));
});

test('who asks for it briefly gets the same PCM, in memory that is used again', () => {
  const capture = recorded(3);
  const sums = (isBrief: boolean): number[] => {
    const told: number[] = [];
    const entry = (each: Entry) => {
      if (each.kind === 'moved') told.push(hashPcm(each.pcm.slice()));
    };
    new Follower(capture, { isBrief }).follow({ entry });
    return told;
  };
  expect(sums(true).length).toBeGreaterThan(0);
  expect(sums(true)).toEqual(sums(false));
});
