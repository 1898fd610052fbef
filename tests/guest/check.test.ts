// What a real Linux guest does breaks no rule: played, paused, recorded, and both at once.
import { describe, expect, test } from 'vitest';
import { checkedCapture, checkerOf } from '../../src-core/analysis/check-capture.ts';
import { bootGuest } from './boot-guest.ts';
import { readSession } from './recorded-session.ts';
import { guestReady } from './requirements.ts';
import { startDevice } from './ringside-device.ts';
import { makeSound } from './sounds.ts';

/** What a busy machine may bring about. */
const OF_TIME = new Set(['VS-P-01', 'VS-P-02', 'VS-P-08', 'VS-P-09', 'VS-I-17', 'VS-I-19']);

describe.skipIf(guestReady())('the capture of a guest that does everything right', () => {
  test('has no findings, and most rules ran', async () => {
    const device = await startDevice({ args: ['--once', '--source', 'tone:440'] });
    const tone = makeSound({ format: 'S16_LE', rateHz: 48_000, channels: 2, frames: 6 * 48_000 });
    const guest = bootGuest({
      runScript: [
        'aplay -q -D hw:0,0 --period-size=4800 --buffer-size=24000 /tone.wav &',
        'arecord -q -D hw:0,0 -f S16_LE -r 48000 -c 2 -d 1 /dev/null',
        'arecord -q -D hw:0,0 -f S16_LE -r 44100 -d 1 /dev/null; wait',
        'arecord -q -D hw:0,0 -f S16_LE -r 48000 -c 2 -d 1 /dev/null',
      ].join('\n'),
      files: { '/tone.wav': tone.wav },
      socketPath: device.socketPath,
    });
    await guest.exited;
    expect((await device.end()).code, guest.console).toBe(0);
    const { capture } = readSession(device.capturePath);
    const checker = checkerOf(capture);
    while (checker.advance({ entries: 10_000 }));
    checker.finish();
    const { broken, rules } = checkedCapture(checker, capture);
    const told = broken.flatMap(({ rule, findings }) =>
      OF_TIME.has(rule.id) ? [] : findings.slice(0, 3).map(({ detail }) => `${rule.id}: ${detail}`),
    );
    expect(told).toEqual([]);
    const ran = rules.filter(({ state }) => state === 'ran').map(({ rule }) => rule);
    expect(ran.length).toBeGreaterThan(60);
    expect(ran).toEqual(
      expect.arrayContaining(['VQ-16', 'VQ-21', 'VS-D-10', 'VS-D-11', 'VS-I-19']),
    );
    expect(rules.filter(({ state }) => state === 'could-not')).toEqual([]);
  });
});
