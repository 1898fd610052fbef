import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareAudio } from '../../../src-core/analysis/audio-compare.ts';
import { memoryReader } from '../../../src-core/analysis/pcm-reader.ts';
import { formatByName } from '../../../src-core/spec/formats.ts';
import { music, noise, RATE_HZ } from './sounds.ts';

const STEREO = 4;

function compare(
  reference: Uint8Array,
  heard: Uint8Array,
  options: { format?: string; channels?: number; heardAs?: object; maxOffsetFrames?: number } = {},
) {
  const { format = 'S16', channels = 2, heardAs = {}, maxOffsetFrames = RATE_HZ } = options;
  const layout = { format: formatByName(format)?.id ?? -1, rateHz: RATE_HZ, channels };
  return compareAudio(
    memoryReader(reference, layout),
    memoryReader(heard, { ...layout, ...heardAs }),
    {
      maxOffsetFrames,
    },
  );
}

const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const silence = (frames: number) => new Uint8Array(frames * STEREO);
const frames = (pcm: Uint8Array, from: number, to?: number) =>
  pcm.subarray(from * STEREO, to === undefined ? undefined : to * STEREO);
const samples16 = (pcm: Uint8Array, change: (value: number, place: number) => number) => {
  const words = new Int16Array(pcm.slice().buffer);
  return new Uint8Array(words.map((value, place) => change(value, place)).buffer);
};

describe.each([
  ['noise', noise(20_000, 7)],
  ['music', music(20_000)],
] as const)('%s', (_, pcm) => {
  test('is identical to itself, whatever silence stands around it', () => {
    expect(compare(pcm, pcm)).toMatchObject({
      verdict: 'identical',
      leadingFrames: 0,
      trailingFrames: 0,
      sentence: 'identical: all 20000 frames of the reference, bit for bit',
    });
    expect(compare(pcm, joined(silence(480), pcm, silence(320)))).toMatchObject({
      verdict: 'identical',
      leadingFrames: 480,
      trailingFrames: 320,
    });
  });

  test('more silence before it than allowed is a difference', () => {
    const heard = joined(silence(481), pcm);
    expect(compare(pcm, heard, { maxOffsetFrames: 480 })).toMatchObject({
      verdict: 'different',
      difference: { frame: 0, class: 'inserted-silence', frames: 481, rest: 'identical' },
    });
  });

  test('inserted silence', () => {
    const heard = joined(frames(pcm, 0, 4800), silence(960), frames(pcm, 4800));
    expect(compare(pcm, heard).difference).toMatchObject({
      frame: 4800,
      heardFrame: 4800,
      class: 'inserted-silence',
      detail: '960 frames of silence were inserted',
      frames: 960,
      rest: 'identical',
    });
  });

  test('silence instead of sound, in the middle and to the end', () => {
    const heard = joined(frames(pcm, 0, 4800), silence(960), frames(pcm, 5760));
    expect(compare(pcm, heard).difference).toMatchObject({
      frame: 4800,
      class: 'inserted-silence',
      detail: '960 frames of silence were played instead of sound',
    });
    const ending = joined(frames(pcm, 0, 4800), silence(20_000));
    expect(compare(pcm, ending).difference).toMatchObject({
      frame: 4800,
      class: 'inserted-silence',
    });
  });

  test('a repeated block, inserted and instead of sound', () => {
    const inserted = joined(frames(pcm, 0, 4800), frames(pcm, 4320));
    expect(compare(pcm, inserted).difference).toMatchObject({
      frame: 4800,
      class: 'repeated-block',
      frames: 480,
      rest: 'identical',
    });
    const stale = joined(frames(pcm, 0, 4800), frames(pcm, 2880, 3360), frames(pcm, 5280));
    expect(compare(pcm, stale).difference).toMatchObject({
      frame: 4800,
      class: 'repeated-block',
      detail: '480 frames were played again instead of new sound, from 1920 frames before',
    });
  });

  test('a dropped block, and what is missing at the end', () => {
    const dropped = joined(frames(pcm, 0, 4800), frames(pcm, 5280));
    expect(compare(pcm, dropped).difference).toMatchObject({
      frame: 4800,
      class: 'dropped-block',
      frames: 480,
      rest: 'identical',
    });
    expect(compare(pcm, frames(pcm, 0, 19_000)).difference).toMatchObject({
      frame: 19_000,
      class: 'cut-short',
      frames: 1000,
    });
    expect(compare(pcm, frames(pcm, 100)).difference).toMatchObject({
      frame: 0,
      class: 'dropped-block',
      frames: 100,
    });
  });

  test('channels that have changed places, from the beginning and for a while', () => {
    const words = new Int16Array(pcm.slice().buffer);
    const swap = (from: number, to: number) =>
      samples16(pcm, (value, place) => {
        const frame = place >> 1;
        if (frame < from || frame >= to) return value;
        return words[place ^ 1] ?? 0;
      });
    expect(compare(pcm, swap(0, 20_000)).difference).toMatchObject({
      frame: 0,
      class: 'channel-swap',
    });
    expect(compare(pcm, swap(4800, 5280)).difference).toMatchObject({
      frame: 4800,
      class: 'channel-swap',
      frames: 480,
      rest: 'identical',
    });
  });

  test('a sample that was lost puts the channels out of step', () => {
    const heard = joined(pcm.subarray(0, 4800 * STEREO), pcm.subarray(4800 * STEREO + 2));
    expect(compare(pcm, heard).difference).toMatchObject({ frame: 4800, class: 'channel-swap' });
  });

  test('a wrong sign, byte order and width', () => {
    const sign = samples16(pcm, (value) => value ^ 0x8000);
    expect(compare(pcm, sign).difference).toMatchObject({ frame: 0, class: 'sign-misread' });
    const order = samples16(pcm, (value) => ((value & 0xff) << 8) | ((value >> 8) & 0xff));
    expect(compare(pcm, order).difference).toMatchObject({ class: 'endianness-misread' });
    const bytes = samples16(new Uint8Array(40_000), (_, place) => (pcm[place] ?? 0) << 8);
    expect(compare(pcm, bytes).difference).toMatchObject({ class: 'width-misread' });
    const wide = samples16(pcm, (value) => value >> 8);
    expect(compare(pcm, wide).difference).toMatchObject({ class: 'width-misread' });
  });

  test('louder and quieter', () => {
    const quiet = samples16(pcm, (value) => Math.round(value / 2));
    expect(compare(pcm, quiet).difference).toMatchObject({
      class: 'gain',
      detail: 'the sound is multiplied by 0.5000 (-6.02 dB)',
    });
    const loud = samples16(pcm, (value) =>
      Math.max(-32768, Math.min(32767, Math.trunc(value * 1.3))),
    );
    expect(compare(pcm, loud).difference).toMatchObject({ class: 'gain' });
    const inverted = samples16(pcm, (value) => Math.max(-32767, Math.min(32767, -value)));
    expect(compare(pcm, inverted).difference?.detail).toContain('inverted');
  });

  test('an old block behind the end, and something else', () => {
    const stale = joined(pcm, frames(pcm, 19_000));
    expect(compare(pcm, stale)).toMatchObject({
      verdict: 'different',
      difference: { frame: 20_000, class: 'repeated-block', frames: 1000 },
    });
    const more = joined(pcm, noise(300, 99));
    expect(compare(pcm, more).difference).toMatchObject({ frame: 20_000, class: 'other' });
  });

  test('other sound in between is of no known class', () => {
    const heard = joined(frames(pcm, 0, 4800), noise(333, 12), frames(pcm, 5133));
    expect(compare(pcm, heard).difference).toMatchObject({
      frame: 4800,
      class: 'other',
      frames: 333,
      rest: 'identical',
    });
    expect(compare(pcm, noise(20_000, 5))).toMatchObject({
      verdict: 'different',
      difference: { frame: 0, class: 'other' },
    });
  });

  test('two edits: the first is named, and where the next one is', () => {
    const heard = joined(
      frames(pcm, 0, 4800),
      frames(pcm, 5280, 9600),
      silence(96),
      frames(pcm, 9600),
    );
    expect(compare(pcm, heard).difference).toMatchObject({
      frame: 4800,
      class: 'dropped-block',
      rest: 9600,
    });
  });

  test('the same bytes under another name', () => {
    const as = (heardAs: object) => compare(pcm, pcm, { heardAs });
    const id = (name: string) => formatByName(name)?.id;
    expect(as({ format: id('U16') }).difference).toMatchObject({ class: 'sign-misread' });
    expect(as({ format: id('S32'), channels: 1 }).difference).toMatchObject({
      class: 'width-misread',
    });
    expect(as({ rateHz: 44_100 }).difference).toMatchObject({ class: 'rate' });
    expect(as({ rateHz: 44_100 }).verdict).toBe('different');
    expect(as({ channels: 1 }).difference).toMatchObject({ class: 'other' });
  });

  test('another format, rate or number of channels is never a pass', () => {
    const wide = new Uint8Array(pcm.length * 2);
    for (let at = 0; at < pcm.length; at += 2) wide.set(pcm.subarray(at, at + 2), 2 * at + 2);
    const verdict = compare(pcm, wide, { heardAs: { format: formatByName('S32')?.id } });
    expect(verdict.verdict).toBe('not-comparable');
    expect(verdict.sentence).toContain('S16, 48000 Hz, 2 channels');
  });
});

test('resampled sound is not comparable, and its rate is told', () => {
  const pcm = music(40_000);
  const words = new Int16Array(pcm.slice().buffer);
  const ratio = 44_100 / 48_000;
  const heard = samples16(pcm, (_, place) => {
    const at = (place >> 1) * ratio;
    const left = Math.floor(at);
    const value = (frame: number) => words[2 * frame + (place & 1)] ?? 0;
    return Math.round(value(left) + (value(left + 1) - value(left)) * (at - left));
  });
  expect(compare(pcm, heard)).toMatchObject({
    verdict: 'not-comparable',
    difference: { class: 'rate' },
  });
  expect(compare(pcm, heard).sentence).toContain('0.91875');
});

test('bits that are no part of a sample do not count', () => {
  const pcm = noise(2000, 3);
  const other = pcm.slice();
  for (let at = 3; at < other.length; at += 4) other[at] = 0x5a;
  expect(compare(pcm, other, { format: 'S24', channels: 1 }).verdict).toBe('identical');
  other[1000] = (other[1000] ?? 0) ^ 1;
  expect(compare(pcm, other, { format: 'S24', channels: 1 }).difference).toMatchObject({
    frame: 250,
  });
});

test('a late write is named where the difference lies in one', () => {
  const pcm = noise(4000, 8);
  const heard = pcm.slice();
  heard.fill(0, 1000 * STEREO, 1100 * STEREO);
  const layout = { format: 5, rateHz: RATE_HZ, channels: 2 };
  const late = { fromFrame: 1000, toFrame: 1100, withinNs: 5e6, row: 12 };
  const verdict = compareAudio(memoryReader(pcm, layout), memoryReader(heard, layout), {
    maxOffsetFrames: 0,
    lateWriteAt: (frame) => (frame >= 1000 && frame < 1100 ? late : undefined),
  });
  expect(verdict.difference).toMatchObject({ frame: 1000, class: 'late-write', rest: 'identical' });
});

const EDITS = ['insert-silence', 'repeat', 'drop', 'replace'] as const;

test('any single planted edit is found at its frame', () => {
  const pcm = noise(3000, 21);
  fc.assert(
    fc.property(
      fc.constantFrom(...EDITS),
      fc.integer({ min: 0, max: 2850 }),
      fc.integer({ min: 1, max: 90 }),
      (edit, at, count) => {
        const before = frames(pcm, 0, at);
        const made = {
          'insert-silence': [before, silence(count), frames(pcm, at)],
          repeat: [before, frames(pcm, Math.max(0, at - count), at), frames(pcm, at)],
          drop: [before, frames(pcm, at + count)],
          replace: [before, noise(count, 1000 + at), frames(pcm, at + count)],
        }[edit];
        const isNothing = edit === 'repeat' && at === 0;
        const { verdict, difference } = compare(pcm, joined(...made), { maxOffsetFrames: 0 });
        if (isNothing) return verdict === 'identical';
        const wanted = {
          'insert-silence': 'inserted-silence',
          repeat: 'repeated-block',
          drop: 'dropped-block',
          replace: 'other',
        }[edit];
        expect(difference).toMatchObject({ frame: at, class: wanted });
        return true;
      },
    ),
    { seed: 6, numRuns: 400 },
  );
});

test('a changed bit anywhere is found at its frame, in every format that has frames of whole bytes', () => {
  const pcm = noise(3600, 31);
  fc.assert(
    fc.property(
      fc.constantFrom('S8', 'U8', 'S16', 'U16', 'S24_3', 'S32', 'FLOAT', 'FLOAT64', 'MU_LAW'),
      fc.integer({ min: 1, max: 8 }),
      fc.nat(pcm.length - 600),
      fc.nat(7),
      (format, channels, at, bit) => {
        const heard = pcm.slice();
        heard[at] = (heard[at] ?? 0) ^ (1 << bit);
        const bytes = ((formatByName(format)?.containerBits ?? 8) / 8) * channels;
        const verdict = compare(pcm, heard, { format, channels });
        return verdict.difference?.frame === Math.floor(at / bytes);
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});
