import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../src-core/clock.ts';
import { DemoGuest } from '../../../src-core/transport/demo-guest.ts';
import { encodeSamples, Music, type Part } from '../../../src-core/transport/demo-guest-music.ts';
import { SCENARIOS } from '../../../src-core/transport/scenarios.ts';
import type { DeviceSide } from '../../../src-core/transport/transport.ts';
import { NS_PER_MS, NS_PER_S } from '../../../src-core/units.ts';
import { DemoRig, scenarioNamed } from './demo-rig.ts';

/** 20 ms of S16 stereo at 48 kHz. */
const PERIOD_BYTES = 3840;

function music(frames: number, rateHz = 48000, channels = 2, part: Part = 'band', format = 'S16') {
  const samples = new Float32Array(frames * channels);
  new Music({ seed: 1, rateHz, channels, part }).fill(samples, frames);
  return encodeSamples(samples, format);
}

/** `toEqual` takes seconds for so many bytes. */
function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

describe('every scenario', () => {
  const names = SCENARIOS.map(({ name }) => name);

  test.each(names)('%s gives every message back and ends when its time is over', (name) => {
    const rig = new DemoRig(name, { seconds: 4 }).run(6);
    expect(rig.isFinished).toBe(true);
    expect(rig.isGone).toBe(false);
    expect(rig.guest.streams.length).toBeGreaterThan(0);
    for (const stream of rig.guest.streams) {
      expect(stream).toMatchObject({ pending: 0, isRunning: false, failed: 0 });
    }
    const { counts } = rig.guest;
    expect(counts).toMatchObject({ controlTimeouts: 0, unknownUsed: 0 });
    expect(counts.plantedReturned).toBe(counts.planted);
    const popped = rig.of('popped').length;
    expect(rig.of('used')).toHaveLength(popped);
    expect(rig.clock.nowNs()).toBe(6 * NS_PER_S);
  });

  test.each(names)('%s is the same with the same seed', (name) => {
    const [first, second] = [0, 1].map(() => new DemoRig(name, { seconds: 2 }).run(3).digest());
    expect(first).toBe(second);
  });

  test.each(SCENARIOS.filter(({ planted }) => planted === undefined).map(({ name }) => name))(
    '%s breaks no rule',
    (name) => {
      expect(new DemoRig(name, { seconds: 10 }).run(12).broken()).toEqual({});
    },
  );
});

describe('clean playback', () => {
  test('is what Linux does', () => {
    expect(new DemoRig('clean', { seconds: 1 }).run(2).conversation()).toEqual([
      'PCM_INFO OK',
      'CHMAP_INFO OK',
      'PCM_SET_PARAMS OK',
      'PCM_PREPARE OK',
      'PCM_START OK',
      'PCM_STOP OK',
      'PCM_RELEASE OK',
    ]);
  });

  test('hands over the music, to the byte, on split and on packed rings', () => {
    const expected = music(3 * 48000);
    for (const name of ['clean', 'packed']) {
      expect(isSame(new DemoRig(name, { seconds: 3 }).run(4).pcm(0), expected)).toBe(true);
    }
  });

  test('takes as long as it sounds', () => {
    const rig = new DemoRig('clean', { seconds: 5 }).run(7);
    const states = rig.of('state');
    const started = states.find(({ to }) => to === 'running')?.atNs ?? 0;
    const stopped = states.find(({ to }) => to === 'stopped')?.atNs ?? 0;
    expect(started).toBeLessThan(5 * NS_PER_MS);
    expect((stopped - started) / NS_PER_S).toBeGreaterThan(4.95);
    expect((stopped - started) / NS_PER_S).toBeLessThan(5.05);
  });

  test('keeps the whole buffer posted but for the time that the application takes', () => {
    const rig = new DemoRig('clean', { seconds: 2 }).run(1);
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < 500; k++) {
      rig.clock.advance(NS_PER_MS);
      least = Math.min(least, rig.guest.streams[0]?.pending ?? 0);
    }
    expect(least).toBeGreaterThanOrEqual(7);
  });

  test('goes on for ever without a number of seconds', () => {
    const rig = new DemoRig('clean').run(60);
    expect(rig.isFinished).toBe(false);
    expect(rig.broken()).toEqual({});
    expect(rig.pcm(0).length).toBeGreaterThan(59 * 48000 * 4);
  });

  test('with another seed is other music', () => {
    const other = new DemoRig('clean', { seconds: 2, seed: 2 }).run(3).pcm(0);
    expect(other).toHaveLength(2 * 48000 * 4);
    expect(isSame(other, music(2 * 48000))).toBe(false);
  });
});

describe('the other good scenarios', () => {
  test('recording takes in what the device filled', () => {
    const rig = new DemoRig('record', { seconds: 2 }).run(1);
    const [stream] = rig.guest.streams;
    expect(stream?.id).toBe(1);
    expect(stream?.last?.pcm).toHaveLength(PERIOD_BYTES);
    expect(stream?.last?.pcm.some((byte) => byte !== 0)).toBe(true);
    rig.run(2);
    expect(stream?.recordedBytes).toBe(rig.pcm(1).length);
    expect(stream?.recordedBytes).toBeGreaterThanOrEqual(2 * 48000 * 4);
  });

  test('two streams play at once, each in its own format', () => {
    const rig = new DemoRig('two-streams', { seconds: 2 }).run(4);
    expect(isSame(rig.pcm(0), music(2 * 48000))).toBe(true);
    expect(isSame(rig.pcm(1), music(2 * 44100, 44100, 1, 'bells', 'FLOAT'))).toBe(true);
  });

  test('unplugged headphones stop the stream until they are plugged again', () => {
    const rig = new DemoRig('jack', { seconds: 7 }).run(9);
    const steps = rig.of('state').map(({ to, atNs }) => `${to} ${(atNs / NS_PER_S).toFixed(1)}`);
    expect(steps).toEqual([
      'params 0.0',
      'prepared 0.0',
      'running 0.0',
      'stopped 2.0',
      'running 4.0',
      'stopped 6.0',
      'released 8.0',
    ]);
  });
});

describe('what is planted', () => {
  test('underrun: gaps, each with an event to the guest', () => {
    const rig = new DemoRig('underrun', { seconds: 6 }).run(8);
    const gaps = rig.of('xrun');
    expect(gaps.length).toBeGreaterThanOrEqual(3);
    for (const { missingFrames, side } of gaps) {
      expect(side).toBe('guest');
      expect(missingFrames).toBeGreaterThan(0.015 * 48000);
      expect(missingFrames).toBeLessThan(0.15 * 48000);
    }
    expect(Object.keys(rig.broken())).toEqual(['VS-P-01']);
    expect(rig.guest.events.length).toBe(gaps.length);
  });

  test('release-pending: every message comes back before RELEASE is answered', () => {
    const rig = new DemoRig('release-pending', { seconds: 4 }).run(6);
    const runs = rig.of('track').length;
    expect(runs).toBeGreaterThanOrEqual(3);
    let waiting = 0;
    let mostAtRelease = 0;
    for (const entry of rig.entries) {
      if (entry.kind === 'popped' && entry.queue === 2) waiting++;
      if (entry.kind === 'used' && entry.queue === 2) waiting--;
      if (entry.kind !== 'popped' || entry.queue !== 0) continue;
      if (entry.body[0] === 0x03 && entry.body[1] === 0x01) {
        mostAtRelease = Math.max(mostAtRelease, waiting);
      }
    }
    expect(mostAtRelease).toBeGreaterThanOrEqual(6);
    expect(rig.broken()).toEqual({});
  });

  test('late-write: what comes too late tears two periods, what comes soon none', () => {
    const rig = new DemoRig('late-write', { seconds: 2 }).run(4);
    const [played, meant] = [rig.pcm(0), music(2 * 48000)];
    const torn = new Set<number>();
    for (let at = 0; at < meant.length; at++) {
      if (played[at] !== meant[at]) torn.add(Math.floor(at / PERIOD_BYTES));
    }
    expect([...torn]).toEqual([36, 44, 84, 92]);
  });

  test('bad-chains: every rule of chains is broken, and the music goes on', () => {
    const rig = new DemoRig('bad-chains', { seconds: 5 }).run(7);
    expect(rig.guest.counts.planted).toBeGreaterThanOrEqual(16);
    expect(Object.keys(rig.broken()).sort()).toEqual(
      expect.arrayContaining(
        ['VQ-02', 'VQ-05', 'VQ-08', 'VQ-09', 'VQ-10', 'VQ-11', 'VQ-15', 'VQ-18'].concat([
          'VS-I-27',
          'VS-I-14',
          'VS-I-25',
          'VS-R-15',
        ]),
      ),
    );
    expect(isSame(rig.pcm(0), music(5 * 48000))).toBe(true);
  });

  test('wrong-order: everything is refused but what is merely odd, and the music goes on', () => {
    const rig = new DemoRig('wrong-order', { seconds: 4 }).run(7);
    const rules = Object.keys(rig.broken());
    expect(rules).toEqual(
      expect.arrayContaining(
        ['VS-I-01', 'VS-I-28', 'VS-I-06', 'VS-I-07', 'VS-I-29', 'VS-I-10'].concat([
          'VS-R-04',
          'VS-R-05',
          'VS-R-06',
          'VS-R-07',
          'VS-R-08',
          'VS-R-10',
          'VS-R-12',
        ]),
      ),
    );
    const answers = rig.conversation();
    expect(answers).toContain('PCM_START BAD_MSG');
    expect(answers.filter((line) => line === 'PCM_START OK').length).toBeGreaterThanOrEqual(2);
    const runs = rig.of('track').length;
    expect(rig.pcm(0)).toHaveLength(runs * 50 * PERIOD_BYTES);
  });
});

describe('the guest', () => {
  test('gives up after a second when the device does not answer', () => {
    const clock = new ManualClock();
    let finishedNs = 0;
    const guest = new DemoGuest({
      scenario: scenarioNamed('clean'),
      clock,
      seed: 1,
      onFinished: () => {
        finishedNs = clock.nowNs();
      },
    });
    const notes: string[] = [];
    guest.start(deafDevice(notes));
    clock.advance(5 * NS_PER_S);
    expect(finishedNs).toBe(NS_PER_S);
    expect(guest.counts.controlTimeouts).toBe(1);
    expect(notes.join()).toContain('gives up');
  });

  test('does nothing after it was stopped', () => {
    const rig = new DemoRig('clean').run(1);
    rig.guest.stop();
    rig.device.gone();
    const before = rig.entries.length;
    rig.run(2);
    expect(rig.entries).toHaveLength(before);
    rig.guest.interrupt(2);
    expect(rig.guest.counts.returned[2]).toBeGreaterThan(40);
  });

  test('says that it has gone when it is told to', () => {
    const rig = new DemoRig('clean', { seconds: 1, goneWhenFinished: true }).run(2);
    expect(rig.isGone).toBe(true);
    expect(rig.isFinished).toBe(true);
  });

  test('says so when the device has no stream for the scenario', () => {
    const rig = new DemoRig('clean', { scenario: scenarioNamed('record'), seconds: 1 }).run(2);
    expect(rig.isFinished).toBe(true);
    expect(rig.of('setup').map(({ step }) => ('detail' in step ? step.detail : ''))).toEqual([
      'no input stream 0 can do what this scenario plays',
    ]);
  });
});

/** A device with one stream that takes kicks and does nothing. */
function deafDevice(notes: string[]): DeviceSide {
  return {
    offeredFeatures: () => 0x1_3000_0000n,
    onFeatures: () => {},
    readConfig: (_, bytes) => new Uint8Array(bytes).fill(1, 0, 1),
    onMemory: () => {},
    onQueue: () => {},
    onQueueStop: () => undefined,
    onKick: () => {},
    onStatus: () => {},
    onReset: () => {},
    onGone: () => {},
    onNote: (detail) => {
      notes.push(detail);
    },
    onViolation: () => {},
  };
}
