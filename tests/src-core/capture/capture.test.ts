import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Capture } from '../../../src-core/capture/capture.ts';
import { readEntries, readFacts } from '../../../src-core/capture/capture-file.ts';
import type { EntryBody } from '../../../src-core/capture/entry.ts';
import { type ByteStore, MemoryStore, memoryStoreOf } from '../../../src-core/capture/store.ts';
import { PCM_SET_PARAMS, PCM_STATUS, PCM_XFER, SND_HDR } from '../../../src-core/spec/sound.ts';
import { messageDetail } from '../../../src-core/views/message-detail.ts';
import { columnsOf } from '../../../src-core/views/message-slice.ts';

const FACTS = {
  application: 'Ringside test',
  title: 'a test',
  startedAtUnixMs: 1_790_000_000_123,
  simulated: true,
};
const PARAMS = { format: 5, rate: 7, channels: 2, bufferBytes: 64, periodBytes: 16, features: 0 };

function chainOf(head: number, readableBytes: number, writableBytes: number) {
  const part = (bytes: number, slot: number) => ({
    address: 0x1_0000_0000n + BigInt(slot),
    bytes,
    flags: 1,
    next: slot + 1,
    slot,
  });
  return {
    head,
    readable: [part(readableBytes, 0)],
    writable: [part(writableBytes, 1)],
    readableBytes,
    writableBytes,
    indirect: true,
    ringSlots: 1,
  };
}

/** SET_PARAMS, a run of two periods, one violation. */
function story(): [number, EntryBody][] {
  const request = PCM_SET_PARAMS.write({ code: 0x0101, streamId: 0, ...PARAMS });
  const pcm = (start: number) => Uint8Array.from({ length: 16 }, (_, place) => start + place);
  const status = PCM_STATUS.write({ status: 0x8000, latencyBytes: 48 });
  const header = PCM_XFER.write({ streamId: 0 });
  return [
    [100, { kind: 'kick', queue: 0 }],
    [110, { kind: 'popped', queue: 0, chain: chainOf(3, 24, 4), availIdx: 0, body: request }],
    [120, { kind: 'state', streamId: 0, from: 'init', to: 'params' }],
    [130, used(1, 0, 0, 4, SND_HDR.write({ code: 0x8000 }))],
    [140, { kind: 'interrupt', queue: 0 }],
    [150, { kind: 'track', track: 0, streamId: 0, direction: 'output', params: PARAMS }],
    [160, { kind: 'kick', queue: 2 }],
    [170, { kind: 'popped', queue: 2, chain: chainOf(0, 20, 8), availIdx: 0, body: header }],
    [171, { kind: 'popped', queue: 2, chain: chainOf(1, 20, 8), availIdx: 1, body: header }],
    [300, moved(7, 0, 2, pcm(0).subarray(0, 8))],
    [320, moved(7, 2, 2, pcm(0).subarray(8))],
    [330, used(7, 2, 0, 8, status)],
    [331, { kind: 'interrupt', queue: 2 }],
    [400, { ...moved(8, 4, 4, pcm(100)), delayFrames: 0 } as EntryBody],
    [
      405,
      {
        kind: 'posted',
        popped: 8,
        track: 0,
        postedHash: 0xffff_fffe,
        consumedHash: 7,
        ranges: [{ fromByte: 4, toByte: 6, withinNs: 229 }],
        pcm: pcm(100).fill(0, 4, 6),
      },
    ],
    [410, used(8, 2, 1, 8, status)],
    [
      420,
      {
        kind: 'violation',
        popped: 8,
        violation: { rule: 'VS-R-14', detail: 'too short', streamId: 0 },
      },
    ],
    [430, { kind: 'dropped', entries: 2, pcmBytes: 10, why: 'a test' }],
  ];
}

function moved(popped: number, fromFrame: number, frames: number, pcm: Uint8Array): EntryBody {
  return { kind: 'moved', popped, track: 0, fromFrame, frames, pcm };
}

function used(
  popped: number,
  queue: number,
  usedIdx: number,
  writtenBytes: number,
  reply: Uint8Array,
): EntryBody {
  return { kind: 'used', popped, queue, usedIdx, writtenBytes, reply };
}

function record(store: ByteStore = new MemoryStore(1 << 22)): {
  capture: Capture;
  store: ByteStore;
} {
  const capture = new Capture(FACTS, store);
  for (const [atNs, entry] of story()) capture.append(atNs, entry);
  capture.flush();
  return { capture, store };
}

function reopen(bytes: Uint8Array) {
  const store = memoryStoreOf(bytes);
  const facts = readFacts(store);
  if ('error' in facts) return { error: facts.error };
  const capture = new Capture(facts, store);
  const entries = readEntries(store, facts.startedAtUnixMs);
  let next = entries.next();
  for (; next.done !== true; next = entries.next()) capture.adopt(next.value.entry, next.value.at);
  return { capture, facts, end: next.value };
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
  expect(opened.end).toEqual({ at: bytes.length, skipped: 0 });
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
      const { damage, at } = opened.end;
      return damage === undefined ? at === cut : damage.includes(`byte ${at}`);
    }),
    { seed: 3 },
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
    { seed: 4, numRuns: 300 },
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
