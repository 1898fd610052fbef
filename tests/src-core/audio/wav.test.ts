import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { viewOf } from '../../../src-core/audio/samples.ts';
import { rawDescription, wavHeader } from '../../../src-core/audio/wav.ts';
import { formatId } from './audio-rig.ts';

function headerOf(format: string, channels: number, dataBytes: number, rateHz = 48000): Uint8Array {
  const header = wavHeader({ format: formatId(format), rateHz, channels }, dataBytes);
  if (header === undefined) throw new Error(`${format} is no WAV format`);
  return header;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function ascii(text: string): string {
  return hex(new TextEncoder().encode(text));
}

describe('a WAV header', () => {
  test('of 16-bit stereo is the plain one, with room for RF64', () => {
    expect(hex(headerOf('S16', 2, 8))).toBe(
      [
        ascii('RIFF'),
        '50 00 00 00',
        ascii('WAVEJUNK'),
        '1c 00 00 00',
        new Array(28).fill('00').join(' '),
        ascii('fmt '),
        '10 00 00 00 01 00 02 00 80 bb 00 00 00 ee 02 00 04 00 10 00',
        ascii('data'),
        '08 00 00 00',
      ].join(' '),
    );
  });

  test('of floats has an extension of no bytes and counts the frames', () => {
    const header = hex(headerOf('FLOAT', 1, 400));
    expect(header).toContain('12 00 00 00 03 00 01 00 80 bb 00 00 00 ee 02 00 04 00 20 00 00 00');
    expect(header).toContain(`${ascii('fact')} 04 00 00 00 64 00 00 00`);
  });

  test('of more than two channels is extensible and names no speakers', () => {
    const header = hex(headerOf('S16', 6, 0));
    expect(header).toContain(
      '28 00 00 00 fe ff 06 00 80 bb 00 00 00 ca 08 00 0c 00 10 00 16 00 10 00 00 00 00 00 ' +
        '01 00 00 00 00 00 10 00 80 00 00 aa 00 38 9b 71',
    );
  });

  test('of 24 bits in 4 bytes has the valid bits and says what the wire had', () => {
    const header = headerOf('S24', 2, 0);
    expect(hex(header)).toContain('08 00 20 00 16 00 18 00');
    expect(new TextDecoder().decode(header)).toContain(
      'virtio-sound format S24; shifted left 8 bits',
    );
  });

  test('pads an odd data chunk in the length of the file, not in its own', () => {
    const view = viewOf(headerOf('U8', 1, 3));
    expect(view.getUint32(4, true)).toBe(view.byteLength - 8 + 4);
    expect(view.getUint32(view.byteLength - 4, true)).toBe(3);
  });

  test('becomes RF64 over 4 GiB, with 64-bit sizes in the place of the JUNK', () => {
    const frames = 2 ** 31;
    const header = headerOf('S16', 2, 4 * frames);
    const view = viewOf(header);
    const text = new TextDecoder('latin1').decode(header);
    expect(text.slice(0, 4)).toBe('RF64');
    expect(view.getUint32(4, true)).toBe(0xffffffff);
    expect(text.slice(12, 16)).toBe('ds64');
    expect(view.getBigUint64(20, true)).toBe(BigInt(header.length - 8 + 4 * frames));
    expect(view.getBigUint64(28, true)).toBe(BigInt(4 * frames));
    expect(view.getBigUint64(36, true)).toBe(BigInt(frames));
    expect(view.getUint32(header.length - 4, true)).toBe(0xffffffff);
  });

  test('has the same length whatever the data are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('S8', 'U8', 'S16', 'S18_3', 'U24', 'S32', 'FLOAT64', 'A_LAW'),
        fc.integer({ min: 1, max: 18 }),
        fc.integer({ min: 0, max: 2 ** 40 }),
        (format, channels, dataBytes) => {
          const lengths = [0, dataBytes].map((bytes) => headerOf(format, channels, bytes).length);
          expect(lengths[0]).toBe(lengths[1]);
          expect((lengths[0] ?? 1) % 2).toBe(0);
        },
      ),
      { seed: 25, numRuns: 200 },
    );
  });

  test('does not exist for formats that a WAV cannot hold; those get a description', () => {
    const params = { format: formatId('DSD_U32'), rateHz: 384000, channels: 2 };
    expect(wavHeader(params, 0)).toBeUndefined();
    expect(wavHeader({ format: 77, rateHz: 8000, channels: 1 }, 0)).toBeUndefined();
    expect(JSON.parse(rawDescription(params))).toEqual({
      format: 'VIRTIO_SND_PCM_FMT_DSD_U32',
      significantBits: 32,
      containerBits: 32,
      byteOrder: 'little-endian',
      rateHz: 384000,
      channels: 2,
      interleaved: true,
      frameBytes: 8,
    });
  });
});
