/** What the message table asks beside its rows: runs of equal messages as one line, conversations, fields of the vocabulary. */
import type { CellFilter } from './analysis/cell-filter.ts';
import type { MessageColumns, MessageFilter, MessageQuery } from './contract-data.ts';
import type { StateGrade } from './contract-device.ts';
import type { StreamParams } from './spec/formats.ts';
import type { Direction, StreamState } from './spec/sound.ts';
import type { Frames, Ns, QueueIndex, Seq, TrackId } from './units.ts';

export interface MessageRequests {
  /** As `messages`, runs of equal healthy messages being one line each: `first`, `count` and `total` are lines. */
  messageRuns: { params: MessageQuery; result: MessageRuns };
  /** Line of the message whose row in the unfiltered table is `index`; the nearest before if hidden. */
  messageRunOf: { params: { index: number; filter: MessageFilter }; result: { row: number } };
  conversations: { params: { first: number; count: number }; result: Conversations };
  /** The conversation that a message belongs to, else the nearest before; -1: none. */
  conversationOf: { params: { index: number }; result: { row: number } };
  /** Fields of messages as text, in the order asked for; empty text where a message has nothing in a field. */
  messageCells: {
    params: {
      readonly indexes: readonly number[];
      readonly fields: readonly string[];
    };
    result: readonly MessageCells[];
  };
  /** What a message has in these fields, each as a filter that it passes; `null` for what is no field. */
  cellFilters: {
    params: { readonly index: number; readonly fields: readonly string[] };
    result: readonly (CellFilter | null)[];
  };
  /** Columns of chosen messages, in the order asked for. */
  messagesOf: { params: { readonly indexes: readonly number[] }; result: MessageColumns };
  /** The same as text for the clipboard. */
  messageLines: { params: MessageLines; result: { readonly text: string } };
  /** What fields there are. */
  fieldList: { params: Record<string, never>; result: readonly FieldInfo[] };
  /** Where a queue's avail index stood at a few moments, rounded where that is not far. */
  ringIndexes: { params: RingIndexQuery; result: RingIndexes };
  /** States of a stream over time, the newest `LIMITS.rowsPerRequest` of them. */
  streamStates: { params: { streamId: number }; result: readonly StateSpan[] };
}

export interface RingIndexQuery {
  readonly queue: QueueIndex;
  readonly fromNs: Ns;
  readonly toNs: Ns;
  /** At most so many. */
  readonly ticks: number;
}

/** Messages of the queue in the order in which they were popped. */
export interface RingIndexes {
  readonly atNs: Float64Array;
  /** Free-running, modulo 2^16. */
  readonly index: Float64Array;
}

export interface MessageLines {
  readonly indexes: readonly number[];
  /** `filter`: an expression that lets exactly these through. */
  readonly format: 'tsv' | 'jsonl' | 'filter';
  /** Beside the usual ones. */
  readonly fields: readonly string[];
}

export interface MessageCells {
  readonly index: number;
  readonly texts: readonly string[];
}

/** A line's columns are those of its first message. */
export interface MessageRuns extends MessageColumns {
  /** Messages of each line; 1 for one that stands alone. */
  readonly runMessages: Float64Array;
  /** Longest of them, start to end; NaN where it is not known yet. */
  readonly runLongestNs: Float64Array;
  readonly runLastNs: Float64Array;
}

export interface Conversations {
  readonly total: number;
  readonly first: number;
  readonly rows: readonly Conversation[];
}

export type Conversation =
  | {
      /** A stream from PREPARE to RELEASE. */
      readonly kind: 'lifecycle';
      /** Row of its first I/O message; -1 while there is none. */
      readonly index: number;
      readonly track: TrackId;
      readonly streamId: number;
      readonly direction: Direction;
      readonly run: number;
      readonly params: StreamParams;
      readonly fromNs: Ns;
      readonly toNs: Ns;
      readonly isOpen: boolean;
      readonly messages: number;
      readonly frames: Frames;
      readonly underruns: number;
      /** Messages of it that findings name, and the worst of those. */
      readonly blamed: number;
      readonly severity: number;
    }
  | {
      /** A control request with its answer, or an event that was told. */
      readonly kind: 'exchange';
      readonly index: number;
      readonly queue: number;
      readonly streamId: number;
      readonly code: number;
      readonly status: number;
      readonly fromNs: Ns;
      /** NaN until it is over. */
      readonly toNs: Ns;
      readonly severity: number;
    };

export interface FieldInfo {
  readonly name: string;
  readonly doc: string;
  readonly unit: string;
  readonly isNumber: boolean;
  readonly grade: string;
}

export interface StateSpan extends StateGrade {
  readonly state: StreamState;
  readonly fromNs: Ns;
  /** NaN while it lasts. */
  readonly toNs: Ns;
  /** Of the control message that led here, as the field `number` has it; absent where none was seen. */
  readonly number?: Seq;
}
