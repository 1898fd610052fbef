/** What the message table shows: which rows to fetch, and rows that stay the same objects while nothing in them changes. */
import type { MessageColumns, MessageFilter } from '../../../src-core/contract-data.ts';
import type { QueueIndex } from '../../../src-core/units.ts';
import { isSameRow, type MessageRow, rowAt } from '../../store/message-row.ts';

/** A message with what depends on its neighbour in the table. */
export interface TableRow extends MessageRow {
  /** Popped this long after the row above; NaN for the first. */
  readonly sinceNs: number;
}

const PAGE = 64;
const MARGIN = 128;

/** The slice to ask for: the visible rows with a margin, in steps, so that scrolling a little asks for nothing new. */
export function sliceFor(first: number, count: number): { first: number; count: number } {
  const from = Math.max(0, Math.floor((first - MARGIN) / PAGE) * PAGE);
  const to = Math.ceil((first + count + MARGIN) / PAGE) * PAGE;
  return { first: from, count: to - from };
}

/** Rows by their place in the table, the same object as before where nothing changed: unchanged rows are not drawn again. */
export class RowCache {
  private columns: MessageColumns | undefined;
  private rows = new Map<number, TableRow>();
  private before = new Map<number, TableRow>();

  /** Takes in a new slice. */
  take(columns: MessageColumns | undefined): void {
    if (columns === this.columns) return;
    this.columns = columns;
    this.before = this.rows;
    this.rows = new Map();
  }

  /** `undefined` when the row is not in the slice. */
  at(row: number): TableRow | undefined {
    const { columns } = this;
    const place = row - (columns?.first ?? 0);
    if (columns === undefined || place < 0 || place >= columns.count) return undefined;
    const known = this.rows.get(row);
    if (known !== undefined) return known;
    const made = withDelta(columns, place);
    const before = this.before.get(row);
    const same = before !== undefined && isSameTableRow(before, made) ? before : made;
    this.rows.set(row, same);
    return same;
  }
}

/** Turns one queue of the filter on or off; all queues on is the same as none chosen. */
export function toggleQueue(filter: MessageFilter, queue: QueueIndex): MessageFilter {
  const chosen = new Set(filter.queues ?? []);
  if (!chosen.delete(queue)) chosen.add(queue);
  const { queues: _gone, ...rest } = filter;
  const queues = [...chosen].sort((a, b) => a - b);
  return queues.length === 0 || queues.length === 4 ? rest : { ...rest, queues };
}

/** Restricts to one stream, or to none when it is that one already. */
export function toggleStream(filter: MessageFilter, streamId: number): MessageFilter {
  const { streamId: before, ...rest } = filter;
  return before === streamId ? rest : { ...rest, streamId };
}

export function toggleProblems(filter: MessageFilter): MessageFilter {
  const { problems, ...rest } = filter;
  return problems === true ? rest : { ...rest, problems: true };
}

export function isFiltering(filter: MessageFilter): boolean {
  const { queues, streamId, problems, expression } = filter;
  return [queues, streamId, expression].some((part) => part !== undefined) || problems === true;
}

function withDelta(columns: MessageColumns, place: number): TableRow {
  const row = rowAt(columns, place);
  const previousNs = place === 0 ? Number.NaN : (columns.poppedNs[place - 1] ?? Number.NaN);
  return { ...row, sinceNs: row.poppedNs - previousNs };
}

function isSameTableRow(left: TableRow, right: TableRow): boolean {
  return isSameRow(left, right) && Object.is(left.sinceNs, right.sinceNs);
}
