/** Host pointers as they stand in a trace, each with a small number. Halves are signed, as in `event-batch.ts`. Open addressing over typed arrays: the one thing that
 *  is looked up for every event. */

const FIRST_SLOTS = 256;

/** Pointers that are never forgotten: devices and virtqueues. Numbered from 0 in the order in which they were seen. */
export class PointerTable {
  count = 0;
  private lows = new Int32Array(FIRST_SLOTS);
  private highs = new Int32Array(FIRST_SLOTS);
  /** Number + 1; 0: the slot is free. */
  private numbers = new Uint32Array(FIRST_SLOTS);
  private readonly bound: number;

  /** At most `bound` pointers are numbered. */
  constructor(bound: number) {
    this.bound = bound;
  }

  /** Number of a pointer; -1: never seen. */
  find(low: number, high: number): number {
    const mask = this.numbers.length - 1;
    for (let slot = hashOf(low) & mask; ; slot = (slot + 1) & mask) {
      const number = this.numbers[slot] ?? 0;
      if (number === 0) return -1;
      if (this.lows[slot] === low && this.highs[slot] === high) return number - 1;
    }
  }

  /** Number of a pointer, new if need be; -1: the bound is reached. */
  numberOf(low: number, high: number): number {
    const known = this.find(low, high);
    if (known >= 0 || this.count >= this.bound) return known;
    if (2 * this.count >= this.numbers.length) this.grow();
    this.put(low, high, ++this.count);
    return this.count - 1;
  }

  /** `0x55cc327e48d0` */
  textOf(number: number): string {
    const slot = this.numbers.indexOf(number + 1);
    return slot < 0 ? '0x0' : pointerText(this.lows[slot] ?? 0, this.highs[slot] ?? 0);
  }

  private put(low: number, high: number, number: number): void {
    const mask = this.numbers.length - 1;
    let slot = hashOf(low) & mask;
    while (this.numbers[slot] !== 0) slot = (slot + 1) & mask;
    this.lows[slot] = low;
    this.highs[slot] = high;
    this.numbers[slot] = number;
  }

  private grow(): void {
    const { lows, highs, numbers } = this;
    const slots = 2 * numbers.length;
    [this.lows, this.highs] = [new Int32Array(slots), new Int32Array(slots)];
    this.numbers = new Uint32Array(slots);
    numbers.forEach((number, slot) => {
      if (number !== 0) this.put(lows[slot] ?? 0, highs[slot] ?? 0, number);
    });
  }
}

/** Chains that are with the device, by the pointer of their element. Pointers are freed and used again at once. */
export class OpenElements {
  count = 0;
  private lows = new Int32Array(FIRST_SLOTS);
  private highs = new Int32Array(FIRST_SLOTS);
  /** Row + 1; 0: the slot is free. */
  private rows = new Uint32Array(FIRST_SLOTS);

  /** Row of an element; -1: it is not open. */
  find(low: number, high: number): number {
    const slot = this.slotOf(low, high);
    return slot < 0 ? -1 : (this.rows[slot] ?? 0) - 1;
  }

  /** Must not be open. */
  add(low: number, high: number, row: number): void {
    if (2 * ++this.count >= this.rows.length) this.grow();
    this.put(low, high, row + 1);
  }

  /** Row of an element, which is open no more; -1: it was not. */
  take(low: number, high: number): number {
    const slot = this.slotOf(low, high);
    if (slot < 0) return -1;
    const row = (this.rows[slot] ?? 0) - 1;
    this.count--;
    this.close(slot);
    return row;
  }

  /** Rows of all that are open, oldest first; none is open any more. */
  takeAll(): number[] {
    const rows = Array.from(this.rows).filter((row) => row !== 0);
    this.rows.fill(0);
    this.count = 0;
    return rows.map((row) => row - 1).sort((a, b) => a - b);
  }

  private slotOf(low: number, high: number): number {
    const mask = this.rows.length - 1;
    for (let slot = hashOf(low) & mask; ; slot = (slot + 1) & mask) {
      if (this.rows[slot] === 0) return -1;
      if (this.lows[slot] === low && this.highs[slot] === high) return slot;
    }
  }

  /** Frees a slot and moves up those behind it that had to give way. */
  private close(freed: number): void {
    const mask = this.rows.length - 1;
    let hole = freed;
    for (let slot = (hole + 1) & mask; this.rows[slot] !== 0; slot = (slot + 1) & mask) {
      const home = hashOf(this.lows[slot] ?? 0) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      this.lows[hole] = this.lows[slot] ?? 0;
      this.highs[hole] = this.highs[slot] ?? 0;
      this.rows[hole] = this.rows[slot] ?? 0;
      hole = slot;
    }
    this.rows[hole] = 0;
  }

  private put(low: number, high: number, row: number): void {
    const mask = this.rows.length - 1;
    let slot = hashOf(low) & mask;
    while (this.rows[slot] !== 0) slot = (slot + 1) & mask;
    this.lows[slot] = low;
    this.highs[slot] = high;
    this.rows[slot] = row;
  }

  private grow(): void {
    const { lows, highs, rows } = this;
    const slots = 2 * rows.length;
    [this.lows, this.highs] = [new Int32Array(slots), new Int32Array(slots)];
    this.rows = new Uint32Array(slots);
    rows.forEach((row, slot) => {
      if (row !== 0) this.put(lows[slot] ?? 0, highs[slot] ?? 0, row);
    });
  }
}

export function pointerText(low: number, high: number): string {
  const lowText = (low >>> 0).toString(16);
  return high === 0 ? `0x${lowText}` : `0x${(high >>> 0).toString(16)}${lowText.padStart(8, '0')}`;
}

/** The halves of `0x55cc327e48d0`; `undefined` when it is none. */
export function parsePointer(text: string): { low: number; high: number } | undefined {
  const digits = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(text.trim())?.[1];
  if (digits === undefined) return undefined;
  const value = BigInt(`0x${digits}`);
  return { low: Number(value & 0xffff_ffffn) | 0, high: Number(value >> 32n) | 0 };
}

/** Heap pointers are multiples of 8. */
function hashOf(low: number): number {
  return Math.imul(low >>> 3, 0x9e3779b1) >>> 12;
}
