// A guest whose virtqueues have other forms than usual: packed, without indirect descriptors, without event indexes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { featureNames } from '../../src-core/spec/ring.ts';
import { bootGuest, outputOf } from './boot-guest.ts';
import { readSession } from './recorded-session.ts';
import { guestReady } from './requirements.ts';
import { runOf, startDevice } from './ringside-device.ts';
import { makeSound, samplesOfWav } from './sounds.ts';
import { testFolder } from './test-folder.ts';

/** QEMU gives its guest all that a back-end offers, whatever the properties of its own device say. */
const OFFERS = [['INDIRECT_DESC', 'EVENT_IDX', 'RING_PACKED'], ['RING_PACKED'], []];

describe.skipIf(guestReady())('a guest with other virtqueues', () => {
  test.each(OFFERS.map((offer) => [offer.join(', ') || 'none', offer] as const))(
    'plays and records at once (%s)',
    async (_, ringFeatures) => {
      const sound = makeSound({ format: 'S16_LE', rateHz: 48_000, channels: 2, frames: 96_000 });
      const path = join(testFolder(), 'device.json');
      writeFileSync(path, JSON.stringify({ ringFeatures }));
      const device = await startDevice({
        args: ['--once', '--source', 'loopback', '--config', path],
      });
      const guest = bootGuest({
        runScript: [
          'arecord -q -D hw:0,0 -f S16_LE -r 48000 -c 2 -d 3 /r.wav &',
          // A hundred periods go round the ring more than once.
          'sleep 0.3; aplay -q -D hw:0,0 --period-size=960 --buffer-size=15360 /in.wav',
          'wait; send r /r.wav',
        ].join('\n'),
        files: { '/in.wav': sound.wav },
        socketPath: device.socketPath,
      });
      await guest.exited;
      const { code, summary } = await device.end();
      expect({ code, violations: summary.violations }).toEqual({ code: 0, violations: [] });
      const run = runOf(summary, 0, 0);
      expect(run.underruns).toBe(0);
      expect(samplesOfWav(readFileSync(run.file ?? '')).equals(sound.pcm)).toBe(true);
      expect(outputOf(guest, 'r').includes(Buffer.from(sound.pcm))).toBe(true);
      const session = readSession(device.capturePath);
      const isPacked = ringFeatures.includes('RING_PACKED');
      for (const entry of session.entries) {
        if (entry.kind === 'ring') expect(entry.packed).toBe(isPacked);
      }
      const steps = session.entries.flatMap((entry) =>
        entry.kind === 'setup' ? [entry.step] : [],
      );
      const accepted = steps.find((step) => step.what === 'features')?.accepted ?? 0n;
      const taken = featureNames(accepted).map((name) => name.replace(/^VIRTIO_(RING_)?F_/, ''));
      expect(taken.filter((name) => name !== 'VERSION_1')).toEqual(ringFeatures);
    },
  );
});
