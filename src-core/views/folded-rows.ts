/** Rows of a table with runs of equal healthy messages as one line each: a bit a row says whether it begins a line. Kept
 *  while the table grows; a row is looked at when it comes and again until it has come back, and when a finding turns up. */
import type { MessageTable } from '../capture/messages.ts';
import type { Story } from '../capture/story.ts';
import { EVENTQ } from '../spec/sound.ts';
import type { Ns } from '../units.ts';
import type { FilteredRows } from './filtered-rows.ts';
import { RowSet } from './row-set.ts';

/** A run is cut at multiples of so many rows, so that looking through one has a bound. */
export const RUN_ROWS = 32_768;
/** Messages in the device that are watched: more than all queues hold. */
const OPEN_BOUND = 131_072;
/** Rows before the newest that a filter may still let in or out. */
const FRESH_ROWS = 4096;
const RUNS_KEPT = 20_000;

/** Part of `Capture`. */
export interface FoldedSource {
  readonly messages: MessageTable;
  readonly story: Story;
}

interface LookedThrough {
  readonly end: number;
  readonly count: number;
  readonly last: number;
  readonly longestNs: Ns;
}

export interface RunFacts {
  readonly messages: number;
  readonly longestNs: Ns;
  /** When its last message was popped. */
  readonly lastNs: Ns;
}

export class FoldedRows {
  private readonly table: MessageTable;
  private readonly story: Story;
  private readonly filtered: FilteredRows | undefined;
  private readonly heads = new RowSet();
  /** Rows that no run goes on over: what an underrun, a reset, a loss or a finding without a message points at. */
  private readonly breaks = new RowSet();
  private marks = 0;
  looked = 0;
  private open: number[] = [];
  private blames = 0;
  /** Of runs that were shown: up to which row they were looked through. */
  private readonly known = new Map<number, LookedThrough>();

  constructor({ messages, story }: FoldedSource, filtered: FilteredRows | undefined) {
    this.table = messages;
    this.story = story;
    this.filtered = filtered;
  }

  /** Lines so far. */
  get count(): number {
    return this.heads.count;
  }

  /** Looks at rows that came since the last call, at most `bound` of them; true when there are more. */
  extend(bound: number): boolean {
    const { table, filtered } = this;
    const all = filtered?.looked ?? table.rows;
    this.lookAgain();
    const end = Math.min(all, this.looked + bound);
    let previous = this.looked === 0 ? -1 : this.previousOf(this.looked);
    let isBroken = false;
    for (let row = this.looked; row < end; row++) {
      isBroken ||= this.breaks.has(row);
      if (filtered?.has(row) ?? true) {
        this.heads.set(row, isBroken || !this.goesOnFrom(previous, row));
        previous = row;
        isBroken = false;
      }
      if (this.mayChange(row) && this.open.length < OPEN_BOUND) this.open.push(row);
    }
    this.looked = end;
    return this.looked < all;
  }

  /** First rows of the lines at places `[place, place + count)`. */
  rowsFrom(place: number, count: number): Float64Array {
    return this.heads.rowsFrom(place, count);
  }

  /** Line of `row`, or of the nearest before; -1 when all come later. */
  placeOf(row: number): number {
    return this.looked === 0 ? -1 : this.heads.placeOf(Math.min(row, this.looked - 1));
  }

  /** Whether `runFrom` has looked through the run already. */
  isKnown(head: number): boolean {
    return this.known.has(head);
  }

  /** What is known of the run that `head` begins and `next` (or the end of the table) ends. */
  runFrom(head: number, next: number | undefined): RunFacts {
    const { table, filtered, known, looked } = this;
    const end = Math.min(next ?? looked, looked);
    const kept = known.get(head);
    const fresh = { end: head, count: 0, last: head, longestNs: Number.NaN };
    let {
      end: from,
      count,
      last,
      longestNs,
    } = kept !== undefined && kept.end <= end ? kept : fresh;
    for (; from < end; from++) {
      if (filtered?.has(from) === false) continue;
      count++;
      last = from;
      const tookNs = this.totalNs(from);
      if (!(tookNs <= longestNs) && !Number.isNaN(tookNs)) longestNs = tookNs;
    }
    if (known.size >= RUNS_KEPT) known.clear();
    // what is fresh may still get its interrupt, or leave the filter
    if (end < looked - FRESH_ROWS) known.set(head, { end, count, last, longestNs });
    return { messages: count, longestNs, lastNs: table.poppedNs.get(last) };
  }

  private lookAgain(): void {
    const { table, story } = this;
    for (; this.marks < story.marks.length; this.marks++) {
      const mark = story.marks[this.marks];
      if (mark === undefined) break;
      const row = mark.row >= 0 ? mark.row : table.rowAt(mark.atNs);
      this.breaks.set(row, true);
      this.update(row);
    }
    for (; this.blames < table.blames; this.blames++)
      this.update(table.blamedRows.get(this.blames));
    for (const row of this.open) this.update(row);
    this.open = this.open.filter((row) => this.mayChange(row));
  }

  /** The row, and the one after it, whose line depends on it. */
  private update(row: number): void {
    if (row >= this.looked) return;
    this.look(row);
    const next = this.nextOf(row);
    if (next > row && next < this.looked) this.look(next);
  }

  private look(row: number): void {
    const previous = this.previousOf(row);
    const begins = this.isBrokenBetween(previous, row) || !this.goesOnFrom(previous, row);
    this.heads.set(row, (this.filtered?.has(row) ?? true) && begins);
  }

  private isBrokenBetween(previous: number, row: number): boolean {
    const { breaks } = this;
    if (previous + 1 >= row) return breaks.has(row);
    return breaks.placeOf(row) > breaks.placeOf(previous);
  }

  private mayChange(row: number): boolean {
    const { table } = this;
    if (Number.isNaN(table.usedAfterNs.get(row))) return true;
    return this.filtered !== undefined && row > table.rows - FRESH_ROWS;
  }

  private previousOf(row: number): number {
    const { filtered } = this;
    if (filtered === undefined) return row - 1;
    const place = filtered.placeOf(row - 1);
    return place < 0 || row === 0 ? -1 : (filtered.rowsFrom(place, 1)[0] ?? -1);
  }

  private nextOf(row: number): number {
    const { filtered } = this;
    if (filtered === undefined) return row + 1;
    return filtered.rowsFrom(filtered.placeOf(row) + 1, 1)[0] ?? -1;
  }

  private goesOnFrom(previous: number, row: number): boolean {
    if (previous < 0 || row % RUN_ROWS === 0) return false;
    if (Math.floor(previous / RUN_ROWS) !== Math.floor(row / RUN_ROWS)) return false;
    const { table } = this;
    return (
      table.queue.get(previous) === table.queue.get(row) &&
      table.streamId.get(previous) === table.streamId.get(row) &&
      table.code.get(previous) === table.code.get(row) &&
      table.track.get(previous) === table.track.get(row) &&
      table.frames.get(previous) === table.frames.get(row) &&
      table.status.get(previous) === table.status.get(row) &&
      this.isHealthy(previous) &&
      this.isHealthy(row)
    );
  }

  /** It has come back, and nothing is wrong with it. Buffers that wait for events are alike too. */
  private isHealthy(row: number): boolean {
    const { table } = this;
    if (table.hasProblem(row)) return false;
    return table.queue.get(row) === EVENTQ || !Number.isNaN(table.usedAfterNs.get(row));
  }

  private totalNs(row: number): Ns {
    const { kickAfterNs, interruptAfterNs, usedAfterNs } = this.table;
    const kickNs = kickAfterNs.get(row);
    const interruptNs = interruptAfterNs.get(row);
    const endNs = Number.isNaN(interruptNs) ? usedAfterNs.get(row) : interruptNs;
    return endNs - (Number.isNaN(kickNs) ? 0 : kickNs);
  }
}
