// A real guest plays files, the session is recorded, and what it played is proven against the files.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { wavHeader } from '../../src-core/audio/wav.ts';
import { formatByName } from '../../src-core/spec/formats.ts';
import { ringsideOffline } from '../electron/cli/offline-rig.ts';
import { music, noise } from '../src-core/analysis/sounds.ts';
import { bootGuest } from './boot-guest.ts';
import { readSession } from './recorded-session.ts';
import { guestReady } from './requirements.ts';
import { startDevice } from './ringside-device.ts';
import { testFolder } from './test-folder.ts';

const RATE_HZ = 48_000;
const FRAME_BYTES = 4;
/** No whole number of periods: the last one is filled up with silence. */
const MUSIC = music(RATE_HZ + 777);

describe.skipIf(guestReady())('a recorded guest', () => {
  test('played what it was to play, and every wrong reference is told apart', async () => {
    const folder = testFolder();
    const device = await startDevice({ args: ['--once'] });
    const guest = bootGuest({
      runScript: 'aplay -q -D hw:0,0 /music.wav && aplay -q -D hw:0,0 /tone.wav',
      files: { '/music.wav': wavOf(MUSIC), '/tone.wav': wavOf(tone()) },
      socketPath: device.socketPath,
    });
    await guest.exited;
    expect(guest.console).toMatch(/guest 1: run ended 0/);
    const { summary } = await device.end();
    // no late write among them
    expect(summary).toMatchObject({ violations: [], dropped: 0 });
    const { capture } = readSession(device.capturePath);
    expect(capture.tracks.map(({ changes, comparesPosted }) => [changes, comparesPosted])).toEqual([
      [0, true],
      [0, true],
    ]);
    const prove = async (pcm: Uint8Array, ...more: string[]) => {
      const path = join(folder, 'ref.wav');
      writeFileSync(path, wavOf(pcm));
      const argv = ['prove', device.capturePath, '--ref', path, '--json', ...more];
      const { code, out, err } = await ringsideOffline(argv);
      return { code, told: JSON.parse(out || JSON.stringify(err)) as Record<string, unknown> };
    };
    for (const view of ['consumed', 'posted']) {
      expect(await prove(MUSIC, '--view', view)).toMatchObject({
        code: 0,
        told: { verdict: 'identical', run: 0, leadingFrames: 0, simulated: false },
      });
    }
    expect(await prove(tone())).toMatchObject({ code: 0, told: { verdict: 'identical', run: 1 } });
    const cut = 10_000 * FRAME_BYTES;
    const without = Buffer.concat([
      MUSIC.subarray(0, cut),
      MUSIC.subarray(cut + 480 * FRAME_BYTES),
    ]);
    const wrong = [
      [without, 'other'],
      [
        Buffer.concat([MUSIC.subarray(0, cut), noise(480, 3), MUSIC.subarray(cut)]),
        'dropped-block',
      ],
      [changed((_value, _, other) => other), 'channel-swap'],
      [changed((value) => value ^ 0x8000), 'sign-misread'],
      [changed((value) => ((value & 0xff) << 8) | ((value >> 8) & 0xff)), 'endianness-misread'],
      [changed((value) => Math.round(value / 3)), 'gain'],
    ] as const;
    for (const [pcm, name] of wrong) {
      const { code, told } = await prove(pcm, '--run', '0');
      expect([code, (told.difference as { class: string }).class]).toEqual([6, name]);
    }
  });
});

function changed(change: (value: number, place: number, other: number) => number): Uint8Array {
  const words = new Int16Array(MUSIC.slice().buffer);
  return new Uint8Array(
    words.map((value, place) => change(value, place, words[place ^ 1] ?? 0)).buffer,
  );
}

/** Its wave fits a hundred times into any period that is whole tens of milliseconds: all periods are alike. */
function tone(): Uint8Array {
  const words = new Int16Array(2 * RATE_HZ).map((_, place) =>
    Math.round(12_000 * Math.sin(2 * Math.PI * 1000 * ((place >> 1) / RATE_HZ))),
  );
  return new Uint8Array(words.buffer);
}

function wavOf(pcm: Uint8Array): Uint8Array {
  const params = { format: formatByName('S16')?.id ?? -1, rateHz: RATE_HZ, channels: 2 };
  return Buffer.concat([wavHeader(params, pcm.length) ?? new Uint8Array(), pcm]);
}
