import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { A_LAW_LINEAR, aLawOf, MU_LAW_LINEAR, muLawOf } from '../../../src-core/audio/g711.ts';
import { codecOf, fillSilence, framesInBytes, viewOf } from '../../../src-core/audio/samples.ts';
import { FORMATS } from '../../../src-core/spec/formats.ts';
import { formatId } from './audio-rig.ts';

const readable = FORMATS.filter((format) => codecOf(format.id) !== undefined);
const integers = readable.filter(
  (format) => format.kind === 'signed' || format.kind === 'unsigned',
);

function read(name: string, ...bytes: number[]): number | undefined {
  return codecOf(formatId(name))?.read(viewOf(Uint8Array.from(bytes)), 0);
}

function write(name: string, value: number): number[] {
  const codec = codecOf(formatId(name));
  const bytes = new Uint8Array(codec?.sampleBytes ?? 0);
  codec?.write(viewOf(bytes), 0, value);
  return [...bytes];
}

describe('samples', () => {
  test('of every linear and G.711 format can be read, and of no other', () => {
    const opaque = FORMATS.filter((format) => codecOf(format.id) === undefined);
    expect(opaque.map((format) => format.name)).toEqual([
      'IMA_ADPCM',
      'DSD_U8',
      'DSD_U16',
      'DSD_U32',
      'IEC958_SUBFRAME',
    ]);
    expect(codecOf(25)).toBeUndefined();
    expect(codecOf(-1)).toBeUndefined();
  });

  test('have the values that the formats say', () => {
    expect(read('S8', 0x80)).toBe(-1);
    expect(read('U8', 0x80)).toBe(0);
    expect(read('S16', 0x00, 0x40)).toBe(0.5);
    expect(read('U16', 0x00, 0x00)).toBe(-1);
    expect(read('S18_3', 0x00, 0x00, 0x02)).toBe(-1);
    expect(read('S18_3', 0x00, 0x00, 0x01)).toBe(0.5);
    expect(read('U18_3', 0x00, 0x00, 0x03)).toBe(0.5);
    expect(read('S20_3', 0x00, 0x00, 0x08)).toBe(-1);
    expect(read('U20_3', 0x00, 0x00, 0x0c)).toBe(0.5);
    expect(read('S24_3', 0x00, 0x00, 0xc0)).toBe(-0.5);
    expect(read('U24_3', 0x00, 0x00, 0x80)).toBe(0);
    expect(read('S20', 0x00, 0x00, 0x04, 0x00)).toBe(0.5);
    expect(read('U20', 0x00, 0x00, 0x00, 0x00)).toBe(-1);
    expect(read('S24', 0x00, 0x00, 0x80, 0xff)).toBe(-1);
    expect(read('U24', 0x00, 0x00, 0xc0, 0x00)).toBe(0.5);
    expect(read('S32', 0x00, 0x00, 0x00, 0x80)).toBe(-1);
    expect(read('U32', 0x00, 0x00, 0x00, 0xc0)).toBe(0.5);
    expect(read('FLOAT', 0x00, 0x00, 0x00, 0xc0)).toBe(-2);
    expect(read('FLOAT64', 0, 0, 0, 0, 0, 0, 0xe0, 0x3f)).toBe(0.5);
    expect(read('MU_LAW', 0x00)).toBe(-32124 / 32768);
    expect(read('MU_LAW', 0xff)).toBe(0);
    expect(read('A_LAW', 0xaa)).toBe(32256 / 32768);
  });

  test('are read without their padding bits', () => {
    expect(read('S24', 0x00, 0x00, 0x40, 0xa5)).toBe(0.5);
    expect(read('S20', 0x00, 0x00, 0xf4, 0xff)).toBe(0.5);
    expect(read('U18_3', 0x00, 0x00, 0xfe)).toBe(0);
  });

  test('are written sign-extended, rounded and cut at full scale', () => {
    expect(write('S24', -1)).toEqual([0x00, 0x00, 0x80, 0xff]);
    expect(write('S20_3', -1)).toEqual([0x00, 0x00, 0xf8]);
    expect(write('U20', 0)).toEqual([0x00, 0x00, 0x08, 0x00]);
    expect(write('S16', 0.5 + 0.4 / 32768)).toEqual([0x00, 0x40]);
    expect(write('S16', 7)).toEqual([0xff, 0x7f]);
    expect(write('S16', -7)).toEqual([0x00, 0x80]);
    expect(write('U32', 1)).toEqual([0xff, 0xff, 0xff, 0xff]);
    expect(write('S16', Number.NaN)).toEqual([0, 0]);
    expect(write('U16', Number.NaN)).toEqual([0, 0x80]);
    expect(write('S8', Number.POSITIVE_INFINITY)).toEqual([0x7f]);
  });

  test('come back exactly after reading and writing, whatever the integer', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...integers),
        fc.integer({ min: 0, max: 0xffffffff }),
        (format, bits) => {
          const codec = codecOf(format.id);
          const value = (bits >>> 0) / 2 ** (32 - format.significantBits);
          const half = 2 ** (format.significantBits - 1);
          const sample = (Math.floor(value) - half) / half;
          const view = new DataView(new ArrayBuffer(8));
          codec?.write(view, 0, sample);
          expect(codec?.read(view, 0)).toBe(sample);
        },
      ),
      { seed: 25, numRuns: 2000 },
    );
  });

  test('of G.711 come back as the same code; the two zeros of mu-law are one', () => {
    const codes = Array.from({ length: 256 }, (_, code) => code);
    expect(codes.map((code) => aLawOf(A_LAW_LINEAR[code] ?? 0))).toEqual(codes);
    const muLaw = codes.map((code) => (code === 0x7f ? 0xff : code));
    expect(codes.map((code) => muLawOf(MU_LAW_LINEAR[code] ?? 0))).toEqual(muLaw);
  });

  test('of G.711 are off by no more than half a step of their segment', () => {
    for (let linear = -32768; linear < 32768; linear += 37) {
      const a = A_LAW_LINEAR[aLawOf(linear)] ?? 0;
      const mu = MU_LAW_LINEAR[muLawOf(linear)] ?? 0;
      expect(Math.abs(a - linear)).toBeLessThanOrEqual(Math.max(16, Math.abs(linear) / 31));
      expect(Math.abs(mu - linear)).toBeLessThanOrEqual(Math.max(8, Math.abs(linear) / 31));
    }
  });
});

describe('silence', () => {
  test('reads as 0 in every format that can be read, at any place', () => {
    for (const format of readable) {
      const codec = codecOf(format.id);
      const pcm = new Uint8Array(8 * (codec?.sampleBytes ?? 1));
      fillSilence(pcm, format.id);
      const worst = format.name === 'A_LAW' ? 8 / 32768 : 0;
      for (let at = 0; at < pcm.length; at += codec?.sampleBytes ?? 1) {
        expect(Math.abs(codec?.read(viewOf(pcm), at) ?? 9)).toBe(worst);
      }
    }
  });

  test('is the idle pattern in DSD and 0 in ADPCM and IEC 958', () => {
    const pcm = new Uint8Array(3);
    fillSilence(pcm, formatId('DSD_U16'));
    expect([...pcm]).toEqual([0x69, 0x69, 0x69]);
    fillSilence(pcm, formatId('IEC958_SUBFRAME'));
    expect([...pcm]).toEqual([0, 0, 0]);
  });
});

test('frames in bytes are whole ones; there are none of an unknown format', () => {
  expect(framesInBytes(11, { format: formatId('S16'), channels: 2 })).toBe(2);
  expect(framesInBytes(11, { format: 77, channels: 2 })).toBe(0);
});
