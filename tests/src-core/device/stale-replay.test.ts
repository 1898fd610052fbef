import { expect, test } from 'vitest';
import { StaleReplay } from '../../../src-core/device/stale-replay.ts';

/** A message of two pieces, as it reaches the sink. */
function passed(stale: StaleReplay, value: number): string {
  const pieces = [Uint8Array.of(value, value + 1), Uint8Array.of(value + 2)];
  stale.pass(pieces[0] ?? new Uint8Array(), 0);
  stale.pass(pieces[1] ?? new Uint8Array(), 2);
  return pieces.map((piece) => piece.join()).join();
}

test('the message behind an empty queue carries what the one before it carried, and only that one', () => {
  const stale = new StaleReplay();
  stale.onEmpty();
  expect(passed(stale, 10)).toBe('10,11,12');
  expect(passed(stale, 20)).toBe('20,21,22');
  stale.onEmpty();
  expect(passed(stale, 30)).toBe('20,21,22');
  expect(passed(stale, 40)).toBe('40,41,42');
});
