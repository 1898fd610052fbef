/** What the message table asks beside its rows. Each answer looks at a bounded number of rows and says when there is more. */
import type { Capture } from './capture/capture.ts';
import type { MessageColumns, MessageFilter } from './contract-data.ts';
import type { MessageRequests, StateSpan } from './contract-messages.ts';
import type { HostContext } from './host-context.ts';
import type { KeptFilters } from './host-filters.ts';
import { LIMITS } from './limits.ts';
import type { Handlers } from './rpc.ts';
import { CONTROLQ } from './spec/sound.ts';
import type { Ns, Seq } from './units.ts';
import { ConversationList } from './views/conversations.ts';
import type { FilteredRows } from './views/filtered-rows.ts';
import { FoldedRows } from './views/folded-rows.ts';
import { cellFilters, fieldList, messageCells } from './views/message-cells.ts';
import { messageLines } from './views/message-lines.ts';
import { messageRuns } from './views/message-runs.ts';
import { columnsOf } from './views/message-slice.ts';
import { ringIndexes } from './views/ring-indexes.ts';

const SLICE_ROWS = 200_000;

export function messageHandlers(
  host: HostContext,
  filters: KeptFilters,
): Pick<Handlers, keyof MessageRequests> {
  const folds = new KeptFolds(host, filters);
  const list = conversationsOf(host);
  return {
    messageRuns: (query) => {
      const { runs, isMore } = messageRuns(host.capture(), query, folds.folded(query.filter));
      if (isMore) host.changed();
      return runs;
    },
    messageRunOf: ({ index, filter }) => ({ row: folds.folded(filter).placeOf(index) }),
    conversations: ({ first, count }) => list().slice(first, count),
    conversationOf: ({ index }) => ({ row: list().placeOf(index) }),
    messageCells: ({ indexes, fields }) => messageCells(host.capture(), indexes, fields),
    cellFilters: ({ index, fields }) => cellFilters(host.capture(), index, fields),
    messagesOf: ({ indexes }) => messagesOf(host.capture(), indexes),
    messageLines: (query) => messageLines(host.capture(), query),
    ringIndexes: (query) => ringIndexes(host.capture(), query),
    fieldList: () => fieldList(),
    streamStates: ({ streamId }) => {
      const isAssumed = host.shown()?.assumedRunning?.has(streamId) === true;
      return stateSpans(host.capture(), streamId, isAssumed);
    },
  };
}

/** The lines of the filters that were shown last. */
class KeptFolds {
  private readonly host: HostContext;
  private readonly filters: KeptFilters;
  private of: Capture | undefined;
  private kept = new Map<FilteredRows | undefined, FoldedRows>();

  constructor(host: HostContext, filters: KeptFilters) {
    this.host = host;
    this.filters = filters;
  }

  folded(filter: MessageFilter | undefined): FoldedRows {
    const capture = this.host.capture();
    if (this.of !== capture) this.kept.clear();
    this.of = capture;
    const filtered = this.filters.filtered(filter);
    const known = this.kept.get(filtered) ?? new FoldedRows(capture, filtered);
    // the unfiltered one, and the last filter's
    const whole = this.kept.get(undefined);
    this.kept = new Map(whole === undefined ? [] : [[undefined, whole]]);
    this.kept.set(filtered, known);
    if (known.extend(SLICE_ROWS)) this.host.changed();
    return known;
  }
}

function messagesOf({ messages }: Capture, indexes: readonly number[]): MessageColumns {
  const known = indexes.filter((row) => Number.isInteger(row) && row >= 0 && row < messages.rows);
  const rows = Float64Array.from(known.slice(0, LIMITS.rowsPerRequest));
  return columnsOf(messages, rows, rows.length, 0);
}

function conversationsOf(host: HostContext): () => ConversationList {
  let kept: { readonly capture: Capture; readonly list: ConversationList } | undefined;
  return () => {
    const capture = host.capture();
    if (kept?.capture !== capture) kept = { capture, list: new ConversationList(capture) };
    if (kept.list.extend(SLICE_ROWS)) host.changed();
    return kept.list;
  };
}

/** Rows before a change of state that are looked at for its command. */
const NEAR_ROWS = 64;

/** The stream's command that was popped last before its state changed. */
function commandBefore({ messages }: Capture, streamId: number, atNs: Ns): Seq | undefined {
  const next = messages.rowAt(atNs + 1);
  for (let row = next - 1; row >= Math.max(0, next - NEAR_ROWS); row--) {
    const isControl = messages.queue.get(row) === CONTROLQ;
    if (isControl && messages.streamId.get(row) === streamId) return messages.seq.get(row);
  }
  return undefined;
}

function stateSpans(capture: Capture, streamId: number, isAssumed: boolean): StateSpan[] {
  const { story } = capture;
  const changes = story.states.filter((change) => change.streamId === streamId);
  const shown = changes.slice(-LIMITS.rowsPerRequest);
  const before: StateSpan[] = isAssumed
    ? [{ state: 'running', fromNs: 0, toNs: shown[0]?.atNs ?? Number.NaN, isAssumed }]
    : [];
  const seen = shown.map(({ state, atNs }, place) => {
    // a reset has no command
    const number = state === 'init' ? undefined : commandBefore(capture, streamId, atNs);
    return {
      state,
      fromNs: atNs,
      toNs: shown[place + 1]?.atNs ?? Number.NaN,
      ...(number === undefined ? {} : { number }),
    };
  });
  return [...before, ...seen];
}
