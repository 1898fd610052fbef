/** Conversations: streams from PREPARE to RELEASE, and between them control requests with their answers and events that were
 *  told, in the order of time. What is counted of a stream follows behind its segments and the findings. */
import type { Capture } from '../capture/capture.ts';
import type { Track } from '../capture/tracks.ts';
import type { Conversation, Conversations } from '../contract-messages.ts';
import { LIMITS } from '../limits.ts';
import { FilteredRows } from './filtered-rows.ts';

/** Control requests, and events that were told: buffers that wait for one are not said yet. */
const EXCHANGES = 'queue == control || (queue == event && has(code))';

interface Tally {
  readonly track: Track;
  /** First row popped at or after the run began. */
  readonly startRow: number;
  looked: number;
  lastRow: number;
  messages: number;
  blamed: number;
  severity: number;
}

export class ConversationList {
  private readonly capture: Capture;
  private readonly exchanges: FilteredRows;
  private readonly tallies: Tally[] = [];
  private blames = 0;

  constructor(capture: Capture) {
    this.capture = capture;
    this.exchanges = new FilteredRows(capture, { expression: EXCHANGES });
  }

  get total(): number {
    return this.exchanges.count + this.tallies.length;
  }

  /** Takes in what came since the last call, at most `bound` rows and segments; true when there are more. */
  extend(bound: number): boolean {
    const { capture, tallies } = this;
    const isMoreRows = this.exchanges.extend(bound);
    for (const track of capture.tracks.slice(tallies.length)) {
      const startRow = capture.messages.rowAt(track.fromNs);
      const nothing = { looked: 0, lastRow: -1, messages: 0, blamed: 0, severity: 0 };
      tallies.push({ track, startRow, ...nothing });
    }
    let left = bound;
    for (const tally of tallies) left -= countSegments(tally, left);
    this.takeBlames();
    return isMoreRows || left <= 0;
  }

  slice(wanted: number, count: number): Conversations {
    const { total } = this;
    const first = Math.min(Math.max(0, Math.floor(Number(wanted) || 0)), total);
    const most = Math.min(Math.max(0, Math.floor(Number(count) || 0)), LIMITS.rowsPerRequest);
    const rows: Conversation[] = [];
    let run = this.runsBefore(first);
    for (let place = first; place < Math.min(total, first + most); place++) {
      const tally = this.tallies[run];
      if (tally !== undefined && this.placeOfRun(run) === place) {
        rows.push(this.lifecycle(tally));
        run++;
      } else {
        const [index = -1] = this.exchanges.rowsFrom(place - run, 1);
        if (index >= 0) rows.push(this.exchange(index));
      }
    }
    return { total, first, rows };
  }

  /** Place of the conversation that the message is part of, else of the nearest before. */
  placeOf(index: number): number {
    const { messages } = this.capture;
    const track = messages.track.get(index);
    if (track >= 0 && track < this.tallies.length) return this.placeOfRun(track);
    const before = this.exchanges.placeOf(index);
    let runs = 0;
    while (runs < this.tallies.length && (this.tallies[runs]?.startRow ?? 0) <= index) runs++;
    return before + runs;
  }

  /** A run stands behind what was popped before it began. */
  private placeOfRun(run: number): number {
    return this.exchanges.placeOf((this.tallies[run]?.startRow ?? 0) - 1) + 1 + run;
  }

  private runsBefore(place: number): number {
    let low = 0;
    let high = this.tallies.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.placeOfRun(middle) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private takeBlames(): void {
    const { messages } = this.capture;
    for (; this.blames < messages.blames; this.blames++) {
      const row = messages.blamedRows.get(this.blames);
      const tally = this.tallies[messages.track.get(row)];
      if (tally === undefined) continue;
      tally.blamed++;
      tally.severity = Math.max(tally.severity, messages.severity.get(row));
    }
  }

  private lifecycle({ track, messages, blamed, severity }: Tally): Conversation {
    const { streamId, direction, run, params, fromNs, toNs, isOpen, frames, underruns } = track;
    return {
      kind: 'lifecycle',
      index: track.segments === 0 ? -1 : track.segment(0).row,
      track: track.track,
      ...{ streamId, direction, run, params, fromNs, toNs, isOpen },
      ...{ messages, frames, underruns, blamed, severity },
    };
  }

  private exchange(index: number): Conversation {
    const { messages } = this.capture;
    const fromNs = messages.poppedNs.get(index);
    return {
      kind: 'exchange',
      index,
      queue: messages.queue.get(index),
      streamId: messages.streamId.get(index),
      code: messages.code.get(index),
      status: messages.status.get(index),
      fromNs,
      toNs: fromNs + messages.usedAfterNs.get(index),
      severity: messages.severity.get(index),
    };
  }
}

/** Messages are counted by their segments: those of one message follow each other. Gives how many segments it looked at. */
function countSegments(tally: Tally, bound: number): number {
  const { track } = tally;
  const from = tally.looked;
  const end = Math.min(track.segments, from + Math.max(0, bound));
  for (; tally.looked < end; tally.looked++) {
    const row = track.rowOfSegment(tally.looked);
    if (row !== tally.lastRow) tally.messages++;
    tally.lastRow = row;
  }
  return end - from;
}
