import { expect, test } from 'vitest';
import { matchText } from '../../../../renderer/panels/messages/filter-matches.tsx';
import {
  accept,
  listed,
  remembered,
  underlined,
} from '../../../../renderer/panels/messages/filter-model.ts';

const proposal = (text: string, kind: 'field' | 'value' | 'operator' | 'function' | 'unit') => ({
  ...{ text, kind },
  doc: '',
});

test('a proposal takes the place of the word, with room for what follows', () => {
  expect(accept('que', { from: 0, to: 3 }, proposal('queue', 'field'))).toEqual({
    text: 'queue ',
    cursor: 6,
  });
  expect(accept('latency > 5', { from: 11, to: 11 }, proposal('ms', 'unit')).text).toBe(
    'latency > 5ms',
  );
  expect(accept('ha', { from: 0, to: 2 }, proposal('has(', 'function')).text).toBe('has(');
  expect(accept('queue', { from: 5, to: 5 }, proposal('==', 'operator')).text).toBe('queue == ');
  expect(accept('a  == 1', { from: 0, to: 1 }, proposal('head', 'field')).text).toBe('head  == 1');
});

test('what is underlined is at least one character', () => {
  expect(underlined('quee == tx', { message: '', from: 0, to: 4 })).toEqual(['', 'quee', ' == tx']);
  expect(underlined('(a', { message: '', from: 2, to: 2 })).toEqual(['(', 'a', '']);
});

test('filters are remembered once, the latest first, and offered while they fit', () => {
  expect(remembered(['a', 'b'], ' b ')).toEqual(['b', 'a']);
  expect(remembered(['a'], '  ')).toEqual(['a']);
  const kept = (name: string) => ({ name, filter: { expression: 'problem' } });
  const known = { recent: ['queue == tx', 'status != OK'], saved: [kept('my Queue'), kept('b')] };
  const rows = listed('que', known, [proposal('queue', 'field')]);
  expect(
    rows.map(({ saved, recent, proposal: proposed }) => saved?.name ?? recent ?? proposed?.text),
  ).toEqual(['my Queue', 'queue == tx', 'queue']);
  expect(listed('', known, []).map(({ saved }) => saved?.name)).toEqual([
    ...['my Queue', 'b', undefined, undefined],
  ]);
});

test('a filter says how far it is, how fast it goes when that takes long, and where it was stopped', () => {
  const state = { matches: 12, looked: 300, all: 1200 };
  const plain = (text: string) => text.replace(/\s/g, ' ');
  expect(plain(matchText({ ...state, looked: 1200 }, undefined))).toBe('12 of 1 200');
  expect(plain(matchText(state, undefined))).toBe('12 of 1 200 · 25 %');
  expect(plain(matchText(state, 4000))).toBe('12 of 1 200 · 25 % · 4 000/s');
  expect(plain(matchText({ ...state, isStopped: true }, 4000))).toBe(
    '12 of 1 200 · stopped at 25 %',
  );
});
