/** Where the recorded snapshots of one virtqueue stand in the capture, so that the ring can be shown as it stood at any
 *  time: the last snapshot before it, and what the messages did to it since. */
import type { Bytes, Ns } from '../units.ts';
import { f64, firstAtLeast, u32 } from './columns.ts';

export interface RingPlace {
  readonly atNs: Ns;
  /** Place of the `ring` entry's block in the capture's bytes. */
  readonly at: Bytes;
  /** Rows of the message table when it was taken: later rows were popped after it. */
  readonly rows: number;
}

export class RingPlaces {
  count = 0;
  private readonly ns = f64();
  private readonly at = f64(-1);
  private readonly rows = u32();

  add({ atNs, at, rows }: RingPlace): void {
    const place = this.count++;
    this.ns.set(place, atNs);
    this.at.set(place, at);
    this.rows.set(place, rows);
  }

  /** The newest snapshot; `undefined` when there is none. */
  last(): RingPlace | undefined {
    return this.place(this.count - 1);
  }

  /** The newest snapshot taken at or before `atNs`; `undefined` when all are later. */
  before(atNs: Ns): RingPlace | undefined {
    return this.place(firstAtLeast(this.ns, this.count, atNs + 0.5) - 1);
  }

  private place(place: number): RingPlace | undefined {
    if (place < 0) return undefined;
    return { atNs: this.ns.get(place), at: this.at.get(place), rows: this.rows.get(place) };
  }
}
