import { expect, test } from 'vitest';
import { Gaps } from '../../../src-core/capture/gaps.ts';
import { letGoOf } from '../../../src-core/capture/thin.ts';

test('a loss lasts until the next entry that is there', () => {
  const gaps = new Gaps();
  gaps.taken(10, true);
  gaps.begin('lost', 10, 7, 0, 'why');
  gaps.taken(25, true);
  gaps.taken(30, true);
  expect(gaps.list).toMatchObject([{ fromNs: 10, toNs: 25, entries: 7 }]);
});

test('entries that the disk refuses one after the other are one loss, counted', () => {
  const gaps = new Gaps();
  expect([5, 6, 7].map((atNs) => gaps.taken(atNs, false))).toEqual([true, false, false]);
  gaps.taken(9, true);
  gaps.taken(11, false);
  expect(gaps.list).toMatchObject([
    { fromNs: 5, toNs: 9, entries: 3 },
    { fromNs: 11, entries: 1 },
  ]);
});

test('PCM that is withheld is a stretch of its stream, until PCM comes whole again', () => {
  const gaps = new Gaps();
  gaps.moved(0, 1, 0);
  gaps.moved(0, 2, 100);
  gaps.moved(1, 3, 0);
  gaps.moved(0, 4, 100);
  gaps.moved(0, 5, 0);
  gaps.moved(0, 6, 50);
  expect(gaps.list).toMatchObject([
    { kind: 'withheld', streamId: 0, fromNs: 2, toNs: 4, entries: 2, pcmBytes: 200 },
    { kind: 'withheld', streamId: 0, fromNs: 6, toNs: 6, entries: 1, pcmBytes: 50 },
  ]);
  expect(gaps.within(4.5, 5.5)).toEqual([]);
});

test('beyond a bound the last gap grows, and no count is lost', () => {
  const gaps = new Gaps();
  for (let at = 0; at < 10_500; at++) {
    gaps.begin('lost', 2 * at, 1, 0, '');
    gaps.taken(2 * at + 1, true);
  }
  expect(gaps.list.length).toBe(10_000);
  expect(gaps.list.reduce((sum, { entries }) => sum + entries, 0)).toBe(10_500);
});

test('what a ring file let go is read from its note', () => {
  const note = 'ring file: 1200 entries from 1.500 s to 2.250 s were let go, as asked';
  expect(letGoOf(note)).toEqual({ entries: 1200, fromNs: 1.5e9, toNs: 2.25e9 });
  expect(letGoOf('something else')).toBeUndefined();
});
