/** Where a slot was made available again before it had come back (VQ-17): from what the device and the checker found, with the
 *  two messages and the slots that both of them have, read back from their entries. Spec: 2.7.6, 2.8.6 */
import type { Capture } from '../capture/capture.ts';
import type { Finding } from '../capture/story.ts';
import type { ReuseQuery, SlotReuse, SlotReuses } from '../contract-rings.ts';
import { LIMITS } from '../limits.ts';

const RULE = 'VQ-17';
/** Rows before a message among which the one that still has its slot is looked for. */
const LOOK_ROWS = 4096;

export function slotReuses(capture: Capture, { queue, slot }: ReuseQuery): SlotReuses {
  const found = capture.story.tallies.get(RULE)?.findings ?? [];
  const ofQueue = found.filter((finding) => finding.queue === queue).sort(byTime);
  if (slot === undefined) {
    const newest = ofQueue.slice(-LIMITS.reusesShown);
    return { count: ofQueue.length, rows: newest.map((finding) => reuseOf(capture, finding)) };
  }
  const rows = ofQueue
    .map((finding) => reuseOf(capture, finding))
    .filter(({ slots }) => slots.includes(slot));
  return { count: rows.length, rows: rows.slice(-LIMITS.reusesShown) };
}

function byTime(one: Finding, other: Finding): number {
  return one.atNs - other.atNs;
}

function reuseOf(capture: Capture, finding: Finding): SlotReuse {
  const { atNs, detail, grade, row } = finding;
  const own = slotsOf(capture, row);
  const owner = ownerOf(capture, finding, own);
  const theirs = new Set(slotsOf(capture, owner));
  const shared = own.filter((slot) => theirs.has(slot));
  return { atNs, detail, grade, index: row, owner, slots: shared.length > 0 ? shared : own };
}

/** The message that the checker named; of what the device met, the newest that has a slot of it and was not back yet. */
function ownerOf(capture: Capture, { evidence, row }: Finding, slots: readonly number[]): number {
  const named = evidence.find((other) => other !== row);
  if (named !== undefined) return named;
  const { messages } = capture;
  if (row < 0) return -1;
  const queue = messages.queue.get(row);
  const atNs = messages.poppedNs.get(row);
  for (let other = row - 1; other >= Math.max(0, row - LOOK_ROWS); other--) {
    if (messages.queue.get(other) !== queue) continue;
    const usedNs = messages.poppedNs.get(other) + messages.usedAfterNs.get(other);
    if (usedNs <= atNs) continue;
    if (slotsOf(capture, other).some((slot) => slots.includes(slot))) return other;
  }
  return -1;
}

/** Slots of the ring that a message has: of a chain in an indirect table, and in a packed ring, its head or id alone. */
function slotsOf(capture: Capture, row: number): readonly number[] {
  const { messages } = capture;
  if (!(row >= 0 && row < messages.rows)) return [];
  const head = messages.head.get(row);
  const entry = capture.entryAt(messages.poppedAt.get(row));
  if (entry?.kind !== 'popped' || entry.chain.indirect) return [head];
  const { readable, writable } = entry.chain;
  return [...new Set([head, ...readable, ...writable].map(slotNumber))];
}

function slotNumber(of: number | { readonly slot: number }): number {
  return typeof of === 'number' ? of : of.slot;
}
