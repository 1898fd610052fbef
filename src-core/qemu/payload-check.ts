/** How far the copy of a payload can be trusted, when nobody told us the moment at which the device read it.
 *
 *      available ── copied ── looked at again ── … ── looked at again ── used ── looked at again ── overwritten
 *                        (the device copies it somewhere here)
 *
 *  The driver may fill a buffer anew as soon as its message is returned, and our thread may be held up between any two reads.
 *  So nothing that was read counts as "in flight" until a look at the used index that was made after all of it says so: a copy,
 *  or a look at it again, whose message is among the used ones of the next look tells nothing.
 *
 *  Between the last look and the return nobody looked. QEMU copies a payload as a whole when it begins to play it, which is when
 *  the one before it has come back. So that gap is short enough when it is a moment, or when it is a small part of the time for
 *  which the payload was the next to be played, and it was looked at in that time: to have copied it in the gap, QEMU would have
 *  begun late and played all of it in a fraction of its time.
 *
 *  A driver must leave alone what it has made available (2.7.13, and Linux from 6.7 on does). Of one that was seen not to, no
 *  payload is exact from then on: nobody knows on which side of its writing the device has read. */
import { type Bytes, NS_PER_MS, type Ns } from '../units.ts';

/** `exact`: what the device had. `changed`: copied in flight, but other bytes stood there when it was looked at again, or the
 *  guest writes into what is in flight. `raced`: it was used while it was being copied. `late`: copied only
 *  after it was used. `unplaced`: what the device had, but not all that went before it in its run is known, or how much of it
 *  was played, so that its frames may stand elsewhere. */
export type PayloadTrust = 'exact' | 'unplaced' | 'changed' | 'raced' | 'late';

export interface PayloadCopy {
  bytes: Uint8Array;
  /** Known to have been in flight when the copy was complete. */
  isConfirmed: boolean;
  /** Before the copy, or before the last look at it that found it in flight and unchanged. */
  sameNs: Ns;
  /** Before the first look that found it to be the oldest in flight, the next to be played. */
  oldestNs?: Ns;
  /** The guest wrote into it while it was in flight: `bytes` is the newer of what was seen. */
  isTouched: boolean;
}

/** A look at a copied payload, whose message may have been returned meanwhile. */
export interface SecondLook {
  readonly copy: PayloadCopy;
  readonly beganNs: Ns;
  /** What stood there, where it was something else. */
  readonly other: Uint8Array | undefined;
}

/** So short before its return a payload was looked at last, to count as unchanged until then. */
export const MOMENT_NS: Ns = 3 * NS_PER_MS;
/** Or so small a part of its time as the oldest. */
const GAP_PART = 1 / 4;

export interface Returned {
  /** It was returned before it was read. */
  readonly isStale: boolean;
  /** What stands there now, which is after the return. */
  readonly after: Uint8Array | undefined;
  /** After the used index was read that told of it. */
  readonly nowNs: Ns;
  /** The driver was seen to write into a buffer in flight. */
  readonly writesInFlight: boolean;
}

export function trustOf(copy: PayloadCopy, returned: Returned): PayloadTrust {
  const { isStale, after, nowNs, writesInFlight } = returned;
  if (isStale) return 'late';
  if (!copy.isConfirmed) return 'raced';
  if (copy.isTouched || writesInFlight) return 'changed';
  const isSameAfter = after !== undefined && isSame(copy.bytes, after);
  return isSameAfter || nowNs - copy.sameNs <= longestGapNs(copy, nowNs) ? 'exact' : 'changed';
}

function longestGapNs({ sameNs, oldestNs }: PayloadCopy, nowNs: Ns): Ns {
  const wasLookedAt = oldestNs !== undefined && sameNs >= oldestNs;
  return wasLookedAt ? Math.max(MOMENT_NS, (nowNs - oldestNs) * GAP_PART) : MOMENT_NS;
}

/** Looks again; `now` is the caller's to use again. */
export function lookAgain(copy: PayloadCopy, now: Uint8Array, beganNs: Ns): SecondLook {
  return { copy, beganNs, other: isSame(copy.bytes, now) ? undefined : now.slice() };
}

/** The message was still in flight after that look: what it found is so. True: the driver has written into it. */
export function confirmLook({ copy, beganNs, other }: SecondLook): boolean {
  if (other === undefined) {
    copy.sameNs = beganNs;
  } else {
    copy.bytes = other;
    copy.isTouched = true;
  }
  return other !== undefined;
}

/** The grade that a payload is recorded with; only what is exact counts as observed. */
export const GRADE_OF_TRUST = {
  exact: 'observed',
  unplaced: 'derived',
  changed: 'derived',
  raced: 'derived',
  late: 'assumed',
} as const satisfies Record<PayloadTrust, string>;

export interface TrustCounts {
  readonly exact: Bytes;
  readonly unplaced: Bytes;
  readonly changed: Bytes;
  readonly raced: Bytes;
  readonly late: Bytes;
}

export const NO_TRUST: TrustCounts = { exact: 0, unplaced: 0, changed: 0, raced: 0, late: 0 };

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
