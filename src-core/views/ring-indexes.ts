/** Where a queue's avail index stood over time, for an axis that counts in it: a few messages of a stretch with the index of
 *  the ring slot that each was popped from. The index runs freely, modulo 2^16, and starts anew with the device; it is read
 *  back from each message's entry, never counted on. Spec: 2.7.6 (split), 2.8 (packed: the device's own count) */
import type { Capture } from '../capture/capture.ts';
import type { RingIndexes, RingIndexQuery } from '../contract-messages.ts';

/** Rows in which the next message of the queue is looked for. */
const LOOK_ROWS = 20_000;
/** Messages that are walked over to a rounder index. */
const WALK_MESSAGES = 2048;
const MOST_TICKS = 64;

export function ringIndexes(capture: Capture, query: RingIndexQuery): RingIndexes {
  const { queue, fromNs, toNs } = query;
  const ticks = Math.min(MOST_TICKS, Math.max(1, Math.floor(query.ticks) || 1));
  const { messages } = capture;
  const end = messages.rowAt(toNs);
  const rows: number[] = [];
  for (let tick = 0; tick < ticks; tick++) {
    const row = nextOf(
      capture,
      queue,
      messages.rowAt(fromNs + ((toNs - fromNs) * tick) / ticks),
      end,
    );
    if (row >= 0 && row > (rows.at(-1) ?? -1)) rows.push(row);
  }
  const found = rows.map((row) => ({ row, index: availIdxOf(capture, row) }));
  const step = stepOf(found.map(({ index }) => index));
  const rounded = found.map((one) => rounder(capture, queue, one, step, end));
  const kept = rounded.filter(({ row, index }, at) => index >= 0 && row !== rounded[at - 1]?.row);
  return {
    atNs: Float64Array.from(kept, ({ row }) => messages.poppedNs.get(row)),
    index: Float64Array.from(kept, ({ index }) => index),
  };
}

interface Place {
  readonly row: number;
  /** -1: not known. */
  readonly index: number;
}

function nextOf(capture: Capture, queue: number, from: number, end: number): number {
  const { messages } = capture;
  const last = Math.min(end, messages.rows, from + LOOK_ROWS);
  for (let row = from; row < last; row++) if (messages.queue.get(row) === queue) return row;
  return -1;
}

function availIdxOf(capture: Capture, row: number): number {
  const entry = capture.entryAt(capture.messages.poppedAt.get(row));
  return entry?.kind === 'popped' ? entry.availIdx & 0xffff : -1;
}

/** The power of two that is not less than what lies between neighbours: indexes are rounded to it. */
function stepOf(indexes: readonly number[]): number {
  const gaps = indexes.slice(1).map((index, at) => (index - (indexes[at] ?? 0)) & 0xffff);
  if (gaps.length === 0) return 1;
  const usual = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 1;
  return 2 ** Math.ceil(Math.log2(Math.max(1, usual)));
}

/** The next message whose index is a multiple of `step`; where that is too far away, or not known, the place itself. Behind
 *  the stretch there is none. */
function rounder(capture: Capture, queue: number, place: Place, step: number, end: number): Place {
  const away = place.index < 0 ? 0 : -place.index & (step - 1);
  if (away === 0 || away > WALK_MESSAGES) return place;
  let { row } = place;
  for (let walked = 0; walked < away; walked++) {
    row = nextOf(capture, queue, row + 1, end);
    if (row < 0) return { row: place.row, index: -1 };
  }
  const index = availIdxOf(capture, row);
  return (index & (step - 1)) === 0 ? { row, index } : place;
}
