// Descriptors over Unix sockets.
import { describe, expect, test } from 'vitest';
import { EAGAIN, hasLibc, libc } from '../../../electron/native/libc.ts';
import { DescriptorSocket, unixAddress } from '../../../electron/native/unix-socket.ts';

describe.skipIf(!hasLibc())('a socket that passes descriptors', () => {
  const connected = () =>
    libc()
      .socketPair()
      .map((fd) => new DescriptorSocket(libc(), fd));

  test('gives descriptors with the first byte, usable by who gets them', () => {
    const [sender, receiver] = connected();
    const events = [libc().eventfd(), libc().eventfd(), libc().eventfd()];
    expect(sender?.send(Uint8Array.of(7, 8, 9), events)).toBe(3);
    const head = new Uint8Array(1);
    const first = receiver?.receive(head);
    const rest = receiver?.receive(new Uint8Array(10));
    expect([head[0], first?.fds.length, rest?.bytes, rest?.fds.length]).toEqual([7, 3, 2, 0]);
    const [, got = -1] = first?.fds ?? [];
    libc().write(got, Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0), 8);
    const count = new Uint8Array(8);
    libc().read(events[1] ?? -1, count, 8);
    expect(count[0]).toBe(4);
    for (const fd of [...events, ...(first?.fds ?? [])]) expect(libc().close(fd)).toBe(0);
    for (const socket of [sender, receiver]) libc().close(socket?.fd ?? -1);
  });

  test('takes as many descriptors as the kernel passes at once', () => {
    const [sender, receiver] = connected();
    const event = libc().eventfd();
    const most = new Array<number>(253).fill(event);
    expect(sender?.send(Uint8Array.of(1), most)).toBe(1);
    const got = receiver?.receive(new Uint8Array(1));
    expect([got?.fds.length, got?.isCut]).toEqual([253, false]);
    for (const fd of got?.fds ?? []) libc().close(fd);
    for (const fd of [event, sender?.fd ?? -1, receiver?.fd ?? -1]) libc().close(fd);
  });

  test('tells nothing there, and closed', () => {
    const [one, other] = connected();
    expect(one?.receive(new Uint8Array(4))).toEqual({ bytes: -EAGAIN, fds: [], isCut: false });
    libc().close(other?.fd ?? -1);
    expect(one?.receive(new Uint8Array(4)).bytes).toBe(0);
    expect(one?.send(Uint8Array.of(1))).toBeLessThan(0);
    libc().close(one?.fd ?? -1);
  });

  test('has an address that ends in a zero', () => {
    expect([...unixAddress('/a')]).toEqual([1, 0, 47, 97, 0]);
  });
});
