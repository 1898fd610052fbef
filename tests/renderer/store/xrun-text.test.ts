import { expect, test } from 'vitest';
import { xrunText } from '../../../renderer/store/xrun-text.ts';

test('xruns are named by direction, and what a trace shows is only suspected', () => {
  expect(xrunText({ direction: 'output', underruns: 1 }, false)).toBe('1 underrun');
  expect(xrunText({ direction: 'input', underruns: 2 }, false)).toBe('2 overruns');
  expect(xrunText({ direction: 'output', underruns: 2 }, true)).toBe('2 suspected underruns');
  expect(xrunText({ direction: 'input', underruns: 0 }, true)).toBe('no suspected overruns');
});
