/** The message table: one row for each chain's life from kick to interrupt, a column for each stage. Rows are in the order
 *  in which chains were popped; a message is named by the seq of its `popped` entry. Built from entries, live and recorded. */

import { GRADES, type Grade, gradeIn, withGrade } from '../spec/grades.ts';
import {
  CONTROLQ,
  EVENTQ,
  QUEUE_COUNT,
  requestKind,
  TXQ,
  VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED,
  VIRTIO_SND_EVT_PCM_XRUN,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import type { Bytes, Frames, Ns, QueueIndex, Seq, TrackId } from '../units.ts';
import { behind, f32, f64, firstAtLeast, i16, i32, rising, u8, u16, u32 } from './columns.ts';
import type { TracedChain } from './entry.ts';
import { lookedGrades, tracedGrades } from './grade.ts';
import { IdleTimes } from './idle.ts';
import { LaneDensity } from './lane-density.ts';
import { QueueDepth } from './queue-depth.ts';

export const SEVERITY_NUMBER = { note: 1, warning: 2, error: 3 } as const;
const XFER_HEADER_BYTES = 4;
const NEAR_ROWS = 12;
/** What a device pops so soon after a kick's first message it found in the same turn. */
const SAME_TURN_NS = 1_000_000;
const STATUS_BYTES = 8;

/** What the table keeps of a chain that was popped. The words are the first of its body, as far as there are any. */
export interface PoppedFacts {
  readonly queue: QueueIndex;
  readonly head: number;
  readonly readableBytes: Bytes;
  readonly writableBytes: Bytes;
  readonly bodyBytes: Bytes;
  readonly firstWord: number;
  readonly secondWord: number;
}

/** What the table keeps of a chain's return. The words are the first of the reply. */
export interface UsedFacts {
  readonly popped: Seq;
  readonly queue: QueueIndex;
  readonly writtenBytes: Bytes;
  readonly replyBytes: Bytes;
  readonly firstWord: number;
  readonly secondWord: number;
}

/** Times other than `poppedNs` are kept as differences to it, as 32-bit floats: exact to 1 part in 16 million. */
export class MessageTable {
  rows = 0;
  /** Smallest step of the source's times: what is finer than that was never there. */
  stepNs: Ns = 1;
  readonly counts = { control: 0, event: 0, tx: 0, rx: 0 };
  readonly seq = rising();
  readonly queue = u8();
  /** -1: none, or not known. */
  readonly streamId = i16(-1);
  readonly code = u16();
  readonly status = u16();
  readonly head = u16();
  readonly poppedNs = rising();
  /** When somebody saw it in the ring before its kick; nearly always not known. */
  readonly postedAfterNs = f32(Number.NaN);
  readonly kickAfterNs = f32(Number.NaN);
  readonly firstAfterNs = f32(Number.NaN);
  readonly lastAfterNs = f32(Number.NaN);
  readonly usedAfterNs = f32(Number.NaN);
  readonly interruptAfterNs = f32(Number.NaN);
  readonly payloadBytes = u32();
  readonly writtenBytes = u32();
  readonly latencyBytes = u32();
  readonly track = i32(-1);
  readonly fromFrame = f64();
  readonly frames = u32();
  readonly severity = u8();
  /** How well the row's values are known: `grade.ts`. 0 for all that is not from a trace, like the three after it. */
  readonly grades = u16();
  /** Line of the trace that the message begins in. */
  readonly line = u32();
  /** Pieces of the chain, of which a trace has no lengths. */
  readonly readable = u16();
  readonly writable = u16();
  /** Places of the `popped` and `used` entries in the capture's bytes; -1 when lost. */
  readonly poppedAt = rising(-1);
  readonly usedAt = behind(this.poppedAt);

  readonly density = new LaneDensity(this);
  /** How many chains of each queue the device had. */
  readonly depth = new QueueDepth();
  /** When nothing went on at all. */
  readonly idle = new IdleTimes();
  private readonly queues = Array.from({ length: QUEUE_COUNT }, () => ({
    lastKickNs: Number.NaN,
    /** When the messages of that kick were seen in the ring. */
    seenNs: Number.NaN,
    /** When the first message of that kick was popped. */
    servedNs: Number.NaN,
    awaitInterrupt: new RowList(),
    kicksNs: rising(),
    kicks: 0,
    interruptsNs: rising(),
    interrupts: 0,
  }));

  /** Row of the last look-up: the next is nearly always close. */
  private nearRow = 0;

  /** Row of the message that `seq` names; -1 when there is none. */
  rowOf(seq: Seq): number {
    const { nearRow } = this;
    if (nearRow + 1 < this.rows && this.seq.get(nearRow + 1) === seq) return ++this.nearRow;
    if (nearRow < this.rows && this.seq.get(nearRow) === seq) return nearRow;
    for (let row = this.rows - 1; row >= 0 && row >= this.rows - NEAR_ROWS; row--) {
      if (this.seq.get(row) !== seq) continue;
      this.nearRow = row;
      return row;
    }
    const row = firstAtLeast(this.seq, this.rows, seq);
    if (row >= this.rows || this.seq.get(row) !== seq) return -1;
    this.nearRow = row;
    return row;
  }

  /** First row popped at or after `atNs`; `rows` when there is none. */
  rowAt(atNs: Ns): number {
    return firstAtLeast(this.poppedNs, this.rows, atNs);
  }

  kicksOf(queue: QueueIndex) {
    const found = this.queues[queue];
    return {
      kicks: found?.kicks ?? 0,
      kicksNs: found?.kicksNs,
      interrupts: found?.interrupts ?? 0,
      interruptsNs: found?.interruptsNs,
    };
  }

  /** Rows in the order in which findings about them came, for who keeps something by row. */
  readonly blamedRows = u32();
  blames = 0;

  /** Raises the row's worst finding. */
  blame(row: number, severity: keyof typeof SEVERITY_NUMBER): void {
    if (row >= 0) this.blamedRows.set(this.blames++, row);
    if (row >= 0 && this.severity.get(row) < SEVERITY_NUMBER[severity]) {
      this.severity.set(row, SEVERITY_NUMBER[severity]);
      this.density.touch(row);
    }
  }

  hasProblem(row: number): boolean {
    const status = this.status.get(row);
    if (this.severity.get(row) > 0) return true;
    return this.queue.get(row) !== EVENTQ && status !== 0 && status !== VIRTIO_SND_S_OK;
  }

  kicked(queue: QueueIndex, atNs: Ns, waitedNs = Number.NaN): void {
    this.idle.happened(atNs);
    const state = this.queues[queue];
    if (state === undefined) return;
    state.lastKickNs = atNs;
    state.seenNs = atNs - waitedNs;
    state.servedNs = Number.NaN;
    state.awaitInterrupt.count = 0; // the driver did not want one for those
    state.kicksNs.set(state.kicks++, atNs);
  }

  /** Opens the row of a chain that a trace tells of; `grades` as `tracedGrades` gives them. */
  traced(seq: Seq, atNs: Ns, queue: QueueIndex, streamId: number, grades: number): number {
    const row = this.open(seq, atNs, queue);
    this.grades.set(row, grades);
    this.head.set(row, 0xffff);
    if (streamId >= 0) this.streamId.set(row, streamId);
    this.count(queue);
    return row;
  }

  /** What else a trace has of a chain: where it is, and of how many pieces. */
  tracedChain(row: number, line: number, readable: number, writable: number): void {
    this.line.set(row, line);
    this.readable.set(row, readable);
    this.writable.set(row, writable);
  }

  /** The same from a capture that holds it. */
  poppedTraced(
    seq: Seq,
    atNs: Ns,
    queue: QueueIndex,
    queueGrade: Grade,
    chain: TracedChain,
    at: Bytes,
  ): void {
    const streamGrade = GRADES.indexOf(chain.streamGrade);
    const grades = tracedGrades(GRADES.indexOf(queueGrade), streamGrade);
    const row = this.traced(seq, atNs, queue, chain.streamId, grades);
    this.tracedChain(row, chain.line, chain.readable, chain.writable);
    this.poppedAt.set(row, at);
  }

  /** What a later line said about a message; code 0 and stream -1 say nothing. */
  told(row: number, code: number, streamId: number, streamGrade: Grade): void {
    if (row < 0) return;
    let grades = this.grades.get(row);
    if (code !== 0) {
      this.code.set(row, code);
      // Of a request whose bytes were gone the code follows from the order of lines.
      if (gradeIn(grades, 'code') !== 'observed') grades = withGrade(grades, 'code', 'derived');
    }
    if (streamId >= 0) this.streamId.set(row, streamId);
    this.density.touch(row);
    this.grades.set(row, withGrade(grades, 'stream', streamGrade));
  }

  /** Grade of a row's stream, for when its entries are made again. */
  streamGrade(row: number): Grade {
    return GRADES[(this.grades.get(row) >>> 2) & 3] ?? 'observed';
  }

  popped(seq: Seq, atNs: Ns, chain: PoppedFacts, at: Bytes): void {
    const { queue } = chain;
    const row = this.open(seq, atNs, queue);
    this.head.set(row, chain.head);
    this.poppedAt.set(row, at);
    if (queue === CONTROLQ) {
      this.counts.control++;
      this.controlRequest(row, chain);
    } else if (queue === EVENTQ) {
      this.counts.event++;
      this.streamId.set(row, -1);
    } else {
      const isTx = queue === TXQ;
      this.counts[isTx ? 'tx' : 'rx']++;
      this.streamId.set(
        row,
        chain.bodyBytes >= XFER_HEADER_BYTES ? streamNumber(chain.firstWord) : -1,
      );
      const pcmBytes = isTx
        ? chain.readableBytes - XFER_HEADER_BYTES
        : chain.writableBytes - STATUS_BYTES;
      this.payloadBytes.set(row, Math.max(0, pcmBytes));
    }
  }

  /** Of one who only looks on, an entry about a message may be less than certain: of `popped` it grades the chain and what its
   *  bytes say, of `moved` the bytes, of `used` the status. */
  looked(row: number, kind: 'popped' | 'moved' | 'used', grade: Grade): void {
    if (row < 0) return;
    const bits = this.grades.get(row);
    if (gradeIn(bits, 'status') === 'unavailable') return; // a trace's, which has none
    if (kind === 'moved') this.grades.set(row, withGrade(bits, 'bytes', grade));
    else if (kind === 'used') this.grades.set(row, withGrade(bits, 'status', grade));
    else this.grades.set(row, lookedGrades(grade));
  }

  /** PCM of the message `popped` changed hands. Gives its row; -1 when there is none. */
  moved(popped: Seq, atNs: Ns, track: TrackId, fromFrame: Frames, frames: Frames): number {
    this.idle.happened(atNs);
    const row = this.rowOf(popped);
    if (row < 0) return row;
    const afterNs = atNs - this.poppedNs.get(row);
    if (Number.isNaN(this.firstAfterNs.get(row))) {
      this.firstAfterNs.set(row, afterNs);
      this.track.set(row, track);
      this.fromFrame.set(row, fromFrame);
    }
    this.lastAfterNs.set(row, afterNs);
    this.frames.set(row, this.frames.get(row) + frames);
    return row;
  }

  used(atNs: Ns, reply: UsedFacts, at: Bytes): void {
    const row = this.rowOf(reply.popped);
    if (row < 0) return;
    const { queue, replyBytes, firstWord, secondWord } = reply;
    this.returned(row, queue, atNs, reply.writtenBytes);
    this.usedAt.set(row, at);
    if (replyBytes < 4) return;
    if (queue === EVENTQ) {
      this.code.set(row, firstWord);
      const isOfStream =
        firstWord === VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED || firstWord === VIRTIO_SND_EVT_PCM_XRUN;
      if (isOfStream && replyBytes >= 8) this.streamId.set(row, streamNumber(secondWord));
    } else {
      this.status.set(row, firstWord);
      if (queue !== CONTROLQ && replyBytes >= STATUS_BYTES) this.latencyBytes.set(row, secondWord);
    }
  }

  /** The device put the chain into the used ring. */
  returned(row: number, queue: QueueIndex, atNs: Ns, writtenBytes: Bytes): void {
    this.idle.happened(atNs);
    this.usedAfterNs.set(row, atNs - this.poppedNs.get(row));
    this.depth.returned(queue);
    this.density.touch(row);
    this.writtenBytes.set(row, writtenBytes);
    this.queues[queue]?.awaitInterrupt.push(row);
  }

  interrupted(queue: QueueIndex, atNs: Ns): void {
    this.idle.happened(atNs);
    const state = this.queues[queue];
    if (state === undefined) return;
    state.interruptsNs.set(state.interrupts++, atNs);
    const { awaitInterrupt } = state;
    for (let place = 0; place < awaitInterrupt.count; place++) {
      const row = awaitInterrupt.rows[place] ?? 0;
      this.interruptAfterNs.set(row, atNs - this.poppedNs.get(row));
    }
    state.awaitInterrupt.count = 0;
  }

  /** The last kick is that of this message, unless it was served in an earlier turn: then the device found this one without. */
  private announced(row: number, queue: QueueIndex, atNs: Ns): void {
    const state = this.queues[queue];
    if (state === undefined) return;
    state.awaitInterrupt.count = 0;
    if (Number.isNaN(state.servedNs)) state.servedNs = atNs;
    if (Number.isNaN(state.lastKickNs) || atNs - state.servedNs > SAME_TURN_NS) return;
    this.kickAfterNs.set(row, state.lastKickNs - atNs);
    if (!Number.isNaN(state.seenNs)) this.postedAfterNs.set(row, state.seenNs - atNs);
  }

  private open(seq: Seq, atNs: Ns, queue: QueueIndex): number {
    this.idle.happened(atNs);
    const row = this.rows++;
    this.seq.set(row, seq);
    this.queue.set(row, queue);
    this.poppedNs.set(row, atNs);
    this.depth.popped(row, queue);
    this.announced(row, queue, atNs);
    return row;
  }

  private count(queue: QueueIndex): void {
    const { counts } = this;
    if (queue === CONTROLQ) counts.control++;
    else if (queue === EVENTQ) counts.event++;
    else if (queue === TXQ) counts.tx++;
    else counts.rx++;
  }

  private controlRequest(row: number, { bodyBytes, firstWord, secondWord }: PoppedFacts): void {
    const code = bodyBytes >= 4 ? firstWord : 0;
    this.code.set(row, code);
    this.payloadBytes.set(row, bodyBytes);
    const isStreamCommand = requestKind(code)?.command !== undefined;
    this.streamId.set(row, isStreamCommand && bodyBytes >= 8 ? streamNumber(secondWord) : -1);
  }
}

/** Rows that wait for something, to be emptied again and again: an array would give its memory back each time. */
class RowList {
  rows = new Int32Array(16);
  count = 0;

  push(row: number): void {
    if (this.count === this.rows.length) {
      const grown = new Int32Array(2 * this.count);
      grown.set(this.rows);
      this.rows = grown;
    }
    this.rows[this.count++] = row;
  }
}

/** Stream ids of a guest may be anything; beyond what a topology can have they count as not known. */
function streamNumber(id: number): number {
  return id <= 0x7fff ? id : -1;
}
