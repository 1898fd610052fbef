// `ringside qemu` against a real QEMU with its own device and a guest that plays: nothing was prepared for being watched but a QMP
// socket and a log file.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { checkedCapture, checkerOf } from '../../src-core/analysis/check-capture.ts';
import { TIMED } from '../../src-core/analysis/check-watch.ts';
import type { Track } from '../../src-core/capture/tracks.ts';
import { formatByName, frameBytesOf } from '../../src-core/spec/formats.ts';
import { gradeIn } from '../../src-core/spec/grades.ts';
import { CONTROLQ } from '../../src-core/spec/sound.ts';
import { bootGuest, type Guest, type GuestOptions } from './boot-guest.ts';
import { type RecordedSession, readSession } from './recorded-session.ts';
import { guestReady } from './requirements.ts';
import { runOf, startDevice } from './ringside-device.ts';
import { watchQemu } from './ringside-qemu.ts';
import { makeSound, type Sound } from './sounds.ts';
import { testFolder } from './test-folder.ts';

const LONG = sound(20 * 48_000);
const SHORT = sound(48_000, 2);

/** What ten periods take in the capture. */
const SOME_BYTES = 10 * 24_000;

describe.skipIf(guestReady())('a QEMU that runs already', () => {
  test('is watched from the middle of a playback on, and its samples are those of the file', async () => {
    const folder = testFolder();
    const guest = watchable(folder, {
      runScript: [
        `${play('long')} & mark first; read go; kill $!; wait`,
        `${play('short')}; mark over; read end`,
      ].join('\n'),
      files: { '/long.wav': LONG.wav, '/short.wav': SHORT.wav },
    });
    await guest.waitFor(/first/, 100_000);
    const watch = watchQemu(join(folder, 'qmp.sock'));
    expect(await watch.ready).toBe('/machine/peripheral/snd0/virtio-backend');
    await until(() => statSync(watch.capturePath).size > SOME_BYTES);
    expect(await statesOf(guest)).toContain('enabled');
    guest.type('go');
    await guest.waitFor(/over/, 60_000);
    watch.interrupt();
    const { code, summary, stderr } = await watch.ended;
    expect(code, stderr).toBe(0);
    expect(new Set(await statesOf(guest)), 'trace events').toEqual(new Set(['disabled']));
    guest.type('end');
    expect((await guest.exited).code, guest.console).toBe(0);

    const session = readSession(watch.capturePath);
    const [first, second] = session.capture.tracks;
    if (first === undefined || second === undefined) throw new Error('two runs were played');
    const shape = { format: formatByName('S16')?.id, rate: 7, channels: 2 };
    if (!isAssumed(session, first)) expect(first.params).toMatchObject(shape);
    if (!isAssumed(session, second)) expect(second.params).toMatchObject(shape);
    const figures = [compare(session, first, LONG), compare(session, second, SHORT)];
    for (const { messages, exact, same, exactAndSame } of figures) {
      console.log(`${messages} payloads: ${exact} exact, ${same} the same as the file`);
      expect(exactAndSame, 'what counts as exact is exact').toBe(exact);
    }
    // A machine that is busy may cost one of the two runs its place, or most of its payloads.
    expect(figures.reduce((sum, { exact }) => sum + exact, 0)).toBeGreaterThan(0);
    console.log(`looks and commands: ${JSON.stringify(summary?.watch)}`);
    expect(findingsOf(session)).toEqual([]);
    expect(namelessOf(session), 'control requests without a code').toEqual([]);
    expect(
      session.entries.some(({ kind }) => kind === 'kick'),
      'times of the trace',
    ).toBe(true);
  });

  test('with RAM of its own breaks no rule in a clean playback', async () => {
    const folder = testFolder();
    const guest = watchable(folder, {
      hasPrivateRam: true,
      runScript: `mark up; read go; ${play('short')}; ${play('short')}; mark over; read end`,
      files: { '/short.wav': SHORT.wav },
    });
    await guest.waitFor(/up/, 100_000);
    const watch = watchQemu(join(folder, 'qmp.sock'));
    await watch.ready;
    while (!(await statesOf(guest)).includes('enabled')) await delay(50);
    guest.type('go');
    await guest.waitFor(/over/, 60_000);
    watch.interrupt();
    const { code, summary, stderr } = await watch.ended;
    expect(code, stderr).toBe(0);
    guest.type('end');
    await guest.exited;
    const session = readSession(watch.capturePath);
    console.log(`looks and commands: ${JSON.stringify(summary?.watch)}`);
    expect(session.capture.messages.counts.tx).toBeGreaterThan(0);
    expect(namelessOf(session), 'control requests without a code').toEqual([]);
    expect(findingsOf(session)).toEqual([]);
  });

  test('with a vhost-user-snd is refused politely, and survives', async () => {
    const folder = testFolder();
    const device = await startDevice({ args: ['--once'] });
    const guest = bootGuest({
      runScript: `mark up; read go; ${play('short')}`,
      files: { '/short.wav': SHORT.wav },
      socketPath: device.socketPath,
      qmpPath: join(folder, 'qmp.sock'),
    });
    await guest.waitFor(/up/, 100_000);
    const { code, stderr } = await watchQemu(join(folder, 'qmp.sock')).ended;
    expect(code).toBe(4);
    expect(stderr).toMatch(/vhost-user-snd.*would crash QEMU.*\(not-watchable\)/s);
    guest.type('go');
    expect((await guest.exited).code, guest.console).toBe(0);
    expect(guest.console).toMatch(/guest 1: run ended 0/);
    expect(runOf((await device.end()).summary, 0, 0).frames).toBeGreaterThan(0);
  });
});

/** What the rules find in it; a machine that is busy breaks those of time. */
function findingsOf({ capture }: RecordedSession): string[] {
  const checker = checkerOf(capture);
  while (checker.advance({ entries: 10_000 }));
  checker.finish();
  const { broken, rules } = checkedCapture(checker, capture);
  const count = (state: string) => rules.filter((rule) => rule.state === state).length;
  console.log(`rules: ${count('ran')} ran, ${count('could-not')} could not`);
  return broken.flatMap(({ rule, findings }) =>
    TIMED.has(rule.id) ? [] : findings.slice(0, 3).map(({ detail }) => `${rule.id}: ${detail}`),
  );
}

/** Control requests of which neither memory nor trace told what they were. */
function namelessOf({ capture: { messages } }: RecordedSession): number[] {
  const rows = Array.from({ length: messages.rows }, (_none, row) => row);
  const control = rows.filter((row) => messages.queue.get(row) === CONTROLQ);
  const graded = control.map((row) => gradeIn(messages.grades.get(row), 'code'));
  console.log(`codes of control requests: ${graded.join(' ')}`);
  return control.filter((row) => messages.code.get(row) === 0);
}

/** Its parameters are those of its pace, which is that of the machine. */
function isAssumed({ entries }: RecordedSession, { track }: Track): boolean {
  return entries.some((entry) => entry.kind === 'track' && entry.track === track && entry.grade);
}

/** What a watch recovered of a sound. */
function compare({ entries }: RecordedSession, track: Track, { pcm }: Sound) {
  const frameBytes = frameBytesOf(track.params);
  const found = { messages: 0, exact: 0, exactAndSame: 0, same: 0 };
  let shift: number | undefined;
  for (const entry of entries) {
    if (entry.kind !== 'moved' || entry.track !== track.track) continue;
    shift ??= Buffer.from(pcm).indexOf(entry.pcm.subarray(0, 64)) - entry.fromFrame * frameBytes;
    const at = entry.fromFrame * frameBytes + shift;
    const isSame = Buffer.from(pcm.subarray(at, at + entry.pcm.length)).equals(entry.pcm);
    const isExact = entry.grade === undefined;
    found.messages++;
    if (!isSame) {
      // Where it stands in the file, if it does, and from where on it differs, tells a mistaken place from a mistaken payload.
      const place = (Buffer.from(pcm).indexOf(entry.pcm) - shift) / frameBytes;
      const from = entry.pcm.findIndex((byte, offset) => byte !== pcm[at + offset]);
      const zeros = entry.pcm.reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0);
      const grade = entry.grade ?? 'exact';
      console.log(
        `frame ${entry.fromFrame} (${grade}) is that of ${place}; differs from byte ${from} of ${entry.pcm.length} on, ${zeros} zeros`,
      );
    }
    if (isSame) found.same++;
    if (isExact) found.exact++;
    if (isExact && isSame) found.exactAndSame++;
  }
  return { ...found, fromFrame: (shift ?? Number.NaN) / frameBytes };
}

function watchable(folder: string, options: GuestOptions): Guest {
  return bootGuest({
    ownDevice: { audiodev: 'none' },
    qmpPath: join(folder, 'qmp.sock'),
    extraArgs: ['-D', join(folder, 'qemu.log'), '-msg', 'timestamp=on'],
    ...options,
  });
}

async function statesOf(guest: Guest): Promise<string[]> {
  const states = await guest.qmp.execute('trace-event-get-state', { name: 'virtqueue_*' });
  return (states as { state: string }[]).map(({ state }) => state);
}

function sound(frames: number, seed = 1): Sound {
  return makeSound({ format: 'S16_LE', rateHz: 48_000, channels: 2, frames, seed });
}

function play(name: string): string {
  return `aplay -q -D hw:0,0 /${name}.wav`;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(50);
}
