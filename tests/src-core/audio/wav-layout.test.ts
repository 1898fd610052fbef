import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codecOf, viewOf } from '../../../src-core/audio/samples.ts';
import { fromWav, isVerbatim, toWav, wavLayoutOf } from '../../../src-core/audio/wav-layout.ts';
import { FORMATS, formatByName } from '../../../src-core/spec/formats.ts';
import { formatId } from './audio-rig.ts';

const inWav = FORMATS.filter((format) => wavLayoutOf(format.id) !== undefined);

function laidOut(name: string, ...bytes: number[]): number[] {
  const layout = wavLayoutOf(formatId(name));
  return layout === undefined ? [] : [...toWav(Uint8Array.from(bytes), layout)];
}

describe('samples in a WAV file', () => {
  test('are the bytes of the wire for the formats that WAV has', () => {
    const verbatim = inWav.filter((format) => {
      const layout = wavLayoutOf(format.id);
      return layout !== undefined && isVerbatim(layout);
    });
    expect(verbatim.map((format) => format.name)).toEqual([
      'MU_LAW',
      'A_LAW',
      'U8',
      'S16',
      'S24_3',
      'S32',
      'FLOAT',
      'FLOAT64',
    ]);
  });

  test('have no place there in formats that are not samples', () => {
    const out = FORMATS.filter((format) => wavLayoutOf(format.id) === undefined);
    expect(out.map((format) => format.name)).toEqual([
      'IMA_ADPCM',
      'DSD_U8',
      'DSD_U16',
      'DSD_U32',
      'IEC958_SUBFRAME',
    ]);
  });

  test('change their sign convention where WAV has the other one', () => {
    expect(laidOut('S8', 0x00, 0x80, 0x7f)).toEqual([0x80, 0x00, 0xff]);
    expect(laidOut('U16', 0x00, 0x80, 0x00, 0x00)).toEqual([0x00, 0x00, 0x00, 0x80]);
    expect(laidOut('U32', 1, 2, 3, 0x84)).toEqual([1, 2, 3, 0x04]);
  });

  test('move to the high end of their container, where WAV has valid bits', () => {
    expect(laidOut('S24', 0x12, 0x34, 0x56, 0x00)).toEqual([0x00, 0x12, 0x34, 0x56]);
    expect(laidOut('S20_3', 0x01, 0x00, 0xf8)).toEqual([0x10, 0x00, 0x80]);
    expect(laidOut('U20', 0x00, 0x00, 0x08, 0x00)).toEqual([0, 0, 0, 0]);
  });

  test('sound the same: the value at full scale is kept in every linear format', () => {
    for (const format of inWav.filter((item) => item.kind !== 'coded')) {
      const layout = wavLayoutOf(format.id);
      const codec = codecOf(format.id);
      if (layout === undefined || codec === undefined) continue;
      const wire = new Uint8Array(codec.sampleBytes);
      codec.write(viewOf(wire), 0, -0.375);
      const name = { 1: 'U8', 2: 'S16', 3: 'S24_3', 4: 'S32' }[layout.containerBytes] ?? '';
      const plain = format.kind === 'float' ? format : formatByName(name);
      const heard = codecOf(plain?.id ?? -1)?.read(viewOf(toWav(wire, layout)), 0);
      expect([format.name, heard]).toEqual([format.name, -0.375]);
    }
  });

  test('give the bytes of the wire back, for every bit pattern without padding', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...inWav),
        fc.array(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 1, maxLength: 8 }),
        (format, words) => {
          const layout = wavLayoutOf(format.id);
          if (layout === undefined) return;
          const unused = 32 - Math.min(32, format.significantBits);
          const samples = words.map((word) =>
            format.kind === 'signed' ? (word << unused) >> unused : (word << unused) >>> unused,
          );
          const wire = new Uint8Array(samples.length * layout.containerBytes);
          samples.forEach((sample, i) => {
            for (let byte = 0; byte < Math.min(4, layout.containerBytes); byte++) {
              wire[i * layout.containerBytes + byte] = sample >>> (8 * byte);
            }
          });
          expect(fromWav(toWav(wire, layout), format.id)).toEqual(wire);
        },
      ),
      { seed: 25, numRuns: 1000 },
    );
  });

  test('leave what the caller gave as it was', () => {
    const wire = Uint8Array.from([0x00, 0x80]);
    const layout = wavLayoutOf(formatId('U16'));
    if (layout !== undefined) toWav(wire, layout);
    expect([...wire]).toEqual([0x00, 0x80]);
  });
});
