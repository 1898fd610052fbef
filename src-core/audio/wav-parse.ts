/** Reads WAV headers of any origin: a walk over chunks that stays inside the file and ends after `LIMITS.wavChunks`, whatever
 *  the file says. The samples themselves are not touched.
 *  Sources: RIFF/WAVE, WAVEFORMATEXTENSIBLE, EBU Tech 3306 (RF64), RFC 2361 */
import { LIMITS } from '../limits.ts';
import { formatByName, MAX_CHANNELS } from '../spec/formats.ts';
import type { Bytes, Frames } from '../units.ts';
import { type ByteSource, type FileProblem, problem } from './file-store.ts';
import { viewOf } from './samples.ts';
import { DS64_BYTES, MAX_SIZE_32, SUBFORMAT_TAIL, WAV_COMMENT } from './wav.ts';
import {
  isVerbatim,
  WAV_A_LAW,
  WAV_EXTENSIBLE,
  WAV_FLOAT,
  WAV_MU_LAW,
  WAV_PCM,
  wavLayoutOf,
} from './wav-layout.ts';

export interface WavFile {
  readonly kind: 'wav';
  /** Format id of the samples as they lie in the file: the values are right when read with it. */
  readonly format: number;
  /** Format id of the wire that they came from; the same, unless the file says that they were re-expressed. */
  readonly wireFormat: number;
  readonly rateHz: number;
  readonly channels: number;
  readonly frameBytes: Bytes;
  readonly dataAt: Bytes;
  /** Whole frames that are really there. */
  readonly dataBytes: Bytes;
  readonly frames: Frames;
  /** What is odd about the file and was put up with; empty when nothing is. */
  readonly note: string;
}

/** Finds format and data of a WAV file, or says exactly why it cannot. Never throws; reads headers only. */
export function parseWav(file: ByteSource): WavFile | FileProblem {
  const chunks = findChunks(file);
  if (chunks.kind === 'problem') return chunks;
  if (chunks.fmt === undefined)
    return problem('a WAV file without a format: no "fmt " chunk before the samples');
  if (chunks.data === undefined) return problem('a WAV file without samples: no "data" chunk');
  const shape = readShape(chunks.fmt);
  if (shape.kind === 'problem') return shape;
  const there = Math.max(0, Math.min(chunks.data.bytes, file.totalBytes - chunks.data.at));
  const frames = Math.floor(there / shape.frameBytes);
  const isCut = chunks.data.bytes !== MAX_SIZE_32 && there < chunks.data.bytes;
  return {
    ...shape,
    kind: 'wav',
    wireFormat: wireFormatOf(chunks.comment, shape.format),
    dataAt: chunks.data.at,
    dataBytes: frames * shape.frameBytes,
    frames,
    note: isCut
      ? `the header promises ${chunks.data.bytes} bytes of samples, ${there} are there`
      : '',
  };
}

interface Chunks {
  readonly kind: 'chunks';
  fmt?: Uint8Array;
  data?: { at: Bytes; bytes: Bytes };
  comment?: string;
}

interface Shape {
  readonly kind: 'shape';
  readonly format: number;
  readonly rateHz: number;
  readonly channels: number;
  readonly frameBytes: Bytes;
}

/** Bytes of a chunk that are looked at: a `fmt ` of 40, a comment of a line. */
const CHUNK_HEAD_BYTES = 256;

/** Walks the chunks up to `data`; what comes behind it says nothing that is needed. */
function findChunks(file: ByteSource): Chunks | FileProblem {
  const head = file.read(0, 12);
  const form = fourCcAt(head, 0);
  if (form !== 'RIFF' && form !== 'RF64' && form !== 'BW64') {
    return problem(
      form === 'RIFX'
        ? 'a big-endian WAV file (RIFX)'
        : 'not a WAV file: it does not begin with RIFF',
    );
  }
  if (fourCcAt(head, 8) !== 'WAVE') return problem('a RIFF file, but not of WAVE kind');
  const chunks: Chunks = { kind: 'chunks' };
  let longDataBytes: Bytes | undefined;
  let at = 12;
  for (let count = 0; count < LIMITS.wavChunks; count++) {
    const header = file.read(at, 8);
    if (header.length < 8) return chunks;
    const name = fourCcAt(header, 0);
    const bytes = viewOf(header).getUint32(4, true);
    if (name === 'data') {
      const isLong = bytes === MAX_SIZE_32 && longDataBytes !== undefined;
      chunks.data = { at: at + 8, bytes: isLong ? (longDataBytes ?? 0) : bytes };
      return chunks;
    }
    const body = file.read(at + 8, Math.min(bytes, CHUNK_HEAD_BYTES)).slice();
    if (name === 'fmt ') chunks.fmt = body;
    if (name === 'ds64' && form !== 'RIFF') longDataBytes = longSize(body);
    if (name === 'LIST') takeComment(chunks, body);
    at += 8 + bytes + (bytes % 2);
  }
  return problem(`a WAV file with more than ${LIMITS.wavChunks} chunks before the samples`);
}

/** Data size of a `ds64` chunk; what does not fit a double exactly is "up to the end of the file". */
function longSize(body: Uint8Array): Bytes | undefined {
  if (body.length < DS64_BYTES) return undefined;
  const bytes = Number(viewOf(body).getBigUint64(8, true));
  return Number.isSafeInteger(bytes) ? bytes : Number.MAX_SAFE_INTEGER;
}

function takeComment(chunks: Chunks, body: Uint8Array): void {
  if (fourCcAt(body, 0) !== 'INFO' || fourCcAt(body, 4) !== 'ICMT') return;
  chunks.comment = String.fromCharCode(...body.subarray(12)).replace(/\0.*/s, '');
}

function readShape(fmt: Uint8Array): Shape | FileProblem {
  if (fmt.length < 16)
    return problem(`a "fmt " chunk of ${fmt.length} bytes; at least 16 are needed`);
  const view = viewOf(fmt);
  const channels = view.getUint16(2, true);
  const rateHz = view.getUint32(4, true);
  const frameBytes = view.getUint16(12, true);
  if (channels < 1 || channels > MAX_CHANNELS) {
    return problem(`${channels} channels; 1 to ${MAX_CHANNELS} can be played`);
  }
  if (rateHz === 0) return problem('a frame rate of 0 Hz');
  const tag = tagOf(view);
  const bits = view.getUint16(14, true);
  const name = formatNameOf(tag, bits, frameBytes / channels);
  const format = name === undefined ? undefined : formatByName(name);
  if (format === undefined)
    return problem(`${encodingText(tag, bits)} is not an encoding that can be read here`);
  if (frameBytes !== (format.containerBits / 8) * channels) {
    return problem(
      `${frameBytes} bytes a frame do not fit ${channels} channels of ${format.containerBits} bits`,
    );
  }
  return { kind: 'shape', format: format.id, rateHz, channels, frameBytes };
}

/** The format tag; of an extensible header the one inside its sub-format, 0 when that is not one of Microsoft's. */
function tagOf(fmt: DataView): number {
  const tag = fmt.getUint16(0, true);
  if (tag !== WAV_EXTENSIBLE) return tag;
  if (fmt.byteLength < 40) return 0;
  const isKnown = SUBFORMAT_TAIL.every((byte, i) => fmt.getUint8(26 + i) === byte);
  return isKnown ? fmt.getUint16(24, true) : 0;
}

/** The wire format with the same values. Valid bits need no look: WAV keeps them at the high end of the container. Only
 *  24 bits in 4 bytes without that are read as ALSA's tools write them, low-justified. */
function formatNameOf(tag: number, bits: number, containerBytes: number): string | undefined {
  if (tag === WAV_A_LAW && bits === 8) return 'A_LAW';
  if (tag === WAV_MU_LAW && bits === 8) return 'MU_LAW';
  if (tag === WAV_FLOAT) return bits === 32 ? 'FLOAT' : bits === 64 ? 'FLOAT64' : undefined;
  if (tag !== WAV_PCM) return undefined;
  if (bits === 24 && containerBytes === 4) return 'S24';
  const names: Readonly<Record<number, string>> = { 8: 'U8', 16: 'S16', 24: 'S24_3', 32: 'S32' };
  return names[8 * Math.ceil(bits / 8)];
}

function encodingText(tag: number, bits: number): string {
  const names: Readonly<Record<number, string>> = {
    [WAV_PCM]: 'PCM',
    [WAV_FLOAT]: 'floating point',
    [WAV_A_LAW]: 'A-law',
    [WAV_MU_LAW]: 'mu-law',
    2: 'Microsoft ADPCM',
    17: 'IMA ADPCM',
    80: 'MPEG',
    85: 'MP3',
  };
  return `${names[tag] ?? `format tag 0x${tag.toString(16).padStart(4, '0')}`} of ${bits} bits`;
}

/** The format that `wavHeader` noted, if the samples in the file can be it: plain PCM in containers of that size. */
function wireFormatOf(comment: string | undefined, format: number): number {
  if (!comment?.startsWith(WAV_COMMENT)) return format;
  const wire = formatByName(comment.slice(WAV_COMMENT.length).split(';')[0] ?? '');
  const found = wavLayoutOf(format);
  const noted = wire === undefined ? undefined : wavLayoutOf(wire.id);
  const isPossible =
    found?.tag === WAV_PCM &&
    isVerbatim(found) &&
    noted?.tag === WAV_PCM &&
    noted.containerBytes === found.containerBytes;
  return isPossible && wire !== undefined ? wire.id : format;
}

/** Four letters; fewer where the bytes end. */
function fourCcAt(bytes: Uint8Array, at: Bytes): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
