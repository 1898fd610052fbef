import { expect, test } from 'vitest';
import { ManualClock } from '../../src-core/clock.ts';
import { FastClock } from '../../src-core/fast-clock.ts';
import { NS_PER_S } from '../../src-core/units.ts';
import { startHost } from './host-harness.ts';

test('an hour of timers runs in their order, in no time, a turn at a time', () => {
  const real = new ManualClock();
  const fast = new FastClock(real);
  const ran: number[] = [];
  const again = (): void => {
    ran.push(fast.nowNs() / NS_PER_S);
    if (fast.nowNs() < 3600 * NS_PER_S) fast.at(fast.nowNs() + NS_PER_S, again);
  };
  fast.at(NS_PER_S, again);
  const cancel = fast.at(10 * NS_PER_S, () => ran.push(-1));
  cancel();
  expect(ran).toEqual([]);
  real.advance(1);
  expect(ran).toEqual(Array.from({ length: 3600 }, (_, second) => second + 1));
  expect(fast.nowNs()).toBe(3600 * NS_PER_S);
});

test('what comes later goes on where the clock stood', () => {
  const real = new ManualClock();
  const fast = new FastClock(real);
  fast.at(5, () => undefined);
  real.advance(1);
  let atNs = -1;
  fast.at(2, () => {
    atNs = fast.nowNs();
  });
  real.advance(1);
  expect(atNs).toBe(5);
});

test('views and signals are served between two turns', () => {
  const real = new ManualClock();
  let nowNs = 0;
  let turns = 0;
  const slow = {
    nowNs: () => {
      nowNs += 1e6;
      return nowNs;
    },
    at: (atNs: number, run: () => void) => {
      turns++;
      return real.at(atNs, run);
    },
  };
  const fast = new FastClock(slow);
  let ran = 0;
  const again = (): void => {
    if (++ran < 10_000) fast.at(fast.nowNs() + 1, again);
  };
  fast.at(1, again);
  real.advance(1e9);
  expect(ran).toBe(10_000);
  expect(turns).toBeGreaterThan(10);
});

test('a fast demo is the same capture as one in real time, and cannot be heard', async () => {
  const messagesOf = async (fast: boolean) => {
    const { client, clock } = startHost();
    await client.call('startDemo', { scenario: 'duplex', seconds: 2, fast, sink: 'null' });
    for (let ms = 0; ms < 4000; ms++) clock.advance(1e6);
    expect((await client.call('status', {}))?.phase).toBe('ended');
    return await client.call('messages', { first: 0, count: 1000 });
  };
  expect(await messagesOf(true)).toEqual(await messagesOf(false));
  const { client } = startHost();
  const heard = client.call('startDemo', {
    scenario: 'clean',
    seconds: 1,
    fast: true,
    sink: 'native',
  });
  await expect(heard).rejects.toThrow('cannot play to the sink “native”');
});
