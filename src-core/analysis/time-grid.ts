/** Durations over time: a grid of time cells by coarse log bins that keeps its size. When the capture outgrows it, two
 *  cells become one. */
import type { Ns } from '../units.ts';

export const GRID_CELLS = 512;
/** Four bins a doubling, from 1 µs to 17 s; what is shorter or longer counts in the first or last one. */
export const BINS_PER_DOUBLING = 4;
const FIRST_BIT = 10;
const DOUBLINGS = 24;
export const GRID_BINS = DOUBLINGS * BINS_PER_DOUBLING;
const FIRST_CELL_NS = 10_000_000;

export function binOf(ns: Ns): number {
  if (!(ns > 0)) return 0;
  const bin = Math.floor((Math.log2(ns) - FIRST_BIT) * BINS_PER_DOUBLING);
  return Math.min(GRID_BINS - 1, Math.max(0, bin));
}

/** Shortest time of a bin; that of `bin + 1` is its end. */
export function binFromNs(bin: number): Ns {
  return 2 ** (FIRST_BIT + bin / BINS_PER_DOUBLING);
}

export class TimeGrid {
  cellNs: Ns = FIRST_CELL_NS;
  /** Cell by cell, `GRID_BINS` each. */
  readonly counts = new Uint32Array(GRID_CELLS * GRID_BINS);

  add(atNs: Ns, ns: Ns): void {
    while (atNs >= this.cellNs * GRID_CELLS) this.fold();
    const place = Math.floor(Math.max(0, atNs) / this.cellNs) * GRID_BINS + binOf(ns);
    this.counts[place] = (this.counts[place] ?? 0) + 1;
  }

  private fold(): void {
    const { counts } = this;
    for (let cell = 0; cell < GRID_CELLS / 2; cell++) {
      for (let bin = 0; bin < GRID_BINS; bin++) {
        const from = 2 * cell * GRID_BINS + bin;
        counts[cell * GRID_BINS + bin] = (counts[from] ?? 0) + (counts[from + GRID_BINS] ?? 0);
      }
    }
    counts.fill(0, (GRID_CELLS / 2) * GRID_BINS);
    this.cellNs *= 2;
  }
}
