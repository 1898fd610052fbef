/** From wire bytes to what a view draws and says: floats of one channel, and one sample in words. Spec: 5.14.6.6.2 */
import { FORMATS, frameBytesOf, type SampleFormat } from '../spec/formats.ts';
import type { Bytes, Frames } from '../units.ts';
import {
  codecOf,
  framesInBytes,
  IS_LITTLE_ENDIAN,
  integerAt,
  type SampleLayout,
  viewOf,
} from './samples.ts';

/** True for formats that a wave can be drawn from. */
export function isDecodable(format: number): boolean {
  return codecOf(format) !== undefined;
}

/** One channel of interleaved PCM, a value a frame: -1…1 for integers and G.711, floats as they are. A part of a frame at the
 *  end is left out. Empty for a channel or format that has no samples. */
export function decodeChannel(
  pcm: Uint8Array,
  layout: SampleLayout,
  channel: number,
): Float32Array<ArrayBuffer> {
  const codec = codecOf(layout.format);
  if (codec === undefined || channel < 0 || channel >= layout.channels) return new Float32Array(0);
  const out = new Float32Array(framesInBytes(pcm.length, layout));
  decodeInto(out, pcm, layout, channel);
  return out;
}

/** As `decodeChannel`, into the first frames of `out`, which has room for those of `pcm`. Gives how many they are. */
export function decodeInto(
  out: Float32Array,
  pcm: Uint8Array,
  layout: SampleLayout,
  channel: number,
): Frames {
  const codec = codecOf(layout.format);
  if (codec === undefined || channel < 0 || channel >= layout.channels) return 0;
  const frames = framesInBytes(pcm.length, layout);
  const words = layout.format === S16 ? int16Of(pcm) : undefined;
  if (words !== undefined) {
    for (let i = 0, at = channel; i < frames; i++, at += layout.channels) {
      out[i] = (words[at] ?? 0) / 32768;
    }
    return frames;
  }
  const view = viewOf(pcm);
  const frameBytes = frameBytesOf(layout);
  let at = channel * codec.sampleBytes;
  for (let i = 0; i < frames; i++, at += frameBytes) out[i] = codec.read(view, at);
  return frames;
}

/** Every channel, as `decodeChannel`. */
export function decodePcm(pcm: Uint8Array, layout: SampleLayout): Float32Array<ArrayBuffer>[] {
  return Array.from({ length: layout.channels }, (_, channel) =>
    decodeChannel(pcm, layout, channel),
  );
}

/** One sample for a read-out. */
export interface SampleText {
  /** The number on the wire: `-1204`, `32768` (unsigned formats as they stand), `0.25`; the linear value of a G.711 code;
   *  empty where the format has no numbers. */
  readonly value: string;
  /** The whole container, most significant digit first: `0xfb4c`. */
  readonly hex: string;
  /** `-28.7 dBFS`, `-∞ dBFS`; empty where the format has no level. */
  readonly dbfs: string;
}

/** The sample of `channel` in frame `frame`; `undefined` when the bytes do not reach so far. */
export function sampleText(
  pcm: Uint8Array,
  layout: SampleLayout,
  frame: Frames,
  channel: number,
): SampleText | undefined {
  const format = FORMATS[layout.format];
  if (format === undefined || channel < 0 || channel >= layout.channels || frame < 0) {
    return undefined;
  }
  const bytes = Math.ceil(format.containerBits / 8);
  const at = frame * frameBytesOf(layout) + Math.floor((channel * format.containerBits) / 8);
  if (at + bytes > pcm.length) return undefined;
  return textOf(pcm, at, bytes, format);
}

/** `-6.0 dBFS` of an amplitude where 1 is full scale. */
export function dbfsText(amplitude: number): string {
  const level = 20 * Math.log10(Math.abs(amplitude));
  if (Number.isNaN(level)) return 'not a number';
  if (!Number.isFinite(level)) return level < 0 ? '-∞ dBFS' : '+∞ dBFS';
  const rounded = level.toFixed(1);
  return `${rounded === '-0.0' ? '0.0' : rounded} dBFS`;
}

const S16 = FORMATS.findIndex((format) => format.name === 'S16');

/** The bytes as 16-bit words, without copying where they lie on a word's border. */
function int16Of(pcm: Uint8Array): Int16Array | undefined {
  if (!IS_LITTLE_ENDIAN) return undefined;
  const words = pcm.length >> 1;
  if (pcm.byteOffset % 2 === 0) return new Int16Array(pcm.buffer, pcm.byteOffset, words);
  return new Int16Array(pcm.slice(0, 2 * words).buffer);
}

function textOf(pcm: Uint8Array, at: Bytes, bytes: Bytes, format: SampleFormat): SampleText {
  const digits = Array.from(pcm.subarray(at, at + bytes), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  const hex = `0x${digits.reverse().join('')}`;
  const codec = codecOf(format.id);
  if (codec === undefined) return { value: '', hex, dbfs: '' };
  const view = viewOf(pcm);
  const value = codec.read(view, at);
  return { value: numberText(view, at, value, format), hex, dbfs: dbfsText(value) };
}

function numberText(view: DataView, at: Bytes, value: number, format: SampleFormat): string {
  const integer = integerAt(view, at, format);
  if (integer !== undefined) return String(integer);
  if (format.kind === 'coded') return String(Math.round(value * 32768));
  return String(Number(value.toPrecision(format.containerBits === 32 ? 9 : 17)));
}
