/** Peaks of stereo S16 by vectors (`peaks-simd-code.ts`), where the host runs WebAssembly; else `undefined`, and the plain loops
 *  do it. PCM is copied into the module's memory in pieces that stay in the processor's cache. */
import { FORMATS } from '../spec/formats.ts';
import type { Frames } from '../units.ts';
import type { PeakValues } from './peaks-scan.ts';
import { scanStereo } from './peaks-scan.ts';
import { SIMD_INPUT_BYTES, SIMD_RESULTS, simdModule } from './peaks-simd-code.ts';
import { IS_LITTLE_ENDIAN, type SampleLayout } from './samples.ts';

const FRAME_BYTES = 4;
/** Frames that the module takes at once. */
export const SIMD_PIECE_FRAMES = SIMD_INPUT_BYTES / FRAME_BYTES;
/** Frames of two vectors. */
const STEP = 8;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly scan: (at: number, frames: number, count: number, out: number) => void;
}

export class SimdScan {
  private readonly bytes: Uint8Array;
  private readonly words: Int16Array;
  private readonly results: Float32Array;
  private readonly scan: Exports['scan'];

  constructor({ memory, scan }: Exports) {
    this.bytes = new Uint8Array(memory.buffer, 0, SIMD_INPUT_BYTES);
    this.words = new Int16Array(memory.buffer, 0, SIMD_INPUT_BYTES / 2);
    this.results = new Float32Array(memory.buffer, SIMD_INPUT_BYTES);
    this.scan = scan;
  }

  /** At most `SIMD_PIECE_FRAMES`. */
  load(pcm: Uint8Array): void {
    this.bytes.set(pcm);
  }

  /** `count` stretches of `frames` frames (a multiple of 8) from frame `at` of what was loaded on, each over what stood at its place
   *  in `into`: nothing may have been merged there before. */
  fill(at: Frames, frames: Frames, count: number, into: PeakValues, index: number): void {
    this.scan(at * FRAME_BYTES, frames, count, SIMD_INPUT_BYTES);
    const { results } = this;
    const { min, max, sumOfSquares } = into;
    for (let nth = 0, from = 0, to = index; nth < count; nth++, from += SIMD_RESULTS, to += 2) {
      min[to] = results[from] as number;
      min[to + 1] = results[from + 1] as number;
      max[to] = results[from + 2] as number;
      max[to + 1] = results[from + 3] as number;
      sumOfSquares[to] = results[from + 4] as number;
      sumOfSquares[to + 1] = results[from + 5] as number;
    }
  }

  /** Merges a stretch of any length. */
  merge(at: Frames, frames: Frames, into: PeakValues, index: number): void {
    const even = frames - (frames % STEP);
    if (even > 0) {
      this.scan(at * FRAME_BYTES, even, 1, SIMD_INPUT_BYTES);
      for (let channel = 0; channel < 2; channel++) {
        const place = index + channel;
        const [low, high] = [this.result(channel), this.result(2 + channel)];
        into.min[place] = Math.min(into.min[place] ?? low, low);
        into.max[place] = Math.max(into.max[place] ?? high, high);
        into.sumOfSquares[place] = (into.sumOfSquares[place] ?? 0) + this.result(4 + channel);
      }
    }
    if (frames > even) scanStereo(this.words, at + even, frames - even, into, index);
  }

  private result(place: number): number {
    return this.results[place] ?? 0;
  }
}

let made: SimdScan | undefined;
let isTried = false;

/** For PCM of this layout; `undefined` where the plain loops have to do. One for all: it keeps nothing between calls. */
export function simdScanFor({ format, channels }: SampleLayout): SimdScan | undefined {
  if (FORMATS[format]?.name !== 'S16' || channels !== 2 || !IS_LITTLE_ENDIAN) return undefined;
  if (!isTried) made = makeSimdScan();
  isTried = true;
  return made;
}

/** `undefined` without WebAssembly or its vectors, and in a page whose policy forbids it. */
export function makeSimdScan(): SimdScan | undefined {
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(simdModule()));
    return new SimdScan(exports as unknown as Exports);
  } catch {
    return undefined; // the plain loops give the same
  }
}
