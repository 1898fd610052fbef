import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listDevices } from '../../electron/audio/native-devices.ts';
import { NativeSink } from '../../electron/audio/native-sink.ts';
import { NativeSource } from '../../electron/audio/native-source.ts';
import { PollLoop } from '../../electron/native/poll-loop.ts';
import { decodeChannel } from '../../src-core/audio/decode.ts';
import { FORMATS } from '../../src-core/spec/formats.ts';
import { joined, paramsOf, type StreamWords, streamOf } from '../src-core/audio/audio-rig.ts';
import { soundReady } from './requirements.ts';
import { FULL_TONE, playTone, TONE_HZ, turnFor, turnUntil } from './sound-rig.ts';
import {
  enter,
  type Recording,
  SERVER_CHANNELS,
  SERVER_RATE_HZ,
  type SoundServer,
  startSoundServer,
} from './sound-server.ts';
import { channelOf, hearTone } from './tone-check.ts';

const reason = soundReady();

// Sound is made in real time: on a machine that is busy with other things a server runs dry, and one tries again.
const options = { retry: 4 };

describe.skipIf(reason !== undefined)(
  `sound on a server${reason ? ` (${reason})` : ''}`,
  options,
  () => {
    let server: SoundServer;
    let recording: Recording;
    let leave = () => {};
    const loop = reason === undefined ? new PollLoop() : undefined;

    beforeAll(async () => {
      server = await startSoundServer();
      leave = enter(server.environment);
      // The monitor is read all the time: a null sink without a reader is slow to wake.
      recording = await server.record();
    });

    afterAll(async () => {
      leave();
      await server.stop();
    });

    /** Plays the tone to its end; gives what the monitor heard of it in each channel, and the sink. */
    function play(words: StreamWords, seconds: number, sink = new NativeSink(must(loop))) {
      const before = recording.samples().length;
      const frames = Math.round((words.rateHz ?? 48000) * seconds);
      const playing = playTone(must(loop), sink, streamOf(words), frames);
      turnUntil(must(loop), () => playing.given() === frames, 10_000 * seconds);
      playing.close();
      turnFor(must(loop), 400);
      const heard = recording.samples().slice(before);
      const channels = [0, 1].map((channel) => channelOf(heard, channel, SERVER_CHANNELS));
      const tones = channels.map((samples) => hearTone(samples, TONE_HZ, SERVER_RATE_HZ));
      return { tones, playing, sink, frames };
    }

    test('what a stream plays arrives: every frame, its pitch, its level, without a break', () => {
      const { tones, sink, frames } = play({}, 2);
      for (const tone of tones) {
        expect(tone.breaks).toEqual([]);
        expect(Math.abs(tone.frames - frames)).toBeLessThanOrEqual(8);
        expect(tone.hz).toBeCloseTo(TONE_HZ, 2);
        expect(tone.amplitude).toBeCloseTo(FULL_TONE, 3);
      }
      expect(sink.describe()).toEqual({
        title: 'native: default',
        note: '',
        hostUnderruns: 0,
        files: [],
      });
    });

    test('the sound server sets the pace: two seconds of sound take two seconds', () => {
      const { playing } = play({}, 2);
      const last = playing.asks.at(-1)?.ms ?? 0;
      expect(last).toBeGreaterThan(1900);
      expect(last).toBeLessThan(2100);
      expect(Math.max(...playing.asks.map((ask) => ask.frames))).toBeLessThanOrEqual(2400);
    });

    const linear = FORMATS.filter((format) => format.kind !== 'coded').map((format) => format.name);
    test.each([...linear, 'MU_LAW', 'A_LAW'])('%s arrives', (format) => {
      const { tones, sink } = play({ format, channels: 2 }, 0.25);
      const isCoarse = ['S8', 'U8', 'MU_LAW', 'A_LAW'].includes(format);
      expect(tones[0]?.hz).toBeCloseTo(TONE_HZ, isCoarse ? 0 : 1);
      expect(tones[0]?.amplitude).toBeCloseTo(FULL_TONE, isCoarse ? 1 : 3);
      if (!isCoarse) expect(tones[0]?.breaks).toEqual([]);
      const { note } = sink.describe();
      const isNative = ['U8', 'S16', 'S24_3', 'S24', 'S32', 'FLOAT', 'MU_LAW', 'A_LAW'];
      if (isNative.includes(format)) expect(note).toBe('');
      else
        expect(note).toMatch(
          new RegExp(`^stream 0 is converted from ${format} 48000 Hz, 2 channels to `),
        );
    });

    test.each([8000, 44100, 96000, 192000, 384000] as const)(
      '%i Hz arrives at its pitch',
      (rateHz) => {
        const { tones } = play({ rateHz, channels: 1, format: 'FLOAT' }, 0.5);
        expect(tones[1]?.hz).toBeCloseTo(TONE_HZ, 0);
        expect(tones[1]?.frames ?? 0).toBeGreaterThan(0.48 * SERVER_RATE_HZ);
      },
    );

    test('the monitor is turned down and muted without a break, and back', () => {
      const sink = new NativeSink(must(loop));
      sink.setVolume(0.5);
      expect(play({}, 0.3, sink).tones[0]?.amplitude).toBeCloseTo(FULL_TONE / 8, 3);
      sink.setMuted(true);
      expect(play({}, 0.3, sink).tones[0]?.frames).toBe(0);
      sink.setMuted(false);
      sink.setVolume(1);
      expect(play({}, 0.3, sink).tones[0]?.amplitude).toBeCloseTo(FULL_TONE, 3);
    });

    test('two streams play at once', () => {
      const sink = new NativeSink(must(loop));
      const before = recording.samples().length;
      const both = [441, 1000].map((hz, streamId) =>
        playTone(must(loop), sink, streamOf({ streamId, format: 'FLOAT' }), 24_000, hz),
      );
      turnUntil(must(loop), () => both.every((playing) => playing.given() === 24_000), 20_000);
      for (const playing of both) playing.close();
      turnFor(must(loop), 300);
      const heard = channelOf(recording.samples().slice(before), 0, SERVER_CHANNELS);
      const loudest = heard.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(loudest).toBeGreaterThan(FULL_TONE * 1.9);
      expect(sink.describe().hostUnderruns).toBe(0);
    });

    test('a guest that has nothing is no underrun of the host, and is heard again', () => {
      const sink = new NativeSink(must(loop));
      const playing = playTone(must(loop), sink, streamOf(), 4800);
      turnFor(must(loop), 600);
      expect(playing.given()).toBe(4800);
      const asked = playing.asks.length;
      playing.setReady(4800);
      turnFor(must(loop), 400);
      expect(playing.given()).toBe(9600);
      expect(playing.asks.length - asked).toBeGreaterThan(10);
      expect(sink.describe().hostUnderruns).toBe(0);
      playing.close();
      turnFor(must(loop), 200);
    });

    test('a host that stalls is counted, and the stream goes on', () => {
      const sink = new NativeSink(must(loop));
      const playing = playTone(must(loop), sink, streamOf(), Number.POSITIVE_INFINITY);
      turnFor(must(loop), 300);
      const before = playing.given();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      turnFor(must(loop), 500);
      expect(sink.describe().hostUnderruns).toBeGreaterThanOrEqual(1);
      expect(playing.given() - before).toBeGreaterThan(48_000 * 0.3);
      playing.close();
      turnFor(must(loop), 200);
    });

    test('the delay of the server is told while it plays', () => {
      const playing = playTone(must(loop), new NativeSink(must(loop)), streamOf(), 48_000);
      turnFor(must(loop), 500);
      expect(playing.delayFrames()).toBeGreaterThan(480);
      expect(playing.delayFrames()).toBeLessThan(48_000);
      playing.close();
      turnFor(must(loop), 400);
      expect(playing.delayFrames()).toBe(0);
    });

    test.each(['S16', 'U24', 'FLOAT64'])('what the server plays is recorded in %s', (format) => {
      const words = { streamId: 1, format };
      const source = new NativeSource(must(loop));
      const pushes: Uint8Array[] = [];
      const params = paramsOf(words);
      const capture = source.open(streamOf(words), (pcm) => {
        pushes.push(pcm.slice());
        return pcm.length;
      });
      capture.start();
      play({ format: 'FLOAT' }, 0.5);
      capture.close();
      const tone = hearTone(decodeChannel(joined(pushes), params, 0), TONE_HZ, SERVER_RATE_HZ);
      expect(tone.breaks).toEqual([]);
      expect(tone.hz).toBeCloseTo(TONE_HZ, 1);
      expect(tone.amplitude).toBeCloseTo(FULL_TONE, 3);
      expect(Math.abs(tone.frames - 24_000)).toBeLessThanOrEqual(8);
      expect(source.describe().hostOverruns).toBe(0);
    });

    test('the default output is in the list of devices', () => {
      expect(listDevices('Output')[0]?.name).toBe('default');
    });
  },
);

/** Tests run only where there is a loop. */
function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is no loop');
  return value;
}
