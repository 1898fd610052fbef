import { describe, expect, test } from 'vitest';
import type { Command } from '../../../renderer/commands.ts';
import { conflictsOf, keyOfPress } from '../../../renderer/frame/key-recorder.ts';

const up = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

describe('a key press', () => {
  test.each([
    [{ ...up, key: 'w' }, 'w'],
    [{ ...up, key: 'N', shiftKey: true }, 'Shift+n'],
    [{ ...up, key: 'P', ctrlKey: true, shiftKey: true }, '$mod+Shift+p'],
    [{ ...up, key: '?', shiftKey: true }, '[Shift]+?'],
    [{ ...up, key: 'ArrowLeft', altKey: true }, 'Alt+ArrowLeft'],
    [{ ...up, key: ' ' }, 'Space'],
    [{ ...up, key: 'F7' }, 'F7'],
  ])('is written as the registry writes it: %o', (press, key) => {
    expect(keyOfPress(press)).toBe(key);
  });

  test('of a modifier alone is none', () => {
    expect(keyOfPress({ ...up, key: 'Shift', shiftKey: true })).toBeUndefined();
  });
});

test('commands on the same key are named', () => {
  const command = (id: string, key: string): Command => {
    return { id, title: id, group: 'Test', keys: [key], run: () => undefined };
  };
  const all = [command('a', '$mod+k'), command('b', 'Control+k'), command('c', 'k')];
  const [first] = all;
  if (first === undefined) throw new Error('there is none');
  expect(conflictsOf(first, all, ({ keys = [] }) => keys).map(({ id }) => id)).toEqual(['b']);
});
