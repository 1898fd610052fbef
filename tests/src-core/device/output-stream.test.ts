import { describe, expect, test } from 'vitest';
import { makeTopology } from '../../../src-core/device/default-topology.ts';
import {
  TXQ,
  VIRTIO_SND_S_BAD_MSG,
  VIRTIO_SND_S_IO_ERR,
  VIRTIO_SND_S_OK,
} from '../../../src-core/spec/sound.ts';
import {
  FRAME_BYTES,
  Guest,
  INPUT,
  OUTPUT,
  PARAMS,
  PERIOD_FRAMES,
  type Posted,
  ramp,
  xfer,
} from './harness.ts';

const PERIOD = PARAMS.periodBytes;

/** Prepared, with so many periods posted. */
function prepared(periods: number): { guest: Guest; messages: Posted[] } {
  const guest = new Guest();
  guest.prepare();
  const messages = Array.from({ length: periods }, (_, place) =>
    guest.play(ramp(PERIOD, place * PERIOD)),
  );
  return { guest, messages };
}

function running(periods: number): { guest: Guest; messages: Posted[] } {
  const { guest, messages } = prepared(periods);
  guest.command('START');
  return { guest, messages };
}

describe('playback', () => {
  test('holds messages that come before START, and gives the sink nothing', () => {
    const { guest, messages } = prepared(4);
    expect(guest.pull(PERIOD_FRAMES)).toHaveLength(0);
    guest.command('START');
    expect(messages.map(({ usedCount }) => usedCount)).toEqual([0, 0, 0, 0]);
    expect(guest.device.streams()[OUTPUT]).toMatchObject({
      state: 'running',
      pendingMessages: 4,
      pendingFrames: 4 * PERIOD_FRAMES,
      movedFrames: 0,
    });
  });

  test('gives as much as the sink can take, across messages, and returns what is exhausted', () => {
    const { guest, messages } = running(3);
    expect(guest.pull(100)).toEqual(ramp(100 * FRAME_BYTES));
    expect(messages.map(({ usedCount }) => usedCount)).toEqual([0, 0, 0]);
    expect(guest.pull(400)).toEqual(ramp(400 * FRAME_BYTES, 100 * FRAME_BYTES));
    expect(messages.map(({ usedCount }) => usedCount)).toEqual([1, 0, 0]);
    expect(guest.pull(940)).toEqual(ramp(940 * FRAME_BYTES, 500 * FRAME_BYTES));
    expect(messages.map(({ usedCount, writtenBytes }) => [usedCount, writtenBytes])).toEqual([
      [1, 8],
      [1, 8],
      [1, 8],
    ]);
    expect(guest.rules()).toEqual([]);
  });

  test('records which frames of which message moved', () => {
    const { guest } = running(2);
    guest.pull(500);
    const [first, second] = guest.all('popped').filter(({ queue }) => queue === TXQ);
    expect(first?.body).toEqual(xfer(OUTPUT));
    const track = 0;
    expect(guest.all('moved')).toMatchObject([
      { popped: first?.seq, track, fromFrame: 0, frames: 480, delayFrames: 0 },
      { popped: second?.seq, track, fromFrame: 480, frames: 20, delayFrames: 480 },
    ]);
    expect(guest.all('moved')[1]?.pcm).toEqual(ramp(80, PERIOD));
  });

  test('reads guest memory when the sink asks, not when the message comes', () => {
    const { guest, messages } = running(1);
    const late = new Uint8Array(PERIOD).fill(7);
    guest.ram.write(BigInt((messages[0]?.readableAt ?? 0) + 4), late);
    expect(guest.pull(PERIOD_FRAMES)).toEqual(late);
  });

  test('what it handed over stays as it was when more is pulled', () => {
    const { guest } = running(2);
    const first = guest.pull(PERIOD_FRAMES);
    guest.pull(PERIOD_FRAMES);
    expect(first).toEqual(ramp(PERIOD));
  });

  test('tells as latency what is queued behind the message and what the sink holds', () => {
    const { guest, messages } = running(3);
    const [sink] = guest.sink.opened;
    if (sink === undefined) throw new Error('PREPARE opens the sink');
    sink.delay = 1000;
    guest.pull(PERIOD_FRAMES);
    expect(messages[0] && guest.status(messages[0])).toEqual({
      status: VIRTIO_SND_S_OK,
      latencyBytes: 2 * PERIOD + 1000 * FRAME_BYTES,
    });
    sink.delay = 0;
    guest.pull(2 * PERIOD_FRAMES);
    expect(messages.slice(1).map((posted) => guest.status(posted).latencyBytes)).toEqual([
      PERIOD,
      0,
    ]);
  });

  test('PAUSE keeps messages: after STOP nothing moves, after START it goes on in the same run', () => {
    const { guest, messages } = running(2);
    guest.pull(100);
    guest.command('STOP');
    expect(guest.pull(100)).toHaveLength(0);
    expect(messages.map(({ usedCount }) => usedCount)).toEqual([0, 0]);
    guest.command('START');
    expect(guest.pull(100)).toEqual(ramp(100 * FRAME_BYTES, 100 * FRAME_BYTES));
    expect(guest.all('track')).toHaveLength(1);
    expect(guest.sink.opened[0]?.calls).toEqual(['start', 'stop', 'start']);
  });

  test('a header cut into single bytes and a payload cut anywhere are put together', () => {
    const guest = new Guest();
    guest.prepare();
    guest.post(TXQ, xfer(OUTPUT, ramp(PERIOD)), 8, [1, 2, 3, 4, 5, 6, 7, 900, 901]);
    guest.kick(TXQ);
    guest.command('START');
    expect(guest.pull(PERIOD_FRAMES)).toEqual(ramp(PERIOD));
  });
});

describe('runs', () => {
  test('begin at PREPARE, unless the stream is prepared already, and open the sink anew', () => {
    const guest = new Guest();
    guest.prepare();
    guest.command('PREPARE');
    guest.command('START');
    guest.command('STOP');
    guest.command('RELEASE');
    guest.command('PREPARE');
    guest.prepare();
    expect(guest.all('track').map(({ track, streamId }) => [track, streamId])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
    ]);
    expect(guest.sink.opened.map(({ identity }) => identity.run)).toEqual([0, 1, 2]);
    expect(guest.sink.opened.map(({ calls }) => calls.at(-1))).toEqual([
      'close',
      'close',
      undefined,
    ]);
    expect(guest.all('track')[0]?.params).toEqual(PARAMS);
  });

  test('SET_PARAMS of a prepared stream returns what was posted for the old parameters', () => {
    const { guest, messages } = prepared(2);
    guest.setParams(OUTPUT, { format: 4, channels: 1 });
    guest.collect();
    expect(messages.map((posted) => [posted.usedCount, guest.status(posted)])).toEqual([
      [1, { status: VIRTIO_SND_S_OK, latencyBytes: PERIOD }],
      [1, { status: VIRTIO_SND_S_OK, latencyBytes: PERIOD }],
    ]);
  });

  test('tracks count over all streams', () => {
    const guest = new Guest({ topology: makeTopology({ playback: 2 }) });
    guest.prepare(1);
    guest.prepare(0);
    expect(guest.all('track').map(({ track, streamId }) => [track, streamId])).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });
});

describe('RELEASE', () => {
  test('returns every message before it is answered, with the unplayed bytes as latency', () => {
    const { guest, messages } = running(3);
    guest.pull(100);
    guest.command('STOP');
    const before = guest.entries.length;
    guest.command('RELEASE');
    expect(guest.story(before)).toEqual([
      'popped 0 PCM_RELEASE',
      'used 2',
      'used 2',
      'used 2',
      'state released',
      'interrupt 2',
      'used 0',
      'interrupt 0',
    ]);
    expect(messages.map((posted) => guest.status(posted))).toEqual([
      { status: VIRTIO_SND_S_OK, latencyBytes: PERIOD - 100 * FRAME_BYTES },
      { status: VIRTIO_SND_S_OK, latencyBytes: PERIOD },
      { status: VIRTIO_SND_S_OK, latencyBytes: PERIOD },
    ]);
    expect(guest.device.streams()[OUTPUT]).toMatchObject({ pendingMessages: 0, pendingFrames: 0 });
  });

  test('also returns messages that were posted and whose kick is still on the way', () => {
    const { guest } = running(1);
    guest.command('STOP');
    const late = guest.post(TXQ, xfer(OUTPUT, ramp(PERIOD)), 8);
    guest.command('RELEASE');
    expect([late.usedCount, guest.status(late).status]).toEqual([1, VIRTIO_SND_S_OK]);
    expect(guest.rules()).toEqual([]);
  });

  test('of one stream leaves the messages of another alone', () => {
    const guest = new Guest({ topology: makeTopology({ playback: 2 }) });
    guest.prepare(0);
    guest.prepare(1);
    const first = guest.play(ramp(PERIOD), 0);
    const second = guest.play(ramp(PERIOD), 1);
    guest.command('RELEASE', 0);
    expect([first.usedCount, second.usedCount]).toEqual([1, 0]);
  });
});

describe('two streams', () => {
  test('go each at its own pace, and come back in the order in which they are exhausted', () => {
    const guest = new Guest({ topology: makeTopology({ playback: 2 }) });
    guest.prepare(0);
    guest.prepare(1);
    const slow = guest.play(ramp(PERIOD), 0);
    const fast = [guest.play(ramp(PERIOD, 7), 1), guest.play(ramp(PERIOD, 9), 1)];
    guest.command('START', 0);
    guest.command('START', 1);
    expect(guest.pull(100, 0)).toEqual(ramp(400));
    expect(guest.pull(480, 1)).toEqual(ramp(PERIOD, 7));
    expect(guest.pull(480, 1)).toEqual(ramp(PERIOD, 9));
    expect([slow.usedCount, ...fast.map(({ usedCount }) => usedCount)]).toEqual([0, 1, 1]);
    expect(guest.pull(380, 0)).toEqual(ramp(1520, 400));
    expect(slow.usedCount).toBe(1);
  });
});

describe('messages that are refused', () => {
  const cases = [
    ['VS-I-25', 'no header', new Uint8Array(3), 8, VIRTIO_SND_S_BAD_MSG],
    ['VS-I-06', 'a stream that does not exist', xfer(9, ramp(8)), 8, VIRTIO_SND_S_BAD_MSG],
    ['VS-I-07', 'a stream of the other direction', xfer(INPUT, ramp(8)), 8, VIRTIO_SND_S_BAD_MSG],
  ] as const;
  for (const [rule, what, bytes, room, status] of cases) {
    test(`${rule}: ${what}`, () => {
      const { guest } = prepared(0);
      const posted = guest.post(TXQ, bytes, room);
      guest.kick(TXQ);
      expect([posted.usedCount, posted.writtenBytes]).toEqual([1, 8]);
      expect(guest.status(posted)).toEqual({ status, latencyBytes: 0 });
      expect(guest.rules()).toEqual([rule]);
      const [violation] = guest.all('violation');
      expect(violation?.popped).toBe(guest.all('popped').at(-1)?.seq);
      expect(violation?.violation.queue).toBe(TXQ);
    });
  }

  test('VS-I-25: without room for the status nothing is written', () => {
    const { guest } = prepared(0);
    for (const room of [7, 1, 0]) {
      const posted = guest.play(ramp(PERIOD), OUTPUT, room);
      expect([posted.usedCount, posted.writtenBytes]).toEqual([1, 0]);
    }
    expect(guest.rules()).toEqual(['VS-I-25', 'VS-I-25', 'VS-I-25']);
  });

  test('VS-I-29: before PREPARE and after RELEASE', () => {
    const guest = new Guest();
    const early = guest.play(ramp(PERIOD));
    guest.setParams();
    const tooEarly = guest.play(ramp(PERIOD));
    guest.command('PREPARE');
    guest.command('RELEASE');
    const late = guest.play(ramp(PERIOD));
    for (const posted of [early, tooEarly, late]) {
      expect(posted.writtenBytes).toBe(8);
      expect(guest.status(posted)).toEqual({ status: VIRTIO_SND_S_IO_ERR, latencyBytes: 0 });
    }
    expect(guest.rules()).toEqual(['VS-I-29', 'VS-I-29', 'VS-I-29']);
  });

  test('a chain that breaks a rule of virtqueues is bad', () => {
    const { guest } = prepared(0);
    const at = guest.allocate(16);
    guest.ram.write(BigInt(at), xfer(OUTPUT));
    const posted = guest.postRaw(TXQ, [
      { address: BigInt(at), bytes: 4, writable: false },
      { address: 0xdead_0000_0000n, bytes: 1920, writable: false },
      { address: BigInt(at + 4), bytes: 8, writable: true },
    ]);
    guest.kick(TXQ);
    expect([posted.usedCount, posted.writtenBytes]).toEqual([1, 8]);
    expect(guest.rules()).toEqual(['VQ-18']);
    expect(guest.device.streams()[OUTPUT]?.pendingMessages).toBe(0);
  });

  test('a payload beyond the bound is an error, and is not kept', () => {
    const { guest } = prepared(0);
    const at = BigInt(guest.allocate(4));
    const header = { address: at, bytes: 4, writable: false };
    guest.ram.write(at, xfer(OUTPUT));
    const piece = { address: 0x10_0000n, bytes: 0x40_0000, writable: false };
    const status = { address: 0x20_0000n, bytes: 8, writable: true };
    const posted = guest.postRaw(TXQ, [header, piece, piece, piece, piece, piece, status]);
    guest.kick(TXQ);
    expect(posted.usedCount).toBe(1);
    expect(guest.rules()).toEqual(['VS-R-14']);
  });
});

describe('messages that are odd, and played all the same', () => {
  test('VS-R-15: with more room than a status, which goes to the end', () => {
    const { guest } = prepared(0);
    const posted = guest.play(ramp(PERIOD), OUTPUT, 24);
    guest.command('START');
    expect(guest.pull(PERIOD_FRAMES)).toEqual(ramp(PERIOD));
    expect([posted.usedCount, posted.writtenBytes]).toEqual([1, 8]);
    expect(guest.status(posted).status).toBe(VIRTIO_SND_S_OK);
    expect(guest.rules()).toEqual(['VS-R-15']);
  });

  test('VS-I-14: the part of a frame at the end is left out, and the message comes back', () => {
    const { guest } = prepared(0);
    const odd = guest.play(ramp(PERIOD - 1));
    const next = guest.play(ramp(PERIOD, 100));
    guest.command('START');
    const pcm = guest.pull(2 * PERIOD_FRAMES - 1);
    expect(pcm).toEqual(Uint8Array.from([...ramp(PERIOD - 4), ...ramp(PERIOD, 100)]));
    expect([odd.usedCount, next.usedCount]).toEqual([1, 1]);
    expect(guest.status(odd)).toEqual({ status: VIRTIO_SND_S_OK, latencyBytes: PERIOD });
    expect(guest.rules()).toEqual(['VS-I-14', 'VS-R-14']);
  });

  test('a message without PCM waits for its turn and comes back', () => {
    const { guest } = prepared(1);
    const empty = guest.play(new Uint8Array(0));
    const next = guest.play(ramp(PERIOD, 5));
    guest.command('START');
    guest.pull(100);
    expect(empty.usedCount).toBe(0);
    expect(guest.pull(400)).toHaveLength(400 * FRAME_BYTES);
    expect([empty.usedCount, guest.status(empty).status]).toEqual([1, VIRTIO_SND_S_OK]);
    expect(next.usedCount).toBe(0);
    expect(guest.rules()).toEqual(['VS-R-14']);
  });

  test('VS-R-14: a longer message at once, a shorter one when another follows it', () => {
    const { guest } = prepared(1);
    const shorter = guest.play(ramp(PERIOD - 4));
    expect(guest.rules()).toEqual([]);
    guest.play(ramp(PERIOD));
    expect(guest.rules()).toEqual(['VS-R-14']);
    expect(guest.all('violation')[0]?.popped).toBe(
      guest.all('popped').find(({ chain }) => chain.readableBytes === PERIOD)?.seq,
    );
    expect(shorter.usedCount).toBe(0);
    guest.play(ramp(PERIOD + 4));
    expect(guest.rules()).toEqual(['VS-R-14', 'VS-R-14']);
  });

  test('the last message of a run may be shorter', () => {
    const { guest } = running(1);
    guest.play(ramp(400));
    guest.pull(580);
    guest.command('STOP');
    guest.command('RELEASE');
    guest.command('PREPARE');
    guest.play(ramp(PERIOD));
    expect(guest.rules()).not.toContain('VS-R-14');
  });

  test('a payload that is unmapped by the time it is played is an I/O error, and the next one plays', () => {
    const { guest, messages } = running(2);
    const hole = BigInt(messages[0]?.readableAt ?? 0);
    guest.device.setMemory({
      read: (at, bytes) => guest.ram.read(at, bytes),
      readInto: (at, target, targetAt, bytes) =>
        (at < hole || at >= hole + 64n) && guest.ram.readInto(at, target, targetAt, bytes),
      write: (at, data) => guest.ram.write(at, data),
      loadLe16: (at) => guest.ram.loadLe16(at),
      storeLe16: (at, value) => guest.ram.storeLe16(at, value),
      fence: () => {},
      regions: () => guest.ram.regions(),
    });
    expect(guest.pull(PERIOD_FRAMES)).toEqual(ramp(PERIOD, PERIOD));
    expect(messages.map((posted) => guest.status(posted).status)).toEqual([
      VIRTIO_SND_S_IO_ERR,
      VIRTIO_SND_S_OK,
    ]);
    expect(guest.rules()).toEqual(['VQ-18']);
  });
});
