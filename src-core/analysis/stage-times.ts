/** How long each stage of a message took, straight out of the columns. */
import type { MessageTable } from '../capture/messages.ts';
import type { Track } from '../capture/tracks.ts';
import { CONTROLQ, EVENTQ } from '../spec/sound.ts';
import { MEASURED } from '../spec/stages.ts';
import type { Ns } from '../units.ts';

const GUEST = 0;
const POST = 1;
const POP = 2;
const WAIT = 3;
const SINK = 4;
const HANDLE = 5;
const COMPLETE = 6;
const NOTIFY = 7;
const TOTAL = 8;

/** Times of one message by `MEASURED`; NaN: not known, or not yet, or never. */
export type StageTimes = Float64Array;

export function newStageTimes(): StageTimes {
  return new Float64Array(MEASURED.length);
}

/** Fills `into` for a row; `freeNs`: when its place in the buffer became free (NaN: not known). */
export function timeStages(
  table: MessageTable,
  row: number,
  freeNs: Ns,
  into: StageTimes,
): StageTimes {
  into.fill(Number.NaN);
  const queue = table.queue.get(row);
  const kick = table.kickAfterNs.get(row);
  const used = table.usedAfterNs.get(row);
  const interrupt = table.interruptAfterNs.get(row);
  const start = kick <= 0 ? kick : 0;
  if (kick <= 0) into[POP] = -kick;
  into[POST] = kick - table.postedAfterNs.get(row);
  into[NOTIFY] = Math.max(0, interrupt - used);
  into[TOTAL] = (interrupt >= used ? interrupt : used) - start;
  if (queue === CONTROLQ) {
    into[HANDLE] = used;
  } else if (queue === EVENTQ) {
    into[WAIT] = used;
  } else {
    const first = table.firstAfterNs.get(row);
    const last = table.lastAfterNs.get(row);
    into[WAIT] = Number.isNaN(first) ? used : first; // as the filter's stage.wait
    into[SINK] = last - first;
    into[COMPLETE] = Math.max(0, used - last);
    into[GUEST] = table.poppedNs.get(row) + start - freeNs;
  }
  return into;
}

/** When a row came back, as the driver learnt it: the interrupt, else the used ring; NaN while it did not. */
export function returnNs(table: MessageTable, row: number): Ns {
  const interrupt = table.interruptAfterNs.get(row);
  const after = Number.isNaN(interrupt) ? table.usedAfterNs.get(row) : interrupt;
  return table.poppedNs.get(row) + after;
}

/** When the driver had posted a row, as far as is known: its kick, else the moment it was popped. */
export function startNs(table: MessageTable, row: number): Ns {
  const kick = table.kickAfterNs.get(row);
  return table.poppedNs.get(row) + (kick <= 0 ? kick : 0);
}

const KEPT = 256;

/** The last returns of one stream, in the order of its messages, for the guest's turn. */
export class Returns {
  private readonly times = new Float64Array(KEPT);
  private count = 0;
  private track = -1;

  /** Takes the return of the next message of a run; another run begins anew. */
  add(track: number, atNs: Ns): void {
    if (track !== this.track) this.count = 0;
    this.track = track;
    this.times[this.count++ % KEPT] = atNs;
  }

  /** Of the message so many before the next one of the run; NaN when there is none. */
  back(track: number, messages: number): Ns {
    const isKnown = track === this.track && messages <= Math.min(this.count, KEPT);
    if (!isKnown || messages < 1) return Number.NaN;
    return this.times[(this.count - messages) % KEPT] ?? Number.NaN;
  }
}

/** Messages that fill the buffer of a run; 0 when that is not known. */
export function messagesPerBuffer(track: Track | undefined): number {
  if (track === undefined || !(track.params.periodBytes > 0)) return 0;
  return Math.round(track.params.bufferBytes / track.params.periodBytes);
}
