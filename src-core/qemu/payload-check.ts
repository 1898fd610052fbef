/** How far the copy of a payload can be trusted, when nobody told us the moment at which the device read it.
 *
 *      available ── copied ── looked at again ── … ── looked at again ── used ── looked at again ── overwritten
 *                        (the device copies it somewhere here)
 *
 *  A copy that was made while the message was in flight, and that was found unchanged either after it was used or in every look
 *  at it until then, the last a moment before, is what the device had. */
import { type Bytes, NS_PER_MS, type Ns } from '../units.ts';

/** `exact`: as above. `changed`: copied in flight, but other bytes stood there when it was looked at again: the guest wrote late, or
 *  filled the buffer anew before we came. `raced`: it was used while it was being copied. `late`: copied only after it
 *  was used. */
export type PayloadTrust = 'exact' | 'changed' | 'raced' | 'late';

export interface PayloadCopy {
  bytes: Uint8Array;
  /** Grade to have been in flight when the copy was complete. */
  isConfirmed: boolean;
  /** When it was last in flight and unchanged. */
  sameNs: Ns;
  /** The guest wrote into it while it was in flight: `bytes` is the newer of what was seen. */
  isTouched: boolean;
}

/** So short before its return a payload was looked at last, to count as unchanged until then. */
export const MOMENT_NS: Ns = 3 * NS_PER_MS;

export function trustOf(
  copy: PayloadCopy,
  isStale: boolean,
  after: Uint8Array | undefined,
  nowNs: Ns,
): PayloadTrust {
  if (isStale) return 'late';
  if (!copy.isConfirmed) return 'raced';
  if (copy.isTouched) return 'changed';
  const isSameAfter = after !== undefined && isSame(copy.bytes, after);
  return isSameAfter || nowNs - copy.sameNs <= MOMENT_NS ? 'exact' : 'changed';
}

/** Looked at again while it is in flight; `now` is the caller's to use again. */
export function lookAgain(copy: PayloadCopy, now: Uint8Array, nowNs: Ns): void {
  if (isSame(copy.bytes, now)) {
    copy.sameNs = nowNs;
  } else {
    copy.bytes = now.slice();
    copy.isTouched = true;
  }
}

/** The grade that a payload is recorded with; only what is exact counts as observed. */
export const GRADE_OF_TRUST = {
  exact: 'observed',
  changed: 'derived',
  raced: 'derived',
  late: 'assumed',
} as const satisfies Record<PayloadTrust, string>;

export interface TrustCounts {
  readonly exact: Bytes;
  readonly changed: Bytes;
  readonly raced: Bytes;
  readonly late: Bytes;
}

/** Both begin on a word: they are copies of ours. */
function isSame(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  const words = left.length >> 2;
  const leftWords = new Int32Array(left.buffer, left.byteOffset, words);
  const rightWords = new Int32Array(right.buffer, right.byteOffset, words);
  for (let at = 0; at < words; at++) if (leftWords[at] !== rightWords[at]) return false;
  for (let at = 4 * words; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}
