// What is said of a ring that nobody can read: why, and what QEMU tells of it.
import { expect, test } from 'vitest';
import { toldLines } from '../../../../renderer/panels/rings/rings-told.ts';

const WATCH = { memory: 'guest memory is not read', toldRings: { chains: [], refused: [] } };
const CHAIN = {
  ...{ queue: 2, head: 5 },
  descriptors: [
    { address: 0x1000, bytes: 4, isWritable: false },
    { address: 0x2000, bytes: 8, isWritable: true },
  ],
};

test('chains that QEMU tells are lines', () => {
  const watch = { ...WATCH, toldRings: { chains: [CHAIN], refused: [] } };
  const { why, chains } = toldLines(watch, 2);
  expect(why).toMatch(/^No table: guest memory is not read. .*QEMU holds, as it tells them/);
  expect(chains).toEqual(['slot 5: 0x1000 4 B · 0x2000 8 B (device writes)']);
});

test('none, and a refusal, are said', () => {
  expect(toldLines(WATCH, 2)).toMatchObject({
    why: expect.stringMatching(/holds no chain/),
    chains: [],
  });
  const refused = { ...WATCH, toldRings: { chains: [], refused: [2] } };
  expect(toldLines(refused, 2).why).toMatch(/refuses/);
});
