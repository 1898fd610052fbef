/** Shapes and requests of the filter language. Types only. */
import type { MessageFilter } from './contract-data.ts';

/** What is wrong with a filter: the place in its text, and how it might have been meant. */
export interface FilterMistake {
  /** A sentence. */
  readonly message: string;
  readonly from: number;
  readonly to: number;
  /** The whole filter, mended. */
  readonly suggestion?: string;
}

export interface FilterProposal {
  /** What is written in place of the word at the cursor. */
  readonly text: string;
  readonly kind: 'field' | 'value' | 'operator' | 'function' | 'unit';
  readonly doc: string;
}

export interface FilterHelp {
  /** The word at the cursor, which a proposal replaces. */
  readonly from: number;
  readonly to: number;
  /** The likeliest first. */
  readonly proposals: readonly FilterProposal[];
  /** Absent when the text is a filter, or blank. */
  readonly mistake?: FilterMistake;
}

export interface FilterState {
  /** Looking was stopped: what is found stays, and no more is. */
  readonly isStopped?: boolean;
  /** Messages that pass, of those that were looked at, of all. */
  readonly matches: number;
  readonly looked: number;
  readonly all: number;
  readonly mistake?: FilterMistake;
  /** The term that let nothing through what those before it had left. */
  readonly emptiedBy?: string;
}

/** With what was asked. */
export interface RowMarks {
  readonly index: readonly number[];
  readonly expressions: readonly string[];
  readonly marks: Uint8Array;
}

export interface FilterRequests {
  /** What may stand at the cursor, and whether the text is a filter. */
  completeFilter: { params: { text: string; cursor: number }; result: FilterHelp };
  /** Of each of these messages: which of the expressions it passes first, counted from 1; 0: none. */
  rowMarks: {
    params: { index: readonly number[]; expressions: readonly string[] };
    result: RowMarks;
  };
  /** How far the filter is, and what it found; goes on with it. `looks`: false stops it there, true lets it go on again. */
  filterState: { params: { filter: MessageFilter; looks?: boolean }; result: FilterState };
}
