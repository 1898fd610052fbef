// Which virtqueue a pointer of a trace is about: that whose structure holds our areas, one behind the other.
import { expect, test } from 'vitest';
import { queueMatcher } from '../../../src-core/qemu/queue-pointers.ts';
import { QUEUE_STATUS, shaped } from '../../../src-core/qemu/replies.ts';

const AREAS = [0x1fde0000n, 0x1fde0400n, 0x1fde04c0n];

test.each([
  ['our areas', [64n, 64n, ...AREAS], true],
  ['our areas further behind', [1n, 2n, 3n, 4n, 5n, ...AREAS], true],
  ['our areas in another order', [64n, AREAS[1], AREAS[0], AREAS[2]], false],
  ['two of them', [64n, AREAS[0], AREAS[1]], false],
  ['those of another queue', [64n, ...AREAS.map((area) => area + 0x1000n)], false],
])('a structure with %s', (_what, words, isOurs) => {
  expect(matcher(structureOf(words))(2, 0x55ebb65c9b90n)).toBe(isOurs);
});

test('memory that is not there, and a queue that is not set up, are none of ours', () => {
  expect(matcher(undefined)(2, 1n)).toBe(false);
  expect(matcher(structureOf([64n, ...AREAS]))(0, 1n)).toBe(false);
  expect(matcher(structureOf([0n, 0n, 0n, 0n]), 0)(2, 1n)).toBe(false);
});

function matcher(bytes: Uint8Array | undefined, descriptorArea = Number(AREAS[0])) {
  const reply = shaped(QUEUE_STATUS, {
    ...{ 'queue-index': 2, inuse: 0, 'vring-num': 64, 'used-idx': 0 },
    'vring-desc': descriptorArea,
    'vring-avail': Number(AREAS[1]),
    'vring-used': Number(AREAS[2]),
  });
  if (reply === undefined) throw new Error('the reply has its shape');
  return queueMatcher(
    () => bytes,
    () => [reply],
  );
}

function structureOf(words: readonly (bigint | undefined)[]): Uint8Array {
  const bytes = new Uint8Array(256);
  const view = new DataView(bytes.buffer);
  for (const [place, word] of words.entries()) view.setBigUint64(8 * place, word ?? 0n, true);
  return bytes;
}
