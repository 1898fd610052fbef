/** The message table: one row for each chain's life from kick to interrupt, a column for each stage. Rows are in the order
 *  in which chains were popped; a message is named by the seq of its `popped` entry. Built from entries, live and recorded. */
import { readLe32 } from '../spec/layout.ts';
import {
  CONTROLQ,
  EVENTQ,
  PCM_STATUS,
  QUEUE_COUNT,
  requestKind,
  TXQ,
  VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED,
  VIRTIO_SND_EVT_PCM_XRUN,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import type { Bytes, Ns, QueueIndex, Seq } from '../units.ts';
import { f32, f64, firstAtLeast, i16, i32, u8, u16, u32 } from './columns.ts';
import type { EntryBody, TracedChain } from './entry.ts';
import { GRADES, type Grade, tracedGrades, withGrade } from './grade.ts';

export const SEVERITY_NUMBER = { note: 1, warning: 2, error: 3 } as const;
const XFER_HEADER_BYTES = 4;
const NEAR_ROWS = 12;
/** What a device pops so soon after a kick's first message it found in the same turn. */
const SAME_TURN_NS = 1_000_000;
const STATUS_BYTES = 8;

/** Times other than `poppedNs` are kept as differences to it, as 32-bit floats: exact to 1 part in 16 million. */
export class MessageTable {
  rows = 0;
  /** Smallest step of the source's times: what is finer than that was never there. */
  stepNs: Ns = 1;
  readonly counts = { control: 0, event: 0, tx: 0, rx: 0 };
  readonly seq = f64();
  readonly queue = u8();
  /** -1: none, or not known. */
  readonly streamId = i16(-1);
  readonly code = u16();
  readonly status = u16();
  readonly head = u16();
  readonly poppedNs = f64();
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
  readonly poppedAt = f64(-1);
  readonly usedAt = f64(-1);

  private readonly queues = Array.from({ length: QUEUE_COUNT }, () => ({
    lastKickNs: Number.NaN,
    /** When the messages of that kick were seen in the ring. */
    seenNs: Number.NaN,
    /** When the first message of that kick was popped. */
    servedNs: Number.NaN,
    awaitInterrupt: new RowList(),
    kicksNs: f64(),
    kicks: 0,
    interruptsNs: f64(),
    interrupts: 0,
  }));

  add(seq: Seq, atNs: Ns, entry: EntryBody, at: Bytes): void {
    switch (entry.kind) {
      case 'kick':
        this.kicked(entry.queue, atNs, entry.waitedNs);
        break;
      case 'popped':
        this.popped(seq, atNs, entry, at);
        break;
      case 'moved':
        this.moved(atNs, entry);
        break;
      case 'used':
        this.used(atNs, entry, at);
        break;
      case 'interrupt':
        this.interrupted(entry.queue, atNs);
        break;
      case 'told':
        this.told(this.rowOf(entry.popped), entry.code, entry.streamId, entry.grade ?? 'observed');
        break;
      default: // not about one message
        break;
    }
  }

  /** Row of the message that `seq` names; -1 when there is none. */
  rowOf(seq: Seq): number {
    // nearly always one of the last few
    for (let row = this.rows - 1; row >= 0 && row >= this.rows - NEAR_ROWS; row--) {
      if (this.seq.get(row) === seq) return row;
    }
    const row = firstAtLeast(this.seq, this.rows, seq);
    return row < this.rows && this.seq.get(row) === seq ? row : -1;
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

  /** Raises the row's worst finding. */
  blame(row: number, severity: keyof typeof SEVERITY_NUMBER): void {
    if (row >= 0 && this.severity.get(row) < SEVERITY_NUMBER[severity]) {
      this.severity.set(row, SEVERITY_NUMBER[severity]);
    }
  }

  hasProblem(row: number): boolean {
    const status = this.status.get(row);
    if (this.severity.get(row) > 0) return true;
    return this.queue.get(row) !== EVENTQ && status !== 0 && status !== VIRTIO_SND_S_OK;
  }

  kicked(queue: QueueIndex, atNs: Ns, waitedNs = Number.NaN): void {
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

  /** What a later line said about a message; code 0 and stream -1 say nothing. */
  told(row: number, code: number, streamId: number, streamGrade: Grade): void {
    if (row < 0) return;
    if (code !== 0) this.code.set(row, code);
    if (streamId >= 0) this.streamId.set(row, streamId);
    this.grades.set(row, withGrade(this.grades.get(row), 'stream', streamGrade));
  }

  /** Grade of a row's stream, for when its entries are made again. */
  streamGrade(row: number): Grade {
    return GRADES[(this.grades.get(row) >>> 2) & 3] ?? 'observed';
  }

  private open(seq: Seq, atNs: Ns, queue: QueueIndex): number {
    const row = this.rows++;
    this.seq.set(row, seq);
    this.queue.set(row, queue);
    this.poppedNs.set(row, atNs);
    this.announced(row, queue, atNs);
    return row;
  }

  private popped(seq: Seq, atNs: Ns, entry: EntryBody & { kind: 'popped' }, at: Bytes): void {
    const { queue, chain, body } = entry;
    if (chain.traced !== undefined) {
      this.addTraced(seq, atNs, queue, entry.grade ?? 'observed', chain.traced);
      this.poppedAt.set(this.rows - 1, at);
      return;
    }
    const row = this.open(seq, atNs, queue);
    this.head.set(row, chain.head);
    this.poppedAt.set(row, at);
    if (queue === CONTROLQ) {
      this.counts.control++;
      this.controlRequest(row, body);
    } else if (queue === EVENTQ) {
      this.counts.event++;
      this.streamId.set(row, -1);
    } else {
      const isTx = queue === 2;
      this.counts[isTx ? 'tx' : 'rx']++;
      this.streamId.set(
        row,
        body.length >= XFER_HEADER_BYTES ? streamNumber(readLe32(body, 0)) : -1,
      );
      const pcmBytes = isTx
        ? chain.readableBytes - XFER_HEADER_BYTES
        : chain.writableBytes - STATUS_BYTES;
      this.payloadBytes.set(row, Math.max(0, pcmBytes));
    }
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

  private addTraced(
    seq: Seq,
    atNs: Ns,
    queue: QueueIndex,
    queueGrade: Grade,
    chain: TracedChain,
  ): void {
    const streamGrade = GRADES.indexOf(chain.streamGrade);
    const grades = tracedGrades(GRADES.indexOf(queueGrade), streamGrade);
    const row = this.traced(seq, atNs, queue, chain.streamId, grades);
    this.tracedChain(row, chain.line, chain.readable, chain.writable);
  }

  private count(queue: QueueIndex): void {
    const { counts } = this;
    if (queue === CONTROLQ) counts.control++;
    else if (queue === EVENTQ) counts.event++;
    else if (queue === TXQ) counts.tx++;
    else counts.rx++;
  }

  private controlRequest(row: number, body: Uint8Array): void {
    const code = body.length >= 4 ? readLe32(body, 0) : 0;
    this.code.set(row, code);
    this.payloadBytes.set(row, body.length);
    const isStreamCommand = requestKind(code)?.command !== undefined;
    this.streamId.set(
      row,
      isStreamCommand && body.length >= 8 ? streamNumber(readLe32(body, 4)) : -1,
    );
  }

  private moved(atNs: Ns, entry: EntryBody & { kind: 'moved' }): void {
    const row = this.rowOf(entry.popped);
    if (row < 0) return;
    const afterNs = atNs - this.poppedNs.get(row);
    if (Number.isNaN(this.firstAfterNs.get(row))) {
      this.firstAfterNs.set(row, afterNs);
      this.track.set(row, entry.track);
      this.fromFrame.set(row, entry.fromFrame);
    }
    this.lastAfterNs.set(row, afterNs);
    this.frames.set(row, this.frames.get(row) + entry.frames);
  }

  private used(atNs: Ns, entry: EntryBody & { kind: 'used' }, at: Bytes): void {
    const row = this.rowOf(entry.popped);
    if (row < 0) return;
    const { queue, reply } = entry;
    this.returned(row, queue, atNs, entry.writtenBytes);
    this.usedAt.set(row, at);
    const status = PCM_STATUS.read(reply);
    if (reply.length < 4) return;
    const code = readLe32(reply, 0);
    if (queue === EVENTQ) {
      this.code.set(row, code);
      const isOfStream =
        code === VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED || code === VIRTIO_SND_EVT_PCM_XRUN;
      if (isOfStream && reply.length >= 8) this.streamId.set(row, streamNumber(readLe32(reply, 4)));
    } else {
      this.status.set(row, code);
      if (queue !== CONTROLQ && status !== undefined) {
        this.latencyBytes.set(row, status.latencyBytes);
      }
    }
  }

  /** The device put the chain into the used ring. */
  returned(row: number, queue: QueueIndex, atNs: Ns, writtenBytes: Bytes): void {
    this.usedAfterNs.set(row, atNs - this.poppedNs.get(row));
    this.writtenBytes.set(row, writtenBytes);
    this.queues[queue]?.awaitInterrupt.push(row);
  }

  interrupted(queue: QueueIndex, atNs: Ns): void {
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
