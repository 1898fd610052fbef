/** Where guest-physical memory is in the process of QEMU: ranges from `info mtree -f`, and for each the host's virtual
 *  address from `gpa2hva`. Holes (q35 has one below 4 GiB) and ranges that are no RAM come out as what they are: not there. */

import type { Bytes, GuestAddress } from '../units.ts';
import { askMonitor, type QmpTask } from './qmp-task.ts';

export interface RamRange {
  readonly guestAddress: GuestAddress;
  readonly widthBytes: Bytes;
  /** QEMU's name of the memory: `pc.ram`, or the id of a memory backend. */
  readonly name: string;
}

export interface PlacedRange extends RamRange {
  /** In QEMU's address space; user addresses are exact as numbers. */
  readonly hostAddress: number;
}

const MOST_RANGES = 512;
const HEADING = /^FlatView #/;
const SPACE = /^\s*AS "([^"]*)"/;
const RANGE =
  /^\s*([0-9a-f]{16})-([0-9a-f]{16}) \(prio -?\d+, (?:ram|nv-ram)\): (.+?)(?: @([0-9a-f]{16}))?(?: KVM)?$/;

/** Ranges of RAM in the address space that devices see, as `info mtree -f` prints them. */
export function ramRanges(mtree: string): RamRange[] {
  const ranges: RamRange[] = [];
  let isMemory = false;
  for (const line of mtree.split(/\r?\n/)) {
    if (HEADING.test(line)) isMemory = false;
    else if (SPACE.exec(line)?.[1] === 'memory') isMemory = true;
    const found = isMemory ? RANGE.exec(line) : null;
    if (found === null || ranges.length >= MOST_RANGES) continue;
    const [, from = '0', to = '0', name = ''] = found;
    const guestAddress = BigInt(`0x${from}`);
    const widthBytes = Number(BigInt(`0x${to}`) - guestAddress + 1n);
    ranges.push({ guestAddress, widthBytes, name });
  }
  return ranges;
}

/** `undefined` when the monitor does not tell. */
export function* locateMemory(): QmpTask<PlacedRange[] | undefined> {
  const mtree = yield* askMonitor('info mtree -f');
  if (mtree === undefined) return undefined;
  const placed: PlacedRange[] = [];
  for (const range of ramRanges(mtree)) {
    const printed = yield* askMonitor(`gpa2hva 0x${range.guestAddress.toString(16)}`);
    const hostAddress = Number(/ is (0x[0-9a-f]+)/.exec(printed ?? '')?.[1] ?? Number.NaN);
    if (Number.isSafeInteger(hostAddress)) placed.push({ ...range, hostAddress });
  }
  return placed.length === 0 ? undefined : placed;
}
