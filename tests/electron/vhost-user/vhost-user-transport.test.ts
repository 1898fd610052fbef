// The vhost-user back-end on a real socket, with real shared memory and eventfds, and a real session behind it.
import { existsSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hasLibc, libc } from '../../../electron/native/libc.ts';
import { featureSet } from '../../../src-core/spec/ring.ts';
import { VIRTIO_SND_S_OK } from '../../../src-core/spec/sound.ts';
import {
  encodeMessage,
  INFLIGHT,
  NEED_REPLY_FLAG,
  REPLY_FLAG,
  REQUESTS,
} from '../../../src-core/transport/vhost-user-messages.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';
import {
  ACCEPTED,
  memoryTable,
  PACKED,
  RAM,
  state,
  u64,
} from '../../src-core/transport/vhost-user-rig.ts';
import { type LiveFrontEnd, LiveRig } from './live-rig.ts';

const openFds = (): number => readdirSync('/proc/self/fd').length;

describe.skipIf(!hasLibc())('the vhost-user back-end', () => {
  let rig: LiveRig;

  beforeEach(() => {
    rig = new LiveRig();
  });

  afterEach(() => rig.close());

  const start = (frontEnd: LiveFrontEnd): void => {
    expect(frontEnd.prepare()).toEqual([VIRTIO_SND_S_OK, VIRTIO_SND_S_OK]);
    for (const place of [0, 1, 2, 3]) frontEnd.play(place);
    expect(frontEnd.command(0x104)).toBe(VIRTIO_SND_S_OK);
  };

  const playOn = (frontEnd: LiveFrontEnd, periods: number): void => {
    for (let period = 0; period < periods; period++) {
      rig.until(() => frontEnd.queue(2).takeUsed() !== undefined);
      frontEnd.play(period % 4);
    }
  };

  test.each([
    ['split', ACCEPTED],
    ['split without event indexes', ACCEPTED & ~featureSet(29)],
    ['packed', ACCEPTED | PACKED],
  ])('plays through %s rings: kicks in, interrupts out, the sink sets the pace', (_, features) => {
    const frontEnd = rig.connectRunning(features);
    expect(frontEnd.info()).toBe(VIRTIO_SND_S_OK);
    expect(frontEnd.interrupts(0)).toBe(1);
    start(frontEnd);
    const startNs = rig.loop.nowNs();
    playOn(frontEnd, 6);
    const tookMs = (rig.loop.nowNs() - startNs) / NS_PER_MS;
    expect(tookMs).toBeGreaterThan(45);
    expect(frontEnd.statusOf(1)).toBe(VIRTIO_SND_S_OK);
    expect(frontEnd.interrupts(2)).toBeGreaterThan(0);
    expect([frontEnd.command(0x105), frontEnd.command(0x103)]).toEqual([
      VIRTIO_SND_S_OK,
      VIRTIO_SND_S_OK,
    ]);
    expect(rig.session.capture.tracks[0]?.frames).toBeGreaterThanOrEqual(6 * 480);
    expect(rig.broken()).toEqual([]);
  });

  test('goes on after a pause without losing a period', () => {
    const frontEnd = rig.connectRunning();
    start(frontEnd);
    playOn(frontEnd, 3);
    const bases = frontEnd.stopAll();
    const before = rig.session.capture.tracks[0]?.frames ?? 0;
    rig.settle();
    frontEnd.startAll(bases);
    playOn(frontEnd, 4); // may take back what was played before the pause
    rig.until(() => (rig.session.capture.tracks[0]?.frames ?? 0) >= before + 3 * 480);
    expect(rig.steps()).not.toContain('reset');
    expect([frontEnd.command(0x105), frontEnd.command(0x103)]).toEqual([
      VIRTIO_SND_S_OK,
      VIRTIO_SND_S_OK,
    ]);
  });

  test('lets a guest that is reset in mid-play start over', () => {
    const frontEnd = rig.connectRunning();
    start(frontEnd);
    frontEnd.stopAll();
    frontEnd.startAll();
    expect(rig.steps()).toContain('reset');
    start(frontEnd);
    playOn(frontEnd, 2);
    expect(rig.broken()).toEqual([]);
  });

  test('serves the next front-end when one is killed, on the same socket', () => {
    for (let times = 0; times < 3; times++) {
      const frontEnd = rig.connectRunning();
      start(frontEnd);
      frontEnd.close();
      rig.until(() => rig.guests.length === 2 * times + 2);
    }
    expect(rig.guests.at(-1)).toBe('gone: the front-end closed the connection');
    expect(rig.session.hasGuest).toBe(false);
  });

  test('turns a second front-end away, and takes one whose predecessor has just died', () => {
    const first = rig.connectRunning();
    const second = rig.connect();
    expect(second.isDropped()).toBe(true);
    expect(rig.notes.join()).toContain('was turned away: one front-end at a time');
    expect(first.info()).toBe(VIRTIO_SND_S_OK);
    first.close();
    expect(rig.connectRunning().info()).toBe(VIRTIO_SND_S_OK);
  });

  test('keeps no descriptor and no mapping of a front-end that is gone', () => {
    const attach = (): void => {
      const frontEnd = rig.connectRunning();
      frontEnd.send('SET_VRING_ERR', u64(0), [frontEnd.calls[0] ?? -1]);
      frontEnd.ask('SET_BACKEND_REQ_FD', undefined, [frontEnd.calls[0] ?? -1]);
      const inflight = { mmapBytes: 0n, mmapOffset: 0n, queues: 4, queueSize: 64 };
      for (const fd of frontEnd.ask('GET_INFLIGHT_FD', INFLIGHT.write(inflight)).fds)
        libc().close(fd);
      frontEnd.sendBytes(
        encodeMessage(REQUESTS.SET_OWNER.code, 0, new Uint8Array(0)),
        frontEnd.calls,
      );
      frontEnd.sendBytes(Uint8Array.of(1, 0), frontEnd.calls);
      rig.settle();
      frontEnd.close();
      rig.until(() => !rig.session.hasGuest);
    };
    attach();
    const before = openFds();
    for (let times = 0; times < 4; times++) attach();
    expect(openFds()).toBe(before);
  });

  test('pops again after a reconnection what was in flight', () => {
    const frontEnd = rig.connect();
    frontEnd.negotiate();
    const wanted = { mmapBytes: 0n, mmapOffset: 0n, queues: 4, queueSize: 64 };
    const made = frontEnd.ask('GET_INFLIGHT_FD', INFLIGHT.write(wanted));
    const [area = -1] = made.fds;
    frontEnd.shareMemory();
    frontEnd.startAll();
    frontEnd.prepare();
    for (const place of [0, 1, 2]) frontEnd.play(place);
    rig.settle();
    libc().close(frontEnd.socket.fd);
    rig.until(() => !rig.session.hasGuest);
    const next = rig.connect();
    next.negotiate();
    next.memory.replace([], []);
    // The same guest, with the same memory and rings, through a new connection.
    next.ask('SET_INFLIGHT_FD', made.payload, [area]);
    const copy = frontEnd.duplicateMemory();
    const region = { guestAddress: RAM.guestAddress, userAddress: RAM.userAddress };
    const table = memoryTable([{ ...region, widthBytes: BigInt(RAM.bytes), mmapOffset: 0n }]);
    expect(next.askNumber('SET_MEM_TABLE', table, [copy])).toBe(0);
    next.startAll([2, 0, 0, 0]);
    rig.until(() => frontEnd.statusOf(0) !== 0 && frontEnd.statusOf(2) !== 0);
    const queue = frontEnd.queue(2);
    expect(
      [queue.takeUsed(), queue.takeUsed(), queue.takeUsed()].every((used) => used?.isKnown),
    ).toBe(true);
    expect(queue.takeUsed()).toBeUndefined();
    for (const fd of [area, copy]) libc().close(fd);
    frontEnd.closeRest();
  });

  test('looks at rings that nobody kicks, and interrupts nobody who polls', () => {
    const frontEnd = rig.connectRunning();
    expect(frontEnd.askNumber('SET_VRING_KICK', u64(0x100))).toBe(0);
    expect(frontEnd.askNumber('SET_VRING_CALL', u64(0x100))).toBe(0);
    frontEnd.kick = () => {};
    expect(frontEnd.info()).toBe(VIRTIO_SND_S_OK);
    expect(frontEnd.interrupts(0)).toBe(0);
  });

  test('tells the front-end of a changed configuration', () => {
    const frontEnd = rig.connectRunning();
    const [ours, theirs] = libc().socketPair();
    expect(frontEnd.askNumber('SET_BACKEND_REQ_FD', undefined, [theirs])).toBe(0);
    libc().close(theirs);
    rig.transport.configChanged();
    const message = new Uint8Array(12);
    expect(libc().read(ours, message, 12)).toBe(12);
    expect([message[0], message[4]]).toEqual([2, 1]);
    libc().close(ours);
  });

  test('says when kicks come and the memory stays empty', () => {
    const frontEnd = rig.connect();
    frontEnd.negotiate();
    frontEnd.shareMemory();
    frontEnd.startAll();
    for (let times = 0; times < 3; times++) {
      frontEnd.kick(0);
      rig.settle();
    }
    rig.until(() => rig.notes.some((note) => note.includes('memory backend share=on')));
  });

  test('stops when the first front-end has gone, if it is for one', () => {
    let hasEnded = false;
    const once = new LiveRig({
      once: true,
      onEnded: () => {
        hasEnded = true;
      },
    });
    const frontEnd = once.connectRunning();
    expect(existsSync(once.socketPath)).toBe(true);
    frontEnd.close();
    once.until(() => hasEnded);
    expect(existsSync(once.socketPath)).toBe(false);
    once.close();
  });

  test('drops its front-end and its socket when it is stopped', () => {
    const frontEnd = rig.connectRunning();
    rig.session.stop('enough');
    expect(frontEnd.isDropped()).toBe(true);
    expect(existsSync(rig.socketPath)).toBe(false);
  });
});

describe.skipIf(!hasLibc())('a hostile front-end', () => {
  let rig: LiveRig;

  beforeEach(() => {
    rig = new LiveRig();
  });

  afterEach(() => rig.close());

  test('that does not speak vhost-user is told so and dropped', () => {
    const frontEnd = rig.connect();
    frontEnd.sendBytes(new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'));
    rig.until(() => frontEnd.isDropped());
    expect(rig.notes.join()).toContain('does not speak vhost-user');
    expect(rig.connectRunning().info()).toBe(VIRTIO_SND_S_OK);
  });

  test('that announces a payload without bound, or sends answers, is dropped', () => {
    const huge = encodeMessage(REQUESTS.SET_OWNER.code, 0, new Uint8Array(0));
    huge.fill(0xff, 8);
    const answer = encodeMessage(REQUESTS.SET_OWNER.code, REPLY_FLAG, new Uint8Array(0));
    for (const bytes of [huge, answer]) {
      const frontEnd = rig.connect();
      frontEnd.send('SET_OWNER');
      frontEnd.sendBytes(bytes);
      rig.until(() => frontEnd.isDropped());
    }
    expect(rig.notes.join()).toContain('announces 4294967295 bytes; 4096 is the most');
  });

  test('that sends one byte at a time is understood', () => {
    const frontEnd = rig.connect();
    const bytes = encodeMessage(REQUESTS.GET_QUEUE_NUM.code, 0, new Uint8Array(0));
    for (const byte of bytes) {
      frontEnd.sendBytes(Uint8Array.of(byte));
      rig.settle();
    }
    const answer = new Uint8Array(20);
    expect(frontEnd.socket.receive(answer).bytes).toBe(20);
    expect([answer[0], answer[4], answer[12]]).toEqual([17, 5, 4]);
  });

  test('that never reads its answers is dropped', () => {
    const frontEnd = rig.connect();
    const asks = encodeMessage(REQUESTS.GET_FEATURES.code, 0, new Uint8Array(0));
    rig.until(() => {
      for (let count = 0; count < 100; count++) frontEnd.sendBytes(asks);
      return rig.notes.some((note) => note.includes('does not read its answers'));
    });
  });

  test('that shares more than its file has is refused, not believed', () => {
    const frontEnd = rig.connect();
    frontEnd.negotiate();
    const fd = libc().memfd('small', 4096);
    const region = { guestAddress: 0n, userAddress: 0n, widthBytes: 8192n, mmapOffset: 0n };
    expect(frontEnd.askNumber('SET_MEM_TABLE', memoryTable([region]), [fd])).toBe(1);
    expect(rig.notes.join()).toContain('reaches beyond the 4096 bytes of its file');
    libc().close(fd);
  });

  test('whose descriptors block or are no eventfds does not hold anybody up', () => {
    const frontEnd = rig.connectRunning();
    const [ours, theirs] = libc().socketPair();
    expect(frontEnd.askNumber('SET_VRING_CALL', u64(0), [theirs])).toBe(0);
    for (let times = 0; times < 300; times++) rig.transport.interrupt(0);
    libc().close(ours);
    for (let times = 0; times < 3; times++) rig.transport.interrupt(0);
    const file = libc().memfd('file', 8);
    expect(frontEnd.askNumber('SET_VRING_KICK', u64(0), [file])).toBe(1);
    for (const fd of [theirs, file]) libc().close(fd);
  });

  test('that sends anything at all cannot end the back-end', () => {
    const piece = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc
        .tuple(fc.integer({ min: 1, max: 44 }), fc.boolean(), fc.uint8Array({ maxLength: 60 }))
        .map(([request, asks, payload]) =>
          encodeMessage(request, asks ? NEED_REPLY_FLAG : 0, payload),
        ),
      fc
        .tuple(fc.integer({ min: 8, max: 18 }), fc.nat({ max: 5 }), fc.nat())
        .map(([request, index, num]) => encodeMessage(request, 0, state(index, num))),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, isRunning) => {
        const frontEnd = isRunning ? rig.connectRunning() : rig.connect();
        for (const bytes of pieces) {
          frontEnd.sendBytes(bytes, bytes.length % 3 === 0 ? frontEnd.kicks.slice(0, 2) : []);
          rig.loop.turn(0);
        }
        rig.settle();
        frontEnd.close();
        rig.settle();
      }),
      { seed: 51, numRuns: 60 },
    );
    expect(rig.connectRunning().info()).toBe(VIRTIO_SND_S_OK);
  });
});
