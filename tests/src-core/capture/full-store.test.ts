// A disk that fills: what is given up first, and that every loss is counted and told in its place.
import { expect, test } from 'vitest';
import { Capture } from '../../../src-core/capture/capture.ts';
import { openCapture } from '../../../src-core/capture/capture-reader.ts';
import { MemoryStore, memoryStoreOf } from '../../../src-core/capture/store.ts';
import { bytesOf, FACTS } from './sample-capture.ts';

const PARAMS = { format: 5, rate: 7, channels: 2, bufferBytes: 64, periodBytes: 16, features: 0 };

function fill(store: MemoryStore, rounds: number): Capture {
  const capture = new Capture(FACTS, store);
  capture.append(0, { kind: 'track', track: 0, streamId: 0, direction: 'output', params: PARAMS });
  const pcm = new Uint8Array(4096).fill(9);
  for (let round = 0; round < rounds; round++) {
    const moved = { popped: 0, track: 0, fromFrame: 1024 * round, frames: 1024, pcm };
    capture.append(round * 1000, { kind: 'moved', ...moved });
    for (let kick = 0; kick < 20; kick++) capture.append(round * 1000, { kind: 'kick', queue: 2 });
    if (round % 8 === 0) capture.flush();
  }
  capture.finish();
  return capture;
}

function reopened(store: MemoryStore): Capture {
  const opened = openCapture(memoryStoreOf(bytesOf(store)));
  if ('error' in opened) throw new Error(opened.error);
  expect(opened.end).toMatchObject({ holes: 0, damagedPackets: 0, cutAt: -1 });
  return opened.capture;
}

test('while there is room everything is kept', () => {
  const capture = fill(new MemoryStore(1 << 24), 100);
  expect([capture.lostEntries(), capture.story.lostPcmBytes, capture.keeping.isShort]).toEqual([
    0,
    0,
    false,
  ]);
});

test('with little room left hashes stand for the PCM, and the capture says from where on', () => {
  const store = new MemoryStore(5_000_000);
  const capture = fill(store, 720);
  expect(capture.lostEntries()).toBe(0);
  expect(capture.keeping.isShort).toBe(true);
  expect(capture.story.lostPcmBytes).toBeGreaterThan(0);
  expect(capture.story.lostPcmBytes % 4096).toBe(0);
  const again = reopened(store);
  expect(again.story.lostPcmBytes).toBe(capture.story.lostPcmBytes);
  expect(again.tracks[0]?.frames).toBe(720 * 1024);
  const [mark] = again.story.marks;
  expect(mark?.text).toContain('only hashes of the PCM are kept');
  expect(mark?.atNs).toBeGreaterThan(0);
});

test.each([200_000, 1_500_000, 3_333_333])(
  'a store of %i bytes: loss is counted exactly and told in the file',
  (boundBytes) => {
    const store = new MemoryStore(boundBytes);
    const capture = fill(store, 2000);
    expect(capture.lostEntries()).toBeGreaterThan(0);
    expect(store.heldBytes()).toBeLessThanOrEqual(boundBytes);
    const again = reopened(store);
    expect(again.lostEntries()).toBe(capture.lostEntries());
    expect(again.story.marks.at(-1)?.text).toContain('the disk took no more');
  },
);

test('what was lost and what was withheld are stretches of time, the same when the file is opened again', () => {
  const live = fill(new MemoryStore(5_000_000), 720);
  const [band] = live.story.gaps.list;
  expect(band).toMatchObject({ kind: 'withheld', streamId: 0 });
  expect(band?.pcmBytes).toBe(live.story.lostPcmBytes);
  expect(band?.toNs).toBe(719_000);

  const store = new MemoryStore(1_500_000);
  const full = fill(store, 2000);
  const lost = full.story.gaps.list.filter(({ kind }) => kind === 'lost');
  expect(lost.length).toBeGreaterThan(0);
  const again = reopened(store).story.gaps.list.filter(({ kind }) => kind === 'lost');
  const entries = again.reduce((sum, gap) => sum + gap.entries, 0);
  expect(entries).toBe(full.lostEntries());
  // it goes on to the end: nothing came after it
  expect(again.at(-1)?.toNs).toBe(Number.POSITIVE_INFINITY);
});
