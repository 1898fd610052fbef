// The guest itself: that Linux boots, plays and records on QEMU's own sound device, and that files come out whole.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bootGuest } from './boot-guest.ts';
import { guestReady } from './requirements.ts';

const WAV_HEADER_BYTES = 44;
const RATE_HZ = 48_000;
const FRAME_BYTES = 4;

const folder = mkdtempSync(join(tmpdir(), 'ringside-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(guestReady())('a Linux guest', () => {
  test("plays a file on QEMU's own device, and the file comes out as it went in", async () => {
    const played = sineWav(2);
    const path = join(folder, 'played.wav');
    const guest = bootGuest({
      runScript: 'aplay -q -D hw:0,0 /in.wav && send in.wav /in.wav',
      files: { '/in.wav': played },
      ownDevice: { audiodev: `wav,path=${path},out.frequency=${RATE_HZ}` },
    });
    await guest.waitFor(/guest 1: run ended 0/, 100_000);
    expect((await guest.exited).code).toBe(0);
    const handedOut = guest.outputFiles().get('in.wav') ?? new Uint8Array();
    expect(Buffer.compare(handedOut, played)).toBe(0);
    const heard = readFileSync(path).subarray(WAV_HEADER_BYTES);
    // QEMU loses what its mixer holds when the stream stops: some milliseconds.
    expect(heard.length).toBeGreaterThan(1.95 * RATE_HZ * FRAME_BYTES);
    const sent = Buffer.from(played.subarray(WAV_HEADER_BYTES));
    expect(heard.equals(sent.subarray(0, heard.length))).toBe(true);
  });

  test('records, takes what is typed, and boots again', async () => {
    const guest = bootGuest({
      runScript: [
        '[ "$BOOT" = 2 ] && read word && mark "again $word" && exit',
        'arecord -q -D hw:0,0 -f S16_LE -r 48000 -c 2 -d 1 /rec.wav && send rec.wav /rec.wav',
        'reboot -f',
      ].join('\n'),
      ownDevice: { audiodev: 'none' },
      reboot: true,
    });
    await guest.waitFor(/guest 1: sent rec\.wav/, 100_000);
    const recorded = guest.outputFiles().get('rec.wav');
    expect(recorded?.length).toBe(WAV_HEADER_BYTES + RATE_HZ * FRAME_BYTES);
    await guest.waitFor(/guest 2: run begins/, 100_000);
    guest.type('hello');
    await guest.waitFor(/guest 2: again hello/, 100_000);
    await guest.exited;
    expect(guest.qmp.events).toContain('RESET');
  });
});

/** A WAV file of a 441 Hz sine in S16, stereo. */
function sineWav(seconds: number): Uint8Array {
  const samples = seconds * RATE_HZ * 2;
  const wav = Buffer.alloc(WAV_HEADER_BYTES + samples * 2);
  wav.write('RIFF');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(2, 22);
  wav.writeUInt32LE(RATE_HZ, 24);
  wav.writeUInt32LE(RATE_HZ * FRAME_BYTES, 28);
  wav.writeUInt16LE(FRAME_BYTES, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let sample = 0; sample < samples; sample++) {
    const turn = ((sample >> 1) * 441) / RATE_HZ;
    const value = Math.round(12_000 * Math.sin(2 * Math.PI * turn));
    wav.writeInt16LE(value, WAV_HEADER_BYTES + sample * 2);
  }
  return new Uint8Array(wav);
}
