/** What the message table shows: which rows to fetch, and rows that stay the same objects while nothing in them changes. */
import type { MessageColumns, MessageFilter } from '../../../src-core/contract-data.ts';
import type { MessageRuns } from '../../../src-core/contract-messages.ts';
import { endOf } from '../../../src-core/spec/stages.ts';
import type { Ns, QueueIndex } from '../../../src-core/units.ts';
import { isSameRow, type MessageRow, rowAt } from '../../store/message-row.ts';
import type { DeltaMode } from './messages-choices.ts';

/** A message with what depends on its neighbour in the table. */
export interface TableRow extends MessageRow {
  /** Time since the row above, as the chosen kind of Δ counts it; NaN for the first, and where it is not known. */
  readonly sinceNs: Ns;
  /** Messages that it stands for: itself, or a run of equal ones. */
  readonly runMessages: number;
  /** Of a run: its longest message, start to end; NaN while it is looked for. */
  readonly runLongestNs: Ns;
}

/** Messages one by one, or runs as one line each. */
export type TableSlice = MessageColumns & Partial<Omit<MessageRuns, keyof MessageColumns>>;

/** Rows by their place in the table, the same object as before where nothing changed: unchanged rows are not drawn again. */
export class RowCache {
  private columns: TableSlice | undefined;
  private delta: DeltaMode = 'start';
  private rows = new Map<number, TableRow>();
  private before = new Map<number, TableRow>();

  /** Takes in a new slice. */
  take(columns: TableSlice | undefined, delta: DeltaMode = 'start'): void {
    if (columns === this.columns && delta === this.delta) return;
    this.columns = columns;
    this.delta = delta;
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
    const made = tableRow(columns, place, this.delta);
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

function tableRow(columns: TableSlice, place: number, mode: DeltaMode): TableRow {
  const row = rowAt(columns, place);
  return {
    ...row,
    sinceNs: place === 0 ? Number.NaN : deltaNs(columns, place, mode),
    runMessages: columns.runMessages?.[place] ?? 1,
    runLongestNs: columns.runLongestNs?.[place] ?? Number.NaN,
  };
}

/** Of a run above, only when its last message was popped is known. */
function deltaNs(columns: TableSlice, place: number, mode: DeltaMode): Ns {
  const row = rowAt(columns, place);
  const above = rowAt(columns, place - 1);
  const isRun = (columns.runMessages?.[place - 1] ?? 1) > 1;
  if (mode === 'start') {
    return row.poppedNs - (isRun ? (columns.runLastNs?.[place - 1] ?? 0) : above.poppedNs);
  }
  if (isRun) return Number.NaN;
  return mode === 'gap' ? row.poppedNs - endOf(above) : row.usedNs - above.usedNs;
}

function isSameTableRow(left: TableRow, right: TableRow): boolean {
  const own = ['sinceNs', 'runMessages', 'runLongestNs'] as const;
  return isSameRow(left, right) && own.every((field) => Object.is(left[field], right[field]));
}
