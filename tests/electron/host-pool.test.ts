import { expect, test } from 'vitest';
import { freshWindowName, MOST_HOSTS, openHostPool } from '../../electron/host-pool.ts';
import type { HostThread } from '../../electron/host-thread.ts';

/** A pool whose threads are told what to say. */
function poolOf() {
  const threads: { hasGuest: boolean; isStopped: boolean; end(reason?: string): void }[] = [];
  const pool = openHostPool(() => {
    let end: (said: { reason?: string }) => void = () => undefined;
    const stopped = new Promise<{ reason?: string }>((resolve) => {
      end = resolve;
    });
    const state = {
      hasGuest: false,
      isStopped: false,
      end: (reason?: string) => end(reason === undefined ? {} : { reason }),
    };
    threads.push(state);
    return {
      stopped,
      hasGuest: () => state.hasGuest,
      stop: async () => {
        state.isStopped = true;
      },
    } as HostThread;
  });
  return { pool, threads };
}

test('the first host is there from the start, others come when a window asks', () => {
  const { pool, threads } = poolOf();
  expect(threads).toHaveLength(1);
  expect(pool.named('')).toBe(pool.first);
  const other = pool.named('ab12');
  expect(other).not.toBe(pool.first);
  expect(pool.named('ab12')).toBe(other);
  expect(threads).toHaveLength(2);
});

test('names that are none and hosts beyond the bound are refused', () => {
  const { pool, threads } = poolOf();
  for (const name of ['A', '../x', 'a'.repeat(17), 'ä']) expect(pool.named(name)).toBeUndefined();
  for (let count = 1; count < MOST_HOSTS; count++) expect(pool.named(`w${count}`)).toBeDefined();
  expect(pool.named('onemore')).toBeUndefined();
  expect(pool.whyNot('onemore')).toMatch(/8 sessions are open.*start another Ringside/);
  expect(pool.whyNot('a-b')).toMatch(/“a-b”.*Change “window=…”/);
  expect(pool.whyNot('w1')).toBeUndefined();
  expect(pool.named('w1')).toBeDefined();
  expect(threads).toHaveLength(MOST_HOSTS);
});

test('the pool has a guest when one of its hosts has', () => {
  const { pool, threads } = poolOf();
  pool.named('two');
  expect(pool.hasGuest()).toBe(false);
  Object.assign(threads[1] ?? {}, { hasGuest: true });
  expect(pool.hasGuest()).toBe(true);
});

test('stopping ends every host; one that ends by itself gives its reason', async () => {
  const { pool, threads } = poolOf();
  pool.named('two');
  threads[1]?.end('it broke');
  expect(await pool.stopped).toEqual({ reason: 'it broke' });
  await pool.stop();
  expect(threads.map(({ isStopped }) => isStopped)).toEqual([true, true]);
});

test('fresh names are names that a window can have', () => {
  for (let count = 0; count < 100; count++) expect(freshWindowName()).toMatch(/^[a-z0-9]{8}$/);
});
