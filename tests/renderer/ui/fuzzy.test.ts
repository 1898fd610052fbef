import { describe, expect, test } from 'vitest';
import { fuzzyFind, fuzzyScore } from '../../../renderer/ui/fuzzy.ts';

const titles = [
  'Zoom in',
  'Zoom out',
  'Freeze the view',
  'Next message with a problem',
  'Panel zones',
];
const find = (text: string) => fuzzyFind(text, titles, (title) => title);

describe('fuzzy finding', () => {
  test('puts what begins with the letters first', () => {
    expect(find('zo').slice(0, 2)).toEqual(['Zoom in', 'Zoom out']);
  });

  test('takes letters from words’ beginnings', () => {
    expect(find('nmp')[0]).toBe('Next message with a problem');
  });

  test('leaves out what lacks a letter, and keeps all for an empty text', () => {
    expect(find('xyzzy')).toEqual([]);
    expect(find('  ')).toEqual(titles);
    expect(fuzzyScore('q', 'Zoom')).toBeUndefined();
  });
});
