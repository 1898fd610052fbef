/** The part of the capture that a timeline shows: lanes per queue and stream, state bands, marks. Single messages where they
 *  can be told apart, counts per pixel column where not. */

import type { Capture } from '../capture/capture.ts';
import { type Column, firstAtLeast } from '../capture/columns.ts';
import type { MessageTable } from '../capture/messages.ts';
import type {
  StateBand,
  Timeline,
  TimelineLane,
  TimelineMark,
  TimelineQuery,
} from '../contract-data.ts';
import { LIMITS } from '../limits.ts';
import { QUEUE_COUNT, RXQ, TXQ } from '../spec/sound.ts';
import type { Ns } from '../units.ts';
import { columnsOf } from './message-slice.ts';

/** Rows popped before the window that may still be open in it. */
const LOOK_BEHIND_ROWS = 256;
/** Up to so many messages a pixel column they are given one by one. */
const MESSAGES_PER_COLUMN = 1;
const MARKS_BOUND = 2000;

export function timelineSlice(capture: Capture, query: TimelineQuery): Timeline {
  const columns = Math.max(1, Math.min(Math.floor(query.columns) || 1, LIMITS.pixelsPerRequest));
  const fromNs = Number(query.fromNs) || 0;
  const toNs = Math.max(fromNs + 1, Number(query.toNs) || 0);
  return {
    fromNs,
    toNs,
    lanes: lanes(capture, fromNs, toNs, columns),
    states: stateBands(capture, fromNs, toNs),
    marks: marksIn(capture, fromNs, toNs),
  };
}

interface Gathered {
  readonly queue: number;
  readonly streamId: number;
  readonly rows: number[];
}

function lanes(capture: Capture, fromNs: Ns, toNs: Ns, columns: number): TimelineLane[] {
  const { messages } = capture;
  const gathered = gather(capture, fromNs, toNs);
  return gathered.map((lane) => {
    const { kicksNs, kicks, interruptsNs, interrupts } = messages.kicksOf(lane.queue);
    const shared = {
      queue: lane.queue,
      streamId: lane.streamId,
      kicksNs: timesIn(kicksNs, kicks, fromNs, toNs, 2 * columns),
      interruptsNs: timesIn(interruptsNs, interrupts, fromNs, toNs, 2 * columns),
    };
    if (lane.rows.length <= MESSAGES_PER_COLUMN * columns) {
      const rows = new Float64Array(lane.rows);
      return { ...shared, messages: columnsOf(messages, rows, rows.length, 0) };
    }
    return { ...shared, density: density(messages, lane.rows, fromNs, toNs, columns) };
  });
}

/** Every queue has a lane; the tx and rx queues have one for each stream of theirs. */
function gather(capture: Capture, fromNs: Ns, toNs: Ns): Gathered[] {
  const { messages } = capture;
  const found = new Map<number, Gathered>();
  const laneOf = (queue: number, streamId: number): Gathered => {
    const key = queue * 0x1_0000 + streamId + 1;
    const known = found.get(key) ?? { queue, streamId, rows: [] };
    found.set(key, known);
    return known;
  };
  for (let queue = 0; queue < QUEUE_COUNT; queue++) {
    if (queue < TXQ) laneOf(queue, -1);
  }
  for (const track of capture.tracks)
    laneOf(track.direction === 'output' ? TXQ : RXQ, track.streamId);
  const end = messages.rowAt(toNs);
  for (let row = Math.max(0, messages.rowAt(fromNs) - LOOK_BEHIND_ROWS); row < end; row++) {
    if (endOf(messages, row) < fromNs) continue;
    const queue = messages.queue.get(row);
    laneOf(queue, queue < TXQ ? -1 : messages.streamId.get(row)).rows.push(row);
  }
  return [...found.values()].sort((a, b) => a.queue - b.queue || a.streamId - b.streamId);
}

/** When a message's life ended; infinite while it lasts. */
function endOf(messages: MessageTable, row: number): Ns {
  const usedAfter = messages.usedAfterNs.get(row);
  if (Number.isNaN(usedAfter)) return Number.POSITIVE_INFINITY;
  const interruptAfter = messages.interruptAfterNs.get(row);
  const after = Number.isNaN(interruptAfter) ? usedAfter : Math.max(usedAfter, interruptAfter);
  return messages.poppedNs.get(row) + after;
}

function density(
  messages: MessageTable,
  rows: readonly number[],
  fromNs: Ns,
  toNs: Ns,
  columns: number,
): NonNullable<TimelineLane['density']> {
  const count = new Uint32Array(columns);
  const severity = new Uint8Array(columns);
  const longestNs = new Float64Array(columns);
  const perNs = columns / (toNs - fromNs);
  for (const row of rows) {
    const place = Math.floor((messages.poppedNs.get(row) - fromNs) * perNs);
    const column = Math.min(columns - 1, Math.max(0, place));
    count[column] = (count[column] ?? 0) + 1;
    severity[column] = Math.max(severity[column] ?? 0, messages.severity.get(row));
    const usedAfter = messages.usedAfterNs.get(row);
    if (usedAfter > (longestNs[column] ?? 0)) longestNs[column] = usedAfter;
  }
  return { count, severity, longestNs };
}

function timesIn(
  column: Column | undefined,
  rows: number,
  fromNs: Ns,
  toNs: Ns,
  bound: number,
): Float64Array {
  if (column === undefined) return new Float64Array();
  const first = firstAtLeast(column, rows, fromNs);
  const end = firstAtLeast(column, rows, toNs);
  if (end - first > bound) return new Float64Array();
  return Float64Array.from({ length: end - first }, (_, place) => column.get(first + place));
}

function stateBands(capture: Capture, fromNs: Ns, toNs: Ns): StateBand[] {
  const bands: StateBand[] = [];
  const open = new Map<number, { state: StateBand['state']; fromNs: Ns }>();
  const close = (streamId: number, atNs: Ns): void => {
    const band = open.get(streamId);
    if (band !== undefined && atNs >= fromNs && band.fromNs <= toNs) {
      bands.push({ streamId, state: band.state, fromNs: band.fromNs, toNs: atNs });
    }
  };
  for (const change of capture.story.states) {
    close(change.streamId, change.atNs);
    open.set(change.streamId, { state: change.state, fromNs: change.atNs });
  }
  for (const streamId of open.keys()) close(streamId, Math.max(capture.endNs, toNs));
  return bands;
}

/** When there are too many, errors go before warnings and warnings before notes. */
function marksIn(capture: Capture, fromNs: Ns, toNs: Ns): TimelineMark[] {
  const inside = capture.story.marks.filter((mark) => mark.atNs >= fromNs && mark.atNs <= toNs);
  const order = { error: 0, warning: 1, note: 2 };
  if (inside.length > MARKS_BOUND) inside.sort((a, b) => order[a.severity] - order[b.severity]);
  return inside.slice(0, MARKS_BOUND).map(({ row, ...mark }) => ({ ...mark, index: row }));
}
