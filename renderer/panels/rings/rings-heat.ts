/** How recently each slot was passed by an index, from one look at the ring to the next: the trail on the circle. */
import type { Ns } from '../../../src-core/units.ts';
import type { Ring } from './rings-facts.ts';
import { idxDistance, slotOf } from './rings-model.ts';

const TRAIL_NS = 3e9;

/** Lives as long as the panel shows one queue. */
export class RingHeat {
  private touchedNs = new Float64Array(0);
  private idx = -1;

  /** Notes what moved since the last look, and gives 1 for "now" down to 0 for three seconds ago, by slot. */
  look(ring: Ring, atNs: Ns): Float32Array {
    const { size } = ring;
    if (this.touchedNs.length !== size) {
      this.touchedNs = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
      this.idx = -1;
    }
    const idx = ring.kind === 'split' ? ring.usedIdx : ring.usedSlot;
    if (this.idx !== -1) this.touch(passedSlots(ring, this.idx, idx), this.idx, size, atNs);
    this.idx = idx;
    return Float32Array.from(this.touchedNs, (touchedNs) =>
      Math.max(0, Math.min(1, 1 - (atNs - touchedNs) / TRAIL_NS)),
    );
  }

  private touch(slots: number, fromIdx: number, size: number, atNs: Ns): void {
    for (let nth = 0; nth < slots; nth++) this.touchedNs[slotOf(fromIdx + nth, size)] = atNs;
  }
}

function passedSlots(ring: Ring, before: number, now: number): number {
  const passed =
    ring.kind === 'split' ? idxDistance(before, now) : (now - before + ring.size) % ring.size;
  return Math.min(passed, ring.size);
}
