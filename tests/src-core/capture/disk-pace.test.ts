// A disk that does not keep up: what is given up, in which order, and that the file says where.
import { expect, test } from 'vitest';
import { Capture } from '../../../src-core/capture/capture.ts';
import { openCapture } from '../../../src-core/capture/capture-reader.ts';
import { DiskPace } from '../../../src-core/capture/disk-pace.ts';
import { MemoryStore, memoryStoreOf } from '../../../src-core/capture/store.ts';
import { bytesOf, FACTS } from './sample-capture.ts';

const PARAMS = { format: 5, rate: 7, channels: 2, bufferBytes: 64, periodBytes: 16, features: 0 };

class SlowStore extends MemoryStore {
  share = 0;

  writingShare(): number {
    return this.share;
  }
}

/** States after so many looks at each share. */
function statesOf(...shares: [share: number, looks: number][]): string[] {
  const pace = new DiskPace();
  return shares.map(([share, looks]) => {
    for (let look = 0; look < looks; look++) pace.look(share);
    return pace.state;
  });
}

test('one long write is nothing; slow, then behind, and back only far below', () => {
  expect(statesOf([1, 1], [0, 20])).toEqual(['fine', 'fine']);
  expect(statesOf([0.4, 20], [0.9, 20])).toEqual(['slow', 'behind']);
  expect(statesOf([0.9, 20], [0.3, 40], [0.2, 40], [0.15, 40], [0.01, 40])).toEqual([
    'behind',
    'behind',
    'slow',
    'slow',
    'fine',
  ]);
  expect(statesOf([Number.NaN, 50])).toEqual(['fine']);
});

test('a capture on a disk that is behind keeps every entry, and hashes for the PCM, and says so in its place', () => {
  const store = new SlowStore(1 << 24);
  const capture = new Capture(FACTS, store);
  capture.append(0, { kind: 'track', track: 0, streamId: 0, direction: 'output', params: PARAMS });
  const pcm = new Uint8Array(64).fill(9);
  const ranges = [{ fromByte: 4, toByte: 8, withinNs: 5 }];
  const hashes = { postedHash: 1, consumedHash: 2 };
  for (let round = 0; round < 90; round++) {
    store.share = round >= 30 && round < 60 ? 0.95 : 0.01;
    const moved = { popped: 0, track: 0, fromFrame: 16 * round, frames: 16, pcm };
    capture.append(round * 1000, { kind: 'moved', ...moved });
    capture.append(round * 1000, { kind: 'posted', popped: 0, track: 0, ranges, ...hashes, pcm });
    capture.flush();
  }
  capture.finish();
  const opened = openCapture(memoryStoreOf(bytesOf(store)));
  if ('error' in opened) throw new Error(opened.error);
  const { story, tracks } = opened.capture;
  expect([opened.end.damagedPackets, story.lostEntries]).toEqual([0, 0]);
  expect(story.marks.map(({ text }) => text)).toEqual([
    expect.stringContaining('the disk is slow'),
    expect.stringContaining('the disk does not keep up'),
    expect.stringContaining('the disk is slow'),
    expect.stringContaining('the disk keeps up again'),
  ]);
  expect(story.lostPcmBytes).toBeGreaterThan(64 * 10);
  expect(story.lostPcmBytes).toBeLessThan(64 * 60);
  expect(tracks[0]?.frames).toBe(90 * 16);
  expect(opened.capture.entries).toBe(capture.entries);
});
