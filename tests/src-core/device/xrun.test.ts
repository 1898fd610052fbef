import { describe, expect, test } from 'vitest';
import type { AudioSink } from '../../../src-core/audio/audio-io.ts';
import { NullSink } from '../../../src-core/audio/null-sink.ts';
import { ToneSource } from '../../../src-core/audio/tone-source.ts';
import type { ManualClock } from '../../../src-core/clock.ts';
import { makeTopology } from '../../../src-core/device/default-topology.ts';
import { XrunWatch } from '../../../src-core/device/xrun-watch.ts';
import { VIRTIO_SND_EVT_PCM_XRUN } from '../../../src-core/spec/sound.ts';
import { eventsOf } from './event-buffers.ts';
import {
  Guest,
  type GuestOptions,
  INPUT,
  OUTPUT,
  PARAMS,
  PERIOD_FRAMES,
  PERIOD_NS,
  ramp,
} from './harness.ts';

const PERIOD = PARAMS.periodBytes;
const EVT_XRUNS = 1 << 4;

/** Playing to the null sink, four periods posted. */
function playing(options: GuestOptions = {}, features = 0): Guest {
  const guest = new Guest({ sink: (clock) => new NullSink(clock), ...options });
  guest.prepare(OUTPUT, { features });
  for (let place = 0; place < 4; place++) guest.play(ramp(PERIOD));
  guest.command('START');
  return guest;
}

function xruns(guest: Guest): unknown[] {
  return guest
    .all('xrun')
    .map(({ track, side, atFrame, missingFrames }) => [track, side, atFrame, missingFrames]);
}

function wait(guest: Guest, periods: number): void {
  guest.clock.advance(periods * PERIOD_NS);
  guest.collect();
}

describe('underruns', () => {
  test('a guest that keeps up has none', () => {
    const guest = playing();
    for (let period = 0; period < 100; period++) {
      wait(guest, 1);
      guest.play(ramp(PERIOD));
    }
    expect(xruns(guest)).toEqual([]);
    expect(guest.rules()).toEqual([]);
    expect(guest.device.streams()[OUTPUT]?.movedFrames).toBe(100 * PERIOD_FRAMES);
  });

  test('the end of a playback is none: it runs dry, stops and is released', () => {
    const guest = playing();
    wait(guest, 4.1);
    expect(guest.device.streams()[OUTPUT]?.pendingMessages).toBe(0);
    wait(guest, 2);
    expect(guest.device.streams()[OUTPUT]?.isStarving).toBe(true);
    guest.command('STOP');
    guest.command('RELEASE');
    guest.prepare();
    expect(xruns(guest)).toEqual([]);
    expect(guest.rules()).toEqual([]);
  });

  test('PCM that comes too late in the same run makes one, with what was missing', () => {
    const guest = playing();
    wait(guest, 6.5);
    guest.play(ramp(PERIOD));
    wait(guest, 1);
    expect(xruns(guest)).toEqual([[0, 'guest', 4 * PERIOD_FRAMES, 2 * PERIOD_FRAMES]]);
    expect(guest.all('xrun')[0]?.silentFrames).toBe(2 * PERIOD_FRAMES); // by the sink's own count
    expect(guest.rules()).toEqual(['VS-P-01']);
    expect(guest.device.streams()[OUTPUT]).toMatchObject({ runXruns: 1, xruns: 1 });
  });

  test('silence that the sink puts in of its own is recorded, and is none of the guest’s', () => {
    let own = 0;
    const sink = (clock: ManualClock): AudioSink => {
      const inner = new NullSink(clock);
      const open = (...[stream, pull]: Parameters<AudioSink['open']>) => {
        const opened = inner.open(stream, pull);
        return { ...opened, silentFrames: () => (opened.silentFrames?.() ?? 0) + own };
      };
      return { title: 'own', open, describe: () => inner.describe() };
    };
    const guest = playing({ sink });
    wait(guest, 2);
    own = 70; // as a sound server that ran dry
    wait(guest, 1);
    const [told] = guest.all('xrun');
    expect(told).toMatchObject({ side: 'host', atFrame: 2 * PERIOD_FRAMES, silentFrames: 70 });
    expect(guest.rules()).toEqual([]);
    expect(guest.device.streams()[OUTPUT]?.xruns).toBe(0);
  });

  test('a period that is posted in part makes a gap of the other part', () => {
    const guest = playing();
    wait(guest, 4);
    guest.play(ramp(400));
    wait(guest, 1);
    guest.play(ramp(PERIOD));
    wait(guest, 1);
    expect(xruns(guest)).toEqual([[0, 'guest', 4 * PERIOD_FRAMES + 100, PERIOD_FRAMES - 100]]);
  });

  test('running dry for longer than 200 ms is one, even if STOP is next', () => {
    const guest = playing();
    wait(guest, 4 + 22);
    guest.command('STOP');
    expect(xruns(guest)).toEqual([[0, 'guest', 4 * PERIOD_FRAMES, 21 * PERIOD_FRAMES]]);
  });

  test('STOP and START are a pause: what was dry before does not count', () => {
    const guest = playing();
    wait(guest, 5);
    guest.command('STOP');
    wait(guest, 10);
    guest.play(ramp(PERIOD));
    guest.command('START');
    wait(guest, 1);
    expect(xruns(guest)).toEqual([]);
  });

  test('a driver that recovers with PREPARE had one, on the track that starved', () => {
    const guest = playing();
    wait(guest, 4.5);
    guest.command('STOP');
    guest.command('RELEASE');
    wait(guest, 1.5);
    guest.command('PREPARE');
    // Dry since the last message was handed over; nobody asked for more before STOP half a period later.
    expect(xruns(guest)).toEqual([[0, 'guest', 4 * PERIOD_FRAMES, 1.5 * PERIOD_FRAMES]]);
    expect(guest.all('track').map(({ track }) => track)).toEqual([0, 1]);
    expect(guest.device.streams()[OUTPUT]).toMatchObject({ runXruns: 0, xruns: 1 });
    guest.play(ramp(PERIOD));
    guest.command('START');
    wait(guest, 1);
    expect(xruns(guest)).toHaveLength(1);
  });

  test('a stream that is stopped with messages left has none', () => {
    const guest = playing();
    wait(guest, 2);
    guest.command('STOP');
    guest.command('RELEASE');
    guest.command('PREPARE');
    expect(xruns(guest)).toEqual([]);
  });

  test('a first message that comes after START is late too', () => {
    const guest = new Guest({ sink: (clock) => new NullSink(clock) });
    guest.prepare();
    guest.command('START');
    wait(guest, 3);
    guest.play(ramp(PERIOD));
    wait(guest, 1);
    expect(xruns(guest)).toEqual([[0, 'guest', 0, 3 * PERIOD_FRAMES]]);
  });

  test('a sink that still holds enough hears no gap', () => {
    const guest = new Guest();
    guest.prepare();
    guest.play(ramp(PERIOD));
    guest.command('START');
    const [sink] = guest.sink.opened;
    if (sink === undefined) throw new Error('PREPARE opens the sink');
    sink.delay = 1000;
    guest.pull(PERIOD_FRAMES + 100);
    guest.clock.advance(PERIOD_NS);
    guest.play(ramp(PERIOD));
    guest.pull(PERIOD_FRAMES);
    expect(xruns(guest)).toEqual([]);
  });

  test('a guest that goes away while it starves for long had one', () => {
    const guest = playing();
    wait(guest, 40);
    guest.device.gone();
    expect(xruns(guest)).toHaveLength(1);
  });
});

describe('overruns', () => {
  test('frames that find no room are counted when recording goes on', () => {
    const guest = new Guest({ source: (clock) => new ToneSource(clock, 440) });
    guest.prepare(INPUT);
    for (let place = 0; place < 2; place++) guest.listen(PERIOD);
    guest.command('START', INPUT);
    wait(guest, 5);
    guest.listen(PERIOD);
    wait(guest, 1);
    expect(xruns(guest)).toEqual([[0, 'guest', 2 * PERIOD_FRAMES, 3 * PERIOD_FRAMES]]);
    expect(guest.rules()).toEqual(['VS-P-02']);
  });

  test('the end of a recording is none', () => {
    const guest = new Guest({ source: (clock) => new ToneSource(clock, 440) });
    guest.prepare(INPUT);
    for (let place = 0; place < 2; place++) guest.listen(PERIOD);
    guest.command('START', INPUT);
    wait(guest, 4);
    guest.command('STOP', INPUT);
    guest.command('RELEASE', INPUT);
    guest.prepare(INPUT);
    expect(xruns(guest)).toEqual([]);
  });
});

describe('VIRTIO_SND_EVT_PCM_XRUN', () => {
  const topology = makeTopology({ features: EVT_XRUNS });

  test('is sent when the driver selected it, once for each xrun', () => {
    const guest = playing({ topology }, EVT_XRUNS);
    wait(guest, 6);
    expect(eventsOf(guest)).toEqual([]);
    guest.play(ramp(PERIOD));
    wait(guest, 1);
    expect(eventsOf(guest)).toEqual([[VIRTIO_SND_EVT_PCM_XRUN, OUTPUT]]);
    wait(guest, 40);
    expect(eventsOf(guest)).toHaveLength(2);
    guest.play(ramp(PERIOD));
    wait(guest, 1);
    expect(eventsOf(guest)).toHaveLength(2);
    expect(xruns(guest)).toHaveLength(2);
  });

  test('is not sent when the driver did not select it', () => {
    const guest = playing({ topology });
    wait(guest, 40);
    guest.play(ramp(PERIOD));
    wait(guest, 1);
    expect(xruns(guest)).toHaveLength(1);
    expect(eventsOf(guest)).toEqual([]);
  });
});

test('before the first run there is nothing to watch', () => {
  const watch = new XrunWatch();
  expect(watch.starve(0, 0, 5, 10)).toBe(false);
  expect(watch.feed(20)).toBeUndefined();
  expect(watch.stop(30, 0, 0)).toBeUndefined();
  expect(watch.isStarving).toBe(false);
});
