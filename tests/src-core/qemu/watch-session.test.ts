// A whole watch, against a QEMU in memory: what it records, what it says, and that QEMU is left as it was.
import { describe, expect, test } from 'vitest';
import type { Track } from '../../../src-core/capture/tracks.ts';
import { gradeIn } from '../../../src-core/spec/grades.ts';
import {
  entriesOf,
  PREPARE,
  playOn,
  RELEASE,
  running,
  START,
  STOP,
  started,
} from './watched-play.ts';
import { DEVICE_PATH, PERIOD_BYTES, periodOf, WatchedRig } from './watched-rig.ts';

const FRAMES = PERIOD_BYTES / 4;

describe('a playback that is watched from its beginning', () => {
  test('has its requests, its parameters, its states and its samples', () => {
    const rig = started();
    rig.setParams();
    rig.command(PREPARE);
    for (let period = 0; period < 4; period++) rig.post();
    rig.command(START);
    playOn(rig, 10);
    rig.command(STOP);
    rig.command(RELEASE);
    rig.run(60);
    const { capture } = rig.session;
    const [track] = capture.tracks;
    expect(track).toMatchObject({
      params: { format: 5, rate: 7, channels: 2 },
      frames: 10 * FRAMES,
    });
    expect(pcmOf(rig, track)).toEqual(periods(0, 10));
    expect(rig.session.watchStatus().trust).toEqual({
      ...{ exact: 10 * PERIOD_BYTES, unplaced: 0, changed: 0, raced: 0, late: 0 },
    });
    const states = capture.story.states.map(({ state }) => state);
    expect(states).toEqual(['params', 'prepared', 'running', 'stopped', 'released']);
    expect(capture.messages.counts).toEqual({ control: 5, event: 0, tx: 14, rx: 0 });
    expect(rig.session.liveStreams()[0]).toMatchObject({ pendingMessages: 4, state: 'released' });
  });

  test('shows what was flushed unplayed as not played', () => {
    const rig = started();
    rig.setParams();
    rig.command(PREPARE);
    for (let period = 0; period < 2; period++) rig.post();
    rig.command(START);
    rig.play();
    rig.run(2);
    rig.play(PERIOD_BYTES);
    rig.run(60);
    expect(rig.session.capture.tracks[0]?.frames).toBe(FRAMES);
  });
});

describe('a playback that is watched from its middle on', () => {
  test('goes on from the chains in flight, with parameters that are assumed from its pace', () => {
    const rig = new WatchedRig();
    for (let period = 0; period < 4; period++) rig.post();
    rig.play();
    rig.post();
    rig.start();
    playOn(rig, 80);
    const [track] = rig.session.capture.tracks;
    expect(track?.params).toMatchObject({ format: 5, rate: 7, channels: 2 });
    expect(pcmOf(rig, track)).toEqual(periods(1, 80));
    expect(rig.session.watchStatus().assumedStreams).toEqual([0]);
    const opened = entriesOf(rig).find(({ kind }) => kind === 'track');
    expect(opened?.grade).toBe('assumed');
  });

  test('takes its parameters from a request that is answered and still in memory', () => {
    const rig = new WatchedRig();
    rig.setParams();
    for (let period = 0; period < 4; period++) rig.post();
    rig.start();
    playOn(rig, 3);
    expect(rig.session.capture.tracks[0]?.params.bufferBytes).toBe(4 * PERIOD_BYTES);
    expect(rig.session.watchStatus().assumedStreams).toEqual([]);
  });
});

describe('a payload', () => {
  test('that stays as it is until it is used is exact, though the guest overwrites it at once', () => {
    const rig = running();
    const pcm = rig.post();
    rig.run(3);
    rig.play();
    rig.ram.write(0x14_0000n, new Uint8Array(16).fill(9));
    rig.run(60);
    expect(movedOf(rig)).toMatchObject([{ pcm }]);
    expect(movedOf(rig)[0]?.grade).toBeUndefined();
    expect(rig.session.watchStatus().trust).toMatchObject({ exact: PERIOD_BYTES, changed: 0 });
  });

  test('that is written while it is in flight is not exact, and says so', () => {
    const rig = running();
    rig.post();
    rig.run(3);
    rig.ram.write(0x14_0000n, new Uint8Array(16).fill(9));
    rig.run(3);
    rig.play();
    rig.run(60);
    const [moved] = movedOf(rig);
    expect(moved?.grade).toBe('derived');
    expect(moved?.pcm[0]).toBe(9);
    expect(rig.session.watchStatus().trust).toMatchObject({ exact: 0, changed: PERIOD_BYTES });
    const { messages } = rig.session.capture;
    expect(gradeIn(messages.grades.get(messages.rows - 1), 'bytes')).toBe('derived');
  });

  test('that is overwritten while nobody looks is not exact', () => {
    const rig = running();
    rig.qemu.say({ event: 'STOP' });
    rig.run(60);
    rig.post();
    rig.run(60);
    rig.run(40);
    rig.play();
    rig.ram.write(0x14_0000n, new Uint8Array(16).fill(9));
    rig.run(120);
    expect(movedOf(rig)).toMatchObject([{ grade: 'derived' }]);
    expect(rig.session.watchStatus().trust).toMatchObject({ exact: 0, changed: PERIOD_BYTES });
  });

  test('that came and went between two looks is assumed at best', () => {
    const rig = running();
    rig.post();
    rig.play();
    rig.run(60);
    expect(rig.session.watchStatus().trust).toMatchObject({ exact: 0, late: PERIOD_BYTES });
    const moved = entriesOf(rig).find(({ kind }) => kind === 'moved');
    expect(moved?.grade).toBe('assumed');
  });
});

describe('times', () => {
  test('come from the trace once it is on, and kicks and interrupts with them', () => {
    const rig = running();
    rig.run(20);
    trace(rig);
    for (let period = 0; period < 3; period++) {
      rig.post();
      trace(rig);
      rig.logLine('virtqueue_pop vq 0xb2 elem 0x1 in_num 1 out_num 2');
      rig.run(3);
      rig.logLine('virtqueue_flush vq 0xb2 count 1');
      rig.play();
      rig.logLine('virtio_notify vdev 0xbb vq 0xb2');
      rig.run(3);
    }
    rig.run(60);
    const kinds = entriesOf(rig)
      .filter(({ kind }) => ['kick', 'popped', 'moved', 'used', 'interrupt'].includes(kind))
      .slice(-10)
      .map(({ kind }) => kind);
    const message = ['kick', 'popped', 'moved', 'used', 'interrupt'];
    expect(kinds).toEqual([...message, ...message]);
    const { messages } = rig.session.capture;
    const popped = messages.poppedNs.get(messages.rows - 1);
    expect(popped % 500_000, 'the time of the line').toBe(0);
    expect(messages.interruptAfterNs.get(messages.rows - 1)).toBeCloseTo(3_000_000, -3);
  });

  test.each(['stopped by the user', 'ended by a fault'])(
    'trace events are as they were found when %s',
    (why) => {
      const rig = started();
      expect([...rig.traceStates.values()]).toEqual(['enabled', 'enabled', 'enabled', 'enabled']);
      rig.session.stop(why);
      expect([...rig.traceStates.values()]).toEqual([
        'disabled',
        'disabled',
        'enabled',
        'disabled',
      ]);
    },
  );
});

describe('the guest', () => {
  test('reboots: the watch goes on with its new driver', () => {
    const rig = running();
    rig.qemu.say({ event: 'RESET', data: { guest: true } });
    rig.status = 0;
    rig.run(400);
    expect(rig.said.at(-1)).toMatch(/waiting: The guest reboots/);
    rig.newDriver();
    rig.status = 15;
    rig.run(600);
    expect(rig.said.at(-1)).toMatch(/^live/);
    rig.setParams();
    rig.command(PREPARE);
    rig.run(60);
    expect(rig.session.capture.tracks).toHaveLength(2);
    expect(rig.session.isRunning).toBe(true);
  });

  test('loads its driver anew between two questions', () => {
    const rig = running();
    rig.post();
    rig.play();
    rig.run(10);
    rig.newDriver();
    rig.run(600);
    expect(rig.said.at(-1)).toMatch(/^live/);
    rig.setParams();
    rig.run(60);
    expect(rig.session.capture.story.states.at(-1)?.state).toBe('params');
  });

  test('is paused and goes on', () => {
    const rig = running();
    rig.qemu.say({ event: 'STOP' });
    expect(rig.session.watchStatus().isPaused).toBe(true);
    rig.qemu.say({ event: 'RESUME' });
    expect(rig.said.slice(-2)).toEqual(['live: QEMU is paused.', 'live: QEMU goes on.']);
  });

  test('loses the device: the watch ends with a sentence', () => {
    const rig = running();
    rig.qemu.say({ event: 'DEVICE_DELETED', data: { path: '/machine/peripheral/other' } });
    rig.run(5);
    expect(rig.ends).toEqual([]);
    rig.qemu.say({ event: 'DEVICE_DELETED', data: { path: '/machine/peripheral/snd0' } });
    rig.run(5);
    expect(rig.ends).toMatchObject([{ code: 'unplugged' }]);
  });

  test.each([
    [true, 'shut-down'],
    [false, 'closed'],
  ])('ends (told before: %s), and what was captured stays', (isTold, code) => {
    const rig = running();
    if (isTold) rig.qemu.say({ event: 'SHUTDOWN', data: { guest: true } });
    rig.qemu.hangUp();
    rig.run(5);
    expect(rig.ends).toMatchObject([{ code }]);
    expect(rig.session.isRunning).toBe(false);
    expect(rig.session.capture.messages.rows).toBeGreaterThan(0);
  });
});

describe('a QEMU that cannot be watched', () => {
  test('with a vhost-user-snd is asked nothing more', () => {
    const rig = new WatchedRig();
    rig.type = 'vhost-user-snd';
    rig.start();
    expect(rig.ends).toMatchObject([{ code: 'not-watchable' }]);
    expect(rig.qemu.commands()).toEqual(['query-commands', 'x-query-virtio', 'qom-get']);
  });

  test('without a sound device says what to start it with', () => {
    const rig = new WatchedRig();
    rig.paths = [];
    rig.start();
    expect(rig.ends).toMatchObject([{ code: 'no-sound-device' }]);
    expect(rig.ends[0]?.action).toMatch(/virtio-sound-pci/);
  });

  test('with several waits until one is picked', () => {
    const rig = new WatchedRig();
    rig.paths = [DEVICE_PATH, '/machine/peripheral/snd1/virtio-backend'];
    rig.start();
    expect(rig.session.watchStatus()).toMatchObject({
      mustPick: true,
      devices: [
        { path: DEVICE_PATH, name: 'snd0', type: 'virtio-sound-device', canWatch: true },
        { name: 'snd1', canWatch: true, why: '', action: '', streams: 2, audiodev: 'a' },
      ],
    });
    expect(rig.session.pick('/machine/nowhere')).toMatchObject({
      code: 'no-such-device',
      action: expect.stringContaining('snd1'),
    });
    expect(rig.session.pick('/machine/peripheral/snd1/virtio-backend')).toBeUndefined();
    expect(rig.session.pick(DEVICE_PATH)).toMatchObject({ code: 'already-watching' });
    rig.run(300);
    expect(rig.said.at(-1)).toMatch(/^live: Watching .*snd1/);
    rig.setParams();
    trace(rig);
    rig.run(60);
    trace(rig);
    rig.run(60);
    const kinds = entriesOf(rig).map(({ kind }) => kind);
    expect(kinds, 'another device’s times').not.toContain('kick');
    expect(rig.session.watchStatus().trace).toMatch(/several sound devices/);
    expect([...rig.traceStates.values()], 'left alone').toContain('disabled');
  });

  test('with several gives the one that is watched its own lines, told by its queues', () => {
    const rig = new WatchedRig({ devicePath: DEVICE_PATH });
    rig.paths = [DEVICE_PATH, '/machine/peripheral/snd1/virtio-backend'];
    rig.process = new Map([
      [0xb2, rig.queueStructure(2)],
      [0xc2, rig.queueStructure(2, 0x10_0000n)],
    ]);
    rig.start();
    for (const device of ['c', 'b', 'c', 'c', 'b']) {
      rig.logLine(`virtio_queue_notify vdev 0x${device}b n 2 vq 0x${device}2`);
      rig.logLine('virtio_snd_handle_tx_xfer tx queue callback called');
      rig.run(10);
    }
    rig.run(60);
    expect(entriesOf(rig).filter(({ kind }) => kind === 'kick')).toHaveLength(2);
    expect(rig.session.watchStatus().trace).toMatch(/^times come from/);
  });
});

test('memory that cannot be read from here comes through the monitor', () => {
  const rig = new WatchedRig();
  rig.memoryProblem = 'it runs as another user';
  rig.setParams();
  for (let period = 0; period < 4; period++) rig.post();
  rig.start();
  expect(rig.session.watchStatus().memory).toMatch(/monitor.*another user/);
  for (let period = 0; period < 6; period++) {
    rig.play();
    rig.run(120);
    rig.post();
    rig.run(120);
  }
  const [track] = rig.session.capture.tracks;
  expect(pcmOf(rig, track)).toEqual(periods(0, 6));
});

test('where memory cannot be found QEMU itself tells which chains it holds, twice a second at most', () => {
  const rig = new WatchedRig();
  rig.hidesMemory = true;
  rig.start();
  rig.run(2000);
  const status = rig.session.watchStatus();
  expect(status.canReadMemory).toBe(false);
  expect(status.memory).toBe('guest memory is not read: QEMU does not say where it is');
  expect(status.toldRings.chains[0]).toEqual({
    ...{ queue: 2, head: 0 },
    descriptors: [
      { address: 0x1000, bytes: 4, isWritable: false },
      { address: 0x2000, bytes: 8, isWritable: true },
    ],
  });
  const asked = rig.qemu.commands().filter((name) => name === 'x-query-virtio-queue-element');
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.length).toBeLessThanOrEqual(5 * 2);
});

function trace(rig: WatchedRig): void {
  rig.logLine('virtio_queue_notify vdev 0xbb n 2 vq 0xb2');
  rig.logLine('virtio_snd_handle_tx_xfer tx queue callback called');
}

function movedOf(rig: WatchedRig) {
  return entriesOf(rig).filter((entry) => entry.kind === 'moved');
}

function pcmOf(rig: WatchedRig, track: Track | undefined): Uint8Array {
  if (track === undefined) throw new Error('no track');
  return rig.session.capture.pcm(track, 0, track.frames);
}

function periods(from: number, count: number): Uint8Array {
  const all = new Uint8Array(count * PERIOD_BYTES);
  for (let place = 0; place < count; place++) all.set(periodOf(from + place), place * PERIOD_BYTES);
  return all;
}
