/** The part of the capture that a timeline shows: lanes per queue and stream, state bands, marks. Single messages where they
 *  can be told apart, counts per pixel column where not. */

import type { Capture } from '../capture/capture.ts';
import { type Column, firstAtLeast } from '../capture/columns.ts';
import { BLOCK_ROWS, type Lane } from '../capture/lane-density.ts';
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
import { gapsIn } from './gap-slice.ts';
import { columnsOf } from './message-slice.ts';

/** With more rows in the window than these, whole blocks of them are looked at. */
const CROWDED_ROWS = 20_000;
/** So few messages of a lane in a block are told one by one: that lane may be sparse. */
const FEW_ROWS = 2;
/** Blocks that one question may sum up. */
const GROW_BLOCKS = 4000;
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
    lanes: lanes(capture, { fromNs, toNs, columns }, Math.min(columns, query.bars ?? columns)),
    states: stateBands(capture, fromNs, toNs),
    marks: marksIn(capture, fromNs, toNs),
    gaps: gapsIn(capture, fromNs, toNs),
  };
}

/** All lanes together: messages, worst finding and longest time to the used ring by pixel column. */
export function densityOf(capture: Capture, range: Range): Sums {
  const all = emptySums(range.columns);
  for (const { rows, sums } of gather(capture, range.fromNs, range.toNs, range.columns)) {
    addRows(all, capture.messages, rows, range);
    if (sums !== undefined) addSums(all, sums);
  }
  return all;
}

interface Gathered {
  readonly queue: number;
  readonly streamId: number;
  /** Those that are told one by one, or all of a part that is. */
  readonly rows: number[];
  /** Sums of whole blocks, by pixel column; absent while single rows are enough. */
  sums?: NonNullable<TimelineLane['density']>;
  count: number;
}

function lanes(capture: Capture, range: Range, bars: number): TimelineLane[] {
  const { messages } = capture;
  const { fromNs, toNs, columns } = range;
  const gathered = gather(capture, fromNs, toNs, columns);
  return gathered.map((lane, place) => {
    // They are the queue's: shown once, in the first of its lanes.
    const isFirst = gathered[place - 1]?.queue !== lane.queue;
    const samples = isFirst
      ? capture.samples.inRange(lane.queue, fromNs, toNs, columns)
      : undefined;
    const { kicksNs, kicks, interruptsNs, interrupts } = messages.kicksOf(lane.queue);
    const shared = {
      queue: lane.queue,
      streamId: lane.streamId,
      kicksNs: timesIn(kicksNs, kicks, fromNs, toNs, 2 * bars),
      interruptsNs: timesIn(interruptsNs, interrupts, fromNs, toNs, 2 * bars),
      ...(samples === undefined ? {} : { samples }),
    };
    if (lane.count <= MESSAGES_PER_COLUMN * bars && lane.sums === undefined) {
      const rows = new Float64Array(lane.rows);
      return { ...shared, messages: columnsOf(messages, rows, rows.length, 0) };
    }
    const sums = lane.sums ?? emptySums(columns);
    addRows(sums, messages, lane.rows, range);
    return { ...shared, density: sums };
  });
}

/** Every queue has a lane; the tx and rx queues have one for each stream of theirs. */
function gather(capture: Capture, fromNs: Ns, toNs: Ns, columns: number): Gathered[] {
  const { messages } = capture;
  const { density } = messages;
  density.grow(GROW_BLOCKS);
  const found = new Map<Lane, Gathered>();
  const laneOf = (lane: Lane): Gathered => {
    let known = found.get(lane);
    if (known === undefined) {
      known = { queue: lane.queue, streamId: lane.streamId, rows: [], count: 0 };
      found.set(lane, known);
    }
    return known;
  };
  for (let queue = 0; queue < QUEUE_COUNT; queue++) {
    if (queue < TXQ) laneOf(density.lane(queue, -1));
  }
  for (const track of capture.tracks) {
    laneOf(density.lane(track.direction === 'output' ? TXQ : RXQ, track.streamId));
  }
  const range = { fromNs, toNs, columns };
  const end = messages.rowAt(toNs);
  const first = Math.max(0, messages.rowAt(fromNs) - LOOK_BEHIND_ROWS);
  const isCrowded = end - first > CROWDED_ROWS;
  for (let row = first; row < end; row++) {
    const isWhole = row % BLOCK_ROWS === 0 && row + BLOCK_ROWS <= end;
    if (isCrowded && isWhole && messages.poppedNs.get(row) >= fromNs) {
      if (!addBlock(capture, row, range, laneOf)) addTorn(messages, row, range, laneOf);
      row += BLOCK_ROWS - 1;
      continue;
    }
    if (endOf(messages, row) < fromNs) continue;
    const lane = laneOf(density.laneOf(row));
    lane.rows.push(row);
    lane.count++;
  }
  return [...found.values()].sort((a, b) => a.queue - b.queue || a.streamId - b.streamId);
}

interface Range {
  readonly fromNs: Ns;
  readonly toNs: Ns;
  readonly columns: number;
}

/** Adds the block that begins at `row`, when all of it falls into one pixel column. Lanes of which it holds few messages are
 *  told one by one. */
function addBlock(
  { messages }: Capture,
  row: number,
  range: Range,
  laneOf: (lane: Lane) => Gathered,
): boolean {
  const { density } = messages;
  const block = row / BLOCK_ROWS;
  if (!density.isKnown(block)) return false;
  const column = columnAt(messages.poppedNs.get(row), range);
  if (columnAt(messages.poppedNs.get(row + BLOCK_ROWS - 1), range) !== column) return false;
  for (const lane of density.lanes.values()) {
    const count = lane.count.get(block);
    if (count === 0) continue;
    const gathered = laneOf(lane);
    gathered.count += count;
    if (count <= FEW_ROWS && gathered.sums === undefined) {
      pushRows(messages, row, lane, gathered.rows);
      continue;
    }
    gathered.sums ??= emptySums(range.columns);
    const { sums } = gathered;
    sums.count[column] = (sums.count[column] ?? 0) + count;
    sums.severity[column] = Math.max(sums.severity[column] ?? 0, lane.severity.get(block));
    sums.longestNs[column] = Math.max(sums.longestNs[column] ?? 0, lane.longestNs.get(block));
  }
  return true;
}

/** The rows of a block over which a border between pixel columns runs, or that is not summed up yet. */
function addTorn(
  messages: MessageTable,
  first: number,
  range: Range,
  laneOf: (lane: Lane) => Gathered,
): void {
  const { density, poppedNs, severity, usedAfterNs } = messages;
  let lane: Lane | undefined;
  let gathered: Gathered | undefined;
  for (let row = first; row < first + BLOCK_ROWS; row++) {
    const own = density.laneOf(row);
    if (own !== lane || gathered === undefined) {
      lane = own;
      gathered = laneOf(own);
    }
    gathered.count++;
    const { sums } = gathered;
    if (sums === undefined) gathered.rows.push(row);
    else addRow(sums, columnAt(poppedNs.get(row), range), severity.get(row), usedAfterNs.get(row));
  }
}

function pushRows({ density }: MessageTable, first: number, lane: Lane, rows: number[]): void {
  for (let row = first; row < first + BLOCK_ROWS; row++) {
    if (density.laneOf(row) === lane) rows.push(row);
  }
}

/** When a message's life ended; infinite while it lasts. */
function endOf(messages: MessageTable, row: number): Ns {
  const usedAfter = messages.usedAfterNs.get(row);
  if (Number.isNaN(usedAfter)) return Number.POSITIVE_INFINITY;
  const interruptAfter = messages.interruptAfterNs.get(row);
  const after = Number.isNaN(interruptAfter) ? usedAfter : Math.max(usedAfter, interruptAfter);
  return messages.poppedNs.get(row) + after;
}

type Sums = NonNullable<TimelineLane['density']>;

function emptySums(columns: number): Sums {
  return {
    count: new Uint32Array(columns),
    severity: new Uint8Array(columns),
    longestNs: new Float64Array(columns),
  };
}

function addSums(all: Sums, { count, severity, longestNs }: Sums): void {
  for (let column = 0; column < count.length; column++) {
    all.count[column] = (all.count[column] ?? 0) + (count[column] ?? 0);
    all.severity[column] = Math.max(all.severity[column] ?? 0, severity[column] ?? 0);
    all.longestNs[column] = Math.max(all.longestNs[column] ?? 0, longestNs[column] ?? 0);
  }
}

function columnAt(atNs: Ns, { fromNs, toNs, columns }: Range): number {
  const place = Math.floor(((atNs - fromNs) * columns) / (toNs - fromNs));
  return Math.min(columns - 1, Math.max(0, place));
}

function addRows(
  sums: Sums,
  { poppedNs, severity, usedAfterNs }: MessageTable,
  rows: readonly number[],
  range: Range,
): void {
  for (const row of rows) {
    addRow(sums, columnAt(poppedNs.get(row), range), severity.get(row), usedAfterNs.get(row));
  }
}

function addRow(
  { count, severity, longestNs }: Sums,
  column: number,
  worst: number,
  usedAfterNs: Ns,
): void {
  count[column] = (count[column] ?? 0) + 1;
  if (worst > (severity[column] ?? 0)) severity[column] = worst;
  if (usedAfterNs > (longestNs[column] ?? 0)) longestNs[column] = usedAfterNs;
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
