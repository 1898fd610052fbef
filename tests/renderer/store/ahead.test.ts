import { expect, test } from 'vitest';
import { answerAhead, askAhead, forgetAhead, pullKey } from '../../../renderer/store/ahead.ts';
import type { Client } from '../../../src-core/rpc.ts';

const QUERY = { first: 0, count: 192, filter: {} };
const clientThat = (call: () => Promise<unknown>) => ({ call }) as unknown as Client;

test('what was asked ahead answers the same question until another session comes', async () => {
  const key = pullKey('messages', QUERY);
  askAhead(
    clientThat(() => Promise.resolve('rows')),
    'messages',
    QUERY,
  );
  expect(answerAhead(key)).toBeUndefined();
  await Promise.resolve();
  expect(answerAhead(key)).toBe('rows');
  expect(answerAhead(pullKey('messages', { ...QUERY, first: 64 }))).toBeUndefined();
  forgetAhead();
  expect(answerAhead(key)).toBeUndefined();
});

test('a refusal is for who pulls to hear', async () => {
  askAhead(
    clientThat(() => Promise.reject(new Error('no session'))),
    'messages',
    QUERY,
  );
  await Promise.resolve();
  await Promise.resolve();
  expect(answerAhead(pullKey('messages', QUERY))).toBeUndefined();
});
