// A guest plays on QEMU's own device while QEMU traces it: what an import of the log tells is what the guest did.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { importBytes } from '../../src-core/capture/importers/trace-import.ts';
import { MemoryStore } from '../../src-core/capture/store.ts';
import { requestKind } from '../../src-core/spec/sound.ts';
import { tracedRuns } from '../../src-core/views/traced-streams.ts';
import { bootGuest } from './boot-guest.ts';
import { guestReady } from './requirements.ts';
import { makeSound } from './sounds.ts';

const EVENTS = [
  'virtio_snd*',
  'virtqueue_*',
  'virtio_notify*',
  'virtio_queue_notify',
  'virtio_set_status',
];
const PERIOD = 4800;
const SECONDS = 1;

/** One sound of ten periods, then one that a stopped program leaves without data in its middle. */
const SCRIPT = `
aplay -q -D hw:0,0 --period-size=${PERIOD} --buffer-size=${4 * PERIOD} /tone.wav
aplay -q -D hw:0,0 --period-size=960 --buffer-size=3840 /tone.wav & sleep 0.5; kill -STOP $!; sleep 0.6; kill -CONT $!; wait
`;

const folder = mkdtempSync(join(tmpdir(), 'ringside-trace-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(guestReady())("a guest on QEMU's own device", () => {
  test('is told from its trace: controls in order, every period, the underrun', async () => {
    const log = join(folder, 'trace.log');
    const tone = makeSound({
      format: 'S16_LE',
      rateHz: 48_000,
      channels: 2,
      frames: 48_000 * SECONDS,
    });
    const guest = bootGuest({
      runScript: SCRIPT,
      files: { '/tone.wav': tone.wav },
      ownDevice: { audiodev: 'none' },
      extraArgs: [
        '-msg',
        'timestamp=on',
        ...EVENTS.flatMap((event) => ['-trace', event]),
        '-D',
        log,
      ],
    });
    expect((await guest.exited).code, guest.console).toBe(0);
    const imported = importBytes(readFileSync(log), {
      ...{ title: 'trace', application: 'test', unixMs: 0 },
      store: new MemoryStore(1 << 26),
    });
    if ('error' in imported) throw new Error(imported.error);
    const { messages, story } = imported.capture;
    expect(imported.report()).toMatchObject({ unknown: 0, headless: 0, lost: 0, nameless: 0 });

    const rows = Array.from({ length: messages.rows }, (_, row) => row);
    const controls = rows.filter((row) => messages.queue.get(row) === 0);
    const labels = controls.map((row) => requestKind(messages.code.get(row))?.label);
    const run = ['PCM_SET_PARAMS', 'PCM_PREPARE', 'PCM_START', 'PCM_STOP', 'PCM_RELEASE'];
    expect(labels.slice(0, 6)).toEqual(['PCM_INFO', ...run]);
    const released = controls[5] ?? 0;
    const first = rows.filter((row) => messages.queue.get(row) === 2 && row < released);
    expect(first).toHaveLength((48_000 * SECONDS) / PERIOD);
    expect(rows.every((row) => messages.usedAfterNs.get(row) > 0)).toBe(true);
    const underruns = tracedRuns(imported.capture, 0).map((each) => each.underruns);
    expect(underruns.slice(0, 2)).toEqual([0, 1]);
    expect(story.tallies.get('VS-I-01')).toBeUndefined();
  });
});
