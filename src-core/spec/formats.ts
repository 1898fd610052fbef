/** Sample formats and frame rates of the standard, and what follows from them. Spec: 5.14.6.6.2 */

export type SampleKind = 'signed' | 'unsigned' | 'float' | 'coded';

export interface SampleFormat {
  /** Value in SET_PARAMS, bit number in PCM_INFO. */
  readonly id: number;
  /** The standard's name without `VIRTIO_SND_PCM_FMT_`. */
  readonly name: string;
  readonly significantBits: number;
  readonly containerBits: number;
  /** `coded` samples (ADPCM, DSD, IEC 958) are opaque: no wave is drawn from them. Mu-law and A-law can be decoded. */
  readonly kind: SampleKind;
}

const rows: readonly [string, number, number, SampleKind][] = [
  ['IMA_ADPCM', 4, 4, 'coded'],
  ['MU_LAW', 8, 8, 'coded'],
  ['A_LAW', 8, 8, 'coded'],
  ['S8', 8, 8, 'signed'],
  ['U8', 8, 8, 'unsigned'],
  ['S16', 16, 16, 'signed'],
  ['U16', 16, 16, 'unsigned'],
  ['S18_3', 18, 24, 'signed'],
  ['U18_3', 18, 24, 'unsigned'],
  ['S20_3', 20, 24, 'signed'],
  ['U20_3', 20, 24, 'unsigned'],
  ['S24_3', 24, 24, 'signed'],
  ['U24_3', 24, 24, 'unsigned'],
  ['S20', 20, 32, 'signed'],
  ['U20', 20, 32, 'unsigned'],
  ['S24', 24, 32, 'signed'],
  ['U24', 24, 32, 'unsigned'],
  ['S32', 32, 32, 'signed'],
  ['U32', 32, 32, 'unsigned'],
  ['FLOAT', 32, 32, 'float'],
  ['FLOAT64', 64, 64, 'float'],
  ['DSD_U8', 8, 8, 'coded'],
  ['DSD_U16', 16, 16, 'coded'],
  ['DSD_U32', 32, 32, 'coded'],
  ['IEC958_SUBFRAME', 32, 32, 'coded'],
];

/** By id. All multi-byte samples are little-endian; 20/32 and 24/32 sit in the low bits of their container. */
export const FORMATS: readonly SampleFormat[] = rows.map(
  ([name, significantBits, containerBits, kind], id) => ({
    id,
    name,
    significantBits,
    containerBits,
    kind,
  }),
);

/** Hertz by rate id. 12000 and 24000 came with version 1.4. */
export const RATES_HZ = [
  5512, 8000, 11025, 16000, 22050, 32000, 44100, 48000, 64000, 88200, 96000, 176400, 192000, 384000,
  12000, 24000,
] as const;
/** First rate id that versions before 1.4 do not know. */
export const FIRST_RATE_OF_1_4 = 14;

/** Channel positions in a map, and so channels of a stream, at most. Spec: 5.14.6.9.1 */
export const MAX_CHANNELS = 18;

export interface StreamParams {
  readonly format: number;
  readonly rate: number;
  readonly channels: number;
  readonly bufferBytes: number;
  readonly periodBytes: number;
  readonly features: number;
}

export function formatByName(name: string): SampleFormat | undefined {
  return FORMATS.find((format) => format.name === name.toUpperCase());
}

export function formatName(id: number): string {
  return FORMATS[id]?.name ?? `format ${id}`;
}

/** 0 for a rate that the standard does not have. */
export function rateHzOf(rate: number): number {
  return RATES_HZ[rate] ?? 0;
}

/** Bytes of one frame; 0 for an unknown format. IMA_ADPCM has no whole-byte sample: one byte a frame and pair of channels. */
export function frameBytesOf(params: { format: number; channels: number }): number {
  const bits = (FORMATS[params.format]?.containerBits ?? 0) * params.channels;
  return Math.ceil(bits / 8);
}

/** Bytes that a second of this stream takes. */
export function bytesPerSecond(params: StreamParams): number {
  return frameBytesOf(params) * rateHzOf(params.rate);
}
