import { expect, test } from 'vitest';
import { handOver } from '../../../renderer/start/hand-over.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import type { Client } from '../../../src-core/rpc.ts';

const SLICE = LIMITS.handedSliceBytes;

/** A host that answers when the test says so. */
function slowHost() {
  const sizes: number[] = [];
  const waiting: ((isWanted: boolean) => void)[] = [];
  const call = (method: string, params: { bytes?: Uint8Array }) => {
    if (method === 'beginHanded') return Promise.resolve({ file: 7 });
    sizes.push(params.bytes?.length ?? -1);
    return new Promise((resolve) => {
      waiting.push((isWanted) => resolve({ isWanted }));
    });
  };
  const client = { call } as unknown as Client;
  return { client, sizes, answer: (isWanted = true) => waiting.shift()?.(isWanted) };
}

/** Until what was begun has come as far as it comes. */
async function settle(look: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !look(); turn++) await new Promise((go) => setTimeout(go, 1));
  await new Promise((go) => setTimeout(go, 5));
}

test('no more than four slices are on their way, and the last is as short as the rest of the file', async () => {
  const { client, sizes, answer } = slowHost();
  const blob = new Blob([new Uint8Array(5.5 * SLICE)]);
  let isDone = false;
  const handing = handOver(client, blob, { name: 'a' }).then(() => {
    isDone = true;
  });
  await settle(() => sizes.length >= 4);
  expect(sizes).toEqual([SLICE, SLICE, SLICE, SLICE]);
  for (let nth = 0; nth < 6; nth++) {
    answer();
    await settle(() => sizes.length === Math.min(6, 5 + nth));
  }
  await handing;
  expect(isDone).toBe(true);
  expect(sizes.slice(4)).toEqual([SLICE, SLICE / 2]);
});

test('a host that wants no more gets no more', async () => {
  const { client, sizes, answer } = slowHost();
  const handing = handOver(client, new Blob([new Uint8Array(9 * SLICE)]), { name: 'a' });
  await settle(() => sizes.length >= 4);
  for (let nth = 0; nth < 5; nth++) answer(false);
  await handing;
  expect(sizes.length).toBeLessThanOrEqual(5);
});

test('what the browser cannot read is told to the host, and to whoever asked', async () => {
  const { client, sizes } = slowHost();
  const gone = new DOMException('gone', 'NotReadableError');
  const blob = { size: 10, slice: () => ({ arrayBuffer: () => Promise.reject(gone) }) };
  await expect(handOver(client, blob as unknown as Blob, { name: 'a' })).rejects.toBe(gone);
  expect(sizes).toEqual([0]);
});

test('an empty file is handed over as such', async () => {
  const { client, sizes, answer } = slowHost();
  const handing = handOver(client, new Blob([]), { name: 'a' });
  await settle(() => sizes.length === 1);
  answer();
  await handing;
  expect(sizes).toEqual([0]);
});
