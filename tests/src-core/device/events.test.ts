import { describe, expect, test } from 'vitest';
import { makeTopology } from '../../../src-core/device/default-topology.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import {
  EVENTQ,
  VIRTIO_SND_EVT_CTL_NOTIFY,
  VIRTIO_SND_EVT_JACK_CONNECTED,
  VIRTIO_SND_EVT_JACK_DISCONNECTED,
  VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED,
} from '../../../src-core/spec/sound.ts';
import { eventsOf, postEventBuffers } from './event-buffers.ts';
import { Guest, OUTPUT, PARAMS, PERIOD_FRAMES, ramp } from './harness.ts';

describe('jacks', () => {
  test('that are plugged or unplugged are told, others are not', () => {
    const guest = new Guest();
    guest.device.setJack(0, true);
    guest.device.setJack(1, false);
    guest.device.setJack(1, false);
    guest.device.setJack(1, true);
    guest.device.setJack(7, true);
    guest.device.setJack(-1, true);
    expect(eventsOf(guest)).toEqual([
      [VIRTIO_SND_EVT_JACK_DISCONNECTED, 1],
      [VIRTIO_SND_EVT_JACK_CONNECTED, 1],
    ]);
    expect(guest.device.isJackConnected(1)).toBe(true);
    // With EVENT_IDX the second comes before the driver asked for another interrupt.
    expect(guest.interrupts).toBe(1);
  });
});

describe('event buffers', () => {
  test('are popped only when there is something to tell', () => {
    const guest = new Guest();
    guest.kick(EVENTQ);
    expect(guest.all('popped')).toEqual([]);
    guest.device.setJack(0, false);
    expect(guest.story()).toEqual(['popped 1', 'used 1', 'interrupt 1']);
    expect(guest.all('used')[0]?.writtenBytes).toBe(8);
  });

  test('that are missing make events wait, in their order', () => {
    const guest = new Guest();
    for (let time = 0; time < 6; time++) guest.device.setJack(0, time % 2 === 1);
    expect(eventsOf(guest)).toHaveLength(4);
    postEventBuffers(guest, 2);
    guest.kick(EVENTQ);
    expect(eventsOf(guest).map(([code]) => code)).toEqual([
      ...[VIRTIO_SND_EVT_JACK_DISCONNECTED, VIRTIO_SND_EVT_JACK_CONNECTED],
      ...[VIRTIO_SND_EVT_JACK_DISCONNECTED, VIRTIO_SND_EVT_JACK_CONNECTED],
      ...[VIRTIO_SND_EVT_JACK_DISCONNECTED, VIRTIO_SND_EVT_JACK_CONNECTED],
    ]);
  });

  test('that never come cost the oldest events, which is recorded', () => {
    const guest = new Guest();
    const lost = 10;
    const all = 4 + LIMITS.pendingEvents + lost;
    for (let time = 0; time < all; time++) guest.device.setJack(0, time % 2 === 1);
    expect(guest.all('forgotten')).toEqual([]);
    postEventBuffers(guest, 1);
    guest.kick(EVENTQ);
    expect(guest.all('forgotten')).toMatchObject([{ messages: lost, pcmBytes: 0 }]);
  });

  test('VS-R-02: too small ones go back unwritten, and the event goes into the next', () => {
    const guest = new Guest();
    for (let time = 0; time < 4; time++) guest.device.setJack(0, time % 2 === 1);
    guest.collect();
    const [small] = postEventBuffers(guest, 1, 7);
    postEventBuffers(guest, 1);
    guest.device.setJack(1, false);
    expect(eventsOf(guest).at(-1)).toEqual([VIRTIO_SND_EVT_JACK_DISCONNECTED, 1]);
    expect([small?.usedCount, small?.writtenBytes]).toEqual([1, 0]);
    expect(guest.rules()).toEqual(['VS-R-02']);
  });

  test('VS-R-03: a readable part is named, and the buffer used', () => {
    const guest = new Guest();
    for (let time = 0; time < 4; time++) guest.device.setJack(0, time % 2 === 1);
    guest.collect();
    guest.post(EVENTQ, new Uint8Array(2), 8);
    guest.device.setJack(1, false);
    expect(eventsOf(guest)).toHaveLength(5);
    expect(guest.rules()).toEqual(['VS-R-03']);
  });

  test('outside guest memory go back unwritten', () => {
    const guest = new Guest();
    for (let time = 0; time < 4; time++) guest.device.setJack(0, time % 2 === 1);
    guest.collect();
    guest.postRaw(EVENTQ, [{ address: 0xdead_0000_0000n, bytes: 8, writable: true }]);
    postEventBuffers(guest, 1);
    guest.device.setJack(1, false);
    expect(eventsOf(guest)).toHaveLength(5);
    expect(guest.rules()).toEqual(['VQ-18', 'VS-R-02']);
  });

  test('are not written before a driver gave the queue, nor after a reset', () => {
    const guest = new Guest();
    guest.device.reset();
    guest.device.setJack(0, false);
    guest.attach();
    expect(eventsOf(guest)).toEqual([]);
    expect(guest.device.isJackConnected(0)).toBe(false);
  });

  test('what waits at a reset is forgotten and recorded', () => {
    const guest = new Guest();
    for (let time = 0; time < 6; time++) guest.device.setJack(0, time % 2 === 1);
    guest.device.reset();
    expect(guest.all('forgotten')).toMatchObject([{ messages: 2 }]);
    guest.attach();
    guest.device.setJack(1, false);
    expect(eventsOf(guest).at(-1)).toEqual([VIRTIO_SND_EVT_JACK_DISCONNECTED, 1]);
    expect(eventsOf(guest)).toHaveLength(5);
  });

  test('are told of by interrupts only when the driver wants them', () => {
    const guest = new Guest({ eventIdx: false });
    guest.queues[EVENTQ]?.disableInterrupts();
    guest.device.setJack(0, false);
    expect(guest.story()).toEqual(['popped 1', 'used 1']);
    expect(guest.interrupts).toBe(0);
  });
});

describe('control notifications', () => {
  const topology = makeTopology({ controls: true });

  test('carry the element and a mask of known bits', () => {
    const guest = new Guest({ topology });
    guest.device.notifyControl(2, 0xffff);
    guest.device.setControl(1, [0]);
    guest.device.notifyControl(3, 1);
    guest.device.setControl(3, [1]);
    expect(eventsOf(guest)).toEqual([
      [VIRTIO_SND_EVT_CTL_NOTIFY, 0x0007_0002],
      [VIRTIO_SND_EVT_CTL_NOTIFY, 0x0001_0001],
    ]);
    expect(guest.device.controlValues(1)).toEqual([0]);
  });

  test('come only with VIRTIO_SND_F_CTLS', () => {
    const guest = new Guest({ topology, features: 1n << 32n });
    guest.device.notifyControl(0, 1);
    expect(eventsOf(guest)).toEqual([]);
  });
});

describe('VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED', () => {
  const topology = makeTopology({ features: 1 << 3 });

  function play(features: number): Guest {
    const guest = new Guest({ topology });
    guest.prepare(OUTPUT, { features });
    for (let place = 0; place < 3; place++) guest.play(ramp(PARAMS.periodBytes));
    guest.command('START');
    return guest;
  }

  test('comes with each period that went to the sink, when the driver selected it', () => {
    const guest = play(1 << 3);
    guest.pull(PERIOD_FRAMES - 1);
    expect(eventsOf(guest)).toEqual([]);
    guest.pull(2);
    expect(eventsOf(guest)).toEqual([[VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED, OUTPUT]]);
    guest.pull(2 * PERIOD_FRAMES);
    expect(eventsOf(guest)).toHaveLength(3);
  });

  test('does not come otherwise', () => {
    const guest = play(0);
    guest.pull(3 * PERIOD_FRAMES);
    expect(eventsOf(guest)).toEqual([]);
  });

  test('floods nobody when periods are tiny', () => {
    const guest = new Guest({ topology });
    guest.prepare(OUTPUT, { features: 1 << 3, periodBytes: 1, bufferBytes: 4 });
    guest.play(ramp(40_000));
    guest.command('START');
    guest.pull(10_000);
    expect(eventsOf(guest)).toHaveLength(4);
    expect(guest.device.streams()[OUTPUT]?.movedFrames).toBe(10_000);
  });
});
