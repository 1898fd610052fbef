// A guest records through `ringside device`: a tone, a file, and what it plays itself.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bootGuest, outputOf } from './boot-guest.ts';
import { paceOf, readSession } from './recorded-session.ts';
import { guestReady } from './requirements.ts';
import { runOf, startDevice } from './ringside-device.ts';
import { makeSound, samplesOfWav } from './sounds.ts';
import { testFolder } from './test-folder.ts';

const TONE_HZ = 441;
/** The tone source plays at half of full scale. */
const AMPLITUDE = 0.5;

/** Each reads one sample as a part of full scale. */
const READERS = {
  U8: { bytes: 1, read: (pcm: Buffer, at: number) => (pcm.readUInt8(at) - 128) / 128 },
  S16_LE: { bytes: 2, read: (pcm: Buffer, at: number) => pcm.readInt16LE(at) / 0x8000 },
  S32_LE: { bytes: 4, read: (pcm: Buffer, at: number) => pcm.readInt32LE(at) / 0x8000_0000 },
  FLOAT_LE: { bytes: 4, read: (pcm: Buffer, at: number) => pcm.readFloatLE(at) },
};

const RECORDINGS = [
  { format: 'U8', rateHz: 8000, channels: 1, frames: 8000 },
  { format: 'S16_LE', rateHz: 44_100, channels: 2, frames: 44_100 },
  { format: 'S16_LE', rateHz: 48_000, channels: 1, frames: 48_000 },
  { format: 'S32_LE', rateHz: 96_000, channels: 2, frames: 48_000 },
  { format: 'FLOAT_LE', rateHz: 192_000, channels: 2, frames: 96_000 },
] as const;

describe.skipIf(guestReady())('a guest that records', () => {
  test('hears the tone, in every format and in its time', async () => {
    const device = await startDevice({ args: ['--once', '--source', `tone:${TONE_HZ}`] });
    const guest = bootGuest({
      runScript: RECORDINGS.map(
        ({ format, rateHz, channels, frames }, index) =>
          `arecord -q -D hw:0,0 -f ${format} -r ${rateHz} -c ${channels} -s ${frames} ` +
          `--period-size=${rateHz / 20} --buffer-size=${rateHz / 2} /r.wav && send ${index} /r.wav`,
      ).join('\n'),
      socketPath: device.socketPath,
    });
    await guest.exited;
    expect(guest.console).not.toMatch(/overrun|error/i);
    const { code, summary } = await device.end();
    expect({ code, violations: summary.violations }).toEqual({ code: 0, violations: [] });
    const session = readSession(device.capturePath);
    const heard = RECORDINGS.map(({ format, rateHz, channels }, index) => {
      const pcm = samplesOfWav(outputOf(guest, `${index}`));
      const track = session.capture.tracks[index];
      const pace = track ? paceOf(session, track) : 0;
      return {
        frames: pcm.length / channels / READERS[format].bytes,
        tone: toneError(pcm, format, rateHz, channels) < 0.01 ? 'clean' : 'wrong',
        time: Math.abs(pace - 1) < 0.03 ? 'kept' : `${pace} of it`,
      };
    });
    const expected = RECORDINGS.map(({ frames }) => ({ frames, tone: 'clean', time: 'kept' }));
    expect(heard).toEqual(expected);
  });

  test('hears from loopback what it plays, unbroken', async () => {
    const played = makeSound({ format: 'S16_LE', rateHz: 48_000, channels: 2, frames: 48_000 });
    const device = await startDevice({ args: ['--once', '--source', 'loopback'] });
    const guest = bootGuest({
      runScript: [
        'arecord -q -D hw:0,0 -f S16_LE -r 48000 -c 2 -d 3 /r.wav &',
        'sleep 0.7; aplay -q -D hw:0,0 /in.wav; wait; send r /r.wav',
      ].join('\n'),
      files: { '/in.wav': played.wav },
      socketPath: device.socketPath,
    });
    await guest.exited;
    const { code, summary } = await device.end();
    expect({ code, violations: summary.violations }).toEqual({ code: 0, violations: [] });
    const pcm = samplesOfWav(outputOf(guest, 'r'));
    const at = pcm.indexOf(played.pcm);
    expect(at % played.frameBytes).toBe(0);
    // Before and after it there is silence.
    expect(pcm.subarray(0, at).every((byte) => byte === 0)).toBe(true);
    expect(pcm.subarray(at + played.pcm.length).every((byte) => byte === 0)).toBe(true);
    expect(runOf(summary, 1, 0).frames).toBeGreaterThanOrEqual(3 * 48_000);
  });

  test('hears a file, sample by sample', async () => {
    const file = makeSound({ format: 'S24_3LE', rateHz: 44_100, channels: 2, frames: 44_100 });
    const path = join(testFolder(), 'source.wav');
    writeFileSync(path, file.wav);
    const device = await startDevice({ args: ['--once', '--source', `wav:${path}`] });
    const guest = bootGuest({
      runScript: 'arecord -q -D hw:0,0 -f S24_3LE -r 44100 -c 2 -d 1 /r.wav && send r /r.wav',
      socketPath: device.socketPath,
    });
    await guest.exited;
    const { code, summary } = await device.end();
    expect({ code, violations: summary.violations }).toEqual({ code: 0, violations: [] });
    expect(samplesOfWav(outputOf(guest, 'r')).equals(file.pcm)).toBe(true);
  });
});

/** Largest distance of any sample from the tone that begins with the first frame. */
function toneError(
  pcm: Buffer,
  format: keyof typeof READERS,
  rateHz: number,
  channels: number,
): number {
  const { bytes, read } = READERS[format];
  let largest = pcm.length === 0 ? 1 : 0;
  for (let sample = 0; (sample + 1) * bytes <= pcm.length; sample++) {
    const turns = (Math.floor(sample / channels) * TONE_HZ) / rateHz;
    const wanted = AMPLITUDE * Math.sin(2 * Math.PI * turns);
    largest = Math.max(largest, Math.abs(read(pcm, sample * bytes) - wanted));
  }
  return largest;
}
