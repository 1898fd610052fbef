/** The streams of the device in a trace: their states from the control messages, and which stream an I/O message belongs to,
 *  of which a trace says nothing. */
import { LIMITS } from '../../limits.ts';
import { GRADES, type Grade } from '../../spec/grades.ts';
import {
  type Direction,
  LIFECYCLE,
  type PcmCommand,
  RXQ,
  type StreamState,
  TXQ,
} from '../../spec/sound.ts';
import type { Ns, QueueIndex } from '../../units.ts';
import type { TraceWriter } from '../trace-writer.ts';
import { Cadence, type Quiet, type Suspicion } from './trace-cadence.ts';

const VIOLATIONS_KEPT = LIMITS.violationsPerRule;

interface Stream {
  readonly streamId: number;
  state: StreamState;
  /** False until the trace has shown how it got into its state. */
  isKnown: boolean;
  /** Counts commands: the highest had the last one. */
  touched: number;
  hasNewParams: boolean;
  readonly cadence: Cadence;
}

/** A stream and how well it is known. */
export interface Belonging {
  readonly streamId: number;
  readonly grade: Grade;
  /** The same by number. */
  readonly gradeNumber: number;
}

const UNKNOWN = belonging(-1, 'unavailable');

export class TraceStreams {
  private readonly writer: TraceWriter;
  private readonly streams = new Map<number, Stream>();
  private touches = 0;
  private violations = 0;
  /** As the configuration said; 0: not seen. */
  private count = 0;
  private sawBeginning = false;
  private lastQuiet: Quiet | undefined;
  private readonly belongings: (Belonging | undefined)[] = [];

  constructor(writer: TraceWriter) {
    this.writer = writer;
  }

  /** Whether the trace shows the device from its beginning. */
  get isWhole(): boolean {
    return this.sawBeginning;
  }

  /** The trace shows the device from its beginning: streams that were never named are in `init`. */
  begin(): void {
    this.sawBeginning = true;
  }

  /** How many streams there are; QEMU makes the first half outputs. */
  configure(count: number): void {
    this.count = Math.min(count, LIMITS.streams);
    this.belongings.length = 0;
  }

  /** A message of the tx or rx queue belongs to the one stream of its direction that is in use. */
  belonging(queue: QueueIndex): Belonging {
    const known = this.belongings[queue];
    if (known !== undefined) return known;
    const found = this.find(queue === TXQ ? 'output' : 'input');
    this.belongings[queue] = found;
    return found;
  }

  /** Stream of a PREPARE, which QEMU does not tell. */
  prepared(): Belonging {
    const fresh = this.inState('params');
    const candidates = fresh.length > 0 ? fresh : this.inState('released', 'stopped', 'prepared');
    const last = candidates.sort((a, b) => b.touched - a.touched)[0];
    if (last === undefined) return UNKNOWN;
    return belonging(last.streamId, candidates.length === 1 ? 'derived' : 'assumed');
  }

  /** A control message moved a stream. `row`: of the message. */
  command(command: PcmCommand, streamId: number, row: number, atNs: Ns, grade: Grade): void {
    if (streamId < 0 || streamId >= LIMITS.streams) return;
    const stream = this.streamOf(streamId);
    const from = stream.state;
    const allowed = LIFECYCLE[from][command];
    if (allowed === undefined && stream.isKnown) this.blame(command, stream, row);
    const to = allowed ?? LEADS_TO[command];
    this.pace(stream, command, atNs);
    stream.touched = ++this.touches;
    stream.state = to;
    stream.isKnown = true;
    this.belongings.length = 0;
    const isSure = grade === 'observed' || grade === 'derived';
    this.writer.state(streamId, from, to, isSure ? 'derived' : 'assumed');
  }

  /** A chain of this stream was taken. */
  posted(streamId: number, queue: QueueIndex, row: number, atNs: Ns): void {
    if (streamId < 0) return;
    const stream = this.streamOf(streamId);
    if (!stream.isKnown) this.mustRun(stream, atNs);
    this.suspect(stream, queue, stream.cadence.posted(atNs, row));
  }

  returned(streamId: number, queue: QueueIndex, row: number, atNs: Ns): void {
    const stream = this.streams.get(streamId);
    if (stream === undefined) return;
    this.suspect(stream, queue, stream.cadence.returned(atNs, row, this.lastQuiet));
  }

  /** No device showed anything in this time. */
  quiet(fromNs: Ns, toNs: Ns): void {
    this.lastQuiet = { fromNs, toNs };
  }

  /** A reset: every stream is as new. */
  reset(): void {
    for (const stream of this.streams.values()) {
      if (stream.state !== 'init') {
        this.writer.state(stream.streamId, stream.state, 'init', 'derived');
      }
      stream.state = 'init';
      stream.isKnown = true;
      stream.cadence.reset();
    }
    this.sawBeginning = true;
    this.belongings.length = 0;
  }

  directionOf(streamId: number): Direction {
    return streamId < this.outputs() ? 'output' : 'input';
  }

  private find(direction: Direction): Belonging {
    const inUse = this.inState('prepared', 'running', 'stopped').filter(
      ({ streamId }) => this.directionOf(streamId) === direction,
    );
    const [first] = inUse;
    if (first !== undefined && inUse.length === 1) {
      return belonging(first.streamId, 'derived');
    }
    const awake = inUse.filter(({ state }) => state !== 'stopped');
    const [only] = awake;
    if (only !== undefined && awake.length === 1) {
      return belonging(only.streamId, 'assumed');
    }
    if (inUse.length > 0) return UNKNOWN;
    // the trace began later than the stream: QEMU has one of each direction unless it was asked for more
    const outputs = this.outputs();
    const inputs = (this.count || 2) - outputs;
    const isOnly = direction === 'output' ? outputs === 1 : inputs === 1;
    if (!isOnly) return UNKNOWN;
    return belonging(direction === 'output' ? 0 : outputs, 'assumed');
  }

  /** QEMU's first ⌈n/2⌉ streams play; without a word of it there are two. */
  private outputs(): number {
    return Math.ceil((this.count || 2) / 2);
  }

  private inState(...states: readonly StreamState[]): Stream[] {
    return [...this.streams.values()].filter(({ state }) => states.includes(state));
  }

  private streamOf(streamId: number): Stream {
    const known = this.streams.get(streamId);
    if (known !== undefined) return known;
    const state = 'init';
    const stream = { streamId, state, isKnown: this.sawBeginning, touched: 0 } as const;
    const made: Stream = { ...stream, hasNewParams: false, cadence: new Cadence() };
    this.streams.set(streamId, made);
    return made;
  }

  /** Messages move though no START was seen: it came before the trace began. */
  private mustRun(stream: Stream, atNs: Ns): void {
    this.writer.state(stream.streamId, stream.state, 'running', 'assumed');
    stream.state = 'running';
    stream.isKnown = true;
    stream.cadence.started(atNs);
    this.belongings.length = 0;
  }

  private pace(stream: Stream, command: PcmCommand, atNs: Ns): void {
    const { cadence } = stream;
    const queue = this.directionOf(stream.streamId) === 'output' ? TXQ : RXQ;
    if (command === 'START') cadence.started(atNs);
    else if (command === 'STOP') this.suspect(stream, queue, cadence.stopped(atNs));
    else if (command === 'SET_PARAMS') stream.hasNewParams = true;
    else if (command === 'PREPARE') {
      this.suspect(stream, queue, cadence.prepared(atNs, !stream.hasNewParams));
      stream.hasNewParams = false;
    }
  }

  private suspect(stream: Stream, queue: QueueIndex, suspicion: Suspicion | undefined): void {
    if (suspicion === undefined || this.violations++ > VIOLATIONS_KEPT) return;
    const { streamId } = stream;
    const dry = queue === TXQ ? 'VS-P-01' : 'VS-P-02';
    const rule = suspicion.kind === 'dry' ? dry : 'VS-P-09';
    const detail = `suspected on stream ${streamId}: ${suspicion.text}`;
    const popped = this.writer.capture.messages.seq.get(suspicion.row);
    const about = suspicion.row < 0 ? {} : { popped };
    this.writer.other({
      ...{ kind: 'violation', grade: suspicion.grade, ...about },
      violation: { rule, detail, queue, streamId, grade: suspicion.grade },
    });
  }

  private blame(command: PcmCommand, stream: Stream, row: number): void {
    if (this.violations++ > VIOLATIONS_KEPT) return;
    const { streamId, state } = stream;
    const detail = `PCM_${command} of stream ${streamId}, which was in state “${state}”; QEMU allows it`;
    const popped = row < 0 ? {} : { popped: this.writer.capture.messages.seq.get(row) };
    this.writer.other({
      ...{ kind: 'violation', grade: 'derived', ...popped },
      violation: { rule: 'VS-I-01', detail, queue: 0, streamId, grade: 'derived' },
    });
  }
}

function belonging(streamId: number, grade: Grade): Belonging {
  return { streamId, grade, gradeNumber: GRADES.indexOf(grade) };
}

/** Where a command leads when the lifecycle does not know it: QEMU obeys all the same. */
const LEADS_TO: Record<PcmCommand, StreamState> = {
  SET_PARAMS: 'params',
  PREPARE: 'prepared',
  START: 'running',
  STOP: 'stopped',
  RELEASE: 'released',
};
