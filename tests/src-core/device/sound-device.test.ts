import { describe, expect, test } from 'vitest';
import { makeTopology } from '../../../src-core/device/default-topology.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import { featureNames, featureSet, VIRTIO_RING_F_EVENT_IDX } from '../../../src-core/spec/ring.ts';
import {
  CONTROLQ,
  EVENTQ,
  PCM_HDR,
  RXQ,
  SND_CONFIG,
  TXQ,
  VIRTIO_SND_R_PCM_RELEASE,
  VIRTIO_SND_R_PCM_STOP,
  VIRTIO_SND_S_OK,
} from '../../../src-core/spec/sound.ts';
import { eventsOf } from './event-buffers.ts';
import {
  FRAME_BYTES,
  Guest,
  type GuestOptions,
  INPUT,
  OUTPUT,
  PARAMS,
  PERIOD_FRAMES,
  PERIOD_NS,
  ramp,
  xfer,
} from './harness.ts';

const PERIOD = PARAMS.periodBytes;
const MSG_POLLING = 1 << 2;
const RING_FORMS: [string, GuestOptions][] = [
  ['split', {}],
  ['split without EVENT_IDX', { eventIdx: false }],
  ['split without indirect tables', { indirect: false }],
  ['packed', { packed: true }],
  ['packed without EVENT_IDX', { packed: true, eventIdx: false }],
];

describe('features', () => {
  test('are those that the device has, and VIRTIO_SND_F_CTLS with control elements only', () => {
    const plain = [
      'VIRTIO_RING_F_INDIRECT_DESC',
      'VIRTIO_RING_F_EVENT_IDX',
      'VIRTIO_F_VERSION_1',
      'VIRTIO_F_RING_PACKED',
    ];
    const topology = makeTopology({ controls: true });
    const offer = (options: GuestOptions) =>
      featureNames(new Guest(options).device.offeredFeatures());
    expect(offer({})).toEqual(plain);
    expect(offer({ topology })).toEqual(['VIRTIO_SND_F_CTLS', ...plain]);
    expect(offer({ topology, device: { specVersion: '1.2' } })).toEqual(plain);
    const split = featureSet(VIRTIO_RING_F_EVENT_IDX);
    expect(offer({ topology: { ...makeTopology(), ringFeatures: split } })).toEqual([
      'VIRTIO_RING_F_EVENT_IDX',
      'VIRTIO_F_VERSION_1',
    ]);
  });

  test('VQ-S-18, VQ-S-05: accepted without VERSION_1, or beyond the offer', () => {
    expect(new Guest({ features: 1n << 29n }).rules()).toEqual(['VQ-S-18']);
    expect(new Guest({ features: (1n << 32n) | (1n << 38n) }).rules()).toEqual(['VQ-S-05']);
    expect(new Guest({ features: (1n << 32n) | (1n << 30n) }).rules()).toEqual([]);
  });
});

describe('the configuration space', () => {
  test('has 12 bytes, and 16 with control elements', () => {
    const plain = new Guest().device.readConfig(0, 100);
    expect(plain).toHaveLength(12);
    const topology = makeTopology({ playback: 3, controls: true });
    const config = new Guest({ topology }).device.readConfig(0, 16);
    expect(SND_CONFIG.read(config)).toEqual({ jacks: 2, streams: 4, chmaps: 4, controls: 3 });
  });

  test('is read in any part, and ends where it ends', () => {
    const { device } = new Guest();
    expect([...device.readConfig(4, 4)]).toEqual([2, 0, 0, 0]);
    expect(device.readConfig(10, 8)).toHaveLength(2);
    expect(device.readConfig(12, 4)).toHaveLength(0);
    expect(device.readConfig(0xffff_ffff, 4)).toHaveLength(0);
    expect(device.readConfig(4, -1)).toHaveLength(0);
  });
});

for (const [form, options] of RING_FORMS) {
  test(`a ${form} queue carries a whole playback and a whole recording`, () => {
    const guest = new Guest(options);
    guest.prepare(OUTPUT);
    guest.prepare(INPUT);
    for (let place = 0; place < 4; place++) {
      guest.play(ramp(PERIOD, place * PERIOD));
      guest.listen(PERIOD);
    }
    guest.command('START', OUTPUT);
    guest.command('START', INPUT);
    for (let period = 0; period < 70; period++) {
      const pcm = ramp(PERIOD, period * PERIOD);
      expect(areSame(guest.pull(PERIOD_FRAMES), pcm)).toBe(true);
      expect(guest.push(pcm)).toBe(PERIOD_FRAMES);
      guest.play(ramp(PERIOD, (period + 4) * PERIOD));
      guest.listen(PERIOD);
    }
    for (const stream of [OUTPUT, INPUT]) {
      expect(guest.command('STOP', stream)).toBe(VIRTIO_SND_S_OK);
      expect(guest.command('RELEASE', stream)).toBe(VIRTIO_SND_S_OK);
    }
    expect(
      guest.posted.filter(({ queue, usedCount }) => queue !== EVENTQ && usedCount !== 1),
    ).toEqual([]);
    expect(guest.rules()).toEqual([]);
  });
}

describe('a queue that stops and goes on', () => {
  function stopAll(guest: Guest) {
    return [0, 1, 2, 3].map((index) => guest.device.stopQueue(index));
  }

  for (const packed of [false, true]) {
    test(`gives back what was not played, and loses no frame (${packed ? 'packed' : 'split'})`, () => {
      const guest = new Guest({ packed });
      guest.prepare();
      const messages = [0, 1, 2].map((place) => guest.play(ramp(PERIOD, place * PERIOD)));
      guest.command('START');
      expect(guest.pull(100)).toEqual(ramp(400));
      const positions = stopAll(guest);
      expect(positions[TXQ]).toMatchObject({ avail: 0, used: 0 });
      expect(messages.map(({ usedCount }) => usedCount)).toEqual([0, 0, 0]);
      expect(guest.sink.opened[0]?.calls).toEqual(['start', 'stop']);
      expect(guest.pull(100)).toHaveLength(0);
      positions.forEach((position, index) => {
        guest.device.startQueue(guest.setup(index, position));
      });
      expect(guest.sink.opened[0]?.calls).toEqual(['start', 'stop', 'start']);
      expect(guest.device.streams()[OUTPUT]?.state).toBe('running');
      expect(guest.pull(3 * PERIOD_FRAMES - 100)).toEqual(ramp(3 * PERIOD - 400, 400));
      guest.collect();
      expect(messages.map(({ usedCount }) => usedCount)).toEqual([1, 1, 1]);
      expect(guest.all('track')).toHaveLength(1);
      expect(guest.rules()).toEqual([]);
    });
  }

  test('goes on filling a half-full recording', () => {
    const guest = new Guest();
    guest.prepare(INPUT);
    const posted = guest.listen(PERIOD);
    guest.command('START', INPUT);
    guest.push(ramp(400));
    const positions = stopAll(guest);
    positions.forEach((position, index) => {
      guest.device.startQueue(guest.setup(index, position));
    });
    guest.push(ramp(PERIOD - 400, 400));
    expect(posted.writtenBytes).toBe(PERIOD + 8);
    expect(guest.read(posted.writableAt, PERIOD)).toEqual(ramp(PERIOD));
  });

  test('returns what is older than something that was returned already', () => {
    const guest = new Guest({ topology: makeTopology({ playback: 2 }) });
    guest.prepare(0);
    guest.prepare(1);
    const old = guest.play(ramp(PERIOD), 0);
    guest.play(ramp(PERIOD), 1);
    const newest = guest.play(ramp(PERIOD), 0);
    guest.command('START', 1);
    guest.pull(PERIOD_FRAMES, 1);
    const position = guest.device.stopQueue(TXQ);
    guest.collect();
    expect([old.usedCount, newest.usedCount]).toEqual([1, 0]);
    expect(guest.status(old)).toEqual({ status: VIRTIO_SND_S_OK, latencyBytes: 0 });
    expect(position).toMatchObject({ avail: 2, used: 2 });
  });

  test('lets no request overtake the messages that are back in the ring', () => {
    const guest = new Guest();
    guest.prepare();
    const message = guest.play(ramp(PERIOD));
    guest.command('START');
    const positions = stopAll(guest);
    for (const code of [VIRTIO_SND_R_PCM_STOP, VIRTIO_SND_R_PCM_RELEASE]) {
      guest.post(CONTROLQ, PCM_HDR.write({ code, streamId: OUTPUT }), 4);
    }
    positions.forEach((position, index) => {
      guest.device.startQueue(guest.setup(index, position));
    });
    guest.collect();
    expect([message.usedCount, guest.status(message).status]).toEqual([1, VIRTIO_SND_S_OK]);
    expect(guest.device.streams()[OUTPUT]?.state).toBe('released');
    expect(guest.rules()).toEqual([]);
  });

  test('that did not run gives no position', () => {
    const guest = new Guest();
    guest.device.stopQueue(EVENTQ);
    expect(guest.device.stopQueue(EVENTQ)).toBeUndefined();
    expect(guest.device.stopQueue(9)).toBeUndefined();
  });

  test('keeps event buffers', () => {
    const guest = new Guest();
    const position = guest.device.stopQueue(EVENTQ);
    guest.device.setJack(0, false);
    expect(eventsOf(guest)).toEqual([]);
    guest.device.startQueue(guest.setup(EVENTQ, position));
    expect(eventsOf(guest)).toHaveLength(1);
  });
});

describe('a reset', () => {
  function busy(): Guest {
    const guest = new Guest();
    guest.prepare(OUTPUT);
    guest.prepare(INPUT);
    for (let place = 0; place < 3; place++) {
      guest.play(ramp(PERIOD));
      guest.listen(PERIOD);
    }
    guest.command('START', OUTPUT);
    guest.pull(100);
    return guest;
  }

  test('forgets every message, returns none, and says so', () => {
    const guest = busy();
    const used = guest.all('used').length;
    guest.device.reset();
    expect(guest.all('used')).toHaveLength(used);
    expect(guest.all('forgotten')).toEqual([
      expect.objectContaining({
        messages: 6,
        pcmBytes: 3 * PERIOD - 100 * FRAME_BYTES,
        why: 'device reset: 6 messages and 0 events were pending',
      }),
    ]);
    expect(guest.device.streams().map(({ state }) => state)).toEqual(['init', 'init']);
    expect(guest.states().slice(-2)).toEqual(['0: running → init', '1: prepared → init']);
  });

  test('closes every sink and source, and nobody gets PCM any more', () => {
    const guest = busy();
    guest.device.reset();
    expect(guest.sink.opened[0]?.calls.at(-1)).toBe('close');
    expect(guest.source.opened[0]?.calls.at(-1)).toBe('close');
    expect(guest.pull(100)).toHaveLength(0);
    expect(guest.push(ramp(100))).toBe(0);
    expect(guest.device.queueSnapshot(TXQ)).toBeUndefined();
  });

  test('lets the next driver start afresh, with runs counted on', () => {
    const guest = busy();
    guest.device.reset();
    guest.attach();
    guest.prepare();
    const posted = guest.play(ramp(PERIOD));
    guest.command('START');
    expect(guest.pull(PERIOD_FRAMES)).toEqual(ramp(PERIOD));
    expect(posted.usedCount).toBe(1);
    expect(guest.sink.opened.at(-1)?.identity.run).toBe(1);
    expect(guest.all('track').at(-1)?.track).toBe(2);
    expect(guest.rules()).toEqual([]);
  });

  test('of an idle device drops nothing', () => {
    const guest = new Guest();
    guest.device.reset();
    expect(guest.entries).toEqual([]);
  });

  test('within an interrupt of the same device harms nothing', () => {
    const guest = busy();
    guest.onInterrupt = () => {
      guest.onInterrupt = undefined;
      guest.device.reset();
    };
    guest.post(CONTROLQ, PCM_HDR.write({ code: VIRTIO_SND_R_PCM_STOP, streamId: OUTPUT }), 4);
    guest.post(CONTROLQ, PCM_HDR.write({ code: VIRTIO_SND_R_PCM_RELEASE, streamId: OUTPUT }), 4);
    guest.device.kick(CONTROLQ);
    expect(guest.device.streams().map(({ state }) => state)).toEqual(['init', 'init']);
  });
});

test('a guest that goes away leaves nothing behind, and its memory is not touched any more', () => {
  const guest = new Guest();
  guest.prepare();
  guest.play(ramp(PERIOD));
  guest.command('START');
  guest.device.gone();
  expect(guest.all('forgotten')[0]?.why).toBe(
    'the guest went away: 1 messages and 0 events were pending',
  );
  const before = guest.ram.read(0x1000n, 0x10_0000);
  guest.clock.advance(1e9);
  guest.device.kick(TXQ);
  guest.device.setJack(0, false);
  expect(areSame(guest.ram.read(0x1000n, 0x10_0000), before)).toBe(true);
});

describe('polling (MSG_POLLING)', () => {
  const topology = makeTopology({ features: MSG_POLLING });

  test('finds messages that nobody kicked, once a period', () => {
    const guest = new Guest({ topology });
    guest.prepare(OUTPUT, { features: MSG_POLLING });
    guest.post(TXQ, xfer(OUTPUT, ramp(PERIOD)), 8);
    expect(guest.device.streams()[OUTPUT]?.pendingMessages).toBe(0);
    guest.clock.advance(PERIOD_NS);
    expect(guest.device.streams()[OUTPUT]?.pendingMessages).toBe(1);
    guest.command('START');
    const late = guest.post(TXQ, xfer(OUTPUT, ramp(PERIOD)), 8);
    expect(guest.pull(2 * PERIOD_FRAMES)).toHaveLength(2 * PERIOD);
    guest.collect();
    expect(late.usedCount).toBe(1);
    guest.command('STOP');
    guest.command('RELEASE');
    guest.post(TXQ, xfer(OUTPUT, ramp(PERIOD)), 8);
    guest.clock.advance(100 * PERIOD_NS);
    expect(guest.all('popped').filter(({ queue }) => queue === TXQ)).toHaveLength(2);
  });

  test('finds room for what is recorded', () => {
    const guest = new Guest({ topology });
    guest.prepare(INPUT, { features: MSG_POLLING });
    const posted = guest.post(RXQ, xfer(INPUT), PERIOD + 8);
    guest.command('START', INPUT);
    guest.post(RXQ, xfer(INPUT), PERIOD + 8);
    expect(guest.push(ramp(2 * PERIOD))).toBe(2 * PERIOD_FRAMES);
    expect(posted.usedCount).toBe(1);
    expect(guest.rules()).toEqual([]);
  });
});

describe('bounds', () => {
  test('a kick handles so many chains, and the clock brings the rest', () => {
    const guest = new Guest({ size: 8192, indirect: false });
    const chains = LIMITS.chainsPerKick + 100;
    for (let count = 0; count < chains; count++) guest.post(CONTROLQ, new Uint8Array(0), 4);
    guest.device.kick(CONTROLQ);
    guest.collect();
    const done = () => guest.posted.filter(({ usedCount }) => usedCount === 1).length;
    expect(done()).toBe(LIMITS.chainsPerKick);
    guest.clock.advance(0);
    guest.collect();
    expect(done()).toBe(chains);
  });

  test('breaches of one rule are recorded so often, and counted all', () => {
    const guest = new Guest();
    const times = LIMITS.violationsPerRule + 10;
    for (let time = 0; time < times; time++) guest.control(new Uint8Array(1));
    expect(guest.rules()).toHaveLength(LIMITS.violationsPerRule);
    expect(guest.device.violationCounts().get('VS-I-27')).toBe(times);
  });

  test('a ring that is broken ends in a violation, and the device goes on', () => {
    const guest = new Guest();
    guest.ram.storeLe16(guest.setup(TXQ).driverArea + 2n, 9000);
    guest.device.kick(TXQ);
    expect(guest.rules()).toEqual(['VQ-16']);
    expect(guest.command('START')).not.toBe(0);
  });

  test('a ring that is set up wrongly is named when it starts', () => {
    const guest = new Guest();
    guest.device.startQueue({ ...guest.setup(EVENTQ), descriptorArea: 0x1001n });
    expect(guest.rules()).toEqual(['VQ-01']);
  });

  test('a driver that answers each interrupt with a request is served without end or depth', () => {
    const guest = new Guest();
    let left = 1000;
    guest.onInterrupt = () => {
      guest.collect();
      if (left-- <= 0) return;
      guest.post(CONTROLQ, new Uint8Array(0), 4);
      guest.device.kick(CONTROLQ);
    };
    guest.control(new Uint8Array(0));
    guest.clock.advance(0);
    guest.collect();
    expect(guest.posted.filter(({ usedCount }) => usedCount === 1)).toHaveLength(1001);
  });
});

test('queues that do not exist, and kicks before their time, are nothing', () => {
  const guest = new Guest();
  guest.device.reset();
  guest.device.kick(TXQ);
  guest.device.kick(17);
  guest.device.startQueue({ ...guest.setup(0), index: 4 });
  expect(guest.entries).toEqual([]);
});

/** Much faster than `toEqual` on many bytes. */
function areSame(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  return left !== undefined && right !== undefined && Buffer.compare(left, right) === 0;
}
