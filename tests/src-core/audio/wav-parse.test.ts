import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteSourceOf } from '../../../src-core/audio/file-store.ts';
import { wavHeader } from '../../../src-core/audio/wav.ts';
import { wavLayoutOf } from '../../../src-core/audio/wav-layout.ts';
import { parseWav, type WavFile } from '../../../src-core/audio/wav-parse.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import { FORMATS, formatName, frameBytesOf } from '../../../src-core/spec/formats.ts';
import { formatId, joined, pcm16 } from './audio-rig.ts';

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function le32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.from([value]).buffer);
}

function chunk(name: string, body: Uint8Array, saidBytes = body.length): Uint8Array {
  return joined([ascii(name), le32(saidBytes), body, new Uint8Array(body.length % 2)]);
}

function riff(...chunks: Uint8Array[]): Uint8Array {
  const body = joined([ascii('WAVE'), ...chunks]);
  return joined([ascii('RIFF'), le32(body.length), body]);
}

/** A plain `fmt ` body. */
function fmt(tag: number, channels: number, bits: number, frameBytes: number, rateHz = 44100) {
  const words = Uint16Array.from([tag, channels, rateHz, rateHz >> 16, 0, 0, frameBytes, bits]);
  return new Uint8Array(words.buffer);
}

const stereo16 = fmt(1, 2, 16, 4);

function parsed(bytes: Uint8Array): WavFile {
  const found = parseWav(byteSourceOf(bytes));
  if (found.kind === 'problem') throw new Error(found.detail);
  return found;
}

function problemOf(bytes: Uint8Array): string {
  const found = parseWav(byteSourceOf(bytes));
  return found.kind === 'problem' ? found.detail : `no problem: ${JSON.stringify(found)}`;
}

describe('a WAV file', () => {
  test('is read back from every header that is written', () => {
    for (const format of FORMATS.filter((item) => wavLayoutOf(item.id) !== undefined)) {
      for (const channels of [1, 2, 3, 18]) {
        const frameBytes = frameBytesOf({ format: format.id, channels });
        const params = { format: format.id, rateHz: 5512, channels };
        const header = wavHeader(params, 3 * frameBytes) ?? new Uint8Array(0);
        const found = parsed(joined([header, new Uint8Array(3 * frameBytes)]));
        expect(found).toMatchObject({ rateHz: 5512, channels, frameBytes, frames: 3, note: '' });
        expect(formatName(found.wireFormat)).toBe(format.name);
        expect(found.dataAt).toBe(header.length);
      }
    }
  });

  test('is found behind chunks of any kind, odd ones included', () => {
    const file = riff(
      chunk('LIST', ascii('INFOIART')),
      chunk('bext', new Uint8Array(1001)),
      chunk('fmt ', stereo16),
      chunk('cue ', new Uint8Array(3)),
      chunk('data', pcm16(1, 2, 3, 4)),
      chunk('id3 ', new Uint8Array(9)),
    );
    const found = parsed(file);
    expect(found).toMatchObject({ rateHz: 44100, channels: 2, frames: 2, dataBytes: 8 });
    expect(formatName(found.format)).toBe('S16');
    expect(file.slice(found.dataAt, found.dataAt + 8)).toEqual(pcm16(1, 2, 3, 4));
  });

  test('that was cut off has the whole frames that are there, and says so', () => {
    const file = riff(chunk('fmt ', stereo16), chunk('data', pcm16(1, 2, 3), 1000));
    expect(parsed(file)).toMatchObject({
      frames: 1,
      dataBytes: 4,
      note: 'the header promises 1000 bytes of samples, 6 are there',
    });
  });

  test('that was streamed has no size: its samples go to the end', () => {
    const file = riff(chunk('fmt ', stereo16), chunk('data', pcm16(1, 2, 3, 4), 0xffffffff));
    expect(parsed(file)).toMatchObject({ frames: 2, note: '' });
  });

  test('of more than 4 GiB is read by its 64-bit sizes', () => {
    const params = { format: formatId('S16'), rateHz: 48000, channels: 2 };
    const dataBytes = 5 * 2 ** 30;
    const header = wavHeader(params, dataBytes) ?? new Uint8Array(0);
    const source = { ...byteSourceOf(header), totalBytes: header.length + dataBytes };
    expect(parseWav(source)).toMatchObject({ kind: 'wav', frames: dataBytes / 4, note: '' });
  });

  test('with 24 bits in 4 bytes is read as ALSA writes it, low-justified', () => {
    const file = riff(chunk('fmt ', fmt(1, 2, 24, 8)), chunk('data', new Uint8Array(16)));
    expect(formatName(parsed(file).format)).toBe('S24');
  });

  test('cannot claim a wire format that its samples cannot be', () => {
    const comment = (name: string) => {
      const text = ascii(`virtio-sound format ${name}; x\0`);
      return chunk('LIST', joined([ascii('INFOICMT'), le32(text.length), text]));
    };
    const aLaw = chunk('fmt ', fmt(6, 1, 8, 1));
    const data = chunk('data', new Uint8Array(4));
    expect(formatName(parsed(riff(comment('U8'), aLaw, data)).wireFormat)).toBe('A_LAW');
    const plain = chunk('fmt ', stereo16);
    expect(formatName(parsed(riff(comment('S24'), plain, data)).wireFormat)).toBe('S16');
    expect(formatName(parsed(riff(comment('nonsense'), plain, data)).wireFormat)).toBe('S16');
    expect(formatName(parsed(riff(comment('U16'), plain, data)).wireFormat)).toBe('U16');
  });
});

describe('what is not a WAV file that can be read', () => {
  const data = chunk('data', new Uint8Array(8));

  test('is refused with its reason', () => {
    expect(problemOf(new Uint8Array(0))).toBe('not a WAV file: it does not begin with RIFF');
    expect(problemOf(ascii('OggS and more of that'))).toContain('does not begin with RIFF');
    expect(problemOf(ascii('RIFX....WAVE'))).toBe('a big-endian WAV file (RIFX)');
    expect(problemOf(ascii('RIFF....AVI '))).toBe('a RIFF file, but not of WAVE kind');
    expect(problemOf(riff(data))).toContain('no "fmt " chunk before the samples');
    expect(problemOf(riff(chunk('fmt ', stereo16)))).toContain('no "data" chunk');
    expect(problemOf(riff(chunk('fmt ', stereo16.slice(0, 14)), data))).toBe(
      'a "fmt " chunk of 14 bytes; at least 16 are needed',
    );
  });

  test('is refused when its numbers cannot be', () => {
    const refused = (body: Uint8Array) => problemOf(riff(chunk('fmt ', body), data));
    expect(refused(fmt(1, 0, 16, 0))).toBe('0 channels; 1 to 18 can be played');
    expect(refused(fmt(1, 19, 16, 38))).toBe('19 channels; 1 to 18 can be played');
    expect(refused(fmt(1, 2, 16, 4, 0))).toBe('a frame rate of 0 Hz');
    expect(refused(fmt(1, 2, 16, 5))).toBe('5 bytes a frame do not fit 2 channels of 16 bits');
    expect(refused(fmt(17, 2, 4, 1024))).toContain('IMA ADPCM of 4 bits is not an encoding');
    expect(refused(fmt(0x1234, 2, 16, 4))).toContain('format tag 0x1234 of 16 bits');
    expect(refused(fmt(1, 2, 64, 16))).toContain('PCM of 64 bits');
    expect(refused(fmt(3, 2, 16, 4))).toContain('floating point of 16 bits');
    expect(refused(fmt(0xfffe, 2, 16, 4))).toContain('format tag 0x0000');
  });

  test('ends the walk over chunks that never end', () => {
    const empty = chunk('JUNK', new Uint8Array(0));
    const many = new Array<Uint8Array>(LIMITS.wavChunks + 1).fill(empty);
    expect(problemOf(riff(...many))).toContain(`more than ${LIMITS.wavChunks} chunks`);
    const huge = riff(chunk('JUNK', new Uint8Array(0), 0xfffffffe), chunk('fmt ', stereo16), data);
    expect(problemOf(huge)).toContain('no "fmt " chunk');
  });

  test('never makes the parser throw, nor point outside the file', () => {
    const good = wavHeader({ format: formatId('S24'), rateHz: 48000, channels: 3 }, 96) ?? pcm16();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length + 95), fc.nat(255)), { maxLength: 12 }),
        fc.nat(good.length + 96),
        (changes, bytes) => {
          const file = joined([good, new Uint8Array(96)]);
          for (const [at, value] of changes) file[at] = value;
          const found = parseWav(byteSourceOf(file.subarray(0, bytes)));
          if (found.kind === 'problem') return;
          expect(found.dataAt + found.dataBytes).toBeLessThanOrEqual(bytes);
          expect(found.dataBytes).toBe(found.frames * found.frameBytes);
        },
      ),
      { seed: 25, numRuns: 3000 },
    );
  });
});
