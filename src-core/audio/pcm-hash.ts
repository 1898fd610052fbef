/** A fast hash of PCM, to tell blocks apart: 32 bits, not cryptographic, over little-endian words and then the bytes that
 *  are left (Murmur3's mixing). The same bytes give the same number on every machine. */
import { IS_LITTLE_ENDIAN } from './samples.ts';

const SEED = 0x9747b28c;

/** An unsigned 32-bit number. Time: linear; about a nanosecond a word. */
export function hashPcm(pcm: Uint8Array): number {
  const words = wordsOf(pcm);
  let hash = SEED;
  for (let at = 0; at < words.length; at++) hash = mix(hash, words[at] ?? 0);
  for (let at = 4 * words.length; at < pcm.length; at++) hash = mix(hash, pcm[at] ?? 0);
  return finish(hash ^ pcm.length);
}

/** The whole 32-bit words of `bytes`, in this machine's order; a copy where the bytes do not lie on a word's border, or
 *  where the machine has another order. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const count = bytes.length >>> 2;
  if (IS_LITTLE_ENDIAN && bytes.byteOffset % 4 === 0) {
    return new Int32Array(bytes.buffer, bytes.byteOffset, count);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, 4 * count);
  return Int32Array.from({ length: count }, (_, at) => view.getInt32(4 * at, true));
}

function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const mixed = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
