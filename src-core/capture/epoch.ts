/** When a capture began. */

/** Start of a capture in nanoseconds since 1970, as two halves: one double cannot hold it exactly. */
export interface Epoch {
  readonly high: number;
  readonly low: number;
}

export function epochOf(unixMs: number): Epoch {
  const ns = BigInt(Math.floor(unixMs)) * 1_000_000n;
  return { high: Number(ns >> 32n), low: Number(ns & 0xffff_ffffn) };
}
