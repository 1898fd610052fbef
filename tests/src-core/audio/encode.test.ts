import { describe, expect, test } from 'vitest';
import { decodePcm } from '../../../src-core/audio/decode.ts';
import { applyGain, convertFrames, encodeFrames } from '../../../src-core/audio/encode.ts';
import { formatId, pcm16 } from './audio-rig.ts';

const S16 = formatId('S16');
const stereo16 = { format: S16, channels: 2 };

describe('encoding', () => {
  test('writes a value into every channel of a frame', () => {
    const out = new Uint8Array(8);
    encodeFrames(out, stereo16, (frame) => frame / 4);
    expect(out).toEqual(pcm16(0, 0, 8192, 8192));
  });

  test('writes silence where a format has no samples', () => {
    const out = new Uint8Array(2);
    encodeFrames(out, { format: formatId('DSD_U8'), channels: 2 }, () => 1);
    expect([...out]).toEqual([0x69, 0x69]);
  });
});

describe('converting', () => {
  function converted(
    pcm: Uint8Array,
    from: { format: number; channels: number },
    to: { format: number; channels: number },
    frames: number,
    room: number,
  ): Uint8Array {
    const out = new Uint8Array(room).fill(0xee);
    convertFrames({ pcm, layout: from }, { pcm: out, layout: to }, frames);
    return out;
  }

  test('copies bytes, padding included, when nothing differs', () => {
    const layout = { format: formatId('S24'), channels: 1 };
    const pcm = Uint8Array.from([1, 2, 3, 0xa5, 9, 9, 9, 9]);
    expect([...converted(pcm, layout, layout, 1, 6)]).toEqual([1, 2, 3, 0xa5, 0xee, 0xee]);
  });

  test('keeps 32-bit samples exact on the way through a wider format', () => {
    const s32 = { format: formatId('S32'), channels: 1 };
    const float64 = { format: formatId('FLOAT64'), channels: 1 };
    const pcm = new Uint8Array(Int32Array.from([2 ** 31 - 1, -(2 ** 31), 123456789]).buffer);
    const wide = converted(pcm, s32, float64, 3, 24);
    expect(converted(wide, float64, s32, 3, 12)).toEqual(pcm);
  });

  test('spreads mono over all channels', () => {
    const mono = { format: S16, channels: 1 };
    expect(converted(pcm16(5, 6), mono, stereo16, 2, 8)).toEqual(pcm16(5, 5, 6, 6));
  });

  test('leaves out channels that are too many and keeps those silent that are missing', () => {
    const mono = { format: S16, channels: 1 };
    const three = { format: S16, channels: 3 };
    expect(converted(pcm16(1, 2, 3, 4), stereo16, mono, 2, 4)).toEqual(pcm16(1, 3));
    expect(converted(pcm16(1, 2), stereo16, three, 1, 6)).toEqual(pcm16(1, 2, 0));
  });

  test('gives silence from and to formats without samples', () => {
    const dsd = { format: formatId('DSD_U8'), channels: 1 };
    const u8 = { format: formatId('U8'), channels: 1 };
    expect([...converted(Uint8Array.from([1, 2]), dsd, u8, 2, 2)]).toEqual([0x80, 0x80]);
    expect([...converted(Uint8Array.from([1, 2]), u8, dsd, 2, 2)]).toEqual([0x69, 0x69]);
  });
});

describe('the gain of the monitor', () => {
  test('touches no byte at 1', () => {
    const layout = { format: formatId('S24'), channels: 1 };
    const pcm = Uint8Array.from([1, 2, 3, 0xa5]);
    applyGain(pcm, layout, 1, 1);
    expect([...pcm]).toEqual([1, 2, 3, 0xa5]);
  });

  test('scales every format that has samples', () => {
    for (const name of ['S8', 'U16', 'S18_3', 'U24', 'S32', 'FLOAT', 'FLOAT64', 'A_LAW']) {
      const layout = { format: formatId(name), channels: 1 };
      const pcm = new Uint8Array(16);
      encodeFrames(pcm, layout, () => -0.5);
      applyGain(pcm, layout, 0.5, 0.5);
      expect(decodePcm(pcm, layout)[0]?.[0]).toBeCloseTo(-0.25, 2);
    }
  });

  test('moves evenly from one value to the next', () => {
    const pcm = pcm16(1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000);
    applyGain(pcm, stereo16, 1, 0);
    expect(pcm).toEqual(pcm16(750, 750, 500, 500, 250, 250, 0, 0));
  });

  test('silences formats without samples when it reaches 0, and leaves them alone before', () => {
    const dsd = { format: formatId('DSD_U8'), channels: 1 };
    const pcm = Uint8Array.from([1, 2]);
    applyGain(pcm, dsd, 1, 0.5);
    expect([...pcm]).toEqual([1, 2]);
    applyGain(pcm, dsd, 0.5, 0);
    expect([...pcm]).toEqual([0x69, 0x69]);
  });
});
