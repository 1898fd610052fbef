import { describe, expect, test } from 'vitest';
import type { ContentMark } from '../../../src-core/analysis/content-mark.ts';
import { ContentWatch } from '../../../src-core/analysis/content-watch.ts';
import { formatByName, frameBytesOf, rateHzOf } from '../../../src-core/spec/formats.ts';
import { DemoRig } from '../transport/demo-rig.ts';
import { music, noise, RATE_HZ } from './sounds.ts';

const FRAME_BYTES = 4;
const PERIOD = 480;

/** Marks of a sound that is played in messages of `period` frames, each handed over in `pieces`. */
function marksOf(pcm: Uint8Array, period = PERIOD, pieces = 1): ContentMark[] {
  const marks: ContentMark[] = [];
  const format = formatByName('S16')?.id ?? -1;
  const layout = { format, rateHz: RATE_HZ, channels: 2, frameBytes: FRAME_BYTES };
  const watch = new ContentWatch(layout, (mark) => marks.push(mark));
  const frames = pcm.length / FRAME_BYTES;
  const step = Math.ceil(period / pieces);
  for (let from = 0; from < frames; from += period) {
    for (let at = from; at < Math.min(frames, from + period); at += step) {
      const end = Math.min(frames, from + period, at + step);
      watch.feed(from, at, pcm.slice(at * FRAME_BYTES, end * FRAME_BYTES));
    }
  }
  watch.end();
  return marks;
}

const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const silence = (frames: number) => new Uint8Array(frames * FRAME_BYTES);
const part = (pcm: Uint8Array, from: number, to?: number) =>
  pcm.subarray(from * FRAME_BYTES, to === undefined ? undefined : to * FRAME_BYTES);
const kinds = (marks: readonly ContentMark[]) => marks.map(({ kind }) => kind);

function wave(frames: number, hz: number, shape: (phase: number) => number = sine): Uint8Array {
  const words = new Int16Array(2 * frames).map((_, place) =>
    Math.round(14_000 * shape((((place >> 1) * hz) / RATE_HZ) % 1)),
  );
  return new Uint8Array(words.buffer);
}
function sum(one: Uint8Array, other: Uint8Array): Uint8Array {
  const words = new Int16Array(other.slice().buffer);
  return new Uint8Array(
    new Int16Array(one.slice().buffer).map((value, at) => value + (words[at] ?? 0)).buffer,
  );
}

const sine = (phase: number) => Math.sin(2 * Math.PI * phase);
const square = (phase: number) => (phase < 0.5 ? 1 : -1);
const saw = (phase: number) => 2 * phase - 1;

describe('nothing is found in', () => {
  test.each([
    ['music', music(48_000)],
    [
      'music with pauses',
      joined(music(9000), silence(960), wave(9600, 440), silence(4800), music(9000)),
    ],
    ['noise', noise(24_000, 4)],
    ...[100, 200, 440, 500, 1000, 2000, 6000, 12_000].map(
      (hz) => [`a tone of ${hz} Hz`, wave(24_000, hz)] as const,
    ),
    ['a square wave as long as a message', wave(24_000, 100, square)],
    ['a square wave', wave(24_000, 1000, square)],
    ['a saw tooth', wave(24_000, 200, saw)],
    ['two high tones', sum(wave(24_000, 6000), wave(24_000, 12_000))],
    ['beeps', joined(...Array.from({ length: 20 }, () => joined(wave(2400, 1000), silence(2400))))],
  ] as const)('%s', (_, pcm) => {
    for (const period of [PERIOD, 960, 1024, 441]) expect(marksOf(pcm, period)).toEqual([]);
  });

  test.each(['clean', 'two-streams', 'packed', 'jack', 'release-pending'])(
    'the demo “%s”',
    (name) => {
      const rig = new DemoRig(name).run(4);
      const marks: ContentMark[] = [];
      for (const { track, params } of rig.of('track')) {
        const layout = {
          format: params.format,
          channels: params.channels,
          rateHz: rateHzOf(params.rate),
          frameBytes: frameBytesOf(params),
        };
        const watch = new ContentWatch(layout, (mark) => marks.push(mark));
        for (const moved of rig.of('moved')) {
          if (moved.track === track) watch.feed(moved.popped, moved.fromFrame, moved.pcm);
        }
        watch.end();
      }
      expect(marks).toEqual([]);
    },
  );
});

describe.each([
  ['music', music(24_000)],
  ['noise', noise(24_000, 9)],
] as const)('in %s', (name, pcm) => {
  test.each([1, 3])('a message that is heard again is found, in %i pieces each', (pieces) => {
    const heard = joined(part(pcm, 0, 4800), part(pcm, 4320, 4800), part(pcm, 5280));
    const marks = marksOf(heard, PERIOD, pieces);
    expect(marks).toContainEqual({
      kind: 'repeated-block',
      fromFrame: 4800,
      frames: 480,
      detail: '480 frames are those of the message before',
    });
    expect(marks.filter(({ kind }) => kind === 'repeated-block')).toHaveLength(1);
  });

  test('a whole ring that is played once more is one repetition', () => {
    const heard = joined(part(pcm, 0, 4800), part(pcm, 2880, 4800), part(pcm, 6720));
    const [mark] = marksOf(heard).filter(({ kind }) => kind === 'repeated-block');
    expect(mark).toMatchObject({ fromFrame: 4800, frames: 1920 });
    expect(mark?.detail).toContain('4 messages before');
  });

  test('a hole of silence is found with its length', () => {
    const heard = joined(part(pcm, 0, 4800), silence(480), part(pcm, 4800));
    expect(marksOf(heard)).toEqual([
      {
        kind: 'inserted-silence',
        fromFrame: 4800,
        frames: 480,
        detail: '480 frames of silence are cut into sound',
      },
    ]);
    const half = joined(part(pcm, 0, 5040), silence(240), part(pcm, 5280));
    expect(kinds(marksOf(half))).toEqual(['inserted-silence']);
  });

  test('a jump between two messages is found where sound has no such steps', () => {
    const heard = joined(part(pcm, 0, 4800), part(pcm, 5555));
    const expected = name === 'music' ? ['discontinuity'] : [];
    expect(kinds(marksOf(heard))).toEqual(expected);
  });

  test('clipping is told once for what is near together', () => {
    const words = new Int16Array(pcm.slice().buffer).map((value) =>
      Math.max(-32_768, Math.min(32_767, name === 'music' ? value * 3 : value * 50)),
    );
    const marks = marksOf(new Uint8Array(words.buffer));
    expect(kinds(marks)).toContain('clipping');
    expect(marks.length).toBeLessThan(4);
  });
});

test('a value that stands still and a run of nothing but silence are told', () => {
  const still = new Uint8Array(new Int16Array(2 * 9600).fill(3277).buffer);
  expect(marksOf(joined(music(4800), still))).toContainEqual(
    expect.objectContaining({ kind: 'constant', fromFrame: 4800, frames: 9600 }),
  );
  expect(marksOf(silence(96_000))).toEqual([
    expect.objectContaining({ kind: 'silent-stream', fromFrame: 0, frames: 96_000 }),
  ]);
  expect(marksOf(silence(4800))).toEqual([]);
});

test('“late-write” has a hole where a message was written after it was played', () => {
  const rig = new DemoRig('late-write').run(4);
  const marks: ContentMark[] = [];
  const layout = { format: 5, rateHz: RATE_HZ, channels: 2, frameBytes: FRAME_BYTES };
  const watch = new ContentWatch(layout, (mark) => marks.push(mark));
  for (const { popped, fromFrame, pcm } of rig.of('moved')) watch.feed(popped, fromFrame, pcm);
  watch.end();
  expect(marks.filter(({ kind }) => kind === 'inserted-silence').length).toBeGreaterThan(0);
  for (const { kind, frames } of marks) if (kind === 'inserted-silence') expect(frames).toBe(480);
});
