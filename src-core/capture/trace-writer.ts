/** Fills a capture from a trace of ten million lines in a second: columns first, bytes behind. What happened is kept in
 *  order in a journal of 13 bytes an entry; the entries of the capture file are made from it and the tables when somebody
 *  saves, records or wants to read them, and are then the same as if they had been written at once.
 *
 *      event ─► message table, story          (now)
 *            └► journal ─► entry ─► bytes      (`writeBehind`, some at a time) */

import { GRADES, type Grade, gradeIn } from '../spec/grades.ts';
import { STREAM_STATES, type StreamState } from '../spec/sound.ts';
import type { Ns, QueueIndex, Seq } from '../units.ts';
import type { Capture } from './capture.ts';
import { f64, u8, u32 } from './columns.ts';
import type { EntryBody, TracedChain } from './entry.ts';
import { tracedChain } from './entry-chains.ts';

const KICK = 0;
const INTERRUPT = 1;
const POPPED = 2;
const USED = 3;
const TOLD = 4;
const STATE = 5;
const OTHER = 6;

export class TraceWriter {
  readonly capture: Capture;
  private kinds = u8();
  private times = f64();
  private refs = u32();
  /** Those that have no row of their own. */
  private others: EntryBody[] = [];
  private written = 0;
  private count = 0;
  private atNs: Ns = 0;
  /** Chains that were taken and returned since the queues began, while the trace shows their beginning. */
  private readonly indexes = [newIndexes(), newIndexes(), newIndexes(), newIndexes()];

  constructor(capture: Capture) {
    this.capture = capture;
  }

  /** When what comes next happened; never before what came last. Kept here since passing a time makes an object of it. */
  at(atNs: Ns): void {
    const { endNs } = this.capture;
    this.atNs = atNs > endNs ? atNs : endNs;
  }

  kick(queue: QueueIndex): void {
    this.note(KICK | (queue << 4), 0);
    this.capture.messages.kicked(queue, this.atNs);
  }

  interrupt(queue: QueueIndex): void {
    this.note(INTERRUPT | (queue << 4), 0);
    this.capture.messages.interrupted(queue, this.atNs);
  }

  /** A chain was taken. Gives its row. `grades` as `tracedGrades` gives them. */
  popped(queue: QueueIndex, streamId: number, grades: number): number {
    const { messages, entries } = this.capture;
    this.note(POPPED | (queue << 4), messages.rows);
    return messages.traced(entries, this.atNs, queue, streamId, grades);
  }

  used(row: number, queue: QueueIndex, writtenBytes: number): void {
    this.note(USED | (queue << 4), row);
    this.capture.messages.returned(row, queue, this.atNs, writtenBytes);
  }

  /** Code (0: nothing new) and stream (-1: none) of a control message. */
  told(row: number, code: number, streamId: number, grade: Grade): void {
    this.note(TOLD, row);
    this.capture.messages.told(row, code, streamId, grade);
  }

  state(streamId: number, from: StreamState, to: StreamState, grade: Grade): void {
    const packed = STREAM_STATES.indexOf(from) | (STREAM_STATES.indexOf(to) << 4);
    this.push(STATE, packed | (GRADES.indexOf(grade) << 8) | (streamId << 16));
    this.capture.tell(this.atNs, { kind: 'state', streamId, from, to, grade });
  }

  /** Any other entry. */
  other(entry: EntryBody): Seq {
    this.push(OTHER, this.others.push(entry) - 1);
    return this.capture.tell(this.atNs, entry);
  }

  /** Makes up to `bound` of the entries that have no bytes yet; true when there are more. */
  writeBehind(bound: number): boolean {
    const { capture } = this;
    const first = capture.entries - (this.count - this.written);
    const end = Math.min(this.count, this.written + bound);
    for (let place = this.written, seq = first; place < end; place++, seq++) {
      const atNs = this.times.get(place);
      const row = this.refs.get(place);
      const entry = this.entryOf(this.kinds.get(place), row);
      const at = capture.write(seq, atNs, entry);
      if (entry.kind === 'popped') capture.messages.poppedAt.set(row, at);
      else if (entry.kind === 'used') capture.messages.usedAt.set(row, at);
    }
    this.written = end;
    if (this.written < this.count) return true;
    this.forget();
    return false;
  }

  /** Bytes that the journal holds. */
  heldBytes(): number {
    return this.kinds.heldBytes() + this.times.heldBytes() + this.refs.heldBytes();
  }

  private note(packed: number, ref: number): void {
    const { capture } = this;
    this.push(packed, ref);
    capture.endNs = this.atNs;
    capture.entries++;
    capture.unwritten++;
  }

  private push(packed: number, ref: number): void {
    const place = this.count++;
    this.kinds.set(place, packed);
    this.times.set(place, this.atNs);
    this.refs.set(place, ref);
  }

  /** All is written: the journal begins anew. */
  private forget(): void {
    if (this.count === 0) return;
    [this.kinds, this.times, this.refs] = [u8(), f64(), u32()];
    this.others = [];
    this.count = 0;
    this.written = 0;
  }

  private entryOf(packed: number, ref: number): EntryBody {
    const queue = packed >> 4;
    const { messages } = this.capture;
    switch (packed & 0xf) {
      case KICK:
        return { kind: 'kick', queue };
      case INTERRUPT:
        return { kind: 'interrupt', queue };
      case POPPED:
        return this.poppedEntry(ref, queue);
      case USED:
        return this.usedEntry(ref, queue);
      case TOLD: {
        const [code, streamId] = [messages.code.get(ref), messages.streamId.get(ref)];
        const popped = messages.seq.get(ref);
        return { kind: 'told', popped, code, streamId, ...graded(messages.streamGrade(ref)) };
      }
      case STATE: {
        const from = STREAM_STATES[ref & 0xf] ?? 'init';
        const to = STREAM_STATES[(ref >> 4) & 0xf] ?? 'init';
        const grade = GRADES[(ref >> 8) & 3] ?? 'derived';
        return { kind: 'state', streamId: ref >>> 16, from, to, grade };
      }
      default:
        return this.otherEntry(ref);
    }
  }

  private poppedEntry(row: number, queue: QueueIndex): EntryBody {
    const { messages } = this.capture;
    const isControl = queue === 0;
    const traced: TracedChain = {
      readable: messages.readable.get(row),
      writable: messages.writable.get(row),
      line: messages.line.get(row),
      streamId: isControl ? -1 : messages.streamId.get(row),
      streamGrade: isControl ? 'observed' : messages.streamGrade(row),
    };
    const availIdx = (this.indexes[queue] ?? newIndexes()).avail++ & 0xffff;
    const grade = graded(gradeIn(messages.grades.get(row), 'queue'));
    return { kind: 'popped', queue, chain: tracedChain(traced), availIdx, body: NONE, ...grade };
  }

  private usedEntry(row: number, queue: QueueIndex): EntryBody {
    const { messages } = this.capture;
    const popped = messages.seq.get(row);
    const writtenBytes = messages.writtenBytes.get(row);
    const usedIdx = (this.indexes[queue] ?? newIndexes()).used++ & 0xffff;
    return { kind: 'used', popped, queue, usedIdx, writtenBytes, reply: NONE, grade: 'derived' };
  }

  private otherEntry(ref: number): EntryBody {
    const entry = this.others[ref] ?? { kind: 'setup', step: { what: 'note', detail: '' } };
    if (entry.kind === 'setup' && entry.step.what === 'reset') {
      for (const queue of this.indexes) [queue.avail, queue.used] = [0, 0];
    }
    return entry;
  }
}

const NONE = new Uint8Array();

function newIndexes() {
  return { avail: 0, used: 0 };
}

function graded(grade: Grade): { readonly grade?: Grade } {
  return grade === 'observed' ? {} : { grade };
}
