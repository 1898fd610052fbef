/** WAV headers. A header has the same length whatever it says, so that it can be written again over itself; the place of a
 *  `JUNK` chunk becomes the `ds64` of an RF64 file when the data outgrow 4 GiB.
 *
 *      RIFF WAVE | JUNK or ds64 | fmt  | fact (not for PCM) | LIST INFO ICMT (re-expressed samples) | data
 *
 *  Sources: RIFF/WAVE, WAVEFORMATEXTENSIBLE, EBU Tech 3306 (RF64) */
import { FORMATS, formatName, frameBytesOf } from '../spec/formats.ts';
import type { Bytes } from '../units.ts';
import { viewOf } from './samples.ts';
import { isVerbatim, WAV_EXTENSIBLE, WAV_PCM, type WavLayout, wavLayoutOf } from './wav-layout.ts';

export interface WavParams {
  /** Format id. */
  readonly format: number;
  readonly rateHz: number;
  readonly channels: number;
}

/** What the `ICMT` of a file with re-expressed samples begins with; the format's name follows. */
export const WAV_COMMENT = 'virtio-sound format ';
/** KSDATAFORMAT_SUBTYPE after its first word. */
export const SUBFORMAT_TAIL = [
  0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71,
] as const;
export const DS64_BYTES = 28;
/** Largest value of a 32-bit size; itself it means "see ds64". */
export const MAX_SIZE_32 = 0xffffffff;

/** True for formats that a WAV file can hold. */
export function isWavFormat(format: number): boolean {
  return wavLayoutOf(format) !== undefined;
}

/** The whole header of a file with `dataBytes` bytes of samples; `undefined` for a format that no WAV can hold.
 *  Its length depends on the parameters alone. */
export function wavHeader(params: WavParams, dataBytes: Bytes): Uint8Array | undefined {
  const layout = wavLayoutOf(params.format);
  if (layout === undefined) return undefined;
  const chunks = [
    fmtChunk(params, layout),
    factChunk(params, layout, dataBytes),
    commentChunk(params, layout),
  ];
  const middle = chunks.flat();
  const headerBytes = 12 + 8 + DS64_BYTES + middle.length + 8;
  const riffBytes = headerBytes - 8 + dataBytes + (dataBytes % 2);
  const isLong = riffBytes >= MAX_SIZE_32;
  return Uint8Array.from([
    ...fourCc(isLong ? 'RF64' : 'RIFF'),
    ...le32(isLong ? MAX_SIZE_32 : riffBytes),
    ...fourCc('WAVE'),
    ...sizesChunk(isLong, riffBytes, dataBytes, frameBytesOf(params)),
    ...middle,
    ...fourCc('data'),
    ...le32(isLong ? MAX_SIZE_32 : dataBytes),
  ]);
}

/** The description that lies beside a raw file: what a WAV header would have said, as JSON. */
export function rawDescription(params: WavParams): string {
  const format = FORMATS[params.format];
  const description = {
    format: `VIRTIO_SND_PCM_FMT_${formatName(params.format)}`,
    significantBits: format?.significantBits ?? 0,
    containerBits: format?.containerBits ?? 0,
    byteOrder: 'little-endian',
    rateHz: params.rateHz,
    channels: params.channels,
    interleaved: true,
    frameBytes: frameBytesOf(params),
  };
  return `${JSON.stringify(description, undefined, 2)}\n`;
}

function sizesChunk(
  isLong: boolean,
  riffBytes: Bytes,
  dataBytes: Bytes,
  frameBytes: Bytes,
): number[] {
  if (!isLong)
    return [...fourCc('JUNK'), ...le32(DS64_BYTES), ...new Array<number>(DS64_BYTES).fill(0)];
  const frames = Math.floor(dataBytes / frameBytes);
  return [
    ...fourCc('ds64'),
    ...le32(DS64_BYTES),
    ...le64(riffBytes),
    ...le64(dataBytes),
    ...le64(frames),
    ...le32(0),
  ];
}

function fmtChunk(params: WavParams, layout: WavLayout): number[] {
  const isExtensible = params.channels > 2 || layout.validBits !== layout.containerBytes * 8;
  const extensionBytes = isExtensible ? 22 : 0;
  const hasExtension = isExtensible || layout.tag !== WAV_PCM;
  const frameBytes = layout.containerBytes * params.channels;
  return [
    ...fourCc('fmt '),
    ...le32(16 + (hasExtension ? 2 : 0) + extensionBytes),
    ...le16(isExtensible ? WAV_EXTENSIBLE : layout.tag),
    ...le16(params.channels),
    ...le32(params.rateHz),
    ...le32(frameBytes * params.rateHz),
    ...le16(frameBytes),
    ...le16(layout.containerBytes * 8),
    ...(hasExtension ? le16(extensionBytes) : []),
    // No speaker positions: which ones they are is a matter of the channel map, not of the stream.
    ...(isExtensible ? [...le16(layout.validBits), ...le32(0), ...le16(layout.tag)] : []),
    ...(isExtensible ? SUBFORMAT_TAIL : []),
  ];
}

/** Frames of data, which everything but plain PCM has to tell. */
function factChunk(params: WavParams, layout: WavLayout, dataBytes: Bytes): number[] {
  if (layout.tag === WAV_PCM) return [];
  const frames = Math.floor(dataBytes / frameBytesOf(params));
  return [...fourCc('fact'), ...le32(4), ...le32(Math.min(frames, MAX_SIZE_32))];
}

/** Which wire format the samples had, where the file alone does not tell. */
function commentChunk(params: WavParams, layout: WavLayout): number[] {
  if (isVerbatim(layout)) return [];
  const changes = [
    layout.invertsSign ? 'sign bit inverted' : '',
    layout.shiftBits > 0 ? `shifted left ${layout.shiftBits} bits` : '',
  ].filter((change) => change !== '');
  const text = [...`${WAV_COMMENT}${formatName(params.format)}; ${changes.join(', ')}`].map(
    (letter) => letter.charCodeAt(0),
  );
  const padded = [...text, ...new Array<number>(2 - (text.length % 2)).fill(0)];
  const item = [...fourCc('ICMT'), ...le32(padded.length), ...padded];
  return [...fourCc('LIST'), ...le32(4 + item.length), ...fourCc('INFO'), ...item];
}

function fourCc(name: string): number[] {
  return [...name].map((letter) => letter.charCodeAt(0));
}

function le16(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff];
}

function le32(value: number): number[] {
  return [...le16(value & 0xffff), ...le16((value >>> 16) & 0xffff)];
}

function le64(value: number): number[] {
  const bytes = new Uint8Array(8);
  viewOf(bytes).setBigUint64(0, BigInt(value), true);
  return [...bytes];
}
