/** Seeded random numbers: a demo with the same seed is the same demo. */

/** Mulberry32: small, quick, and even enough for jitter and melodies. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 up to, but not, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b_79f5) >>> 0;
    return mixed(this.state);
  }

  between(least: number, most: number): number {
    return least + this.next() * (most - least);
  }
}

/** A number from 0 up to 1 for each pair, whatever was asked for before. */
export function randomOf(seed: number, index: number): number {
  return mixed((Math.imul(seed, 0x9e37_79b1) + Math.imul(index + 1, 0x6d2b_79f5)) >>> 0);
}

function mixed(state: number): number {
  let bits = Math.imul(state ^ (state >>> 15), state | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return ((bits ^ (bits >>> 14)) >>> 0) / 0x1_0000_0000;
}
