import { afterEach, expect, test } from 'vitest';
import { type Command, keysOf } from '../../../renderer/commands.ts';
import { chooseKeys, resetKeys, useKeyChoices } from '../../../renderer/store/key-choices.ts';

afterEach(() => {
  resetKeys();
  localStorage.clear();
});

const command: Command = { id: 'x', title: 'x', group: 'Test', keys: ['w'], run: () => undefined };

test('keys that the user chose replace the command’s own until they are reset', () => {
  chooseKeys('x', ['$mod+k']);
  expect(keysOf(command)).toEqual(['$mod+k']);
  chooseKeys('x', []);
  expect(keysOf(command)).toEqual([]);
  resetKeys('x');
  expect(keysOf(command)).toEqual(['w']);
});

test('what was kept and cannot be read is left out', async () => {
  const keys = { good: ['w'], bad: 7, worse: [''], longer: Array(99).fill('w') };
  localStorage.setItem('ringside.keys', JSON.stringify({ state: { keys }, version: 1 }));
  await useKeyChoices.persist.rehydrate();
  expect(useKeyChoices.getState().keys).toEqual({ good: ['w'] });
});
