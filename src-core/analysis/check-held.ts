/** The messages that are in the device, oldest first: a list in the order of their numbers. A Map would do, but one that many
 *  pass through makes new tables all the time, and each old one keeps what it held from being let go. */
import type { Seq } from '../units.ts';
import type { Held } from './check-world.ts';

export class HeldMessages {
  private readonly list: Held[] = [];

  get size(): number {
    return this.list.length;
  }

  oldest(): Held | undefined {
    return this.list[0];
  }

  values(): readonly Held[] {
    return this.list;
  }

  get(seq: Seq): Held | undefined {
    const held = this.list[this.placeOf(seq)];
    return held?.seq === seq ? held : undefined;
  }

  has(seq: Seq): boolean {
    return this.get(seq) !== undefined;
  }

  /** A message of the same number is replaced. */
  add(held: Held): void {
    const { list } = this;
    const last = list.at(-1);
    if (last === undefined || last.seq < held.seq) {
      list.push(held);
      return;
    }
    const place = this.placeOf(held.seq);
    list.splice(place, list[place]?.seq === held.seq ? 1 : 0, held);
  }

  delete(seq: Seq): void {
    const place = this.placeOf(seq);
    if (this.list[place]?.seq !== seq) return;
    if (place === 0) this.list.shift();
    else this.list.splice(place, 1);
  }

  /** Place of the first that is not below `seq`. */
  private placeOf(seq: Seq): number {
    const { list } = this;
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((list[middle]?.seq ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
