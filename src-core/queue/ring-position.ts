/** A place in a packed ring: a slot and the wrap counter that flips at the ring's end. Spec: 2.8.1 */

export class RingPosition {
  slot: number;
  wrap: boolean;
  private readonly size: number;

  constructor(size: number, slot: number, wrap: boolean) {
    this.size = size;
    this.slot = slot;
    this.wrap = wrap;
  }

  /** On by at most `size` slots. */
  forward(slots: number): void {
    this.slot += slots;
    if (this.slot < this.size) return;
    this.slot -= this.size;
    this.wrap = !this.wrap;
  }

  /** Back by at most `size` slots. */
  back(slots: number): void {
    this.slot -= slots;
    if (this.slot >= 0) return;
    this.slot += this.size;
    this.wrap = !this.wrap;
  }
}
