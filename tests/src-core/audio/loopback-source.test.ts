import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OpenStream } from '../../../src-core/audio/audio-io.ts';
import { LoopbackSource } from '../../../src-core/audio/loopback-source.ts';
import { LoopbackTap } from '../../../src-core/audio/loopback-tap.ts';
import { NullSink } from '../../../src-core/audio/null-sink.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { frameBytesOf } from '../../../src-core/spec/formats.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';
import { countingPcm, joined, paramsOf, type StreamWords, streamOf } from './audio-rig.ts';

/** Bytes that are never 0, so that silence can be told from what was played. */
function loudPcm(words: StreamWords, frames: number, from = 0): Uint8Array {
  return countingPcm(paramsOf(words), frames, from).map((byte) => byte | 1);
}

function setUp() {
  const clock = new ManualClock();
  const tap = new LoopbackTap(new NullSink(clock));
  const play = (words: StreamWords): { stream: OpenStream; played: () => Uint8Array } => {
    let frames = 0;
    const stream = tap.open(streamOf(words), (asked) => {
      const pcm = loudPcm(words, asked, frames);
      frames += asked;
      return pcm;
    });
    return { stream, played: () => loudPcm(words, frames) };
  };
  const record = (words: StreamWords, source = new LoopbackSource(clock, tap)) => {
    const pushes: Uint8Array[] = [];
    const frameBytes = frameBytesOf(paramsOf(words));
    const stream = source.open(streamOf(words), (pcm) => {
      pushes.push(pcm.slice());
      return pcm.length / frameBytes;
    });
    return { stream, source, heard: () => joined(pushes) };
  };
  return { clock, tap, play, record };
}

/** What is left without the silence in front and behind. */
function withoutSilence(pcm: Uint8Array): Uint8Array {
  const first = pcm.findIndex((byte) => byte !== 0);
  const last = pcm.findLastIndex((byte) => byte !== 0);
  return first < 0 ? new Uint8Array(0) : pcm.slice(first, last + 1);
}

describe('loopback', () => {
  test('records what a playback stream plays, bit for bit and in one piece, whatever the periods', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 400 }),
        fc.integer({ min: 10, max: 400 }),
        fc.nat(30),
        (playFrames, recordFrames, aheadMs) => {
          const small: StreamWords = { rateHz: 8000, channels: 1 };
          const { clock, play, record } = setUp();
          const capture = record({ ...small, periodFrames: recordFrames });
          capture.stream.start();
          clock.advance(aheadMs * NS_PER_MS);
          const playback = play({ ...small, periodFrames: playFrames });
          playback.stream.start();
          clock.advance(500 * NS_PER_MS);
          playback.stream.close();
          clock.advance(200 * NS_PER_MS);
          expect(withoutSilence(capture.heard())).toEqual(playback.played());
        },
      ),
      { seed: 25, numRuns: 40 },
    );
  });

  test('begins with what is played now when playback was there first', () => {
    const { clock, play, record } = setUp();
    const playback = play({});
    playback.stream.start();
    clock.advance(100 * NS_PER_MS);
    const before = playback.played().length;
    const capture = record({});
    capture.stream.start();
    clock.advance(100 * NS_PER_MS);
    const expected = playback.played().slice(before);
    const heard = withoutSilence(capture.heard());
    expect(heard).toEqual(expected.slice(0, heard.length));
    expect(heard.length).toBeGreaterThan(expected.length - 4 * 4 * 480);
  });

  test('hears one run after the other', () => {
    const { clock, play, record } = setUp();
    const capture = record({});
    capture.stream.start();
    const heard = [0, 1].map((run) => {
      const before = capture.heard().length;
      const playback = play({ run });
      playback.stream.start();
      clock.advance(50 * NS_PER_MS);
      playback.stream.close();
      clock.advance(100 * NS_PER_MS);
      expect(withoutSilence(capture.heard().slice(before))).toEqual(playback.played());
      return playback.played().length;
    });
    expect(heard).toEqual([9600, 9600]);
  });

  test('listens to the stream that is named, else to one that plays', () => {
    const { clock, tap, play, record } = setUp();
    play({ streamId: 0 }).stream.start();
    play({ streamId: 2 });
    expect(tap.track()?.streamId).toBe(0);
    expect(tap.track(2)?.streamId).toBe(2);
    expect(tap.track(5)).toBeUndefined();
    const deaf = record({}, new LoopbackSource(clock, tap, 2));
    deaf.stream.start();
    clock.advance(100 * NS_PER_MS);
    expect(withoutSilence(deaf.heard())).toHaveLength(0);
    expect(deaf.source.title).toBe('loopback:2');
  });

  test('converts formats and says so; does not resample and says so', () => {
    const { clock, play, record } = setUp();
    play({ format: 'S16' }).stream.start();
    const converted = record({ format: 'S32' });
    converted.stream.start();
    clock.advance(100 * NS_PER_MS);
    expect(withoutSilence(converted.heard()).length).toBeGreaterThan(0);
    expect(converted.source.describe().note).toBe(
      'stream 0 is converted from S16, 2 channels to S32, 2 channels',
    );
    const other = record({ rateHz: 44100, streamId: 1 });
    other.stream.start();
    clock.advance(100 * NS_PER_MS);
    expect(withoutSilence(other.heard())).toHaveLength(0);
    expect(other.source.describe().note).toBe(
      'stream 1 hears silence: stream 0 plays at 48000 Hz and is not resampled to 44100 Hz',
    );
  });

  test('passes formats without samples through when both sides have them', () => {
    const { clock, play, record } = setUp();
    play({ format: 'DSD_U8' }).stream.start();
    const same = record({ format: 'DSD_U8' });
    const other = record({ format: 'U8' });
    same.stream.start();
    other.stream.start();
    clock.advance(100 * NS_PER_MS);
    expect(same.source.describe().note).toBe('');
    expect(same.heard().some((byte) => byte !== 0x69)).toBe(true);
    expect(other.source.describe().note).toContain('DSD_U8 cannot be converted to U8');
    expect(other.heard().every((byte) => byte === 0x80)).toBe(true);
  });

  test('skips what was overwritten unread, and counts it', () => {
    const { clock, play, record } = setUp();
    const capture = record({});
    capture.stream.start();
    const playback = play({});
    playback.stream.start();
    clock.advance(100 * NS_PER_MS);
    capture.stream.stop();
    clock.advance(5000 * NS_PER_MS);
    capture.stream.start();
    clock.advance(100 * NS_PER_MS);
    expect(capture.source.describe().hostOverruns).toBe(1);
  });

  test('gives silence while nothing plays', () => {
    const { clock, record } = setUp();
    const capture = record({ format: 'U8' });
    capture.stream.start();
    clock.advance(20 * NS_PER_MS);
    expect(capture.heard()).toEqual(new Uint8Array(2 * 960).fill(0x80));
    expect(capture.source.describe()).toEqual({ title: 'loopback', note: '', hostOverruns: 0 });
  });
});

describe('the tap', () => {
  test('leaves the sink behind it alone', () => {
    const clock = new ManualClock();
    const asked: number[] = [];
    const tap = new LoopbackTap(new NullSink(clock));
    const stream = tap.open(streamOf(), (frames) => {
      asked.push(frames);
      return new Uint8Array(frames * 4);
    });
    stream.start();
    clock.advance(20 * NS_PER_MS);
    stream.stop();
    expect(stream.delayFrames()).toBe(0);
    clock.advance(20 * NS_PER_MS);
    expect(asked).toEqual([480, 480]);
    expect(tap.title).toBe('null');
    expect(tap.describe()).toEqual(new NullSink(clock).describe());
  });

  test('keeps the newest frames when more come at once than it can hold', () => {
    const clock = new ManualClock();
    const tap = new LoopbackTap(new NullSink(clock));
    tap.open(streamOf({ format: 'U8', channels: 1, rateHz: 8000 }), () => new Uint8Array(0));
    const track = tap.track();
    track?.append(Uint8Array.from({ length: 20_000 }, (_, i) => i));
    expect(track?.playedFrames).toBe(20_000);
    expect(track?.oldestFrame).toBe(12_000);
    expect([...(track?.read(12_000, 3) ?? [])]).toEqual(
      [12_000, 12_001, 12_002].map((n) => n & 255),
    );
    expect([...(track?.read(19_998, 2) ?? [])]).toEqual([19_998 & 255, 19_999 & 255]);
  });
});
