import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { joinSocket, type PageSocket } from '../../electron/ws-link.ts';
import { LIMITS } from '../../src-core/limits.ts';
import { type Link, linkPair } from '../../src-core/rpc.ts';

/** A page's socket whose network takes nothing until it is told to. */
class StalledSocket extends EventEmitter {
  bufferedAmount = 0;
  isPaused = false;
  closedWith: number | undefined;
  isTerminated = false;
  private readonly onSent: (() => void)[] = [];

  send(packet: Uint8Array, done: () => void): void {
    this.bufferedAmount += packet.length;
    this.onSent.push(done);
  }

  drain(): void {
    this.bufferedAmount = 0;
    for (const done of this.onSent.splice(0)) done();
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  close(code: number): void {
    this.closedWith = code;
  }

  terminate(): void {
    this.isTerminated = true;
    this.emit('close');
  }
}

/** A link whose far end says things at once. */
class SpokenLink implements Link {
  readonly sent: Uint8Array[] = [];
  isClosed = false;
  private listener: (packet: Uint8Array) => void = () => undefined;

  send(packet: Uint8Array): void {
    this.sent.push(packet);
  }
  onMessage(listener: (packet: Uint8Array) => void): void {
    this.listener = listener;
  }
  onClose(): void {}
  close(): void {
    this.isClosed = true;
  }
  say(bytes: number): void {
    this.listener(new Uint8Array(bytes));
  }
}

function join(): { socket: StalledSocket; link: SpokenLink } {
  const socket = new StalledSocket();
  const link = new SpokenLink();
  joinSocket(socket as unknown as PageSocket, link);
  return { socket, link };
}

describe('a page that does not read', () => {
  test('is asked no more until it has read', () => {
    const { socket, link } = join();
    link.say(600 * 1024);
    expect(socket.isPaused).toBe(false);
    link.say(600 * 1024);
    expect(socket.isPaused).toBe(true);
    socket.drain();
    expect(socket.isPaused).toBe(false);
  });

  test('is let go at a bound', () => {
    const { socket, link } = join();
    const part = LIMITS.packetBytes / 4;
    for (let count = 0; count < 100; count++) link.say(part);
    expect(socket.closedWith).toBe(1013);
    expect(socket.isTerminated).toBe(true);
    expect(link.isClosed).toBe(true);
    expect(socket.bufferedAmount).toBeLessThanOrEqual(2 * LIMITS.packetBytes);
  });
});

describe('what passes', () => {
  test('a packet to the host is a copy, whole', () => {
    const { socket, link } = join();
    const shared = Buffer.from([9, 1, 2, 3, 9]);
    socket.emit('message', shared.subarray(1, 4), true);
    shared.fill(0);
    expect(link.sent).toEqual([new Uint8Array([1, 2, 3])]);
  });

  test('nothing passes after the end', () => {
    const { socket, link } = join();
    socket.emit('close');
    socket.emit('message', Buffer.from([1]), true);
    link.say(10);
    expect(link.sent).toEqual([]);
    expect(socket.bufferedAmount).toBe(0);
  });

  test('a socket that fails closes the link', () => {
    const [view, host] = linkPair();
    let isClosed = false;
    host.onClose(() => {
      isClosed = true;
    });
    const socket = new StalledSocket();
    joinSocket(socket as unknown as PageSocket, view);
    socket.emit('error', new Error('reset'));
    expect(isClosed).toBe(true);
  });
});
