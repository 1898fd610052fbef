/** The loop under the peaks of stereo S16 as a WebAssembly module with 128-bit vectors, put together from its instructions: a
 *  vector holds four frames, L R L R L R L R.
 *
 *      scan(at, frames, count, out)      frames: a multiple of 8 of each of `count` stretches that lie one after the other
 *
 *      for each stretch                  low, high: minimum and maximum by lane; left, right: sums of squares, two 64-bit lanes
 *        for each 8 frames  a, b         the dot product of a vector with itself, one channel's lanes masked away, gives
 *          low  = min(low, a, b)         the squares of the other one: L² in four 32-bit lanes. Two of them are at most 2³¹,
 *          left += L²(a) + L²(b)         which is widened to 64 bits before it is added
 *        out: min L, min R, max L, max R, sum L, sum R as 32-bit floats, 1 being full scale
 *
 *  The plain form is in `peaks-scan.ts`; the tests hold both against each other. Spec: webassembly.github.io/spec/core, 5.4 */

type Code = readonly number[];

/** Memory of the module: input first, results behind it. */
export const SIMD_INPUT_BYTES = 1 << 13;
export const SIMD_PAGES = 1;
/** Floats of a stretch in the results. */
export const SIMD_RESULTS = 6;

/** The module's bytes. It exports `memory` and `scan`. */
export function simdModule(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 4, I32, I32, I32, I32, 0]), // one type: four i32, no result
    ...section(3, [1, 0]), // one function of it
    ...section(5, [1, 0, SIMD_PAGES]), // one memory
    ...section(7, [2, ...name('memory'), 2, 0, ...name('scan'), 0, 0]),
    ...section(10, [1, ...sized(scanFunction())]),
  ]);
}

const I32 = 0x7f;
const V128 = 0x7b;

function section(id: number, content: Code): Code {
  return [id, ...sized(content)];
}

function sized(content: Code): Code {
  return [...unsigned(content.length), ...content];
}

function name(text: string): Code {
  return sized(Array.from(text, (letter) => letter.charCodeAt(0)));
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  const isLast = value >= -0x40 && value < 0x40;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

// Instructions. Vector ones are numbered behind the prefix 0xfd.

const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)];
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const i32 = (value: number): Code => [0x41, ...signed(value)];
const add: Code = [0x6a];
const subtract: Code = [0x6b];
const load = (offset: number): Code => [...simd(0x00), 2, ...unsigned(offset)];
const min16 = simd(0x96);
const max16 = simd(0x98);
const and = simd(0x4e);
const dot = simd(0xba);
const add32x4 = simd(0xae);
const widenLow = simd(0xc9);
const widenHigh = simd(0xca);
const add64x2 = simd(0xce);
const lane16 = (lane: number): Code => [...simd(0x18), lane];
const lane64 = (lane: number): Code => [...simd(0x1d), lane];
const splat16 = (value: number): Code => [...i32(value), ...simd(0x10)];
const storeFloat = (place: number): Code => [0x38, 2, ...unsigned(4 * place)];
/** Repeats `body` while it leaves something other than 0. */
const loopWhile = (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0, 0x0b];

// Locals: the parameters, then our own.
const AT = 0;
const FRAMES = 1;
const COUNT = 2;
const OUT = 3;
const LEFT_FRAMES = 4;
const LOW = 5;
const HIGH = 6;
const LEFT = 7;
const RIGHT = 8;
const A = 9;
const B = 10;
const SQUARES = 11;

/** All bits of one channel's lanes. */
function channelMask(channel: 0 | 1): Code {
  const lanes = Array.from({ length: 16 }, (_, byte) => ((byte >> 1) % 2 === channel ? 0xff : 0));
  return [...simd(0x0c), ...lanes];
}

function scanFunction(): Code {
  return [
    ...[2, 1, I32, 7, V128], // locals 4, and 5 to 11
    ...loopWhile([
      ...[...get(FRAMES), ...set(LEFT_FRAMES)],
      ...[...splat16(32_767), ...set(LOW), ...splat16(-32_768), ...set(HIGH)],
      ...[...splat16(0), ...set(LEFT), ...splat16(0), ...set(RIGHT)],
      ...loopWhile([
        ...[...get(AT), ...load(0), ...set(A), ...get(AT), ...load(16), ...set(B)],
        ...[...get(LOW), ...get(A), ...min16, ...get(B), ...min16, ...set(LOW)],
        ...[...get(HIGH), ...get(A), ...max16, ...get(B), ...max16, ...set(HIGH)],
        ...addSquares(0, LEFT),
        ...addSquares(1, RIGHT),
        ...[...get(AT), ...i32(32), ...add, ...set(AT)],
        ...[...get(LEFT_FRAMES), ...i32(8), ...subtract, ...set(LEFT_FRAMES)],
        ...get(LEFT_FRAMES),
      ]),
      ...[...storeExtremes(LOW, min16, 0), ...storeExtremes(HIGH, max16, 2)],
      ...[...storeSum(LEFT, 4), ...storeSum(RIGHT, 5)],
      ...[...get(OUT), ...i32(4 * SIMD_RESULTS), ...add, ...set(OUT)],
      ...[...get(COUNT), ...i32(1), ...subtract, ...set(COUNT)],
      ...get(COUNT),
    ]),
    0x0b,
  ];
}

function addSquares(channel: 0 | 1, sum: number): Code {
  const squaresOf = (vector: number): Code => [
    ...[...get(vector), ...channelMask(channel), ...and],
    ...[...get(vector), ...dot],
  ];
  return [
    ...[...squaresOf(A), ...squaresOf(B), ...add32x4, ...set(SQUARES)],
    ...[...get(sum), ...get(SQUARES), ...widenLow, ...add64x2],
    ...[...get(SQUARES), ...widenHigh, ...add64x2, ...set(sum)],
  ];
}

/** Folds eight lanes to two and stores both channels' as shares of full scale. */
function storeExtremes(vector: number, fold: Code, place: number): Code {
  const folded = (byBytes: number): Code => [
    ...[...get(vector), ...get(vector), ...get(vector), ...simd(0x0d)],
    ...Array.from({ length: 16 }, (_, byte) => (byte + byBytes) % 16),
    ...[...fold, ...set(vector)],
  ];
  const store = (lane: 0 | 1): Code => [
    ...[...get(OUT), ...get(vector), ...lane16(lane), 0xb2], // to f32
    ...[0x43, ...float32(1 / 32_768), 0x94, ...storeFloat(place + lane)], // times 2⁻¹⁵
  ];
  return [...folded(8), ...folded(4), ...store(0), ...store(1)];
}

/** In 64 bits, so that it is rounded once, at the end. */
function storeSum(sum: number, place: number): Code {
  return [
    ...[...get(OUT), ...get(sum), ...lane64(0), ...get(sum), ...lane64(1), 0x7c],
    ...[0xba, 0x44, ...float64(1 / 32_768 ** 2), 0xa2, 0xb6, ...storeFloat(place)], // f64, times 2⁻³⁰, f32
  ];
}

function float32(value: number): Code {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return [...new Uint8Array(view.buffer)];
}

function float64(value: number): Code {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return [...new Uint8Array(view.buffer)];
}
