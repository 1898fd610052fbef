import { describe, expect, test } from 'vitest';
import { CAPTURE, libasound, PLAYBACK } from '../../../electron/native/libasound.ts';

const alsa = libasound();
const stereo16 = { format: 2, rateHz: 44100, channels: 2, periodFrames: 441, bufferFrames: 2205 };

test('libasound is there, or there is a sentence', () => {
  if (typeof alsa === 'string') expect(alsa).toMatch(/^(ALSA|libasound) .+/);
  else expect(alsa.errorText(-22)).toBe('Invalid argument');
});

// ALSA's null device needs no card and no server.
const onNull = typeof alsa !== 'string' && alsa.open('null', PLAYBACK) > 0 ? alsa : undefined;

describe.skipIf(onNull === undefined)('a stream of libasound', () => {
  if (onNull === undefined) return;

  test('is opened, configured, described, written to and closed', () => {
    const pcm = onNull.open('null', PLAYBACK);
    expect(onNull.accepts(pcm, stereo16)).toBe(true);
    expect(onNull.accepts(pcm, { ...stereo16, channels: 0 })).toBe(false);
    expect(onNull.configure(pcm, stereo16)).toEqual({ periodFrames: 441, bufferFrames: 2205 });
    expect(onNull.setSwParams(pcm, { availMinFrames: 441, startThresholdFrames: 441 })).toBe(0);
    expect(onNull.dump(pcm)).toMatch(/format +: S16_LE/);
    expect(onNull.pollDescriptors(pcm)).toHaveLength(1);
    expect(onNull.prepare(pcm)).toBe(0);
    expect(onNull.write(pcm, new Uint8Array(441 * 4), 441)).toBe(441);
    expect(onNull.available(pcm)).toBe(2205);
    expect(onNull.delay(pcm)).toBe(0);
    expect(onNull.drop(pcm)).toBe(0);
    expect(onNull.close(pcm)).toBe(0);
  });

  test('records from nothing as fast as one likes', () => {
    const pcm = onNull.open('null', CAPTURE);
    onNull.configure(pcm, stereo16);
    onNull.prepare(pcm);
    onNull.start(pcm);
    expect(onNull.read(pcm, new Uint8Array(40), 10)).toBe(10);
    onNull.close(pcm);
  });

  test('says in numbers that a device is not there', () => {
    const failed = onNull.open('ringside-has-no-such-device', PLAYBACK);
    expect(failed).toBeLessThan(0);
    expect(onNull.errorText(failed)).toMatch(/\w+/);
  });

  test('refuses what it cannot do', () => {
    const pcm = onNull.open('null', PLAYBACK);
    expect(onNull.configure(pcm, { ...stereo16, format: 9999 })).toBe(-22);
    onNull.close(pcm);
  });

  test('lists devices', () => {
    for (const device of onNull.devices()) expect(device.name).not.toBe('');
  });
});
