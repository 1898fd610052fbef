// A guest plays through `ringside device`: every sample arrives, in the time that the sound lasts.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FORMATS as WIRE_FORMATS } from '../../src-core/spec/formats.ts';
import { bootGuest } from './boot-guest.ts';
import { paceOf, readSession } from './recorded-session.ts';
import { guestReady } from './requirements.ts';
import { runOf, startDevice } from './ringside-device.ts';
import type { DeviceProcess } from './ringside-process.ts';
import {
  ENCODINGS,
  makeSound,
  type Sound,
  type SoundFormat,
  samplesOfWav,
  soundName,
} from './sounds.ts';

const FORMATS: readonly SoundFormat[] = ['U8', 'S16_LE', 'S32_LE', 'FLOAT_LE'];
const RATES_HZ = [8000, 44_100, 48_000, 96_000, 192_000];
/** What else the driver knows, by ALSA's names. */
const OTHER_FORMATS = {
  S8: 'S8',
  U16_LE: 'U16',
  S24_LE: 'S24',
  U24_LE: 'U24',
  U32_LE: 'U32',
  FLOAT64_LE: 'FLOAT64',
  MU_LAW: 'MU_LAW',
  A_LAW: 'A_LAW',
  S20_LE: 'S20',
  U20_LE: 'U20',
  S24_3LE: 'S24_3',
  U24_3LE: 'U24_3',
  S20_3LE: 'S20_3',
  U20_3LE: 'U20_3',
  S18_3LE: 'S18_3',
  U18_3LE: 'U18_3',
};
const CONTAINER_BYTES = new Map(WIRE_FORMATS.map((each) => [each.name, each.containerBits / 8]));
const RAW_FRAMES = 6400;
const RAW_SIZES = `-s ${RAW_FRAMES} --period-size=1600 --buffer-size=6400`;
/** SET_PARAMS, PREPARE, START, STOP, RELEASE. */
const CONTROLS_PER_RUN = 5;
/** JACK_INFO, PCM_INFO, CHMAP_INFO. */
const CONTROLS_OF_PROBE = 3;
/** Starting `aplay` under emulation takes at most. */
const PROGRAM_SECONDS = 1;

describe.skipIf(guestReady())('a guest that plays', () => {
  test('gives the samples of a file, bit for bit, to the command of the first page', async () => {
    const tone = sound('S16_LE', 48_000, 2, 1);
    const device = await startDevice({ args: ['--once'], viaNpx: true });
    const guest = bootGuest({
      runScript: 'aplay -q -D hw:0,0 /tone.wav',
      files: { '/tone.wav': tone.wav },
      socketPath: device.socketPath,
    });
    expect((await guest.exited).code, guest.console).toBe(0);
    expect(guest.console).toMatch(/guest 1: run ended 0/);
    const { code, summary, stdout } = await device.end();
    expect(code).toBe(0);
    expect(summary).toMatchObject({ violations: [], dropped: 0 });
    expect(stdout.split('\n')).toHaveLength(3);
    const run = runOf(summary, 0, 0);
    expect(run).toMatchObject({ format: 'S16', rateHz: 48_000, channels: 2, underruns: 0 });
    expect(run.frames).toBe(tone.frames);
    expect(run.sha256).toBe(sha256(tone.pcm));
    expect(samplesOfWav(readFileSync(run.file ?? '')).equals(tone.pcm)).toBe(true);
    expect(summary.messages).toEqual({
      control: CONTROLS_OF_PROBE + CONTROLS_PER_RUN,
      event: 0,
      tx: tone.pcm.length / run.periodBytes,
      rx: 0,
    });
  });

  test('gives the samples of every format, rate and number of channels, in their time', async () => {
    const sounds = FORMATS.flatMap((format) =>
      RATES_HZ.flatMap((rateHz) => [1, 2].map((channels) => sound(format, rateHz, channels, 1))),
    );
    const { device, uptimes } = await playAll(sounds, inTenths);
    const { summary } = await device.end();
    const session = readSession(device.capturePath);
    const heard = sounds.map((played, index) => {
      const run = runOf(summary, 0, index);
      const track = session.capture.tracks[index];
      const pace = track ? paceOf(session, track) : 0;
      const guestSeconds = uptimes[index] ?? 0;
      return {
        name: soundName(played),
        format: run.format,
        samples: samplesOfWav(readFileSync(run.file ?? '')).equals(played.pcm) ? 'equal' : 'differ',
        recorded: run.sha256 === sha256(played.pcm) ? 'equal' : 'differ',
        underruns: run.underruns,
        time: Math.abs(pace - 1) < 0.03 ? 'kept' : `${pace} of it`,
        guestTime: isAbout(guestSeconds, 1) ? 'kept' : `${guestSeconds} s`,
      };
    });
    const expected = sounds.map((played) => ({
      name: soundName(played),
      format: ENCODINGS[played.format].wireName,
      samples: 'equal',
      recorded: 'equal',
      underruns: 0,
      time: 'kept',
      guestTime: 'kept',
    }));
    expect(heard).toEqual(expected);
    expect(summary).toMatchObject({ violations: [], dropped: 0 });
    expect(summary.messages).toEqual({
      control: CONTROLS_OF_PROBE + CONTROLS_PER_RUN * sounds.length,
      event: 0,
      tx: 10 * sounds.length,
      rx: 0,
    });
  });

  test('gives the bytes of all other formats that Linux can play', async () => {
    const device = await startDevice({ args: ['--once'] });
    const { pcm } = makeSound({
      format: 'S32_LE',
      rateHz: 32_000,
      channels: 2,
      frames: RAW_FRAMES,
    });
    const guest = bootGuest({
      runScript: Object.keys(OTHER_FORMATS)
        .map((name) => `aplay -q -D hw:0,0 -t raw -f ${name} -r 32000 ${RAW_SIZES} /raw || exit 1`)
        .join('\n'),
      files: { '/raw': pcm },
      socketPath: device.socketPath,
    });
    await guest.exited;
    expect(guest.console).toMatch(/guest 1: run ended 0/);
    const { summary } = await device.end();
    const runs = summary.streams[0]?.runs ?? [];
    expect(runs.map(({ format }) => format)).toEqual(Object.values(OTHER_FORMATS));
    for (const { frames, format, sha256: heard } of runs) {
      const frameBytes = CONTAINER_BYTES.get(format) ?? 0;
      expect(frames, format).toBe(RAW_FRAMES);
      expect(heard, format).toBe(sha256(pcm.subarray(0, RAW_FRAMES * frameBytes)));
    }
    expect(summary).toMatchObject({ violations: [] });
  });

  // Starting a program takes longer now and then.
  test("takes the sound's time by the guest's own clock", { retry: 2 }, async () => {
    const short = sound('S16_LE', 44_100, 2, 1);
    const long = sound('S16_LE', 48_000, 2, 5);
    const { device, uptimes } = await playAll([short, long], inTenths);
    await device.end();
    // What starting the program takes is in both.
    const seconds = (uptimes[1] ?? 0) - (uptimes[0] ?? 0);
    expect(Math.abs(seconds - 4)).toBeLessThan(0.03 * 4);
  });

  test('plays a file that does not end with a period, and silence up to its end', async () => {
    const odd = makeSound({ format: 'U8', rateHz: 44_100, channels: 1, frames: 33_333 });
    const { device } = await playAll([odd], () => '');
    const { summary } = await device.end();
    const run = runOf(summary, 0, 0);
    const heard = samplesOfWav(readFileSync(run.file ?? ''));
    expect(heard.subarray(0, odd.frames).equals(odd.pcm)).toBe(true);
    expect(run.frames % run.periodBytes).toBe(0);
    expect(run.frames - odd.frames).toBeLessThan(run.periodBytes);
    expect([...new Set(heard.subarray(odd.frames))]).toEqual([0x80]);
    expect(summary).toMatchObject({ violations: [] });
  });
});

/** Boots a guest that plays the sounds one after the other; gives the seconds that each took by its clock. */
async function playAll(sounds: readonly Sound[], options: (sound: Sound) => string) {
  const device: DeviceProcess = await startDevice({ args: ['--once'] });
  const plays = sounds.map(
    (played, index) =>
      `play() { aplay -q -D hw:0,0 ${options(played)} /${index}.wav || mark failed ${index}; }\ntimed`,
  );
  const guest = bootGuest({
    // The first start of a program takes longer.
    runScript: `aplay --version >/dev/null\n${TIMED}\n${plays.join('\n')}`,
    files: Object.fromEntries(sounds.map(({ wav }, index) => [`/${index}.wav`, wav])),
    socketPath: device.socketPath,
  });
  await guest.exited;
  expect(guest.console).toMatch(/guest 1: run ended 0/);
  expect(guest.console).not.toMatch(/underrun|failed|error/i);
  const taken = [...guest.console.matchAll(/took ([\d.]+) ([\d.]+)/g)];
  return { device, uptimes: taken.map(([, from, to]) => Number(to) - Number(from)) };
}

const TIMED = [
  'now() { cut -d" " -f1 /proc/uptime; }',
  'timed() { from=$(now); play; mark took $from $(now); }',
].join('\n');

/** Periods of a tenth of a second, which divide every file of whole seconds. */
function inTenths({ rateHz }: Sound): string {
  return `--period-size=${rateHz / 10} --buffer-size=${(4 * rateHz) / 10}`;
}

function sound(format: SoundFormat, rateHz: number, channels: number, seconds: number): Sound {
  return makeSound({ format, rateHz, channels, frames: rateHz * seconds, seed: rateHz + channels });
}

function isAbout(seconds: number, wanted: number): boolean {
  return seconds > 0.97 * wanted && seconds < 1.03 * wanted + PROGRAM_SECONDS;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
