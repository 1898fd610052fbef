// The loop of the device thread: timers, descriptors, waking, errors.
import { openSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { POLLHUP, POLLIN, POLLOUT } from '../../../electron/event-loop.ts';
import { hasLibc, libc } from '../../../electron/native/libc.ts';
import { PollLoop, wakeLoop } from '../../../electron/native/poll-loop.ts';
import { NS_PER_MS, NS_PER_S } from '../../../src-core/units.ts';

const ONE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);

describe.skipIf(!hasLibc())('the poll loop', () => {
  let loop: PollLoop;
  let fds: number[];

  beforeEach(() => {
    loop = new PollLoop();
    fds = [];
  });

  afterEach(() => {
    loop.close();
    for (const fd of fds) libc().close(fd);
  });

  const counter = (): number => {
    const fd = libc().eventfd();
    fds.push(fd);
    return fd;
  };
  const add = (fd: number): number => libc().write(fd, ONE, 8);

  test('calls timers in order, none before its time, and waits no longer than it must', () => {
    const late: number[] = [];
    const start = loop.nowNs();
    for (const ms of [3, 1, 2]) {
      loop.at(start + ms * NS_PER_MS, () => late.push(ms, loop.nowNs() - start - ms * NS_PER_MS));
    }
    loop.at(start + 4 * NS_PER_MS, () => loop.stop());
    loop.run();
    expect([late[0], late[2], late[4]]).toEqual([1, 2, 3]);
    for (const ns of [late[1], late[3], late[5]]) {
      expect(ns).toBeGreaterThanOrEqual(0);
      expect(ns).toBeLessThan(NS_PER_S);
    }
  });

  test('does not call a cancelled timer, not even when both are due', () => {
    const called: string[] = [];
    const now = loop.nowNs();
    const cancel = loop.at(now, () => called.push('second'));
    loop.at(now - 1, () => {
      called.push('first');
      cancel();
    });
    loop.turn(0);
    expect(called).toEqual(['first']);
  });

  test('lets descriptors have their turn though a timer always adds the next one', () => {
    const fd = counter();
    let isSeen = false;
    loop.watch(fd, POLLIN, () => {
      isSeen = true;
      loop.stop();
    });
    const again = (): void => {
      loop.at(loop.nowNs(), again);
    };
    again();
    add(fd);
    loop.run();
    expect(isSeen).toBe(true);
  });

  test('tells a descriptor’s events each time round for as long as they last', () => {
    const fd = counter();
    const events: number[] = [];
    const stop = loop.watch(fd, POLLIN | POLLOUT, (revents) => events.push(revents));
    loop.turn(0);
    add(fd);
    loop.turn(0);
    loop.turn(0);
    stop();
    stop();
    loop.turn(0);
    expect(events).toEqual([POLLOUT, POLLIN | POLLOUT, POLLIN | POLLOUT]);
  });

  test('tells that the other end hung up, asked or not', () => {
    const [one, other] = libc().socketPair();
    fds.push(one);
    const events: number[] = [];
    loop.watch(one, POLLIN, (revents) => events.push(revents));
    libc().close(other);
    loop.turn(0);
    expect((events[0] ?? 0) & POLLHUP).toBe(POLLHUP);
  });

  test('calls for a counter once after each write, though nobody reads it', () => {
    const fd = counter();
    let calls = 0;
    add(fd);
    const stop = loop.watchCounter(fd, () => {
      calls++;
    });
    for (const writes of [0, 1, 0, 3, 0]) {
      for (let count = 0; count < writes; count++) add(fd);
      loop.turn(0);
    }
    expect(calls).toBe(3);
    stop?.();
    add(fd);
    loop.turn(0);
    expect(calls).toBe(3);
  });

  test('cannot watch a plain file, and says so', () => {
    const file = openSync(import.meta.filename, 'r');
    fds.push(file);
    expect(loop.watchCounter(file, () => {})).toBeUndefined();
    expect(() => loop.watch(file, POLLIN, () => {})).toThrow('can be polled');
  });

  test('watches one descriptor twice', () => {
    const fd = counter();
    const seen: string[] = [];
    const stop = loop.watch(fd, POLLIN, () => seen.push('one'));
    const stopOther = loop.watch(fd, POLLIN, () => seen.push('other'));
    add(fd);
    loop.turn(0);
    expect(seen.sort()).toEqual(['one', 'other']);
    stop();
    loop.turn(0);
    stopOther();
    loop.turn(0);
    expect(seen).toEqual(['one', 'other', 'other']);
  });

  test('does not call a watch that an earlier one of the same turn ended', () => {
    const [one, other] = [counter(), counter()];
    const seen: string[] = [];
    const stops = new Map<string, () => void>();
    const watch = (name: string, fd: number, ends: string): void => {
      stops.set(
        name,
        loop.watch(fd, POLLIN, () => {
          seen.push(name);
          stops.get(ends)?.();
        }),
      );
    };
    watch('one', one, 'other');
    watch('other', other, 'one');
    add(one);
    add(other);
    loop.turn(0);
    expect(seen).toHaveLength(1);
  });

  test('is woken by another thread', async () => {
    let wakes = 0;
    const woken: PollLoop = new PollLoop({
      onWake: () => {
        wakes++;
        woken.stop();
      },
    });
    const worker = new Worker(
      `const { workerData } = require('node:worker_threads');
       require('node:fs').writeSync(workerData, new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]));`,
      { eval: true, workerData: woken.wakeFd },
    );
    woken.at(woken.nowNs() + 10 * NS_PER_S, () => woken.stop());
    woken.run();
    await worker.terminate();
    wakeLoop(woken.wakeFd);
    woken.turn(0);
    expect(wakes).toBe(2);
    woken.close();
  });

  test('hands a callback’s error to whom it concerns, and goes on', () => {
    const errors: unknown[] = [];
    const guarded: PollLoop = new PollLoop({ onError: (error) => errors.push(error) });
    const fd = counter();
    add(fd);
    guarded.watchCounter(fd, () => {
      throw new Error('a watch');
    });
    guarded.at(0, () => {
      throw new Error('a timer');
    });
    guarded.at(0, () => guarded.stop());
    guarded.run();
    expect(errors.map(String)).toEqual(['Error: a watch', 'Error: a timer']);
    guarded.close();
  });

  test('lets an error out of run when nobody else wants it', () => {
    loop.at(0, () => {
      throw new Error('ours');
    });
    expect(() => loop.run()).toThrow('ours');
  });
});
