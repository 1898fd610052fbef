import { describe, expect, test } from 'vitest';
import { decodeChannel } from '../../../src-core/audio/decode.ts';
import { byteSourceOf } from '../../../src-core/audio/file-store.ts';
import { wavHeader } from '../../../src-core/audio/wav.ts';
import { toWav, wavLayoutOf } from '../../../src-core/audio/wav-layout.ts';
import { parseWav } from '../../../src-core/audio/wav-parse.ts';
import { WavSource } from '../../../src-core/audio/wav-source.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { RATES_HZ } from '../../../src-core/spec/formats.ts';
import {
  countingPcm,
  formatId,
  joined,
  listen,
  paramsOf,
  pcm16,
  type StreamWords,
  streamOf,
} from './audio-rig.ts';

/** A source that plays `pcm` as a file of these words. */
function sourceOf(clock: ManualClock, words: StreamWords, pcm: Uint8Array): WavSource {
  const params = paramsOf(words);
  const layout = wavLayoutOf(params.format);
  const header = wavHeader({ ...params, rateHz: RATES_HZ[params.rate] ?? 0 }, pcm.length);
  if (layout === undefined || header === undefined) throw new Error('no WAV format');
  const file = byteSourceOf(joined([header, toWav(pcm, layout)]));
  const wav = parseWav(file);
  if (wav.kind === 'problem') throw new Error(wav.detail);
  return new WavSource(clock, 'x.wav', file, wav);
}

describe('the WAV source', () => {
  test('plays a file bit for bit into a stream of its format, then silence', () => {
    for (const format of ['S16', 'S24_3', 'FLOAT', 'MU_LAW', 'U8']) {
      const clock = new ManualClock();
      const params = paramsOf({ format });
      const pcm = countingPcm(params, 700);
      const source = sourceOf(clock, { format }, pcm);
      const { pushes } = listen(source, clock, streamOf({ format }), 20);
      const heard = joined(pushes);
      expect(heard.slice(0, pcm.length)).toEqual(pcm);
      expect(decodeChannel(heard.slice(pcm.length), params, 0)).toEqual(new Float32Array(260));
      expect(source.describe().note).toBe('');
    }
  });

  test('gives formats back that a WAV can only hold re-expressed', () => {
    const clock = new ManualClock();
    const pcm = Uint8Array.from([1, 2, 3, 0, 4, 5, 0xf6, 0xff]);
    const words = { format: 'S24', channels: 1 };
    const source = sourceOf(clock, words, pcm);
    const { pushes } = listen(source, clock, streamOf(words), 10);
    expect(joined(pushes).slice(0, 8)).toEqual(pcm);
  });

  test('begins anew in every run and goes on after STOP', () => {
    const clock = new ManualClock();
    const pcm = countingPcm(paramsOf(), 2000);
    const source = sourceOf(clock, {}, pcm);
    const first = listen(source, clock, streamOf(), 10);
    first.opened.stop();
    first.opened.start();
    clock.advance(10e6);
    first.opened.close();
    expect(joined(first.pushes)).toEqual(countingPcm(paramsOf(), 960));
    const second = listen(source, clock, streamOf({ run: 1 }), 10);
    expect(joined(second.pushes)).toEqual(countingPcm(paramsOf(), 480));
  });

  test('converts format and channels, and says so', () => {
    const clock = new ManualClock();
    const source = sourceOf(clock, { channels: 1 }, pcm16(16384, -32768));
    const words = { format: 'FLOAT', channels: 2 };
    const { pushes } = listen(source, clock, streamOf(words), 10);
    const heard = decodeChannel(joined(pushes), paramsOf(words), 1);
    expect([...heard.slice(0, 3)]).toEqual([0.5, -1, 0]);
    expect(source.describe().note).toBe(
      'stream 0 is converted from S16, 1 channel to FLOAT, 2 channels',
    );
  });

  test('does not resample: a stream of another rate hears silence and is told why', () => {
    const clock = new ManualClock();
    const source = sourceOf(clock, { rateHz: 44100 }, pcm16(1, 2, 3, 4));
    const { pushes } = listen(source, clock, streamOf({ streamId: 1 }), 10);
    expect(joined(pushes).every((byte) => byte === 0)).toBe(true);
    expect(source.describe().note).toBe(
      'stream 1 hears silence: the file has 44100 Hz and is not resampled to 48000 Hz',
    );
    expect(source.wav.rateHz).toBe(44100);
  });

  test('says when samples cannot become what the stream takes', () => {
    const clock = new ManualClock();
    const source = sourceOf(clock, {}, pcm16(1, 2));
    listen(source, clock, streamOf({ format: 'DSD_U8' }), 10);
    expect(source.describe().note).toContain('S16 cannot be converted to DSD_U8');
    expect(formatId('DSD_U8')).toBe(21);
  });

  test('plays silence for what cannot be read any more', () => {
    const clock = new ManualClock();
    const pcm = pcm16(1, 2, 3, 4);
    const whole = sourceOf(clock, {}, pcm);
    const gone = { totalBytes: 1e6, read: () => new Uint8Array(0) };
    const source = new WavSource(clock, 'x.wav', gone, whole.wav);
    const { pushes } = listen(source, clock, streamOf(), 10);
    expect(joined(pushes).every((byte) => byte === 0)).toBe(true);
  });
});
