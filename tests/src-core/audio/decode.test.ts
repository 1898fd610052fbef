import { describe, expect, test } from 'vitest';
import {
  dbfsText,
  decodeChannel,
  decodePcm,
  isDecodable,
  sampleText,
} from '../../../src-core/audio/decode.ts';
import { formatId, pcm16 } from './audio-rig.ts';

const stereo16 = { format: formatId('S16'), channels: 2 };

describe('decoding', () => {
  test('takes interleaved channels apart', () => {
    const pcm = pcm16(0, 16384, -32768, 8192, 1, 2);
    expect(decodePcm(pcm, stereo16).map((channel) => [...channel])).toEqual([
      [0, -1, 1 / 32768],
      [0.5, 0.25, 2 / 32768],
    ]);
  });

  test('gives the same from bytes that do not lie on a word border', () => {
    const shifted = new Uint8Array([9, ...pcm16(0, 16384, -32768, 8192)]).subarray(1);
    expect([...decodeChannel(shifted, stereo16, 1)]).toEqual([0.5, 0.25]);
  });

  test('leaves out a part of a frame at the end', () => {
    expect([...decodeChannel(pcm16(1, 2, 3), stereo16, 0)]).toEqual([1 / 32768]);
  });

  test('reads formats of three bytes', () => {
    const pcm = Uint8Array.from([0, 0, 0x40, 0, 0, 0xc0, 0, 0, 0x80, 0, 0, 0]);
    const layout = { format: formatId('S24_3'), channels: 2 };
    expect(decodePcm(pcm, layout).map((channel) => [...channel])).toEqual([
      [0.5, -1],
      [-0.5, 0],
    ]);
  });

  test('gives nothing for formats without samples and channels that are not there', () => {
    expect(isDecodable(formatId('DSD_U8'))).toBe(false);
    expect(isDecodable(formatId('MU_LAW'))).toBe(true);
    expect(decodeChannel(pcm16(1, 2), { format: formatId('DSD_U8'), channels: 1 }, 0)).toHaveLength(
      0,
    );
    expect(decodeChannel(pcm16(1, 2), stereo16, 2)).toHaveLength(0);
    expect(decodeChannel(pcm16(1, 2), stereo16, -1)).toHaveLength(0);
  });
});

describe('a sample in words', () => {
  test('has its integer, its container in hex and its level', () => {
    const pcm = pcm16(0, -1204);
    expect(sampleText(pcm, stereo16, 0, 1)).toEqual({
      value: '-1204',
      hex: '0xfb4c',
      dbfs: '-28.7 dBFS',
    });
    expect(sampleText(pcm, stereo16, 0, 0)?.dbfs).toBe('-∞ dBFS');
  });

  test('shows unsigned numbers as they stand and padding bits in the hex alone', () => {
    const u24 = { format: formatId('U24'), channels: 1 };
    expect(sampleText(Uint8Array.from([0, 0, 0xc0, 0x5a]), u24, 0, 0)).toEqual({
      value: '12582912',
      hex: '0x5ac00000',
      dbfs: '-6.0 dBFS',
    });
  });

  test('shows floats as numbers and G.711 codes by their linear value', () => {
    const float = { format: formatId('FLOAT'), channels: 1 };
    const bytes = new Uint8Array(Float32Array.from([-0.1]).buffer);
    expect(sampleText(bytes, float, 0, 0)).toEqual({
      value: '-0.100000001',
      hex: '0xbdcccccd',
      dbfs: '-20.0 dBFS',
    });
    const muLaw = { format: formatId('MU_LAW'), channels: 1 };
    expect(sampleText(Uint8Array.from([0]), muLaw, 0, 0)?.value).toBe('-32124');
  });

  test('has only its bytes in a format without samples', () => {
    const dsd = { format: formatId('DSD_U16'), channels: 1 };
    expect(sampleText(Uint8Array.from([0x69, 0x96]), dsd, 0, 0)).toEqual({
      value: '',
      hex: '0x9669',
      dbfs: '',
    });
  });

  test('is not there outside the bytes', () => {
    const pcm = pcm16(1, 2);
    expect(sampleText(pcm, stereo16, 1, 0)).toBeUndefined();
    expect(sampleText(pcm, stereo16, 0, 2)).toBeUndefined();
    expect(sampleText(pcm, stereo16, -1, 0)).toBeUndefined();
    expect(sampleText(pcm, { format: 99, channels: 1 }, 0, 0)).toBeUndefined();
  });

  test('says levels in one form', () => {
    expect(dbfsText(1)).toBe('0.0 dBFS');
    expect(dbfsText(0.9999)).toBe('0.0 dBFS');
    expect(dbfsText(2)).toBe('6.0 dBFS');
    expect(dbfsText(Number.NaN)).toBe('not a number');
    expect(dbfsText(Number.NEGATIVE_INFINITY)).toBe('+∞ dBFS');
  });
});
