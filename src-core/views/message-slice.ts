/** Slices of the message table in the contract's shape: columns for the rows that a view shows, and row lists for filters
 *  that grow with the table. */
import { type Column, u32 } from '../capture/columns.ts';
import type { MessageTable } from '../capture/messages.ts';
import type { MessageColumns, MessageFilter, MessageQuery } from '../contract-data.ts';
import { LIMITS } from '../limits.ts';

/** Rows that match a filter, kept and extended as the table grows. */
export class FilteredRows {
  readonly filter: MessageFilter;
  readonly rows: Column = u32();
  count = 0;
  private looked = 0;
  private readonly table: MessageTable;

  constructor(table: MessageTable, filter: MessageFilter) {
    this.table = table;
    this.filter = filter;
  }

  /** Looks at rows that came since the last call, at most `bound` of them; true when there are more. */
  extend(bound: number): boolean {
    const end = Math.min(this.settledRows(), this.looked + bound);
    for (; this.looked < end; this.looked++) {
      if (matches(this.table, this.looked, this.filter)) this.rows.set(this.count++, this.looked);
    }
    return this.looked < this.settledRows();
  }

  /** Place among the matching rows of the last one at or before `row`; -1 when all come later. */
  placeOf(row: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.rows.get(middle) <= row) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Whether a message is a problem is known only once it came back: rows after the oldest open one wait. */
  private settledRows(): number {
    if (this.filter.problems !== true) return this.table.rows;
    const { rows } = this.table;
    for (let row = Math.max(this.looked, rows - LIMITS.pendingMessages); row < rows; row++) {
      if (this.table.usedAt.get(row) < 0 && this.table.severity.get(row) === 0) return row;
    }
    return rows;
  }
}

/** A filter as a key: equal filters have equal keys. */
export function filterKey(filter: MessageFilter): string {
  return JSON.stringify([filter.queues ?? null, filter.streamId ?? null, filter.problems === true]);
}

export function isEmptyFilter(filter: MessageFilter | undefined): boolean {
  return filter === undefined || filterKey(filter) === filterKey({});
}

export function messageSlice(
  table: MessageTable,
  query: MessageQuery,
  filtered: FilteredRows | undefined,
): MessageColumns {
  const total = filtered?.count ?? table.rows;
  const first = clamp(query.first, 0, total);
  const count = clamp(query.count, 0, Math.min(total - first, LIMITS.rowsPerRequest));
  const rows = new Float64Array(count);
  for (let place = 0; place < count; place++) {
    rows[place] = filtered === undefined ? first + place : filtered.rows.get(first + place);
  }
  return columnsOf(table, rows, total, first);
}

/** Columns of the given rows, in their order. */
export function columnsOf(
  table: MessageTable,
  rows: Float64Array,
  total: number,
  first: number,
): MessageColumns {
  const count = rows.length;
  const { stepNs } = table;
  const take = <T extends { [place: number]: number }>(target: T, column: Column): T => {
    for (let place = 0; place < count; place++) target[place] = column.get(rows[place] ?? 0);
    return target;
  };
  const poppedNs = take(new Float64Array(count), table.poppedNs);
  const after = (column: Column): Float64Array => {
    const times = take(new Float64Array(count), column);
    for (let place = 0; place < count; place++) {
      const atNs = (times[place] ?? 0) + (poppedNs[place] ?? 0);
      times[place] = stepNs > 1 ? Math.round(atNs / stepNs) * stepNs : atNs;
    }
    return times;
  };
  return {
    total,
    all: table.rows,
    first,
    count,
    index: rows,
    seq: take(new Float64Array(count), table.seq),
    queue: take(new Uint8Array(count), table.queue),
    streamId: take(new Int32Array(count), table.streamId),
    code: take(new Uint16Array(count), table.code),
    status: take(new Uint16Array(count), table.status),
    head: take(new Uint16Array(count), table.head),
    kickNs: after(table.kickAfterNs),
    poppedNs,
    firstNs: after(table.firstAfterNs),
    lastNs: after(table.lastAfterNs),
    usedNs: after(table.usedAfterNs),
    interruptNs: after(table.interruptAfterNs),
    payloadBytes: take(new Uint32Array(count), table.payloadBytes),
    writtenBytes: take(new Uint32Array(count), table.writtenBytes),
    latencyBytes: take(new Uint32Array(count), table.latencyBytes),
    track: take(new Int32Array(count), table.track),
    fromFrame: take(new Float64Array(count), table.fromFrame),
    frames: take(new Uint32Array(count), table.frames),
    severity: take(new Uint8Array(count), table.severity),
    grades: take(new Uint16Array(count), table.grades),
  };
}

function matches(table: MessageTable, row: number, filter: MessageFilter): boolean {
  if (filter.queues !== undefined && !filter.queues.includes(table.queue.get(row))) return false;
  if (filter.streamId !== undefined && table.streamId.get(row) !== filter.streamId) return false;
  return filter.problems !== true || table.hasProblem(row);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(Math.floor(Number(value)) || 0, low), Math.max(low, high));
}
