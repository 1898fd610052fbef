/** Whether a range of addresses lies in guest memory. */
import type { Bytes, GuestAddress } from '../units.ts';
import type { Region } from './check-world.ts';

/** True too when nothing is known of the guest's memory. Regions that touch count as one. */
export function regionHas(
  regions: readonly Region[],
  address: GuestAddress,
  bytes: Bytes,
): boolean {
  if (regions.length === 0) return true;
  let at = Number(address);
  const end = at + bytes;
  if (end > Number.MAX_SAFE_INTEGER) return false;
  for (let step = 0; step <= regions.length; step++) {
    const region = regions.find(({ from, to }) => at >= from && at < to);
    if (region === undefined) return false;
    if (end <= region.to) return true;
    at = region.to;
  }
  return false;
}
