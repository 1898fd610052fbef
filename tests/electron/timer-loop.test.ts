// The loop on Node's own timers.
import { expect, test } from 'vitest';
import { TimerLoop } from '../../electron/timer-loop.ts';
import { NS_PER_MS } from '../../src-core/units.ts';

test('timers run in order and not before their time', async () => {
  const loop = new TimerLoop();
  const start = loop.nowNs();
  const seen: number[] = [];
  const run = (ms: number) => loop.at(start + ms * NS_PER_MS, () => seen.push(ms));
  for (const ms of [5, 2, 3]) run(ms);
  const cancel = run(4);
  cancel();
  cancel();
  await new Promise<void>((resolve) => {
    loop.at(start + 8 * NS_PER_MS, resolve);
  });
  expect(seen).toEqual([2, 3, 5]);
  expect(loop.nowNs() - start).toBeGreaterThanOrEqual(8 * NS_PER_MS);
});

test('a timer that is cancelled by another one of the same moment does not run', async () => {
  const loop = new TimerLoop();
  const seen: string[] = [];
  await new Promise<void>((resolve) => {
    loop.at(0, () => {
      seen.push('first');
      cancel();
    });
    const cancel = loop.at(0, () => seen.push('second'));
    loop.at(0, resolve);
  });
  expect(seen).toEqual(['first']);
});

test('a timer that always adds the next one leaves Node its turn', async () => {
  const loop = new TimerLoop();
  let isOver = false;
  const again = (): void => {
    if (!isOver) loop.at(loop.nowNs(), again);
  };
  again();
  await new Promise((resolve) => setTimeout(resolve, 0));
  isOver = true;
  expect(loop.canWatch).toBe(false);
  expect(() => loop.watch()).toThrow('canWatch');
});
