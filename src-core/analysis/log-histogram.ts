/** Durations counted in log buckets: exact below 64 ns, then 32 buckets a doubling, so that no value is told more than
 *  1.6 % wrong. A few kilobytes for any number of values. */
import type { Ns } from '../units.ts';

const EXACT = 64;
const EXACT_BITS = 6;
const PER_DOUBLING = 32;
const HALF_BITS = 5;
/** Longest that is told apart: 2^41 ns, 36 minutes. */
const LAST_BIT = 40;
export const BUCKETS = EXACT + (LAST_BIT - EXACT_BITS + 1) * PER_DOUBLING;

/** The bucket that counts `ns`; negative times count as 0, longer ones than the last bucket in the last. */
export function bucketOf(ns: Ns): number {
  if (!(ns >= 1)) return 0;
  if (ns < EXACT) return Math.floor(ns);
  const bit = ns < 0x7fff_ffff ? 31 - Math.clz32(ns) : Math.floor(Math.log2(ns));
  if (bit > LAST_BIT) return BUCKETS - 1;
  const part = Math.floor(ns / 2 ** (bit - HALF_BITS)) - PER_DOUBLING;
  return EXACT + (bit - EXACT_BITS) * PER_DOUBLING + part;
}

/** Shortest time that bucket counts; that of `bucket + 1` is the end of it. */
export function bucketFromNs(bucket: number): Ns {
  if (bucket < EXACT) return bucket;
  const doubling = Math.floor((bucket - EXACT) / PER_DOUBLING);
  const part = (bucket - EXACT) % PER_DOUBLING;
  return (PER_DOUBLING + part) * 2 ** (doubling + EXACT_BITS - HALF_BITS);
}

export class LogHistogram {
  readonly counts = new Uint32Array(BUCKETS);
  count = 0;
  sumNs = 0;
  minNs: Ns = Number.NaN;
  maxNs: Ns = Number.NaN;
  /** Row of the longest; -1: none. */
  maxRow = -1;

  add(ns: Ns, row: number): void {
    const bucket = bucketOf(ns);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.count++;
    this.sumNs += ns;
    if (!(ns >= this.minNs)) this.minNs = ns;
    if (!(ns <= this.maxNs)) {
      this.maxNs = ns;
      this.maxRow = row;
    }
  }

  /** The time that `share` of the values do not exceed: the middle of its bucket, never outside what occurred. */
  percentile(share: number): Ns {
    if (this.count === 0) return Number.NaN;
    let left = Math.max(1, Math.ceil(share * this.count));
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.counts[bucket] ?? 0;
      if (left > 0) continue;
      const middleNs = (bucketFromNs(bucket) + bucketFromNs(bucket + 1) - 1) / 2;
      return Math.min(Math.max(middleNs, this.minNs), this.maxNs);
    }
    return this.maxNs;
  }

  /** How many are longer than `ns`, to the bucket. */
  over(ns: Ns): number {
    let count = 0;
    for (let bucket = bucketOf(ns) + 1; bucket < BUCKETS; bucket++) {
      count += this.counts[bucket] ?? 0;
    }
    return count;
  }
}
