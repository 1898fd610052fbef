/** One import of a trace, from its first bytes to a capture. It does not read files: its caller feeds it bytes, or batches
 *  that another thread has scanned.
 *
 *      bytes ─► sniff ─► scanner ─► batches ─► rebuild ─► capture (tables now, entries behind) */
import type { Ns } from '../../units.ts';
import { Capture } from '../capture.ts';
import type { TraceFacts } from '../capture-log.ts';
import type { ByteStore } from '../store.ts';
import { TraceWriter } from '../trace-writer.ts';
import { BabeltraceScanner } from './babeltrace-text.ts';
import { EventBatch, type TraceScanner } from './event-batch.ts';
import { FtraceStamp } from './ftrace-stamp.ts';
import type { ImportReport } from './import-report.ts';
import { LogStamp } from './log-stamp.ts';
import { LogScanner } from './qemu-log.ts';
import { SimpleScanner } from './qemu-simple.ts';
import { ScanBuffer } from './scan-buffer.ts';
import { isTrace, sniff, type TraceKind } from './sniff.ts';
import { type EventShape, SHAPE_OF } from './trace-events.ts';
import { TraceRebuild } from './trace-rebuild.ts';

export interface TraceSetup {
  /** What the capture is called. */
  readonly title: string;
  readonly application: string;
  readonly store: ByteStore;
  /** Now, for traces that do not tell when they were made. */
  readonly unixMs: number;
  /** Pointer of the sound device to show; without it the first. */
  readonly device?: { readonly low: number; readonly high: number };
  /** What `trace-events-all` says of the arguments of events. */
  readonly shapes?: ReadonlyMap<string, EventShape>;
  /** Of a trace that grows while it is read: now, for lines that have no time. */
  readonly arrivalNs?: () => Ns;
}

export class TraceImport {
  readonly capture: Capture;
  readonly writer: TraceWriter;
  readonly kind: TraceKind;
  private readonly rebuild: TraceRebuild;
  private readonly shapes: ReadonlyMap<string, EventShape>;
  private buffer: ScanBuffer | undefined;
  private readonly batch = new EventBatch();

  constructor(kind: TraceKind, setup: TraceSetup) {
    const { title, application, store, unixMs, device, arrivalNs } = setup;
    this.kind = kind;
    this.shapes = setup.shapes ?? SHAPE_OF;
    const originNs = kind.kind === 'simple' ? 0 : Math.floor(kind.firstNs / 1e6) * 1e6;
    const startedAtUnixMs =
      kind.kind !== 'simple' && kind.isDated ? kind.baseUnixMs + originNs / 1e6 : unixMs;
    const trace = factsOf(kind, arrivalNs !== undefined);
    this.capture = new Capture(
      { application, title, startedAtUnixMs, simulated: false, trace },
      store,
    );
    this.writer = new TraceWriter(this.capture);
    this.rebuild = new TraceRebuild(this.writer, {
      hasTimes: trace.times === 'clock',
      originNs,
      ...(device === undefined ? {} : { device }),
      ...(arrivalNs === undefined ? {} : { arrivalNs }),
    });
  }

  makeScanner(): TraceScanner {
    const { kind } = this.kind;
    if (kind === 'babeltrace') return new BabeltraceScanner();
    if (kind === 'simple') return new SimpleScanner(this.shapes);
    return new LogScanner(kind === 'ftrace' ? new FtraceStamp() : new LogStamp());
  }

  /** Learns from the beginning of the trace which pointer is what, so that nothing is missed before its first naming. */
  learn(head: Uint8Array): void {
    const ahead = new ScanBuffer(this.makeScanner());
    const room = ahead.room();
    const take = Math.min(room.length, head.length);
    room.set(head.subarray(0, take));
    ahead.filled(take);
    for (let more = true; more; ) {
      this.batch.reset();
      more = ahead.next(this.batch);
      this.rebuild.directory.learn(this.batch);
    }
  }

  /** The next bytes of the trace. */
  feed(bytes: Uint8Array): void {
    this.buffer ??= new ScanBuffer(this.makeScanner());
    for (let at = 0; at < bytes.length; ) {
      const room = this.buffer.room();
      const part = bytes.subarray(at, at + room.length);
      room.set(part);
      this.buffer.filled(part.length);
      at += part.length;
      this.drain(this.buffer);
    }
  }

  /** Nothing more comes. */
  finish(): void {
    this.batch.reset();
    this.buffer?.finish(this.batch);
    this.take(this.batch);
  }

  /** Takes what a scanner found. */
  take(batch: EventBatch): void {
    this.rebuild.take(batch);
  }

  report(): ImportReport {
    return this.rebuild.report();
  }

  /** Lines so far, and those of them that could not be used. */
  counts(): { readonly lines: number; readonly odd: number } {
    return this.rebuild.keeper.totals();
  }

  private drain(buffer: ScanBuffer): void {
    for (let more = true; more; ) {
      this.batch.reset();
      more = buffer.next(this.batch);
      this.take(this.batch);
    }
  }
}

/** The whole of a trace that is in memory. */
export function importBytes(
  bytes: Uint8Array,
  setup: TraceSetup,
): TraceImport | { readonly error: string } {
  const kind = sniff(bytes);
  if (!isTrace(kind)) {
    return { error: kind.kind === 'unknown' ? kind.why : `it is no trace (${kind.kind})` };
  }
  const imported = new TraceImport(kind, setup);
  imported.learn(bytes);
  imported.feed(bytes);
  imported.finish();
  return imported;
}

function factsOf(kind: TraceKind, arrives: boolean): TraceFacts {
  if (kind.kind === 'simple') {
    return { format: 'QEMU simple trace (binary)', times: 'clock', stepNs: 1 };
  }
  if (kind.kind === 'babeltrace') {
    return { format: 'QEMU trace of LTTng (babeltrace2)', times: 'clock', stepNs: 1 };
  }
  const format = kind.kind === 'ftrace' ? 'QEMU trace in ftrace' : 'QEMU log';
  if (kind.hasTimes) return { format, times: 'clock', stepNs: 1000 };
  return { format: `${format} without times`, times: arrives ? 'arrival' : 'order', stepNs: 1000 };
}
