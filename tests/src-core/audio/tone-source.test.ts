import { describe, expect, test } from 'vitest';
import { decodeChannel } from '../../../src-core/audio/decode.ts';
import { TONE_AMPLITUDE, ToneSource, toneAt } from '../../../src-core/audio/tone-source.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { FORMATS } from '../../../src-core/spec/formats.ts';
import { joined, listen, paramsOf, streamOf } from './audio-rig.ts';

describe('the tone source', () => {
  test('gives the sine of its frequency in every channel, without a break between periods', () => {
    const clock = new ManualClock();
    const words = { format: 'FLOAT', periodFrames: 333 };
    const { pushes } = listen(new ToneSource(clock, 441), clock, streamOf(words), 1000);
    const pcm = joined(pushes);
    const [left, right] = [0, 1].map((channel) => decodeChannel(pcm, paramsOf(words), channel));
    expect(left).toEqual(right);
    expect(left?.length).toBe(144 * 333);
    const worst = (left ?? new Float32Array(0)).reduce((most, value, n) => {
      return Math.max(most, Math.abs(value - 0.5 * Math.sin((2 * Math.PI * 441 * n) / 48000)));
    }, 0);
    expect(worst).toBeLessThan(1e-6);
  });

  test('has its phase from the number of the frame, even after days', () => {
    const days = 48000 * 3600 * 24 * 30;
    expect(toneAt(days, 441, 48000)).toBe(0);
    expect(toneAt(days + 12000, 441, 48000)).toBe(toneAt(12000, 441, 48000));
    expect(toneAt(12000, 1, 48000)).toBe(TONE_AMPLITUDE);
  });

  test('goes to half of full scale in every format that has samples', () => {
    for (const format of FORMATS.filter((item) => item.kind !== 'coded')) {
      const clock = new ManualClock();
      const words = { format: format.name, channels: 1 };
      const { pushes } = listen(new ToneSource(clock, 1000), clock, streamOf(words), 10);
      const samples = decodeChannel(joined(pushes), paramsOf(words), 0);
      const most = samples.reduce((top, value) => Math.max(top, value), 0);
      expect([format.name, most]).toEqual([format.name, 0.5]);
    }
  });

  test('says what it cannot do: formats without samples, tones beyond half of the rate', () => {
    const clock = new ManualClock();
    const source = new ToneSource(clock, 4000);
    expect(source.describe().note).toBe('');
    const { pushes } = listen(source, clock, streamOf({ format: 'DSD_U8' }), 10);
    expect(pushes[0]?.every((byte) => byte === 0x69)).toBe(true);
    expect(source.describe().note).toBe(
      'stream 0 hears silence: a tone cannot be written as DSD_U8',
    );
    listen(source, clock, streamOf({ streamId: 1, rateHz: 8000 }), 10);
    expect(source.describe().note).toContain('stream 1 hears an alias: 4000 Hz');
    listen(source, clock, streamOf(), 10);
    expect(source.describe()).toEqual({ title: 'tone:4000', note: '', hostOverruns: 0 });
  });
});
