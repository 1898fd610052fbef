/** What QEMU said of its queues when it was asked, by queue: how many chains it held at that moment. */
import { QUEUE_COUNT } from '../spec/sound.ts';
import type { Ns, QueueIndex } from '../units.ts';
import { type Column, f64, firstAtLeast, u16 } from './columns.ts';

export interface SamplesInRange {
  readonly atNs: Float64Array;
  readonly inUse: Uint16Array;
}

interface OfQueue {
  readonly atNs: Column;
  readonly inUse: Column;
  count: number;
}

export class QueueSamples {
  private readonly queues: readonly OfQueue[] = Array.from({ length: QUEUE_COUNT }, () => ({
    atNs: f64(),
    inUse: u16(),
    count: 0,
  }));

  add(queue: QueueIndex, atNs: Ns, inUse: number): void {
    const known = this.queues[queue];
    if (known === undefined) return;
    known.atNs.set(known.count, atNs);
    known.inUse.set(known.count, inUse);
    known.count++;
  }

  /** Every n-th where there are more than `most`; `undefined` of a queue that was never asked about. */
  inRange(queue: QueueIndex, fromNs: Ns, toNs: Ns, most: number): SamplesInRange | undefined {
    const known = this.queues[queue];
    if (known === undefined || known.count === 0) return undefined;
    const first = firstAtLeast(known.atNs, known.count, fromNs);
    const end = firstAtLeast(known.atNs, known.count, toNs);
    const step = Math.max(1, Math.ceil((end - first) / Math.max(1, most)));
    const length = Math.ceil((end - first) / step);
    const at = (column: Column) => (_none: unknown, place: number) =>
      column.get(first + place * step);
    return {
      atNs: Float64Array.from({ length }, at(known.atNs)),
      inUse: Uint16Array.from({ length }, at(known.inUse)),
    };
  }
}
