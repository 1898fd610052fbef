/** The rows that a filter lets through, kept while the table grows and its messages go on: a row is looked at when it comes,
 *  again until its message has come back, and when a finding about it turns up. */
import {
  type Bits,
  BLOCK_WORDS,
  blockEnd,
  Lookup,
  matchColumn,
  wordsOf,
} from '../analysis/column-scan.ts';
import { FieldReader, type FieldSource } from '../analysis/field-reader.ts';
import { type CompiledFilter, compileFilter } from '../analysis/filter.ts';
import { isProblem } from '../analysis/filter-problem.ts';
import { ALL_VALUES } from '../analysis/value-set.ts';
import type { MessageFilter } from '../contract-data.ts';
import type { FilterMistake, FilterState } from '../contract-filter.ts';
import { QUEUE_NAMES } from '../spec/sound.ts';
import { RowSet } from './row-set.ts';

/** Rows before the newest in which an interrupt may still come. */
const INTERRUPT_ROWS = 4096;
/** Messages in the device that are watched: more than all queues hold. */
const OPEN_BOUND = 131_072;

export class FilteredRows {
  /** Of a filter that is none: nothing passes. */
  readonly mistake: FilterMistake | undefined;
  private readonly compiled: CompiledFilter | undefined;
  private readonly source: FieldSource;
  private readonly reader: FieldReader;
  private readonly passing = new RowSet();
  private readonly survivors: Float64Array;
  /** Rows that were looked at. */
  looked = 0;
  /** No more rows are looked at; what came back or was found about the others still counts. */
  isStopped = false;
  /** Rows whose messages go on. */
  private open: number[] = [];
  private blames = 0;
  private readonly bits: Bits = new Int32Array(BLOCK_WORDS);
  private readonly returned = new Lookup(ALL_VALUES);

  constructor(source: FieldSource, filter: MessageFilter) {
    this.source = source;
    this.reader = new FieldReader(source);
    const own = compileFilter(filter.expression ?? 'true');
    const all = isProblem(own) ? own : compileFilter(filterText(filter));
    this.mistake = isProblem(all) ? all : undefined;
    this.compiled = isProblem(all) ? undefined : all;
    this.survivors = new Float64Array(this.compiled?.terms.length ?? 0);
  }

  get count(): number {
    return this.passing.count;
  }

  /** Looks at rows that came since the last call, at most `bound` of them, and again at those that may have changed; true
   *  when there are more. */
  extend(bound: number): boolean {
    const { messages } = this.source;
    if (this.compiled === undefined) return false;
    this.lookAgain();
    if (this.isStopped) return false;
    const end = Math.min(messages.rows, this.looked + bound);
    while (this.looked < end) this.lookAt(this.looked, blockEnd(this.looked, end));
    return this.looked < messages.rows;
  }

  has(row: number): boolean {
    return this.passing.has(row);
  }

  rowsFrom(first: number, count: number): Float64Array {
    return this.passing.rowsFrom(first, count);
  }

  /** Place among the matching rows of the last one at or before `row`; -1 when all come later. */
  placeOf(row: number): number {
    return this.passing.placeOf(Math.min(row, this.looked));
  }

  state(): FilterState {
    const { looked, mistake, compiled, survivors } = this;
    const emptied = looked > 0 && this.count === 0 ? survivors.indexOf(0) : -1;
    const emptiedBy = compiled?.terms[emptied];
    return {
      ...{ matches: this.count, looked, all: this.source.messages.rows },
      ...(mistake === undefined ? {} : { mistake }),
      ...(this.isStopped ? { isStopped: true } : {}),
      ...(emptiedBy === undefined ? {} : { emptiedBy }),
    };
  }

  private lookAt(first: number, end: number): void {
    const block = { first, count: end - first };
    this.compiled?.scan(this.reader, block, this.bits, this.survivors);
    this.passing.take(first, block.count, this.bits);
    this.looked = end;
    matchColumn(this.source.messages.usedAfterNs, block, this.returned, this.bits);
    const mayBeInterrupted = end > this.source.messages.rows - INTERRUPT_ROWS;
    for (let word = wordsOf(block.count) - 1; word >= 0; word--) {
      if (this.bits[word] === -1 && !mayBeInterrupted) continue;
      for (let bit = 0; bit < 32 && word * 32 + bit < block.count; bit++) {
        const row = first + word * 32 + bit;
        if (this.open.length < OPEN_BOUND && this.goesOn(row)) this.open.push(row);
      }
    }
  }

  private lookAgain(): void {
    const { messages } = this.source;
    for (; this.blames < messages.blames; this.blames++) {
      const row = messages.blamedRows.get(this.blames);
      if (row < this.looked) this.update(row);
    }
    for (const row of this.open) this.update(row);
    this.open = this.open.filter((row) => this.goesOn(row));
  }

  private update(row: number): void {
    this.compiled?.scan(this.reader, { first: row, count: 1 }, this.bits);
    this.passing.set(row, ((this.bits[0] ?? 0) & 1) === 1);
  }

  private goesOn(row: number): boolean {
    const { messages } = this.source;
    if (Number.isNaN(messages.usedAfterNs.get(row))) return true;
    const isNew = row > messages.rows - INTERRUPT_ROWS;
    return isNew && Number.isNaN(messages.interruptAfterNs.get(row));
  }
}

/** A filter as a key: equal filters have equal keys. */
export function filterKey(filter: MessageFilter): string {
  return filterText(filter);
}

export function isEmptyFilter(filter: MessageFilter | undefined): boolean {
  return filter === undefined || filterText(filter) === 'true';
}

/** The whole filter in the filter language. */
export function filterText({ queues, streamId, problems, expression }: MessageFilter): string {
  const names = queues?.map((queue) => QUEUE_NAMES[queue] ?? String(queue));
  const terms = [
    ...(names === undefined
      ? []
      : [names.length === 0 ? 'false' : `queue in {${names.join(', ')}}`]),
    ...(streamId === undefined ? [] : [streamId < 0 ? '!has(stream)' : `stream == ${streamId}`]),
    ...(problems === true ? ['problem'] : []),
    ...(expression === undefined || expression.trim() === '' ? [] : [`(${expression})`]),
  ];
  return terms.length === 0 ? 'true' : terms.join(' && ');
}
