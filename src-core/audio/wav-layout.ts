/** How a stream's samples lie in a WAV file. Eight formats go in byte by byte. WAV has no other sign and no other
 *  justification than its own, so the rest of the linear formats is re-expressed without losing a bit: offset binary becomes
 *  two's complement (or the reverse for 8 bits) and low-justified samples move to the high end of their container, where WAV
 *  puts "valid bits". `fromWav` gives the wire's bytes back. ADPCM without blocks, DSD and IEC 958 have no place in a WAV.
 *  Sources: RFC 2361, WAVEFORMATEXTENSIBLE; Spec: 5.14.6.6.2 */
import { FORMATS, type SampleFormat } from '../spec/formats.ts';
import type { Bytes } from '../units.ts';

export const WAV_PCM = 1;
export const WAV_FLOAT = 3;
export const WAV_A_LAW = 6;
export const WAV_MU_LAW = 7;
export const WAV_EXTENSIBLE = 0xfffe;

export interface WavLayout {
  /** Format tag, or the first word of the sub-format in an extensible header. */
  readonly tag: number;
  readonly containerBytes: Bytes;
  readonly validBits: number;
  /** How far samples move towards the high end of the container. */
  readonly shiftBits: number;
  /** Whether the sign convention changes: the highest significant bit is inverted. */
  readonly invertsSign: boolean;
}

const TAG_BY_NAME: Readonly<Record<string, number>> = {
  FLOAT: WAV_FLOAT,
  FLOAT64: WAV_FLOAT,
  A_LAW: WAV_A_LAW,
  MU_LAW: WAV_MU_LAW,
};

const LAYOUTS: readonly (WavLayout | undefined)[] = FORMATS.map(makeLayout);

/** `undefined` for what a WAV cannot hold. */
export function wavLayoutOf(format: number): WavLayout | undefined {
  return LAYOUTS[format];
}

/** True when the bytes of the file are the bytes of the wire. */
export function isVerbatim(layout: WavLayout): boolean {
  return layout.shiftBits === 0 && !layout.invertsSign;
}

/** Wire samples as the file wants them. Gives `pcm` itself when they are the same. */
export function toWav(pcm: Uint8Array, layout: WavLayout): Uint8Array {
  if (isVerbatim(layout)) return pcm;
  const mask = maskOf(layout);
  const invert = layout.invertsSign ? topBitOf(layout) : 0;
  return mapContainers(
    pcm,
    layout.containerBytes,
    (sample) => ((sample & mask) ^ invert) << layout.shiftBits,
  );
}

/** The wire's samples again, padding bits sign-extended or zero as the format is signed or not. */
export function fromWav(data: Uint8Array, format: number): Uint8Array {
  const layout = wavLayoutOf(format);
  if (layout === undefined || isVerbatim(layout)) return data;
  const invert = layout.invertsSign ? topBitOf(layout) : 0;
  const unusedBits = 32 - layout.validBits;
  const isSigned = FORMATS[format]?.kind === 'signed';
  return mapContainers(data, layout.containerBytes, (sample) => {
    const bits = (sample >>> layout.shiftBits) ^ invert;
    return isSigned ? (bits << unusedBits) >> unusedBits : bits;
  });
}

function makeLayout(format: SampleFormat): WavLayout | undefined {
  const containerBytes = format.containerBits / 8;
  const plain = {
    containerBytes,
    validBits: format.significantBits,
    shiftBits: 0,
    invertsSign: false,
  };
  const tag = TAG_BY_NAME[format.name];
  if (tag !== undefined) return { ...plain, tag };
  if (format.kind === 'coded' || format.kind === 'float') return undefined;
  const isUnsignedInWav = containerBytes === 1;
  return {
    ...plain,
    tag: WAV_PCM,
    shiftBits: format.containerBits - format.significantBits,
    invertsSign: (format.kind === 'unsigned') !== isUnsignedInWav,
  };
}

function maskOf(layout: WavLayout): number {
  return layout.validBits === 32 ? -1 : 2 ** layout.validBits - 1;
}

function topBitOf(layout: WavLayout): number {
  return 1 << (layout.validBits - 1);
}

/** A copy with each little-endian container changed; a part of one at the end stays as it is. */
function mapContainers(
  from: Uint8Array,
  bytes: Bytes,
  change: (sample: number) => number,
): Uint8Array {
  const out = from.slice();
  for (let at = 0; at + bytes <= from.length; at += bytes) {
    let sample = 0;
    for (let i = 0; i < bytes; i++) sample |= (from[at + i] ?? 0) << (8 * i);
    const changed = change(sample);
    for (let i = 0; i < bytes; i++) out[at + i] = changed >>> (8 * i);
  }
  return out;
}
