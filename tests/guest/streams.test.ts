// Several streams of one guest at once, each at its own pace; and a device described by a file.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bootGuest, outputOf } from './boot-guest.ts';
import { paceOf, readSession } from './recorded-session.ts';
import { guestReady } from './requirements.ts';
import { runOf, startDevice } from './ringside-device.ts';
import { makeSound, samplesOfWav } from './sounds.ts';
import { testFolder } from './test-folder.ts';

describe.skipIf(guestReady())('a guest with several streams', () => {
  test('plays two sounds and records at the same time, none disturbed by the others', async () => {
    const left = makeSound({ format: 'S16_LE', rateHz: 44_100, channels: 2, frames: 2 * 44_100 });
    const right = makeSound({ format: 'S32_LE', rateHz: 96_000, channels: 1, frames: 2 * 96_000 });
    const device = await startDevice({
      args: ['--once', '--playback', '2', '--capture', '2', '--source', 'loopback:0'],
    });
    const guest = bootGuest({
      runScript: [
        'cat /proc/asound/pcm',
        'arecord -q -D hw:0,0 -f S16_LE -r 44100 -c 2 -d 4 /r.wav &',
        'sleep 0.5',
        'aplay -q -D hw:0,0,0 --period-size=4410 --buffer-size=17640 /left.wav &',
        'aplay -q -D hw:0,0,1 --period-size=1920 --buffer-size=30720 /right.wav &',
        'wait; send r /r.wav',
      ].join('\n'),
      files: { '/left.wav': left.wav, '/right.wav': right.wav },
      socketPath: device.socketPath,
    });
    await guest.exited;
    expect(guest.console).toMatch(/playback 2 : capture 2/);
    const { code, summary } = await device.end();
    expect({ code, violations: summary.violations }).toEqual({ code: 0, violations: [] });
    const runs = [runOf(summary, 0, 0), runOf(summary, 1, 0)];
    const heard = runs.map(({ file }) => samplesOfWav(readFileSync(file ?? '')));
    expect(heard.map((pcm, index) => pcm.equals([left, right][index]?.pcm ?? pcm))).toEqual([
      true,
      true,
    ]);
    expect(runs.map(({ underruns }) => underruns)).toEqual([0, 0]);
    expect(outputOf(guest, 'r').includes(Buffer.from(left.pcm))).toBe(true);
    const session = readSession(device.capturePath);
    const [first, second] = [0, 1].map((id) => {
      const track = session.capture.tracks.find(({ streamId }) => streamId === id);
      if (track === undefined) throw new Error(`stream ${id} has no track`);
      expect(Math.abs(paceOf(session, track) - 1)).toBeLessThan(0.03);
      return track;
    });
    // They really ran at the same time.
    expect(first?.fromNs).toBeLessThan(second?.toNs ?? 0);
    expect(second?.fromNs).toBeLessThan(first?.toNs ?? 0);
  });

  test('sees the devices, widths and channel maps of a description', async () => {
    const description = {
      streams: [
        { direction: 'output', formats: ['S16'], rates: [48_000] },
        {
          direction: 'output',
          hdaFnNid: 1,
          formats: ['S24_3', 'FLOAT'],
          rates: [48_000],
          channelsMax: 6,
        },
      ],
    };
    const path = join(testFolder(), 'device.json');
    writeFileSync(path, JSON.stringify(description));
    const surround = makeSound({ format: 'S24_3LE', rateHz: 48_000, channels: 6, frames: 24_000 });
    const device = await startDevice({ args: ['--once', '--config', path] });
    const guest = bootGuest({
      runScript: [
        'cat /proc/asound/pcm',
        'aplay -q -D hw:0,1 --period-size=2400 --buffer-size=9600 /in.wav',
        'aplay -D hw:0,0 -f S32_LE -r 48000 -c 2 -t raw /dev/zero && mark wrong',
        'amixer -c 0 contents',
        'true',
      ].join('\n'),
      files: { '/in.wav': surround.wav },
      socketPath: device.socketPath,
    });
    await guest.exited;
    expect(guest.console).toMatch(/00-00: .*\n00-01: /);
    expect(guest.console).toMatch(/guest 1: run ended 0/);
    expect(guest.console).not.toMatch(/guest 1: wrong/);
    const { code, summary } = await device.end();
    expect({ code, violations: summary.violations }).toEqual({ code: 0, violations: [] });
    const run = runOf(summary, 1, 0);
    expect(run).toMatchObject({ format: 'S24_3', channels: 6, frames: surround.frames });
    expect(samplesOfWav(readFileSync(run.file ?? '')).equals(surround.pcm)).toBe(true);
    expect(guest.console).toContain("name='Speaker Jack'");
    expect(guest.console).toMatch(/device=1\n(.*\n)+?.*chmap-fixed=FL,FR,RL,RR,FC,LFE\n/);
  });
});
