/** The pyramid that a waveform is drawn from: minimum, maximum and sum of squares for each channel and 256 frames, then levels
 *  that hold four of the one below. It grows with the data, may begin at any frame and may have gaps.
 *
 *      level 2                 [        4096 frames        ]
 *      level 1                 [ 1024 ][ 1024 ][ 1024 ][ ..]
 *      level 0   blocks of 256 [][][][]
 *
 *  Blocks lie in chunks that exist only where there are data, so that a gap costs nothing. */
import { LIMITS } from '../limits.ts';
import { frameBytesOf } from '../spec/formats.ts';
import type { Bytes, Frames } from '../units.ts';
import { isDecodable } from './decode.ts';
import { levelBytes, mergeLevels, piecesOf } from './level-envelope.ts';
import { BLOCK_FRAMES, makeScan, type PeakValues } from './peaks-scan.ts';
import { SIMD_PIECE_FRAMES, type SimdScan, simdScanFor } from './peaks-simd.ts';
import type { SampleLayout } from './samples.ts';

/** Blocks of one level that make one of the next. */
export const LEVEL_FACTOR = 4;
/** Blocks of a chunk, in every level. */
export const CHUNK_BLOCKS = 256;
/** Gaps that are remembered; peaks are right beyond that, only an RMS next to a later gap comes out too low. */
const REMEMBERED_GAPS = 4096;

/** One level: chunks by their number. Block `b` lies in chunk `b / CHUNK_BLOCKS`. */
export type PeakLevel = ReadonlyMap<number, PeakValues>;

export interface Gap {
  readonly from: Frames;
  readonly to: Frames;
}

/** True for formats that peaks can be found in. */
export function decodable(format: number): boolean {
  return isDecodable(format);
}

export class PeakPyramid {
  /** A bound was reached: what came later is not in here. */
  isFull = false;
  readonly channels: number;
  /** Stretches inside `startFrame`…`endFrame` that never came, in order. */
  readonly gaps: Gap[] = [];
  private readonly layout: SampleLayout;
  private readonly frameBytes: Bytes;
  private readonly growing: Map<number, PeakValues>[] = [new Map()];
  private usedBytes: Bytes = 0;
  private start: Frames | undefined;
  private end: Frames = 0;
  /** The upper levels hold what came before it; undefined while nothing has come. */
  private raisedTo: Frames | undefined;

  private readonly simd: SimdScan | undefined;

  /** `vectors`: scanned by vectors where the host can; the plain loops give the same. */
  constructor(layout: SampleLayout, vectors = true) {
    this.simd = vectors ? simdScanFor(layout) : undefined;
    this.layout = { format: layout.format, channels: layout.channels };
    this.channels = layout.channels;
    this.frameBytes = frameBytesOf(layout);
  }

  /** The first frame that came; `endFrame` while none has. */
  get startFrame(): Frames {
    return this.start ?? this.end;
  }

  /** One past the last frame that came. */
  get endFrame(): Frames {
    return this.end;
  }

  /** From blocks of 256 frames upwards. There is always a first level. The upper ones are brought up to date now: PCM comes in
   *  small pieces, and each would raise the same blocks again. */
  get levels(): readonly PeakLevel[] {
    const { raisedTo } = this;
    const last = Math.floor((this.end - 1) / BLOCK_FRAMES);
    if (raisedTo !== undefined && this.end > raisedTo) {
      this.raise(Math.floor(raisedTo / BLOCK_FRAMES), last);
      this.raisedTo = this.end;
    }
    return this.growing;
  }

  /** Takes in interleaved PCM whose first frame is `fromFrame`. Frames before `endFrame` are passed over: the first one that
   *  came counts. Does nothing for a format without samples, or once `isFull`. Time: linear in the PCM. */
  append(pcm: Uint8Array, fromFrame: Frames): void {
    if (this.isFull || this.frameBytes === 0 || !(fromFrame >= 0)) return;
    const last = fromFrame + Math.floor(pcm.length / this.frameBytes);
    const first = Math.max(fromFrame, this.end);
    if (!isDecodable(this.layout.format) || first >= last) return;
    this.noteGap(first);
    if (this.simd === undefined) this.scanBlocks(pcm, fromFrame, first, last);
    else this.scanPieces(this.simd, pcm, fromFrame, first, last);
  }

  /** Takes in the levels of PCM that was not kept: `level-envelope.ts`. They are passed over where there are frames already,
   *  and when they are not as many bytes as `frames` frames have. */
  appendLevels(levels: Uint8Array, fromFrame: Frames, frames: Frames): void {
    if (this.isFull || !isDecodable(this.layout.format) || !(fromFrame >= this.end)) return;
    if (frames <= 0 || levels.length !== levelBytes(fromFrame, frames, this.channels)) return;
    this.noteGap(fromFrame);
    const valueBytes = levelBytes(0, 1, this.channels);
    for (const [place, [from, count]] of piecesOf(fromFrame, frames).entries()) {
      const block = Math.floor(from / BLOCK_FRAMES);
      const chunk = this.chunk(0, Math.floor(block / CHUNK_BLOCKS));
      if (chunk === undefined) return;
      const index = (block % CHUNK_BLOCKS) * this.channels;
      mergeLevels(levels, place * valueBytes, count, this.channels, chunk, index);
      this.end = from + count;
    }
  }

  private noteGap(first: Frames): void {
    if (this.start === undefined) {
      this.start = first;
      this.raisedTo = first;
    } else if (first > this.end && this.gaps.length < REMEMBERED_GAPS) {
      this.gaps.push({ from: this.end, to: first });
    }
    this.end = first;
  }

  private scanPieces(
    simd: SimdScan,
    pcm: Uint8Array,
    fromFrame: Frames,
    first: Frames,
    last: Frames,
  ): void {
    const { frameBytes } = this;
    for (let at = first; at < last && !this.isFull; at += SIMD_PIECE_FRAMES) {
      const to = Math.min(last, at + SIMD_PIECE_FRAMES);
      simd.load(pcm.subarray((at - fromFrame) * frameBytes, (to - fromFrame) * frameBytes));
      this.scanPiece(simd, at, to);
    }
  }

  /** Whole blocks go together, up to the end of their chunk; parts of blocks are merged into what is there. */
  private scanPiece(simd: SimdScan, from: Frames, to: Frames): void {
    for (let at = from; at < to; at = this.end) {
      const block = Math.floor(at / BLOCK_FRAMES);
      const place = block % CHUNK_BLOCKS;
      const chunk = this.chunk(0, Math.floor(block / CHUNK_BLOCKS));
      if (chunk === undefined) return;
      const isWhole = at % BLOCK_FRAMES === 0 && to - at >= BLOCK_FRAMES;
      if (isWhole) {
        const count = Math.min(Math.floor((to - at) / BLOCK_FRAMES), CHUNK_BLOCKS - place);
        simd.fill(at - from, BLOCK_FRAMES, count, chunk, place * this.channels);
        this.end = at + count * BLOCK_FRAMES;
      } else {
        const end = Math.min(to, (block + 1) * BLOCK_FRAMES);
        simd.merge(at - from, end - at, chunk, place * this.channels);
        this.end = end;
      }
    }
  }

  private scanBlocks(pcm: Uint8Array, fromFrame: Frames, first: Frames, last: Frames): void {
    const scan = makeScan(pcm, this.layout);
    if (scan === undefined) return;
    for (let at = first; at < last; ) {
      const block = Math.floor(at / BLOCK_FRAMES);
      const blockEnd = Math.min(last, (block + 1) * BLOCK_FRAMES);
      const chunk = this.chunk(0, Math.floor(block / CHUNK_BLOCKS));
      if (chunk === undefined) return;
      scan(at - fromFrame, blockEnd - at, chunk, (block % CHUNK_BLOCKS) * this.channels);
      at = blockEnd;
      this.end = at;
    }
  }

  /** Brings the levels above blocks `from`…`to` of level 0 up to date. */
  private raise(from: number, to: number): void {
    const lowest = Math.floor(this.startFrame / BLOCK_FRAMES);
    const highest = Math.floor((this.end - 1) / BLOCK_FRAMES);
    for (let level = 0, size = 1; highest / size - lowest / size > LEVEL_FACTOR; level++) {
      size *= LEVEL_FACTOR;
      if (this.growing.length > level + 1) {
        this.combine(level, Math.floor(from / size), Math.floor(to / size));
        continue;
      }
      this.growing.push(new Map());
      const perChunk = CHUNK_BLOCKS / LEVEL_FACTOR;
      for (const number of this.growing[level]?.keys() ?? []) {
        this.combine(level, number * perChunk, (number + 1) * perChunk - 1);
      }
    }
  }

  /** Makes blocks `from`…`to` of the level above `level` out of four each. */
  private combine(level: number, from: number, to: number): void {
    for (let block = from; block <= to && !this.isFull; block++) {
      const children = this.growing[level]?.get(Math.floor((block * LEVEL_FACTOR) / CHUNK_BLOCKS));
      if (children === undefined) continue;
      const target = this.chunk(level + 1, Math.floor(block / CHUNK_BLOCKS));
      if (target === undefined) return;
      const at = ((block * LEVEL_FACTOR) % CHUNK_BLOCKS) * this.channels;
      combineFour(children, at, target, (block % CHUNK_BLOCKS) * this.channels, this.channels);
    }
  }

  private chunk(level: number, number: number): PeakValues | undefined {
    const known = this.growing[level]?.get(number);
    if (known !== undefined) return known;
    const values = CHUNK_BLOCKS * this.channels;
    this.usedBytes += 3 * Float32Array.BYTES_PER_ELEMENT * values;
    this.isFull = this.usedBytes > LIMITS.pyramidBytes;
    if (this.isFull) return undefined;
    const chunk = {
      min: new Float32Array(values).fill(Number.POSITIVE_INFINITY),
      max: new Float32Array(values).fill(Number.NEGATIVE_INFINITY),
      sumOfSquares: new Float32Array(values),
    };
    this.growing[level]?.set(number, chunk);
    return chunk;
  }
}

function combineFour(
  from: PeakValues,
  fromIndex: number,
  to: PeakValues,
  toIndex: number,
  channels: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    let sum = 0;
    for (let child = 0; child < LEVEL_FACTOR; child++) {
      const at = fromIndex + child * channels + channel;
      min = Math.min(min, from.min[at] ?? min);
      max = Math.max(max, from.max[at] ?? max);
      sum += from.sumOfSquares[at] ?? 0;
    }
    to.min[toIndex + channel] = min;
    to.max[toIndex + channel] = max;
    to.sumOfSquares[toIndex + channel] = sum;
  }
}
