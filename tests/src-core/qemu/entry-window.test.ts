// Looks and trace lines that tell of the same messages, put together.
import { expect, test } from 'vitest';
import type { EntryBody } from '../../../src-core/capture/entry.ts';
import { EntryWindow } from '../../../src-core/qemu/entry-window.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';

const MS = NS_PER_MS;
const CHAIN = {
  ...{ head: 0, readable: [], writable: [], readableBytes: 0, writableBytes: 0 },
  ...{ indirect: false, ringSlots: 1 },
};

test('a message that waits gets the time of its line, and is named by the number that the capture gave', () => {
  const { window, told } = windowed();
  const popped = window.add(10 * MS, poppedBody(), wait('popped', 9 * MS));
  window.add(9.4 * MS, { kind: 'kick', queue: 2 });
  window.tell(2, 'popped', 9.5 * MS);
  window.tell(2, 'used', 29.5 * MS);
  window.add(30 * MS, movedBody(popped));
  window.add(30 * MS, usedBody(popped), wait('used', 29 * MS));
  window.flush(31 * MS);
  expect(told).toEqual([
    ['kick', 9.4 * MS, undefined],
    ['popped', 9.5 * MS, undefined],
    ['moved', 29.5 * MS, 1],
    ['used', 29.5 * MS, 1],
  ]);
  expect(window.matched).toBe(2);
});

test('what has no line goes on after a while, with the time of its look', () => {
  const { window, told } = windowed();
  window.add(10 * MS, poppedBody(), wait('popped', 9 * MS));
  window.add(11 * MS, { kind: 'kick', queue: 2 });
  window.flush(12 * MS);
  expect(told).toEqual([]);
  window.flush(61 * MS);
  expect(told.map(([kind, atNs]) => [kind, atNs])).toEqual([
    ['popped', 10 * MS],
    ['kick', 11 * MS],
  ]);
});

test('a kick of the same moment comes before its message, and one that comes too late is left out', () => {
  const { window, told } = windowed();
  window.add(10 * MS, poppedBody(), wait('popped', 9 * MS));
  window.tell(2, 'popped', 9 * MS);
  window.add(9 * MS, { kind: 'kick', queue: 2 });
  window.flush(61 * MS);
  window.add(8 * MS, { kind: 'kick', queue: 2 });
  window.add(8 * MS, { kind: 'kick', queue: 3 });
  window.flush(130 * MS);
  expect(told.map(([kind]) => kind)).toEqual(['kick', 'popped', 'kick']);
});

test('PCM whose format was known only later still comes before its message is used', () => {
  const { window, told } = windowed();
  const popped = window.add(10 * MS, poppedBody());
  window.add(20 * MS, usedBody(popped));
  window.add(21 * MS, movedBody(popped));
  window.flush(80 * MS);
  expect(told.map(([kind, atNs]) => [kind, atNs])).toEqual([
    ['popped', 10 * MS],
    ['moved', 20 * MS],
    ['used', 20 * MS],
  ]);
  window.add(90 * MS, movedBody(popped));
  window.flush(200 * MS);
  expect(told, 'what names a message that is over names no other').toHaveLength(3);
});

test('a line of another time is not taken for that of a message', () => {
  const { window, told } = windowed();
  window.tell(2, 'popped', 3 * MS);
  window.tell(3, 'popped', 9.5 * MS);
  window.add(10 * MS, poppedBody(), wait('popped', 9 * MS));
  window.flush(100 * MS);
  expect(told).toEqual([['popped', 10 * MS, undefined]]);
});

test('times never go back, and at the end nothing is left', () => {
  const { window, told } = windowed();
  window.add(10 * MS, { kind: 'kick', queue: 0 });
  window.flush(11 * MS);
  window.add(5 * MS, { kind: 'interrupt', queue: 0 });
  window.add(12 * MS, poppedBody(), wait('popped', 11 * MS));
  window.flush(12 * MS, true);
  expect(told.map(([kind, atNs]) => [kind, atNs])).toEqual([
    ['kick', 10 * MS],
    ['interrupt', 10 * MS],
    ['popped', 12 * MS],
  ]);
  expect(window.isEmpty).toBe(true);
});

function windowed() {
  const told: [string, number, number | undefined][] = [];
  const window = new EntryWindow((atNs, body) => {
    told.push([body.kind, atNs, 'popped' in body ? body.popped : undefined]);
    return told.length - 1;
  });
  return { window, told };
}

function wait(stage: 'popped' | 'used', notBeforeNs: number) {
  return { queue: 2, stage, notBeforeNs };
}

function poppedBody(): EntryBody {
  return { kind: 'popped', queue: 2, chain: CHAIN, availIdx: 0, body: new Uint8Array() };
}

function movedBody(popped: number): EntryBody {
  return { kind: 'moved', popped, track: 0, fromFrame: 0, frames: 1, pcm: new Uint8Array(4) };
}

function usedBody(popped: number): EntryBody {
  const reply = new Uint8Array();
  return { kind: 'used', popped, queue: 2, usedIdx: 0, writtenBytes: 8, reply };
}
