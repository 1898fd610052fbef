/** Address ranges of a ring against the regions of guest memory: its areas, and what its chains point at. Pure. Spec: 2.7.5, 2.8.6 */
import { packedLayout, splitLayout, VIRTQ_DESC_F_INDIRECT } from '../../../src-core/spec/ring.ts';
import type { Bytes } from '../../../src-core/units.ts';
import type { Ring } from './rings-facts.ts';
import { FREE, isMapped, type MemoryRange, POSTED, SERVICE } from './rings-model.ts';
import { packedRow } from './rings-packed.ts';
import { descriptorRow } from './rings-split.ts';

export interface RangeLine {
  readonly name: string;
  readonly address: bigint;
  readonly bytes: Bytes;
  /** Stage of its chain; -1 for an area of the ring itself. */
  readonly stage: number;
  /** In the descriptor table; -1 for an area. */
  readonly slot: number;
  /** Not all of it lies in guest memory. */
  readonly isOutside: boolean;
}

export interface RegionLines {
  /** Absent for what begins in none. */
  readonly region?: MemoryRange;
  readonly nth: number;
  readonly lines: readonly RangeLine[];
}

export interface RingRanges {
  /** In the order of addresses; what lies outside comes first. Without regions all stands in one group without one. */
  readonly groups: readonly RegionLines[];
  readonly areRegionsKnown: boolean;
  /** Ranges that are left out. */
  readonly more: number;
}

export const MOST_RANGES = 400;

export function ringRanges(ring: Ring): RingRanges {
  const all = [...areas(ring), ...buffers(ring)];
  const sorted = all.sort((one, other) => Number(one.address - other.address));
  const outside = sorted.filter(({ isOutside }) => isOutside);
  const inside = sorted.filter(({ isOutside }) => !isOutside);
  const shown = [...outside, ...inside].slice(0, MOST_RANGES);
  const more = sorted.length - shown.length;
  const { regions } = ring;
  if (regions === undefined) {
    return { groups: [{ nth: 0, lines: shown }], areRegionsKnown: false, more };
  }
  const groups = regions.map((region, place): RegionLines => {
    const lines = shown.filter((line) => !line.isOutside && beginsIn(line, region));
    return { region, nth: place + 1, lines };
  });
  const lost = shown.filter(({ isOutside }) => isOutside);
  return {
    groups: [...(lost.length === 0 ? [] : [{ nth: 0, lines: lost }]), ...groups],
    areRegionsKnown: true,
    more,
  };
}

/** Where a range lies in its region, as parts of it from 0 to 1. */
export function placeIn({ address, bytes }: RangeLine, region: MemoryRange): [number, number] {
  const from = Number(address - region.guestAddress) / region.widthBytes;
  return [from, Math.min(1, from + bytes / region.widthBytes)];
}

function areas(ring: Ring): RangeLine[] {
  const { addresses, packed } = ring.view;
  const sizes = packed ? packedSizes(ring.size) : splitSizes(ring.size);
  const names = packed
    ? ['descriptor ring', 'driver event', 'device event']
    : ['descriptor table', 'avail ring', 'used ring'];
  return [addresses.descriptor, addresses.driver, addresses.device].map((address, nth) =>
    lineOf(ring, { name: names[nth] ?? '', address, bytes: sizes[nth] ?? 0, stage: -1, slot: -1 }),
  );
}

function splitSizes(size: number): readonly Bytes[] {
  const { descriptorBytes, availBytes, usedBytes } = splitLayout(size);
  return [descriptorBytes, availBytes, usedBytes];
}

function packedSizes(size: number): readonly Bytes[] {
  const { descriptorBytes, driverEventBytes, deviceEventBytes } = packedLayout(size);
  return [descriptorBytes, driverEventBytes, deviceEventBytes];
}

/** Of the chains that wait or are in flight. */
function buffers(ring: Ring): RangeLine[] {
  const lines: RangeLine[] = [];
  for (let slot = 0; slot < ring.size; slot++) {
    const stage = (ring.kind === 'split' ? ring.descriptorStages : ring.stages)[slot] ?? FREE;
    if (stage !== POSTED && stage !== SERVICE) continue;
    const row = ring.kind === 'split' ? descriptorRow(ring, slot) : packedRow(ring, slot);
    const isTable = (row.flags & VIRTQ_DESC_F_INDIRECT) !== 0;
    const name = `${isTable ? 'indirect table' : 'buffer'} of slot ${slot}`;
    lines.push(lineOf(ring, { name, address: row.address, bytes: row.bytes, stage, slot }));
  }
  return lines;
}

function lineOf(ring: Ring, line: Omit<RangeLine, 'isOutside'>): RangeLine {
  const { regions } = ring;
  const isOutside =
    regions !== undefined && !isMapped(Number(line.address), Math.max(1, line.bytes), regions);
  return { ...line, isOutside };
}

function beginsIn({ address }: RangeLine, { guestAddress, widthBytes }: MemoryRange): boolean {
  return address >= guestAddress && address < guestAddress + BigInt(widthBytes);
}
