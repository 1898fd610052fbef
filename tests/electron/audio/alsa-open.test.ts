import { describe, expect, test } from 'vitest';
import { alsaFormatOf } from '../../../electron/audio/alsa-formats.ts';
import { openPcm } from '../../../electron/audio/alsa-open.ts';
import { type HwParams, PLAYBACK } from '../../../electron/native/libasound.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { FORMATS, formatName } from '../../../src-core/spec/formats.ts';
import { paramsOf, type StreamWords } from '../../src-core/audio/audio-rig.ts';
import { FakeCard, type FakeCardWords } from './fake-card.ts';

function opened(stream: StreamWords, words: FakeCardWords = {}, device = 'default') {
  const card = new FakeCard(new ManualClock(), 4, words);
  return { card, pcm: openPcm(card, device, PLAYBACK, paramsOf(stream)) };
}

/** Takes these formats by name, at 48 kHz. */
function takes(...names: string[]): (params: HwParams) => boolean {
  const numbers = names.map((name) => alsaFormatOf(FORMATS.findIndex((f) => f.name === name)));
  return (params) => numbers.includes(params.format) && params.rateHz === 48000;
}

function formatTaken(stream: StreamWords, ...names: string[]): string {
  const { pcm } = opened(stream, { accepts: takes(...names), devices: ['default'] });
  return pcm.kind === 'opened' ? formatName(pcm.format) : pcm.reason;
}

describe('opening an ALSA device', () => {
  test('takes the stream as it is, in periods of 10 ms and a buffer of 50 ms', () => {
    const { card, pcm } = opened({ rateHz: 44100 });
    expect(pcm).toMatchObject({ kind: 'opened', periodFrames: 441, bufferFrames: 2205, note: '' });
    expect(card.calls).toEqual(['open default']);
  });

  test('prefers formats that hold the samples without loss', () => {
    expect(formatTaken({ format: 'S20' }, 'S16', 'FLOAT', 'S32')).toBe('S32');
    expect(formatTaken({ format: 'U24_3' }, 'S16', 'S24_3')).toBe('S24_3');
    expect(formatTaken({ format: 'U16' }, 'S32', 'S16')).toBe('S16');
    expect(formatTaken({ format: 'FLOAT64' }, 'S32', 'FLOAT')).toBe('FLOAT');
    expect(formatTaken({ format: 'MU_LAW' }, 'S32', 'S16')).toBe('S16');
    expect(formatTaken({ format: 'S32' }, 'S16')).toBe('S16');
  });

  test('converts nothing that has no samples', () => {
    expect(formatTaken({ format: 'DSD_U8' }, 'S16', 'S32')).toBe(
      '"default" does not take DSD_U8 48000 Hz, 2 channels',
    );
    expect(formatTaken({ format: 'DSD_U8' }, 'DSD_U8')).toBe('DSD_U8');
  });

  test('asks "plug" for rates and channels that the device does not have', () => {
    const accepts = (params: HwParams) => accepted.shift() === true && params.rateHz === 44100;
    const accepted = [false, false, false, false, true, true];
    const devices = ['hw:0,1', "plug:'hw:0,1'"];
    const { card, pcm } = opened({ rateHz: 44100 }, { accepts, devices }, 'hw:0,1');
    expect(pcm.kind).toBe('opened');
    expect(card.calls).toEqual(['open hw:0,1', 'close', "open plug:'hw:0,1'"]);
  });

  test('says why it cannot, and closes what it opened', () => {
    const refuses = opened({}, { accepts: () => false, devices: ['default', "plug:'default'"] });
    expect(refuses.pcm).toEqual({
      kind: 'failure',
      reason: '"default" does not take S16 48000 Hz, 2 channels',
    });
    expect(refuses.card.calls.filter((call) => call === 'close')).toHaveLength(2);
    const absent = opened({}, { devices: [] });
    expect(absent.pcm).toEqual({
      kind: 'failure',
      reason: 'ALSA device "default": No such device',
    });
    const quoted = opened({}, { devices: [] }, "a'b");
    expect(quoted.card.calls).toEqual(["open a'b"]);
  });

  test('refuses ADPCM with an odd number of channels, whose frames ALSA counts otherwise', () => {
    expect(opened({ format: 'IMA_ADPCM', channels: 1 }).pcm.kind).toBe('failure');
    expect(opened({ format: 'IMA_ADPCM', channels: 2 }).pcm.kind).toBe('opened');
  });

  test('says what is converted at the bottom of the stack', () => {
    const setup = (format: string, rateHz: number) =>
      `Its setup is:\n  format       : ${format}\n  channels     : 2\n  rate         : ${rateHz}\n  exact rate   : ${rateHz} (x)\n`;
    const dump = `Plug PCM: Rate conversion PCM (96000)\n${setup('S16_LE', 44100)}Slave: Hardware PCM\n${setup('S32_LE', 96000)}`;
    expect(opened({ rateHz: 44100 }, { dump }).pcm).toMatchObject({
      note: 'is converted from S16 44100 Hz, 2 channels to S32_LE 96000 Hz, 2 channels',
    });
    expect(opened({}, { dump: setup('S16_LE', 48000) }).pcm).toMatchObject({ note: '' });
    expect(opened({ format: 'S24_3' }, { dump: setup('S24_3LE', 48000) }).pcm).toMatchObject({
      note: '',
    });
    expect(opened({}, { dump: 'something else' }).pcm).toMatchObject({ note: '' });
  });

  test('knows a number of ALSA for every format of the standard', () => {
    const numbers = FORMATS.map((format) => alsaFormatOf(format.id));
    expect(new Set(numbers).size).toBe(FORMATS.length);
    expect(numbers).not.toContain(undefined);
    expect(alsaFormatOf(99)).toBeUndefined();
  });
});
