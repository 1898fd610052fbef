// Guests that go and come: reboots, resets, drivers that are unloaded, a QEMU that is killed and the next one.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bootGuest, type Guest } from './boot-guest.ts';
import { notesOf, readSession } from './recorded-session.ts';
import { guestReady } from './requirements.ts';
import { startDevice } from './ringside-device.ts';
import type { DeviceProcess } from './ringside-process.ts';
import { makeSound, samplesOfWav } from './sounds.ts';

const sound = makeSound({ format: 'S16_LE', rateHz: 48_000, channels: 2, frames: 24_000 });
/** Runs that are cut off, and whole ones in between. */
const CUT = 'aplay -q -D hw:0,0 /dev/zero -t raw -f S16_LE -r 48000 -c 2 &\nsleep 0.5; mark plays';
const WHOLE = 'aplay -q -D hw:0,0 /in.wav --period-size=2400 --buffer-size=9600 && mark whole';

describe.skipIf(guestReady())('a guest that goes and comes again', () => {
  test('plays after a reboot, after a reset, and with its driver loaded anew', async () => {
    const device = await startDevice({ args: ['--once'] });
    const guest = boot(device, [
      `if [ "$BOOT" = 1 ]; then ${CUT}\nreboot -f; fi`,
      WHOLE,
      `if [ "$BOOT" = 2 ]; then ${CUT}\nsleep 60; fi`,
      'rmmod virtio_snd && insmod /modules/virtio_snd.ko && mark loaded',
      WHOLE,
    ]);
    await guest.waitFor(/guest 2: plays/, 100_000);
    await guest.qmp.execute('system_reset');
    await guest.exited;
    expect(guest.console).toMatch(/guest 2: whole/);
    expect(guest.console).toMatch(/guest 3: whole\n(.*\n)*guest 3: loaded\n(.*\n)*guest 3: whole/);
    const { code, summary } = await device.end();
    expect({ code, violations: summary.violations }).toEqual({ code: 0, violations: [] });
    const runs = summary.streams[0]?.runs ?? [];
    expect(runs.map(({ file }) => isWhole(file))).toEqual([false, true, false, true, true]);
  });

  test('plays when QEMU was killed in mid-play and another one comes', async () => {
    const device = await startDevice();
    const killed = boot(device, [CUT, 'sleep 60']);
    await killed.waitFor(/guest 1: plays/, 100_000);
    await killed.kill();
    const next = boot(device, [WHOLE]);
    await next.exited;
    expect(next.console).toMatch(/guest 1: whole/);
    device.interrupt();
    const { code, summary } = await device.end();
    expect({ code, violations: summary.violations }).toEqual({ code: 0, violations: [] });
    const runs = summary.streams[0]?.runs ?? [];
    expect(runs.map(({ file }) => isWhole(file))).toEqual([false, true]);
    const comings = notesOf(readSession(device.capturePath)).map((note) => note.split(' ').at(-1));
    expect(comings.slice(0, 6)).toEqual([...COMING_AND_GOING, ...COMING_AND_GOING]);
  });
});

/** Last words of what is told of a guest: it connects, sets up its queues, and goes. */
const COMING_AND_GOING = ['connected.', 'queues', 'connection'];

function boot(device: DeviceProcess, lines: readonly string[]): Guest {
  return bootGuest({
    runScript: lines.join('\n'),
    files: { '/in.wav': sound.wav },
    socketPath: device.socketPath,
    reboot: true,
  });
}

function isWhole(file: string | null): boolean {
  return samplesOfWav(readFileSync(file ?? '')).equals(sound.pcm);
}
