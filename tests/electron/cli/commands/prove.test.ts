import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { captureFolder, ringsideOffline } from '../offline-rig.ts';

const HEADER_BYTES = 80;
const FRAME_BYTES = 4;

let clean: Awaited<ReturnType<typeof captureFolder>>;
let late: Awaited<ReturnType<typeof captureFolder>>;
let ref: string;
let wav: Buffer;

beforeAll(async () => {
  clean = await captureFolder('clean', 1000);
  late = await captureFolder('late-write', 2000);
  ref = join(clean.folder, 'ref.wav');
  const { code, err } = await ringsideOffline(['audio', clean.file, '-o', ref]);
  expect([code, err]).toEqual([
    0,
    expect.stringMatching(/ref\.wav: \d+ frames, S16, 48000 Hz, 2 ch/),
  ]);
  wav = readFileSync(ref);
});
afterAll(() => {
  clean.remove();
  late.remove();
});

/** The reference with its samples changed, as a file. */
function changed(name: string, change: (samples: Buffer) => Buffer): string {
  const path = join(clean.folder, name);
  const samples = change(Buffer.from(wav.subarray(HEADER_BYTES)));
  const head = Buffer.from(wav.subarray(0, HEADER_BYTES));
  head.writeUInt32LE(samples.length, HEADER_BYTES - 4);
  writeFileSync(path, Buffer.concat([head, samples]));
  return path;
}

async function prove(reference: string, ...more: string[]) {
  const argv = ['prove', clean.file, '--ref', reference, '--json', ...more];
  const { code, out } = await ringsideOffline(argv);
  return { code, told: JSON.parse(out) as Record<string, unknown> };
}

describe('ringside prove', () => {
  test('says identical with 0 when all of the reference was played', async () => {
    expect(wav.toString('latin1', HEADER_BYTES - 8, HEADER_BYTES - 4)).toBe('data');
    for (const view of ['consumed', 'posted']) {
      const { code, told } = await prove(ref, '--view', view);
      expect(code).toBe(0);
      expect(told).toMatchObject({
        schema: 'ringside.prove/1',
        verdict: 'identical',
        simulated: true,
      });
      expect(told).toMatchObject({ view, stream: 0, run: 0, lateWrites: 0, comparesPosted: true });
      expect(told.heardSha256).toBe((told.reference as { sha256: string }).sha256);
    }
    const { code, out } = await ringsideOffline(['prove', clean.file, '--ref', ref]);
    expect(code).toBe(0);
    expect(out).toMatch(/^identical: all \d+ frames of the reference, bit for bit\n/);
    expect(out).toContain('this is the demo guest');
  });

  test('names class, frame and message of the first difference, with 6', async () => {
    const at = 9000 * FRAME_BYTES;
    const longer = changed('longer.wav', (samples) =>
      Buffer.concat([
        samples.subarray(0, at),
        Buffer.alloc(480 * FRAME_BYTES, 7),
        samples.subarray(at),
      ]),
    );
    const { code, told } = await prove(longer, '--report', join(clean.folder, 'report.md'));
    expect(code).toBe(6);
    expect(told).toMatchObject({
      verdict: 'different',
      difference: { class: 'dropped-block', frame: 9000, frames: 480, rest: 'identical' },
    });
    expect(told.message).toBeGreaterThan(0);
    const report = readFileSync(join(clean.folder, 'report.md'), 'utf8');
    expect(report).toContain('# Proof of audio: different');
    expect(report).toContain('480 frames were dropped');
  });

  test('compares the file of a sink too', async () => {
    const argv = ['--view', 'sink', '--sink-file', ref];
    expect((await prove(ref, ...argv)).told).toMatchObject({ view: 'sink', verdict: 'identical' });
    const cut = changed('cut.wav', (samples) => samples.subarray(0, 4000));
    const { code, told } = await prove(ref, '--view', 'sink', '--sink-file', cut);
    expect(code).toBe(6);
    expect(told).toMatchObject({ difference: { class: 'cut-short', frame: 1000 } });
  });

  test('another rate is not comparable, and no pass', async () => {
    const slow = changed('slow.wav', (samples) => samples.subarray(0, 40_000).reverse());
    const bytes = readFileSync(slow);
    bytes.writeUInt32LE(44_100, bytes.indexOf('fmt ') + 12);
    writeFileSync(slow, bytes);
    const { code, told } = await prove(slow);
    expect([code, told.verdict]).toEqual([6, 'not-comparable']);
  });

  test('a late write is named as the cause, in the view where it shows', async () => {
    const consumed = join(late.folder, 'consumed.wav');
    const posted = join(late.folder, 'posted.wav');
    for (const [view, file] of [
      ['consumed', consumed],
      ['posted', posted],
    ] as const) {
      const argv = ['audio', late.file, '--view', view, '-o', file];
      expect((await ringsideOffline(argv)).code).toBe(0);
    }
    const argv = ['prove', late.file, '--ref', posted, '--json'];
    const { code, out } = await ringsideOffline(argv);
    expect(code).toBe(6);
    const told = JSON.parse(out) as Record<string, unknown>;
    expect(told).toMatchObject({ verdict: 'different', difference: { class: 'late-write' } });
    expect(told.lateWrites).toBeGreaterThan(1);
    const same = ['prove', late.file, '--view', 'posted', '--ref', posted];
    expect((await ringsideOffline(same)).code).toBe(0);
  });

  test.each([
    ['a missing reference', ['--ref', '/none.wav'], 3, 'cannot be read'],
    ['a stream without sound', ['--stream', '7'], 2, 'Take one with --stream: 0.'],
    ['a run that is not there', ['--run', '9'], 2, 'Take one of its runs with --run: 0.'],
    ['a sink without its file', ['--view', 'sink'], 2, '--sink-file'],
    ['a time that is none', ['--max-offset', 'soon'], 2, '1s or 500ms'],
  ])('refuses %s', async (_, options, wanted, why) => {
    const argv = ['prove', clean.file, '--ref', ref, ...options];
    const { code, err } = await ringsideOffline(argv);
    expect(code).toBe(wanted);
    expect(err).toContain(why);
  });
});

describe('ringside audio', () => {
  test('aligned in time begins with the silence before the first hand-over', async () => {
    const file = join(clean.folder, 'time.wav');
    const argv = ['audio', clean.file, '--align', 'timeline', '-o', file, '--json'];
    const { code, out } = await ringsideOffline(argv);
    expect(code).toBe(0);
    const told = JSON.parse(out) as { frames: number };
    const plainFrames = (wav.length - HEADER_BYTES) / FRAME_BYTES;
    expect(told.frames).toBeGreaterThan(plainFrames);
    const samples = readFileSync(file).subarray(HEADER_BYTES);
    const silent = (told.frames - plainFrames) * FRAME_BYTES;
    expect(samples.subarray(0, silent).every((byte) => byte === 0)).toBe(true);
    expect(samples.subarray(silent).equals(wav.subarray(HEADER_BYTES))).toBe(true);
  });

  test('at the sink the silence of each gap stands where it was heard', async () => {
    const tooLate = await captureFolder('underrun', 3000);
    const file = join(tooLate.folder, 'sink.wav');
    const own = join(tooLate.folder, 'own.wav');
    expect((await ringsideOffline(['audio', tooLate.file, '-o', own])).code).toBe(0);
    const argv = ['audio', tooLate.file, '--view', 'sink', '-o', file, '--json'];
    const { code, out } = await ringsideOffline(argv);
    expect(code).toBe(0);
    const told = JSON.parse(out) as { frames: number; silence: { gaps: number; frames: number } };
    expect(told.silence).toMatchObject({ grade: 'observed' });
    expect(told.silence.gaps).toBeGreaterThan(0);
    const ownFrames = (readFileSync(own).length - HEADER_BYTES) / FRAME_BYTES;
    expect(told.frames).toBe(ownFrames + told.silence.frames);
    tooLate.remove();
  });

  test('says what to do where it cannot write', async () => {
    const argv = ['audio', clean.file, '-o', '/none/x.wav'];
    expect((await ringsideOffline(argv)).code).toBe(5);
  });
});
