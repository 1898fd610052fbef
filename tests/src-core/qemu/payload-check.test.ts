// How far a copy of a payload can be trusted, by what was seen of it and when.
import { expect, test } from 'vitest';
import {
  confirmLook,
  lookAgain,
  MOMENT_NS,
  type PayloadCopy,
  trustOf,
} from '../../../src-core/qemu/payload-check.ts';

const BYTES = Uint8Array.of(1, 2, 3, 4, 5);
const OTHER = Uint8Array.of(1, 2, 3, 4, 9);

function copy(more: Partial<PayloadCopy> = {}): PayloadCopy {
  return { bytes: BYTES.slice(), isConfirmed: true, sameNs: 0, isTouched: false, ...more };
}

/** The next to be played from 0 on, last seen after so many moments. */
function next(moments: number): PayloadCopy {
  return copy({ sameNs: moments * MOMENT_NS, oldestNs: 0 });
}

test.each([
  ['returned before it was copied', copy(), true, BYTES, 0, 'late'],
  ['returned while it was copied', copy({ isConfirmed: false }), false, BYTES, 0, 'raced'],
  ['written in flight', copy({ isTouched: true }), false, BYTES, 0, 'changed'],
  ['the same after its return', copy(), false, BYTES, 1e9, 'exact'],
  ['another after its return, and last seen long before', copy(), false, OTHER, 1e9, 'changed'],
  ['another after its return, but seen a moment before', copy(), false, OTHER, MOMENT_NS, 'exact'],
  ['last seen in the end of its time', next(80), false, OTHER, 100 * MOMENT_NS, 'exact'],
  ['last seen early in its time', next(60), false, OTHER, 100 * MOMENT_NS, 'changed'],
  ['last seen before its time', next(-1), false, OTHER, 100 * MOMENT_NS, 'changed'],
  ['gone after its return, and last seen long before', copy(), false, undefined, 1e9, 'changed'],
] as const)('%s', (_what, made, isStale, after, nowNs, trust) => {
  expect(trustOf(made, { isStale, after, nowNs, writesInFlight: false })).toBe(trust);
});

test('nothing is exact of a driver that writes into what is in flight', () => {
  const returned = { isStale: false, after: BYTES, nowNs: 0, writesInFlight: true };
  expect(trustOf(copy(), returned)).toBe('changed');
});

test('a look again counts once the message is known to have been in flight after it', () => {
  const held = copy();
  const same = lookAgain(held, BYTES.slice(), 5);
  expect(held.sameNs).toBe(0);
  confirmLook(same);
  expect(held).toMatchObject({ sameNs: 5, isTouched: false });
  const seen = OTHER.slice();
  const other = lookAgain(held, seen, 9);
  seen.fill(0);
  expect(held).toMatchObject({ bytes: BYTES, isTouched: false });
  confirmLook(other);
  expect(held).toMatchObject({ bytes: OTHER, sameNs: 5, isTouched: true });
});
