/** The demo guest's RAM and how it hands it out: two regions as in a PC, a hole between them, pages that are sometimes
 *  neighbours and sometimes not. */
import type { DriverBuffer } from '../queue/driver-queue.ts';
import { Ram } from '../queue/ram.ts';
import { splitLayout } from '../spec/ring.ts';
import { assert, type Bytes, type GuestAddress } from '../units.ts';
import type { Random } from './demo-guest-random.ts';

const PAGE_BYTES = 4096;
const LOW = { guestAddress: 0n, widthBytes: 4 * 1024 * 1024 };
/** Above 4 GiB: addresses that need more than 32 bits. */
const HIGH = { guestAddress: 0x1_0000_0000n, widthBytes: 8 * 1024 * 1024 };
/** Below it a PC has its firmware's data. */
const FIRST_FREE = 0x10_0000n;

/** Where nothing is mapped. */
export const HOLE_AT: GuestAddress = 0x8000_0000n;

export class GuestPages {
  readonly ram = new Ram([LOW, HIGH]);
  private readonly random: Random;
  private nextLow = FIRST_FREE;
  private nextHigh = HIGH.guestAddress;

  constructor(random: Random) {
    this.random = random;
  }

  /** Small things, as from `kmalloc`. */
  small(bytes: Bytes): GuestAddress {
    const at = this.nextLow;
    this.nextLow += BigInt(Math.ceil(bytes / 16) * 16);
    assert(this.nextLow <= LOW.guestAddress + BigInt(LOW.widthBytes), 'the demo guest has memory');
    return at;
  }

  /** Whole pages that lie together. */
  pages(bytes: Bytes): GuestAddress {
    const page = BigInt(PAGE_BYTES);
    this.nextLow = ((this.nextLow + page - 1n) / page) * page;
    return this.small(Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES);
  }

  /** A buffer as from `vmalloc`: pages anywhere, in order, half of them neighbours by chance. */
  scattered(bytes: Bytes): GuestAddress[] {
    return Array.from({ length: Math.ceil(bytes / PAGE_BYTES) }, () => {
      if (this.random.next() < 0.5) this.nextHigh += BigInt(PAGE_BYTES);
      const at = this.nextHigh;
      this.nextHigh += BigInt(PAGE_BYTES);
      const end = HIGH.guestAddress + BigInt(HIGH.widthBytes);
      assert(this.nextHigh <= end, 'the demo guest has memory');
      return at;
    });
  }

  /** Where the three areas of a ring go. */
  ring(size: number, packed: boolean) {
    const layout = splitLayout(size);
    const descriptorArea = this.pages(packed ? 16 * size : layout.descriptorBytes);
    const driverArea = this.small(packed ? 4 : layout.availBytes);
    const deviceArea = this.small(packed ? 4 : layout.usedBytes);
    return { descriptorArea, driverArea, deviceArea };
  }
}

/** The pieces of `bytes` from `fromByte` of a scattered buffer on: one for each run of neighbouring pages. */
export function piecesOf(
  pages: readonly GuestAddress[],
  fromByte: Bytes,
  bytes: Bytes,
  writable: boolean,
): DriverBuffer[] {
  const pieces: DriverBuffer[] = [];
  for (let done = 0; done < bytes; ) {
    const at = fromByte + done;
    const page = pages[Math.floor(at / PAGE_BYTES)] ?? 0n;
    const inPage = at % PAGE_BYTES;
    const now = Math.min(bytes - done, PAGE_BYTES - inPage);
    const address = page + BigInt(inPage);
    const last = pieces.at(-1);
    if (last !== undefined && last.address + BigInt(last.bytes) === address) {
      pieces[pieces.length - 1] = { ...last, bytes: last.bytes + now };
    } else {
      pieces.push({ address, bytes: now, writable });
    }
    done += now;
  }
  return pieces;
}
