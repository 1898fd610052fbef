import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Capture } from '../../../src-core/capture/capture.ts';
import { readEntries, readFacts } from '../../../src-core/capture/capture-file.ts';
import { openCapture } from '../../../src-core/capture/capture-reader.ts';
import { MemoryStore, memoryStoreOf } from '../../../src-core/capture/store.ts';
import { PCM_STATUS } from '../../../src-core/spec/sound.ts';
import { messageDetail } from '../../../src-core/views/message-detail.ts';
import { columnsOf } from '../../../src-core/views/message-slice.ts';
import { chainOf, FACTS, record, story } from './sample-capture.ts';

function reopen(bytes: Uint8Array) {
  const store = memoryStoreOf(bytes);
  const opened = openCapture(store);
  if ('error' in opened) return { error: opened.error };
  const { capture, end } = opened;
  return { capture, facts: capture.facts, end };
}

function tableOf(capture: Capture) {
  const { rows } = capture.messages;
  return columnsOf(
    capture.messages,
    Float64Array.from({ length: rows }, (_, row) => row),
    rows,
    0,
  );
}

test('one row a message, a column a stage', () => {
  const { capture } = record();
  const table = tableOf(capture);
  expect([...table.queue]).toEqual([0, 2, 2]);
  expect([...table.code]).toEqual([0x0101, 0, 0]);
  expect([...table.status]).toEqual([0x8000, 0x8000, 0x8000]);
  expect([...table.kickNs]).toEqual([100, 160, 160]);
  expect([...table.firstNs]).toEqual([Number.NaN, 300, 400]);
  expect([...table.lastNs]).toEqual([Number.NaN, 320, 400]);
  expect([...table.usedNs]).toEqual([130, 330, 410]);
  expect([...table.interruptNs]).toEqual([140, 331, Number.NaN]);
  expect([...table.frames]).toEqual([0, 4, 4]);
  expect([...table.latencyBytes]).toEqual([0, 48, 48]);
  expect([...table.severity]).toEqual([0, 0, 2]);
});

test('a message tells its chain, its bytes and what it carried', () => {
  const { capture } = record();
  const detail = messageDetail(capture, 1);
  expect(detail?.chain).toEqual(chainOf(0, 20, 8));
  expect(detail?.moved.map(({ frames }) => frames)).toEqual([2, 2]);
  expect(detail?.pcm).toEqual(Uint8Array.from({ length: 16 }, (_, place) => place));
  expect(detail?.reply).toEqual(PCM_STATUS.write({ status: 0x8000, latencyBytes: 48 }));
  expect(messageDetail(capture, 2)?.violations.map(({ rule }) => rule)).toEqual(['VS-R-14']);
  expect(messageDetail(capture, 3)).toBeNull();
});

test('a saved capture, opened again, gives the same tables and the same bytes', () => {
  const { capture, store } = record();
  const bytes = store.read(0, store.heldBytes());
  const opened = reopen(bytes);
  expect(opened.facts).toMatchObject({ title: 'a test', simulated: true });
  expect(opened.end).toMatchObject({ doneBytes: bytes.length, holes: 0, damagedPackets: 0 });
  const again = opened.capture as Capture;
  expect(tableOf(again)).toEqual(tableOf(capture));
  expect(messageDetail(again, 1)).toEqual(messageDetail(capture, 1));
  expect(again.story.states).toEqual(capture.story.states);
  expect(again.story.marks).toEqual(capture.story.marks);
  expect(again.lostEntries()).toBe(2);
});

test('every entry comes back from its bytes as it went in', () => {
  const { store } = record();
  const entries = [];
  const facts = readFacts(store);
  if ('error' in facts) throw new Error(facts.error);
  for (const { entry } of readEntries(store, facts.startedAtUnixMs)) entries.push(entry);
  expect(entries).toEqual(story().map(([atNs, body], seq) => ({ seq, atNs, ...body })));
});

test('a file that is cut anywhere shows what stands before the cut, and says so', () => {
  const { store } = record();
  const bytes = store.read(0, store.heldBytes());
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), (cut) => {
      const opened = reopen(bytes.subarray(0, cut));
      if ('error' in opened) return true; // not even the head is there
      const { holes, cutAt } = opened.end;
      return holes === 0 ? cutAt === -1 : cutAt >= 0 && cutAt < cut;
    }),
    { seed: 3, numRuns: 60 },
  );
});

test('a file with changed bytes never throws', () => {
  const { store } = record();
  const bytes = store.read(0, store.heldBytes());
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }),
      (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at] = value;
        const opened = reopen(damaged);
        if ('capture' in opened && opened.capture !== undefined) {
          for (let row = 0; row < opened.capture.messages.rows; row++)
            messageDetail(opened.capture, row);
        }
        return true;
      },
    ),
    { seed: 4, numRuns: 100 },
  );
});

test('a full store loses entries, counts them, and keeps what it has readable', () => {
  const store = new MemoryStore(700);
  const capture = new Capture(FACTS, store);
  for (let count = 0; count < 30_000; count++) {
    capture.append(count, { kind: 'kick', queue: 0 });
  }
  capture.flush();
  expect(capture.lostEntries()).toBeGreaterThan(0);
  expect(capture.lastError()).toContain('bound of 700 bytes');
  expect(capture.messages.kicksOf(0).kicks).toBe(30_000);
});
