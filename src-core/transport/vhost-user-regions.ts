/** The table of memory regions that a front-end shares, and the two address spaces in it: ring addresses are the front-end's
 *  own ("user address"), addresses in descriptors are guest-physical. Spec: vhost-user, "Memory regions description" */
import { LIMITS } from '../limits.ts';
import type { Bytes, GuestAddress } from '../units.ts';
import { MEMORY_HEADER, MEMORY_REGION } from './vhost-user-messages.ts';

export interface SharedRegion {
  readonly guestAddress: GuestAddress;
  readonly widthBytes: Bytes;
  /** Where the front-end has it. */
  readonly userAddress: bigint;
  /** Where it begins in the file that the descriptor names. */
  readonly mmapOffsetBytes: Bytes;
}

/** A region as it stands in a message, unchecked. */
export interface WireRegion {
  readonly guestAddress: bigint;
  readonly widthBytes: bigint;
  readonly userAddress: bigint;
  readonly mmapOffset: bigint;
}

/** For people whose guest keeps its memory to itself. */
export const SHARE_MEMORY =
  'The guest’s memory is not shared with us. Start QEMU with -object memory-backend-memfd,id=mem,size=SIZE,share=on ' +
  '-machine memory-backend=mem, where SIZE is that of -m.';

const ADDRESSES = 1n << 64n;
const EXACT = BigInt(Number.MAX_SAFE_INTEGER);

export class RegionTable {
  readonly regions: readonly SharedRegion[];

  constructor(regions: readonly SharedRegion[] = []) {
    this.regions = regions;
  }

  /** The guest-physical address of a user address; `undefined` when no region has it. */
  guestAddressOf(userAddress: bigint): GuestAddress | undefined {
    for (const region of this.regions) {
      const into = userAddress - region.userAddress;
      if (into >= 0n && into < BigInt(region.widthBytes)) return region.guestAddress + into;
    }
    return undefined;
  }

  /** The region that REM_MEM_REG means. "Identified by its guest address, user address and size." */
  find(wire: WireRegion): SharedRegion | undefined {
    return this.regions.find(
      (region) =>
        region.guestAddress === wire.guestAddress &&
        region.userAddress === wire.userAddress &&
        BigInt(region.widthBytes) === wire.widthBytes,
    );
  }

  without(removed: SharedRegion): RegionTable {
    return new RegionTable(this.regions.filter((region) => region !== removed));
  }

  /** A sentence instead of a table when the region cannot be in it. */
  with(wire: WireRegion): RegionTable | string {
    const region = checkedRegion(wire);
    if (typeof region === 'string') return region;
    if (this.regions.length >= LIMITS.memoryRegions) {
      return `there are ${LIMITS.memoryRegions} memory regions already`;
    }
    const overlaps = this.regions.some(
      (other) =>
        region.guestAddress < other.guestAddress + BigInt(other.widthBytes) &&
        other.guestAddress < region.guestAddress + BigInt(region.widthBytes),
    );
    if (overlaps) return `${describe(wire)} overlaps another region`;
    return new RegionTable([...this.regions, region]);
  }
}

/** The table of SET_MEM_TABLE, or a sentence saying what is wrong with it. */
export function readRegionTable(payload: Uint8Array): RegionTable | string {
  const header = MEMORY_HEADER.read(payload);
  if (header === undefined) return 'the message ends in the middle';
  let table = new RegionTable();
  for (let index = 0; index < header.count; index++) {
    const at = MEMORY_HEADER.widthBytes + index * MEMORY_REGION.widthBytes;
    const wire = MEMORY_REGION.read(payload, at);
    if (wire === undefined) {
      return `it announces ${header.count} regions and has room for ${index}`;
    }
    const next = table.with(wire);
    if (typeof next === 'string') return next;
    table = next;
  }
  return table;
}

function checkedRegion(wire: WireRegion): SharedRegion | string {
  const { guestAddress, widthBytes, userAddress, mmapOffset } = wire;
  if (widthBytes === 0n) return `${describe(wire)} is empty`;
  if (guestAddress + widthBytes > EXACT || mmapOffset + widthBytes > EXACT) {
    return `${describe(wire)} ends beyond 2^53`;
  }
  if (userAddress + widthBytes > ADDRESSES)
    return `${describe(wire)} wraps round in the user’s addresses`;
  return {
    guestAddress,
    widthBytes: Number(widthBytes),
    userAddress,
    mmapOffsetBytes: Number(mmapOffset),
  };
}

function describe({ guestAddress, widthBytes }: WireRegion): string {
  return `the memory region at 0x${guestAddress.toString(16)} of 0x${widthBytes.toString(16)} bytes`;
}
