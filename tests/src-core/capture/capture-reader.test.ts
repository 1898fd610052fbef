import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Capture } from '../../../src-core/capture/capture.ts';
import { openCapture, type ReadSoFar } from '../../../src-core/capture/capture-reader.ts';
import { Follower } from '../../../src-core/capture/follower.ts';
import { fileHead } from '../../../src-core/capture/pcapng.ts';
import { readReport } from '../../../src-core/capture/read-report.ts';
import { memoryStoreOf } from '../../../src-core/capture/store.ts';
import { messageDetail } from '../../../src-core/views/message-detail.ts';
import { columnsOf } from '../../../src-core/views/message-slice.ts';
import { timelineSlice } from '../../../src-core/views/timeline-slice.ts';
import { bytesOf, record, story } from './sample-capture.ts';

const WHOLE = bytesOf(record().store);
const BLOCKS = blocksOf(WHOLE);

/** Start of every block, and the end. */
function blocksOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const starts = [0];
  for (let at = 0; at < bytes.length; ) {
    at += view.getUint32(at + 4, true);
    starts.push(at);
  }
  return starts;
}

function opened(bytes: Uint8Array): { capture: Capture; end: ReadSoFar } {
  const result = openCapture(memoryStoreOf(bytes));
  if ('error' in result) throw new Error(result.error);
  return result;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function part(fromBlock: number, toBlock = BLOCKS.length - 1): Uint8Array {
  return WHOLE.subarray(BLOCKS[fromBlock], BLOCKS[toBlock]);
}

function tableOf({ messages }: Capture) {
  const rows = Float64Array.from({ length: messages.rows }, (_, row) => row);
  return columnsOf(messages, rows, rows.length, 0);
}

test('a hole in the middle is told at its place, with what is missing, and the rest is read', () => {
  const entryBlocks = 2; // behind section header and interface
  const damaged = WHOLE.slice();
  const from = BLOCKS[entryBlocks + 9] ?? 0;
  damaged.fill(0x5a, from, (BLOCKS[entryBlocks + 12] ?? 0) - 3);
  const { capture, end } = opened(damaged);
  expect(end).toMatchObject({ holes: 1, cutAt: -1, absentEntries: 0 });
  expect(capture.entries).toBe(story().length);
  expect(capture.lostEntries()).toBe(3 + 2); // and what the capture itself had lost
  expect(capture.story.marks[0]).toMatchObject({ kind: 'dropped', atNs: 171 });
  expect(capture.story.marks[0]?.text).toContain('3 entries are missing');
  expect(readReport(end)[0]).toMatch(/damaged in one place: \d+ bytes could not be read/);
});

test('a file without its beginning is read from the first whole entry on', () => {
  const { capture, end } = opened(WHOLE.subarray((BLOCKS[4] ?? 0) + 7));
  expect(capture.facts.title).toBe('A capture that lost its title');
  expect(end.holes).toBe(1);
  expect(capture.entries).toBe(story().length);
  expect(capture.messages.rows).toBe(2);
});

test('a section of the other byte order, other blocks and options in between change nothing', () => {
  const foreign = blockOf(4, [1, 2, 3, 4]); // name resolution
  const statistics = blockOf(5, new Array<number>(16).fill(0));
  const mixed = joined(part(0, 1), foreign, part(1, 2), ...[2, 3, 4].map((at) => part(at, at + 1)));
  const rest = joined(statistics, part(5));
  const { capture, end } = opened(joined(mixed, rest));
  expect(tableOf(capture)).toEqual(tableOf(opened(WHOLE).capture));
  expect(readReport(end)).toEqual([]);
  const swapped = opened(bigEndian(WHOLE));
  expect(tableOf(swapped.capture)).toEqual(tableOf(capture));
  expect(messageDetail(swapped.capture, 1)?.pcm).toEqual(messageDetail(capture, 1)?.pcm);
});

test('captures that were put one behind the other are shown one behind the other', () => {
  const { capture, end } = opened(joined(WHOLE, WHOLE));
  expect(end).toMatchObject({ holes: 0, repeatedPackets: 0 });
  expect(capture.messages.rows).toBe(6);
  expect(capture.tracks.map(({ frames }) => frames)).toEqual([8, 8]);
  expect(messageDetail(capture, 4)?.pcm).toEqual(messageDetail(capture, 1)?.pcm);
  let followed = 0;
  new Follower(capture).follow({ entry: () => followed++ });
  expect(followed).toBe(2 * story().length);
});

test('packets of another interface are left out, and counted', () => {
  const ethernet = blockOf(1, [1, 0, 0, 0, 0, 0, 0, 0]);
  const packet = part(2, 3).slice();
  packet[8] = 1; // of the second interface
  const { capture, end } = opened(joined(part(0, 2), ethernet, packet, part(2)));
  expect(end.foreignPackets).toBe(1);
  expect(tableOf(capture)).toEqual(tableOf(opened(WHOLE).capture));
});

test('a number or a time that is far off does not make what follows look late', () => {
  const damaged = WHOLE.slice();
  const block = BLOCKS[2 + 6] ?? 0;
  damaged[block + 28 + 31] = 0x40; // the entry's number
  damaged[(BLOCKS[2 + 8] ?? 0) + 13] = 0xff; // the high word of a time
  const { capture, end } = opened(damaged);
  expect(end.damagedPackets).toBe(1);
  expect(capture.messages.rows).toBe(3);
  expect(tableOf(capture).poppedNs[2]).toBe(170);
  expect(capture.endNs).toBe(430);
  let followed = 0;
  new Follower(capture).follow({ entry: () => followed++ });
  expect(followed).toBe(story().length - 1);
});

test('any bytes: no throw, no end of reading that does not come, no more than the file holds', () => {
  const patch = fc.record({
    at: fc.nat(WHOLE.length - 1),
    bytes: fc.uint8Array({ maxLength: 24 }),
  });
  const cut = fc.tuple(fc.nat(WHOLE.length), fc.nat(WHOLE.length));
  const edits = fc.record({
    patches: fc.array(patch, { maxLength: 6 }),
    cuts: fc.array(cut, { minLength: 1, maxLength: 4 }),
    junk: fc.uint8Array({ maxLength: 64 }),
  });
  fc.assert(
    fc.property(edits, ({ patches, cuts, junk }) => {
      const bytes = WHOLE.slice();
      for (const change of patches)
        bytes.set(change.bytes.subarray(0, bytes.length - change.at), change.at);
      const pieces = cuts.map(([from, to]) =>
        bytes.subarray(Math.min(from, to), Math.max(from, to)),
      );
      const spliced = joined(...pieces.flatMap((piece) => [piece, junk]), bytes);
      const result = openCapture(memoryStoreOf(spliced));
      if ('error' in result) return;
      const { capture, end } = result;
      expect(end.doneBytes).toBe(spliced.length);
      expect(capture.messages.rows).toBeLessThanOrEqual(3 * (pieces.length + 1));
      for (let row = 0; row < capture.messages.rows; row++) messageDetail(capture, row);
      timelineSlice(capture, { fromNs: 0, toNs: 1000, columns: 10 });
      while (capture.growPyramids(1 << 20));
      new Follower(capture).follow({ entry: () => {} });
      readReport(end);
    }),
    { seed: 7, numRuns: 80 },
  );
});

function blockOf(type: number, body: readonly number[]): Uint8Array {
  const width = body.length + 12;
  return Uint8Array.from([type, 0, 0, 0, width, 0, 0, 0, ...body, width, 0, 0, 0]);
}

/** The same file as a machine of the other byte order would have written it; what is inside packets stays. */
function bigEndian(bytes: Uint8Array): Uint8Array {
  const swapped = bytes.slice();
  const flip = (at: number, width: number) => swapped.subarray(at, at + width).reverse();
  const options = (from: number, end: number, wide: readonly number[]) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (let at = from; at + 4 <= end; ) {
      const code = view.getUint16(at, true);
      const length = view.getUint16(at + 2, true);
      flip(at, 2);
      flip(at + 2, 2);
      if (wide.includes(code)) flip(at + 4, length);
      at += 4 + ((length + 3) & ~3);
      if (code === 0) break;
    }
  };
  for (const [place, start] of BLOCKS.slice(0, -1).entries()) {
    const end = (BLOCKS[place + 1] ?? 0) - 4;
    const heads = place === 0 ? [0, 4, 8] : place === 1 ? [0, 4, 12] : [0, 4, 8, 12, 16, 20, 24];
    for (const at of [...heads.map((offset) => start + offset), end]) flip(at, 4);
    if (place === 0) {
      flip(start + 12, 2);
      flip(start + 14, 2);
      options(start + 24, end, []);
    } else if (place === 1) {
      flip(start + 8, 2);
      options(start + 16, end, []);
    } else options(end - 32, end, [2, 5, 6]);
  }
  return swapped;
}

test('a file of ours that holds nothing yet opens as an empty capture; another program’s does not', () => {
  const empty = fileHead('Ringside', 'virtio-snd', '{"ringside": 1, "title": "t"}');
  expect(opened(empty).capture.entries).toBe(0);
  const other = openCapture(memoryStoreOf(fileHead('dumpcap', 'eth0', 'hello')));
  expect(other).toEqual({ error: 'this file holds no packet of Ringside' });
  const text = openCapture(
    memoryStoreOf(new TextEncoder().encode('no capture at all '.repeat(99))),
  );
  expect(text).toEqual({ error: 'this is not a pcapng file that Ringside wrote' });
});
