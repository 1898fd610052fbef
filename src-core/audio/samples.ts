/** One sample of each format: from its wire bytes to a number and back. Integers map to -1…1 by their significant bits,
 *  exactly; floats stay as they are. Padding bits are ignored when read and sign-extended when written. Spec: 5.14.6.6.2 */
import { FORMATS, frameBytesOf, type SampleFormat } from '../spec/formats.ts';
import type { Bytes, Frames } from '../units.ts';
import { A_LAW_LINEAR, aLawOf, MU_LAW_LINEAR, muLawOf } from './g711.ts';

/** How samples lie: interleaved, `channels` of this format a frame. */
export interface SampleLayout {
  /** Format id. */
  readonly format: number;
  readonly channels: number;
}

export interface SampleCodec {
  readonly sampleBytes: Bytes;
  /** -1…1 for integers and G.711; a float is given as it stands, NaN and infinities included. */
  read(view: DataView, at: Bytes): number;
  /** Rounds to the nearest value and cuts what is out of range; NaN becomes 0 in integer formats. */
  write(view: DataView, at: Bytes, value: number): void;
}

/** True where typed arrays have the wire's byte order. */
export const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Bytes that mean silence in formats which no codec reads. DSD alternates; the others rest at 0. */
const DSD_SILENCE = 0x69;

const CODECS: readonly (SampleCodec | undefined)[] = FORMATS.map(makeCodec);

/** The codec of a format; `undefined` for what has no samples to read (ADPCM, DSD, IEC 958, unknown ids). */
export function codecOf(format: number): SampleCodec | undefined {
  return CODECS[format];
}

/** Whole frames in so many bytes; 0 for an unknown format. */
export function framesInBytes(bytes: Bytes, layout: SampleLayout): Frames {
  const frameBytes = frameBytesOf(layout);
  return frameBytes === 0 ? 0 : Math.floor(bytes / frameBytes);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The integer in the significant bits of a sample, as signed or unsigned as the format; `undefined` for other formats. */
export function integerAt(view: DataView, at: Bytes, format: SampleFormat): number | undefined {
  if (format.kind !== 'signed' && format.kind !== 'unsigned') return undefined;
  const half = halfRange(format);
  const bits = significant(readContainer(view, at, format.containerBits / 8), half);
  return format.kind === 'signed' && bits >= half ? bits - 2 * half : bits;
}

/** Fills `out` with what a stream of this format plays as silence. */
export function fillSilence(out: Uint8Array, format: number): void {
  const codec = codecOf(format);
  if (codec === undefined) {
    out.fill(FORMATS[format]?.name.startsWith('DSD') ? DSD_SILENCE : 0);
    return;
  }
  const sample = new Uint8Array(codec.sampleBytes);
  codec.write(viewOf(sample), 0, 0);
  const isUniform = sample.every((byte) => byte === sample[0]);
  if (isUniform) out.fill(sample[0] ?? 0);
  else for (let i = 0; i < out.length; i++) out[i] = sample[i % sample.length] ?? 0;
}

function makeCodec(format: SampleFormat): SampleCodec | undefined {
  if (format.kind === 'float') return floatCodec(format.containerBits / 8);
  if (format.kind === 'signed' || format.kind === 'unsigned') return integerCodec(format);
  if (format.name === 'MU_LAW') return lawCodec(MU_LAW_LINEAR, muLawOf);
  if (format.name === 'A_LAW') return lawCodec(A_LAW_LINEAR, aLawOf);
  return undefined;
}

function floatCodec(sampleBytes: Bytes): SampleCodec {
  return sampleBytes === 4
    ? {
        sampleBytes,
        read: (view, at) => view.getFloat32(at, true),
        write: (view, at, value) => view.setFloat32(at, value, true),
      }
    : {
        sampleBytes,
        read: (view, at) => view.getFloat64(at, true),
        write: (view, at, value) => view.setFloat64(at, value, true),
      };
}

function lawCodec(linear: Int16Array, codeOf: (linear: number) => number): SampleCodec {
  return {
    sampleBytes: 1,
    read: (view, at) => (linear[view.getUint8(at)] ?? 0) / 32768,
    write: (view, at, value) => view.setUint8(at, codeOf(toInteger(value, 32768))),
  };
}

function integerCodec(format: SampleFormat): SampleCodec {
  const sampleBytes = format.containerBits / 8;
  const half = halfRange(format);
  const offset = format.kind === 'signed' ? 0 : half;
  return {
    sampleBytes,
    read: (view, at) => {
      const bits = significant(readContainer(view, at, sampleBytes), half);
      return (offset === 0 && bits >= half ? bits - 2 * half : bits - offset) / half;
    },
    write: (view, at, value) => {
      writeContainer(view, at, sampleBytes, toInteger(value, half) + offset);
    },
  };
}

/** `value` in -1…1 as an integer in -half…half - 1. */
function toInteger(value: number, half: number): number {
  const scaled = Math.round(value * half);
  if (scaled >= half) return half - 1;
  return scaled > -half ? scaled : Number.isNaN(scaled) ? 0 : -half;
}

function halfRange(format: SampleFormat): number {
  return 2 ** (format.significantBits - 1);
}

/** A container without its padding bits; 2³¹ is the half range of samples that have none. */
function significant(container: number, half: number): number {
  return half === 2 ** 31 ? container : container & (2 * half - 1);
}

function readContainer(view: DataView, at: Bytes, bytes: Bytes): number {
  if (bytes === 2) return view.getUint16(at, true);
  if (bytes === 4) return view.getUint32(at, true);
  if (bytes === 3) return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  return view.getUint8(at);
}

function writeContainer(view: DataView, at: Bytes, bytes: Bytes, value: number): void {
  if (bytes === 2) view.setUint16(at, value, true);
  else if (bytes === 4) view.setUint32(at, value, true);
  else if (bytes === 3) {
    view.setUint16(at, value, true);
    view.setUint8(at + 2, value >> 16);
  } else view.setUint8(at, value);
}
