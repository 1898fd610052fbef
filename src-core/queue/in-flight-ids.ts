/** What a packed ring's device side holds: buffer ids, and which slots of the ring they came from. Spec: 2.8.5 */
import { assert } from '../units.ts';

const IDS = 0x1_0000;

export class InFlightIds {
  /** Slots of the ring whose chains are in flight. */
  slots = 0;
  /** How often each id is in flight: more than once when the driver breaks the rules. */
  private readonly counts = new Uint16Array(IDS);
  /** By the first slot of a chain. */
  private readonly idAt: Uint16Array;
  private readonly slotsAt: Uint16Array;
  private readonly descriptorsAt: Uint16Array;
  /** First slot of the chain popped last that ended before this slot. */
  private readonly startOfEnd: Uint16Array;
  private readonly size: number;

  constructor(size: number) {
    this.size = size;
    this.idAt = new Uint16Array(size);
    this.slotsAt = new Uint16Array(size);
    this.descriptorsAt = new Uint16Array(size);
    this.startOfEnd = new Uint16Array(size);
  }

  has(id: number): boolean {
    return this.counts[id] !== 0;
  }

  add(id: number, start: number, slots: number, descriptors: number): void {
    this.counts[id] = (this.counts[id] ?? 0) + 1;
    this.slots += slots;
    this.idAt[start] = id;
    this.slotsAt[start] = slots;
    this.descriptorsAt[start] = descriptors;
    this.startOfEnd[(start + slots) % this.size] = start;
  }

  remove(id: number, slots: number): void {
    this.counts[id] = (this.counts[id] ?? 0) - 1;
    this.slots -= slots;
  }

  /** Takes back the newest chain, which ended before slot `end`. */
  removeEndingAt(end: number): { slots: number; descriptors: number } {
    const start = this.startOfEnd[end] ?? 0;
    const id = this.idAt[start] ?? 0;
    const slots = this.slotsAt[start] ?? 0;
    assert(this.has(id) && slots > 0, 'only chains in flight are rewound');
    this.remove(id, slots);
    return { slots, descriptors: this.descriptorsAt[start] ?? 0 };
  }

  /** Every id that is in flight, ascending. */
  ids(): number[] {
    const ids: number[] = [];
    this.counts.forEach((count, id) => {
      if (count > 0) ids.push(id);
    });
    return ids;
  }
}
