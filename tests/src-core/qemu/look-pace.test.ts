// Looks take a part of the time, and what holds one up does not make the next ones rarer.
import { expect, test } from 'vitest';
import { LookPace } from '../../../src-core/qemu/look-pace.ts';

const US = 1000;

test('looks that cost little come as often as asked, also behind a dear first one', () => {
  const pace = new LookPace();
  expect(pace.nextNs(90_000 * US, 500 * US)).toBeLessThan(4000 * US);
  for (let look = 0; look < 50; look++) pace.nextNs(40 * US, 500 * US);
  expect(pace.nextNs(40 * US, 500 * US)).toBe(500 * US);
  expect(pace.nextNs(20_000 * US, 500 * US), 'one that was held up').toBe(500 * US);
});

test('looks that cost much come further apart than asked', () => {
  const pace = new LookPace();
  let apart = 0;
  for (let look = 0; look < 100; look++) apart = pace.nextNs(1000 * US, 500 * US);
  expect(apart).toBeGreaterThan(5000 * US);
});
