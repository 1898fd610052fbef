// Calls of the C library that nothing else in Node offers.
import { closeSync, openSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  EAGAIN,
  hasLibc,
  libc,
  MAP_SHARED,
  PROT_READ,
  PROT_WRITE,
} from '../../../electron/native/libc.ts';

describe.skipIf(!hasLibc())('the C library', () => {
  test('maps a file in memory twice: what is written through one is read through the other', () => {
    const calls = libc();
    const fd = calls.memfd('test', 8192);
    const [one, other] = [0, 4096].map((at) => {
      return calls.mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, at);
    });
    const again = calls.mmap(8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (one === undefined || other === undefined) throw new Error('not mapped');
    calls.copyOut(other + 5, Uint8Array.of(1, 2, 3), 3);
    calls.storeLe16(one + 2, 0xabcd);
    calls.fence();
    const seen = new Uint8Array(3);
    calls.copyIn(seen, again + 4096 + 5, 3);
    expect([...seen, calls.loadLe16(again + 2)]).toEqual([1, 2, 3, 0xabcd]);
    expect([calls.munmap(one, 4096), calls.munmap(other, 4096)]).toEqual([0, 0]);
    expect([calls.munmap(again, 8192), calls.close(fd)]).toEqual([0, 0]);
  });

  test('counts in eventfds, and says when there is nothing to read', () => {
    const calls = libc();
    const fd = calls.eventfd();
    const bytes = new Uint8Array(8);
    expect(calls.read(fd, bytes, 8)).toBe(-EAGAIN);
    for (const count of [2, 3]) calls.write(fd, Uint8Array.of(count, 0, 0, 0, 0, 0, 0, 0), 8);
    expect([calls.read(fd, bytes, 8), bytes[0]]).toEqual([8, 5]);
    calls.close(fd);
  });

  test('tells errors as negative numbers', () => {
    expect(libc().close(-1)).toBe(-9);
    expect(libc().mmap(4096, PROT_READ, MAP_SHARED, -1, 0)).toBe(-9);
    expect(
      libc()
        .socketPair()
        .every((fd) => libc().close(fd) === 0),
    ).toBe(true);
  });

  test('makes a descriptor of somebody else not wait', () => {
    const [one, other] = libc().socketPair();
    expect(libc().peerProcess(one)).toBe(process.pid);
    const copy = libc().duplicate(one);
    expect(libc().setNonBlocking(copy)).toBe(0);
    expect(libc().read(copy, new Uint8Array(1), 1)).toBe(-EAGAIN);
    for (const fd of [one, other, copy]) libc().close(fd);
  });

  test('lets a thread come before others where the user may, and like others again', () => {
    // The policy is the 41st field, and the name before it may hold anything.
    const policy = () =>
      readFileSync('/proc/thread-self/stat', 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[38];
    const EPERM = 1;
    const answer = libc().setRealTime(true);
    expect([0, -EPERM]).toContain(answer);
    expect(policy()).toBe(answer === 0 ? '2' : '0');
    expect(libc().setRealTime(false)).toBe(0);
    expect(policy()).toBe('0');
  });

  test('cannot poll a plain file', () => {
    const file = openSync(import.meta.filename, 'r');
    const epoll = libc().epollCreate();
    expect(libc().epollControl(epoll, 1, file, new Uint8Array(16))).toBe(-1);
    libc().close(epoll);
    closeSync(file);
  });
});
