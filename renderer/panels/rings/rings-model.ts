/** What the rings panel shows of a virtqueue, in words that split and packed rings share: who has a slot, what is wrong in
 *  it, and the numbers beside it. Spec: 2.7, 2.8 */
import type { RuleId } from '../../../src-core/spec/rules.ts';
import type { Bytes } from '../../../src-core/units.ts';

/** Who has a slot: nobody (the driver may use it), the device's inbox, the device, or the driver again with a result. */
export const SLOT_STAGES = ['free', 'posted', 'service', 'done'] as const;
export type SlotStage = (typeof SLOT_STAGES)[number];

/** Stages as small numbers, so that a ring of 32768 slots is a byte array. */
export const FREE = 0;
export const POSTED = 1;
export const SERVICE = 2;
export const DONE = 3;

export const STAGE_WORDS: Record<SlotStage, { glyph: string; word: string; means: string }> = {
  free: { glyph: '·', word: 'free', means: 'The driver may use this slot.' },
  posted: {
    glyph: '▷',
    word: 'waiting',
    means: 'Made available; the device has not popped it yet.',
  },
  service: { glyph: '▶', word: 'in flight', means: 'Popped by the device and not yet used.' },
  done: { glyph: '■', word: 'used', means: 'Given back by the device.' },
};

/** One of the tables of a ring; a packed ring has only `descriptor`. */
export type RingTable = 'avail' | 'descriptor' | 'used';

/** Something that breaks a rule, at the place where it stands. `slot` -1: in the header of that table. */
export interface RingProblem {
  readonly table: RingTable;
  readonly slot: number;
  readonly rule: RuleId;
  readonly text: string;
}

/** A number of the ring, with what it means; `slot` is where a free-running index points. */
export interface RingFact {
  readonly label: string;
  readonly value: string;
  readonly means: string;
  readonly slot?: number;
  /** What follows from it, short enough to stand beside it. */
  readonly note?: string;
  readonly grade?: 'derived' | 'unavailable';
}

export interface RingFactGroup {
  readonly title: string;
  readonly facts: readonly RingFact[];
}

/** A place marked on the circle and beside the tables. `avail`: the driver writes there next; `last`: the device reads there
 *  next; `used`: the device writes there next. A packed ring has the device's two. */
export interface RingPointer {
  readonly mark: 'avail' | 'last' | 'used';
  readonly slot: number;
}

/** A link to draw between two slots. */
export interface RingLink {
  readonly from: RingTable;
  readonly fromSlot: number;
  readonly to: RingTable;
  readonly toSlot: number;
  readonly stage: number;
}

export interface MemoryRange {
  readonly guestAddress: bigint;
  readonly widthBytes: Bytes;
}

/** What the panel knows besides the ring itself. Without `regions` addresses are not checked against guest memory. */
export interface RingContext {
  readonly regions?: readonly MemoryRange[];
  readonly indirectNegotiated?: boolean;
}

/** At most so many problems are listed; a ring full of rubbish needs no more to be recognized. */
export const MOST_PROBLEMS = 200;

/** Collects problems up to MOST_PROBLEMS, one of a rule and place. */
export class ProblemList {
  readonly problems: RingProblem[] = [];
  private readonly seen = new Set<string>();

  add(table: RingTable, slot: number, rule: RuleId, text: string): void {
    const name = `${table} ${slot} ${rule}`;
    if (this.problems.length >= MOST_PROBLEMS || this.seen.has(name)) return;
    this.seen.add(name);
    this.problems.push({ table, slot, rule, text });
  }
}

/** How far a free-running 16-bit index `from` is behind `to`. Spec: 2.7.6 */
export function idxDistance(from: number, to: number): number {
  return (to - from) & 0xffff;
}

/** Slot that a free-running index names. A ring's size is a power of two, so that wrapping at 2^16 does no harm. */
export function slotOf(idx: number, size: number): number {
  return size === 0 ? 0 : (idx & 0xffff) % size;
}

/** Whether every byte of the range lies in guest memory; ranges may go on in an adjoining region. */
export function isMapped(address: number, bytes: Bytes, regions: readonly MemoryRange[]): boolean {
  let at = address;
  const end = address + bytes;
  for (let round = 0; round <= regions.length && at < end; round++) {
    const region = regions.find((one) => at >= begin(one) && at < begin(one) + one.widthBytes);
    if (region === undefined) return false;
    at = begin(region) + region.widthBytes;
  }
  return at >= end;
}

function begin(region: MemoryRange): number {
  return Number(region.guestAddress);
}

/** `0x1f000`, for addresses. */
export function hexAddress(address: bigint): string {
  return `0x${address.toString(16)}`;
}

/** Problems of one table by slot, for marking rows. */
export function problemsBySlot(
  problems: readonly RingProblem[],
  table: RingTable,
): Map<number, RingProblem[]> {
  const bySlot = new Map<number, RingProblem[]>();
  for (const problem of problems) {
    if (problem.table !== table) continue;
    const at = bySlot.get(problem.slot);
    if (at === undefined) bySlot.set(problem.slot, [problem]);
    else at.push(problem);
  }
  return bySlot;
}
