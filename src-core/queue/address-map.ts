/** Which guest-physical ranges are mapped, with adjoining regions joined, so that one look-up answers for a whole range. */
import type { Bytes, GuestAddress } from '../units.ts';
import type { MemoryRegion, ReadableMemory } from './guest-memory.ts';

interface Range {
  readonly from: GuestAddress;
  readonly to: GuestAddress;
}

/** Follows a memory's regions as they change. Addresses come in halves: a bigint for each descriptor would cost more than
 *  the look-up, and a double holds every address below 2^53 exactly. */
export class AddressMap {
  private source: readonly MemoryRegion[] | undefined;
  private ranges: readonly Range[] = [];
  /** The same as `ranges`, as doubles; empty when a range ends above 2^53. */
  private starts: number[] = [];
  private ends: number[] = [];

  /** Takes over the memory's regions if they have changed. */
  follow(memory: ReadableMemory): void {
    const regions = memory.regions();
    if (regions === this.source) return;
    this.source = regions;
    this.ranges = joined(regions);
    const isExact = this.ranges.every(({ to }) => to <= BigInt(Number.MAX_SAFE_INTEGER));
    this.starts = isExact ? this.ranges.map(({ from }) => Number(from)) : [];
    this.ends = isExact ? this.ranges.map(({ to }) => Number(to)) : [];
  }

  /** Whether all `bytes` from the address `high` × 2^32 + `low` on are mapped. */
  covers(low: number, high: number, bytes: Bytes): boolean {
    if (high >= 0x20_0000 || this.starts.length === 0) {
      return this.coversAddress(addressOf(low, high), bytes);
    }
    const from = high * 0x1_0000_0000 + low;
    for (let at = 0; at < this.starts.length; at++) {
      if (from >= (this.starts[at] ?? 0) && from + bytes <= (this.ends[at] ?? 0)) return true;
    }
    return false;
  }

  coversAddress(from: GuestAddress, bytes: Bytes): boolean {
    const to = from + BigInt(bytes);
    return this.ranges.some((range) => from >= range.from && to <= range.to);
  }
}

/** The whole address of two halves. */
export function addressOf(low: number, high: number): GuestAddress {
  if (high < 0x20_0000) return BigInt(high * 0x1_0000_0000 + low);
  return (BigInt(high) << 32n) | BigInt(low);
}

/** For people and findings: `0x1_0000_0000` without the underscores. */
export function hexAddress(address: GuestAddress): string {
  return `0x${address.toString(16)}`;
}

function joined(regions: readonly MemoryRegion[]): Range[] {
  const ranges: { from: GuestAddress; to: GuestAddress }[] = [];
  const inOrder = regions
    .map(({ guestAddress, widthBytes }) => ({
      from: guestAddress,
      to: guestAddress + BigInt(widthBytes),
    }))
    .sort((left, right) => (left.from < right.from ? -1 : 1));
  for (const range of inOrder) {
    const last = ranges.at(-1);
    if (last !== undefined && range.from <= last.to) {
      if (range.to > last.to) last.to = range.to;
    } else {
      ranges.push(range);
    }
  }
  return ranges;
}
