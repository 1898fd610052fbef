import { describe, expect, test } from 'vitest';
import { NativeSink } from '../../electron/audio/native-sink.ts';
import { NativeSource } from '../../electron/audio/native-source.ts';
import { PollLoop } from '../../electron/native/poll-loop.ts';
import { streamOf } from '../src-core/audio/audio-rig.ts';
import { soundReady } from './requirements.ts';
import { playTone, turnFor, turnUntil } from './sound-rig.ts';
import { enter, startSoundServer } from './sound-server.ts';

const reason = soundReady();
const ALWAYS = Number.POSITIVE_INFINITY;

/** Half a second of frames at 48 kHz, as the clock has it; a machine that is busy may be late, never early. */
const HALF_SECOND = { atLeast: 12_000, atMost: 26_000 };

function expectHalfSecond(frames: number): void {
  expect(frames).toBeGreaterThan(HALF_SECOND.atLeast);
  expect(frames).toBeLessThan(HALF_SECOND.atMost);
}

describe.skipIf(reason !== undefined)(`sound that is lost${reason ? ` (${reason})` : ''}`, () => {
  /** Runs `use` with a server in this process's environment, and ends the server. */
  async function withServer(use: (kill: () => Promise<void>) => Promise<void>): Promise<void> {
    const server = await startSoundServer();
    const leave = enter(server.environment);
    try {
      await use(server.kill);
    } finally {
      leave();
      await server.stop();
    }
  }

  test('formats that no card takes run at the pace of the clock, and that is said', async () => {
    await withServer(async () => {
      const loop = new PollLoop();
      const sink = new NativeSink(loop);
      const playing = playTone(loop, sink, streamOf({ format: 'DSD_U8' }), ALWAYS);
      turnFor(loop, 505);
      expectHalfSecond(playing.given());
      playing.close();
      expect(sink.describe().note).toContain('does not take DSD_U8 48000 Hz, 2 channels');
    });
  });

  test('a device without a clock of its own does not run away with the stream', async () => {
    await withServer(async () => {
      const loop = new PollLoop();
      const sink = new NativeSink(loop, { device: 'null' });
      const playing = playTone(loop, sink, streamOf(), ALWAYS);
      turnFor(loop, 1000);
      expect(playing.given()).toBeLessThan(3 * 48_000);
      expect(sink.describe().note).toContain('it takes sound faster than it can be played');
      playing.close();
    });
  });

  test('a server that dies takes no guest with it, and that is said once', async () => {
    await withServer(async (kill) => {
      const loop = new PollLoop();
      const notes: string[] = [];
      const sink = new NativeSink(loop, { onNote: (note) => notes.push(note) });
      const source = new NativeSource(loop, { onNote: (note) => notes.push(note) });
      let heard = 0;
      const capture = source.open(streamOf({ streamId: 1 }), (pcm) => {
        heard += pcm.length / 4;
        return pcm.length / 4;
      });
      capture.start();
      const playing = playTone(loop, sink, streamOf(), ALWAYS);
      turnFor(loop, 300);
      await kill();
      turnUntil(loop, () => notes.length === 2, 20_000);
      const before = [playing.given(), heard] as const;
      turnFor(loop, 505);
      expectHalfSecond(playing.given() - before[0]);
      expectHalfSecond(heard - before[1]);
      const { unheard } = sink.describe();
      expect(unheard?.map(({ streamId }) => streamId)).toEqual([0]);
      expect(unheard?.[0]?.why).not.toBe('');
      expect(notes.map((note) => note.split(':')[0]).sort()).toEqual([
        "stream 0 is not heard and runs at the clock's pace",
        "stream 1 hears silence at the clock's pace",
      ]);
      playing.close();
      capture.close();
    });
  });

  test('without a server a stream runs at the pace of the clock, and that is said', async () => {
    await withServer(async (kill) => {
      await kill();
      const loop = new PollLoop();
      const notes: string[] = [];
      const sink = new NativeSink(loop, { onNote: (note) => notes.push(note) });
      const playing = playTone(loop, sink, streamOf(), ALWAYS);
      turnFor(loop, 505);
      expectHalfSecond(playing.given());
      expect(notes).toHaveLength(1);
      expect(notes[0]).toContain(
        'is not heard and runs at the clock\'s pace: ALSA device "default"',
      );
      playing.close();
    });
  });
});
