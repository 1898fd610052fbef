/** How many chains each queue had in the device's hands, as a step line: least and most for each column of a view. */
import type { Capture } from '../capture/capture.ts';
import { BLOCK_ROWS } from '../capture/lane-density.ts';
import type { MessageTable } from '../capture/messages.ts';
import { isEnding } from '../capture/queue-depth.ts';
import type { DepthTrack, TrackColumns } from '../contract-tracks.ts';
import type { Ns, QueueIndex } from '../units.ts';

/** With more rows in the window whole blocks of them are looked at. */
const CROWDED_ROWS = 60_000;
/** Rows popped before the window whose return may lie in it. */
const LOOK_BEHIND_ROWS = 512;

export interface ColumnRange extends TrackColumns {
  readonly columns: number;
}

/** Of every queue that had a message at all. */
export function depthTracks(capture: Capture, range: ColumnRange): DepthTrack[] {
  const { messages } = capture;
  const { fromNs, columnNs, columns } = range;
  const from = messages.rowAt(fromNs);
  const to = messages.rowAt(fromNs + columns * columnNs);
  const { tx, rx, control, event } = messages.counts;
  const isWatched = capture.story.setup.some(({ step }) => step.what === 'watched');
  const grade = isWatched || capture.facts.trace !== undefined ? 'derived' : 'observed';
  return [control, event, tx, rx].flatMap((count, queue) => {
    if (count === 0) return [];
    const line = new StepLine(range);
    if (to - from > CROWDED_ROWS) walkBlocks(messages, queue, from, to, line);
    else walkRows(messages, queue, from, to, line, endingsOf(capture, queue));
    return [{ queue, fromNs, columnNs, ...line.end(), grade }];
  });
}

/** When the device forgot what it had. */
function endingsOf({ story }: Capture, queue: QueueIndex): Ns[] {
  return story.setup
    .filter(({ step }) => (step.what === 'queue-stopped' ? step.queue === queue : isEnding(step)))
    .map(({ atNs }) => atNs);
}

/** Row by row: each moment at which the count changed. */
function walkRows(
  messages: MessageTable,
  queue: QueueIndex,
  from: number,
  to: number,
  line: StepLine,
  endings: readonly Ns[],
): void {
  const { depth, poppedNs, usedAfterNs } = messages;
  const start = from - (from % BLOCK_ROWS);
  const startNs = start === 0 ? 0 : poppedNs.get(start);
  const first = Math.max(0, start - LOOK_BEHIND_ROWS);
  const found = new Float64Array(to - first);
  let count = 0;
  for (let row = first; row < to; row++) {
    if (messages.queue.get(row) !== queue) continue;
    const usedNs = poppedNs.get(row) + usedAfterNs.get(row);
    if (usedNs >= startNs) found[count++] = usedNs;
  }
  const returns = found.subarray(0, count).sort();
  let now = depth.before(start / BLOCK_ROWS, queue);
  let place = 0;
  let ending = endings.findIndex((atNs) => atNs >= startNs);
  const returnUntil = (untilNs: Ns) => {
    for (;;) {
      const usedNs = returns[place] ?? Number.POSITIVE_INFINITY;
      const endNs = endings[ending] ?? Number.POSITIVE_INFINITY;
      const atNs = Math.min(usedNs, endNs);
      if (!(atNs <= untilNs)) return;
      now = endNs <= usedNs ? 0 : Math.max(0, now - 1);
      if (endNs <= usedNs) ending++;
      else place++;
      line.change(atNs, now);
    }
  };
  line.change(startNs, now);
  for (let row = start; row < to; row++) {
    if (messages.queue.get(row) !== queue) continue;
    const atNs = poppedNs.get(row);
    returnUntil(atNs);
    now = depth.atPop.get(row);
    line.change(atNs, now - 1);
    line.change(atNs, now);
  }
  returnUntil(line.endNs);
}

function walkBlocks(
  { depth, poppedNs }: MessageTable,
  queue: QueueIndex,
  from: number,
  to: number,
  line: StepLine,
): void {
  for (let block = Math.floor(from / BLOCK_ROWS); block * BLOCK_ROWS < to; block++) {
    const atNs = poppedNs.get(block * BLOCK_ROWS);
    const { least, most } = depth.within(block, queue);
    line.change(atNs, depth.before(block, queue));
    const lastRow = Math.min(to, (block + 1) * BLOCK_ROWS) - 1;
    line.span(atNs, poppedNs.get(lastRow), least, most);
    line.change(poppedNs.get(lastRow), depth.before(block + 1, queue));
  }
}

/** A line of steps, put into columns. Changes come in the order of time. */
class StepLine {
  readonly endNs: Ns;
  private readonly range: ColumnRange;
  private readonly least: Uint16Array;
  private readonly most: Uint16Array;
  private column = 0;
  private now = 0;

  constructor(range: ColumnRange) {
    this.range = range;
    this.endNs = range.fromNs + range.columns * range.columnNs;
    this.least = new Uint16Array(range.columns).fill(0xffff);
    this.most = new Uint16Array(range.columns);
  }

  /** From `atNs` on it is `depth`. */
  change(atNs: Ns, depth: number): void {
    const column = this.columnOf(atNs);
    if (column >= 0) {
      this.runTo(column);
      if (column < this.range.columns) this.put(column, depth);
    }
    this.now = depth;
  }

  /** Between the two it was at least and at most so much. */
  span(fromNs: Ns, toNs: Ns, least: number, most: number): void {
    const last = Math.min(this.range.columns - 1, this.columnOf(toNs));
    for (let column = Math.max(0, this.columnOf(fromNs)); column <= last; column++) {
      this.put(column, least);
      this.put(column, most);
    }
  }

  end(): { readonly least: Uint16Array; readonly most: Uint16Array } {
    this.runTo(this.range.columns);
    return { least: this.least, most: this.most };
  }

  /** What it was holds on until `column` begins. */
  private runTo(column: number): void {
    const last = Math.min(column, this.range.columns - 1);
    for (let at = this.column; at <= last; at++) this.put(at, this.now);
    this.column = Math.max(this.column, last);
  }

  private put(column: number, depth: number): void {
    if (depth < (this.least[column] ?? 0)) this.least[column] = depth;
    if (depth > (this.most[column] ?? 0)) this.most[column] = depth;
  }

  private columnOf(atNs: Ns): number {
    return Math.floor((atNs - this.range.fromNs) / this.range.columnNs);
  }
}
