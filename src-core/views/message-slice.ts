/** Slices of the message table in the contract's shape: columns for the rows that a view shows. */
import type { Column } from '../capture/columns.ts';
import type { MessageTable } from '../capture/messages.ts';
import type { MessageColumns, MessageQuery } from '../contract-data.ts';
import { LIMITS } from '../limits.ts';
import type { FilteredRows } from './filtered-rows.ts';

export function messageSlice(
  table: MessageTable,
  query: MessageQuery,
  filtered: FilteredRows | undefined,
): MessageColumns {
  const total = filtered?.count ?? table.rows;
  const first = clamp(query.first, 0, total);
  const count = clamp(query.count, 0, Math.min(total - first, LIMITS.rowsPerRequest));
  const rows =
    filtered?.rowsFrom(first, count) ??
    Float64Array.from({ length: count }, (_, place) => first + place);
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

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(Math.floor(Number(value)) || 0, low), Math.max(low, high));
}
