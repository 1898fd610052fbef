/** Slices of the message table with runs of equal healthy messages as one line each. */
import type { Capture } from '../capture/capture.ts';
import type { MessageQuery } from '../contract-data.ts';
import type { MessageRuns } from '../contract-messages.ts';
import { LIMITS } from '../limits.ts';
import type { FoldedRows } from './folded-rows.ts';
import { columnsOf } from './message-slice.ts';

/** Rows that one slice looks through for the longest message of its runs. */
const THROUGH_ROWS = 400_000;

export function messageRuns(
  { messages }: Capture,
  { first: wanted, count }: MessageQuery,
  folded: FoldedRows,
): { readonly runs: MessageRuns; readonly isMore: boolean } {
  const total = folded.count;
  const first = Math.min(Math.max(0, Math.floor(Number(wanted) || 0)), total);
  const most = Math.min(Math.max(0, Math.floor(Number(count) || 0)), LIMITS.rowsPerRequest);
  // one more than wanted: where the last line ends
  const heads = folded.rowsFrom(first, most + 1);
  const rows = heads.slice(0, Math.min(most, total - first));
  const runMessages = new Float64Array(rows.length);
  const runLongestNs = new Float64Array(rows.length).fill(Number.NaN);
  const runLastNs = new Float64Array(rows.length);
  let through = 0;
  rows.forEach((head, place) => {
    const next = heads[place + 1];
    const span = (next ?? folded.looked) - head;
    runMessages[place] = span;
    if (through > THROUGH_ROWS) return;
    through += folded.isKnown(head) ? 1 : span;
    const facts = folded.runFrom(head, next);
    runMessages[place] = facts.messages;
    runLongestNs[place] = facts.longestNs;
    runLastNs[place] = facts.lastNs;
  });
  const columns = columnsOf(messages, rows, total, first);
  return {
    runs: { ...columns, runMessages, runLongestNs, runLastNs },
    isMore: through > THROUGH_ROWS,
  };
}
