/** A trace of QEMU as a session: read in slices, so that views can look at what is there already; followed while it grows;
 *  given up with what it has. Its entries are written behind when they are few, or when somebody saves. */
import { Capture } from './capture/capture.ts';
import { parseEventsFile } from './capture/importers/events-file.ts';
import type { ImportReport } from './capture/importers/import-report.ts';
import { parsePointer } from './capture/importers/pointer-table.ts';
import { isTrace, sniff } from './capture/importers/sniff.ts';
import { TraceImport, type TraceSetup } from './capture/importers/trace-import.ts';
import type { ByteStore } from './capture/store.ts';
import type { Nothing } from './contract-nothing.ts';
import type { TraceOptions, TraceRequests, TraceStatus } from './contract-trace.ts';
import { type HostContext, NOTHING } from './host-context.ts';
import { HostError } from './host-error.ts';
import type { TraceSource } from './host-ports.ts';
import type { Shown, ShownTrace } from './host-status.ts';
import { qemuTraceArguments } from './qemu-trace-arguments.ts';
import { joined, nameOf } from './trace-bytes.ts';
import { makeTraceSummary } from './trace-summary.ts';
import { NS_PER_MS, NS_PER_S, type Ns } from './units.ts';

/** Work before other work gets a turn. */
const SLICE_NS = 20 * NS_PER_MS;
const CHUNK_BYTES = 1 << 20;
/** The beginning that is looked at before anything is read: it tells what is what. */
const HEAD_BYTES = 4 << 20;
const POLL_NS = 50 * NS_PER_MS;
/** So many entries are written behind without anybody asking: analyses read them. */
const BEHIND_ENTRIES = 1_000_000;
const BEHIND_STEP = 20_000;
const WRITE_STEP = 2000;

type TraceHandlers = {
  [M in keyof TraceRequests]: (params: TraceRequests[M]['params']) => TraceRequests[M]['result'];
};

export function traceHandlers(host: HostContext): TraceHandlers {
  return {
    openTrace: (options) => openTrace(host, options),
    pickTraceDevice: ({ device }) => {
      const again = host.shown()?.trace?.again;
      if (again === undefined) return { isReopened: false };
      openTrace(host, { ...again, device });
      return { isReopened: true };
    },
    traceSummary: () => {
      const shown = host.shown();
      if (shown === undefined || shown.capture.facts.trace === undefined) return null;
      const report = shown.trace?.report() ?? null;
      return makeTraceSummary(host.ports.version, shown.capture, report);
    },
    importReport: () => host.shown()?.trace?.report() ?? null,
  };
}

export function openTrace(host: HostContext, options: TraceOptions): Nothing {
  const { openTrace: open } = host.ports;
  if (open === undefined) {
    throw new HostError('no-trace-files', 'This host has no files.', 'Drop the trace on the page.');
  }
  const { path, follow = false } = options;
  const isOnce = path === '-' || host.ports.isPipe?.(path) === true;
  const again = isOnce ? {} : { again: { path, follow } };
  showTrace(host, open(path, follow), nameOf(path), { ...options, ...again });
  if (path !== '-') {
    const followed = follow ? { isFollowed: true } : {};
    host.ports.places?.remember({ kind: 'trace', target: path, ...followed });
  }
  return NOTHING;
}

/** Shows what `source` gives. Throws HostError when that is no trace. */
export function showTrace(
  host: HostContext,
  source: TraceSource,
  name: string,
  options: RunOptions = {},
): Nothing {
  const run = new TraceRun(host, source, name, options);
  try {
    run.begin();
  } catch (thrown) {
    source.close();
    throw thrown;
  }
  return NOTHING;
}

interface RunOptions extends Omit<TraceOptions, 'path'>, Pick<ShownTrace, 'again'> {}

class TraceRun implements ShownTrace {
  private readonly host: HostContext;
  private readonly source: TraceSource;
  private readonly name: string;
  private readonly options: RunOptions;
  readonly again?: { readonly path: string; readonly follow?: boolean };
  private readonly chunk = new Uint8Array(CHUNK_BYTES);
  private head: Uint8Array = new Uint8Array();
  private imported: TraceImport | undefined;
  private shown: Shown | undefined;
  private isOver = false;
  private isEnded = false;
  private readonly sinceNs: number;

  constructor(host: HostContext, source: TraceSource, name: string, options: RunOptions) {
    this.host = host;
    this.source = source;
    this.name = name;
    this.options = options;
    if (options.again !== undefined) this.again = options.again;
    this.sinceNs = host.ports.clock.nowNs();
  }

  begin(): void {
    this.readHead();
    if (this.head.length === 0 && !this.isEnded) this.wait();
    else this.start();
  }

  stop(detail: string): void {
    if (this.isOver) return;
    if (this.shown !== undefined && this.options.follow !== true) this.shown.isPartial = true;
    this.end(`${detail} ${this.linesText()} were read.`);
  }

  get isRunning(): boolean {
    return !this.isOver;
  }

  report(): ImportReport | null {
    return this.imported?.report() ?? null;
  }

  status(): TraceStatus | undefined {
    if (this.imported === undefined) return undefined;
    const { trace } = this.imported.capture.facts;
    if (trace === undefined) return undefined;
    const { lines, odd } = this.imported.counts();
    const isFollowed = this.options.follow === true && !this.isOver;
    return { ...trace, isFollowed, lines, odd };
  }

  /** All entries get their bytes, with turns for other work between; then `done`, which is told whether they have them. */
  finishWriting(done: (isWhole: boolean) => void): void {
    const { imported, shown } = this;
    if (imported === undefined || shown === undefined) {
      done(true);
      return;
    }
    const { clock } = this.host.ports;
    const { sentence } = shown;
    const all = imported.capture.unwritten;
    const step = () => {
      if (this.host.shown() !== shown) {
        done(false);
        return;
      }
      const untilNs = clock.nowNs() + SLICE_NS;
      let hasMore = true;
      while (hasMore && clock.nowNs() < untilNs) hasMore = imported.writer.writeBehind(WRITE_STEP);
      const part = 100 - (100 * imported.capture.unwritten) / Math.max(1, all);
      shown.sentence = hasMore ? `Writing what was read: ${part.toFixed(0)} %.` : sentence;
      this.host.changed();
      if (hasMore) clock.at(clock.nowNs() + NS_PER_MS, step);
      else done(true);
    };
    step();
  }

  /** Nothing has come yet: of a pipe or a file that is still empty. */
  private wait(): void {
    const facts = { application: 'Ringside', title: this.name, simulated: false };
    const startedAtUnixMs = this.host.ports.unixMs();
    const capture = new Capture({ ...facts, startedAtUnixMs }, this.host.ports.makeStore());
    // what is unpacked has a length, and what somebody will write has none
    if (this.source.progress() !== undefined)
      this.show(capture, 'loading', `Unpacking ${this.name}…`);
    else this.show(capture, 'waiting', `Waiting for the first line of ${this.name}.`);
    this.comeAgain(this.idleNs());
  }

  private start(): void {
    const kind = sniff(this.head);
    if (!isTrace(kind)) {
      const why = kind.kind === 'unknown' ? kind.why : WHY_NOT[kind.kind];
      const traced = `Start QEMU with: ${qemuTraceArguments().join(' ')}`;
      const action = (kind.kind === 'unknown' ? kind.action : undefined) ?? traced;
      throw new HostError('trace-unreadable', `${this.name}: ${why}.`, action);
    }
    const setup = this.setup();
    this.imported = new TraceImport(kind, setup);
    this.imported.learn(this.head);
    this.show(this.imported.capture, 'loading', `Reading ${this.name}…`);
    this.imported.feed(this.head);
    this.head = new Uint8Array();
    this.comeAgain(NS_PER_MS);
  }

  private setup(): TraceSetup {
    const { ports } = this.host;
    const { device, eventsPath, recordPath, follow } = this.options;
    const pointer = device === undefined ? undefined : parsePointer(device);
    if (device !== undefined && pointer === undefined) {
      const action = 'Give the device’s pointer as the import report names it: 0x55cc327e48d0.';
      throw new HostError('bad-device', `“${device}” is no pointer.`, action);
    }
    const events = eventsPath === undefined ? undefined : ports.readText?.(eventsPath);
    const store: ByteStore =
      recordPath === undefined ? ports.makeStore() : ports.recordTo(recordPath);
    return {
      title: this.name,
      application: `Ringside ${ports.version}`,
      store,
      unixMs: ports.unixMs(),
      ...(pointer === undefined ? {} : { device: pointer }),
      ...(events === undefined ? {} : { shapes: parseEventsFile(events) }),
      ...(follow === true ? { arrivalNs: this.arrivalClock() } : {}),
    };
  }

  private arrivalClock(): () => number {
    const { clock } = this.host.ports;
    const fromNs = clock.nowNs();
    return () => clock.nowNs() - fromNs;
  }

  private show(capture: Capture, phase: Shown['phase'], sentence: string): void {
    const { host } = this;
    host.endSession('A trace was opened.');
    const { title, startedAtUnixMs } = capture.facts;
    const { recordPath } = this.options;
    const shown: Shown = {
      sessionId: host.nextSessionId(),
      ...{ kind: 'trace', title, simulated: false, startedAtUnixMs, capture, qemuArguments: [] },
      ...(recordPath === undefined ? {} : { recordPath }),
      trace: this,
      phase,
      sentence,
      sink: { title: 'none', note: 'a trace has no sound in it', hostUnderruns: 0 },
      monitor: host.monitor,
    };
    this.shown = shown;
    host.show(shown);
  }

  private comeAgain(afterNs: number): void {
    const { clock } = this.host.ports;
    clock.at(clock.nowNs() + afterNs, () => this.turn());
  }

  private turn(): void {
    if (this.isOver || this.host.shown() !== this.shown) {
      this.giveUp();
      return;
    }
    if (this.imported === undefined) this.tryStart();
    else this.readOn(this.imported);
  }

  private tryStart(): void {
    this.readHead();
    if (this.head.length === 0 && !this.isEnded) {
      this.comeAgain(this.idleNs());
      return;
    }
    try {
      this.isOver = true; // the waiting session ends silently
      this.start();
      this.isOver = false;
    } catch (thrown) {
      const what = thrown instanceof HostError ? thrown.message : String(thrown);
      this.isOver = false;
      this.end(what);
    }
  }

  private readOn(imported: TraceImport): void {
    const { clock } = this.host.ports;
    const untilNs = clock.nowNs() + SLICE_NS;
    let isIdle = false;
    while (clock.nowNs() < untilNs && !this.isEnded && !isIdle) {
      const count = this.source.read(this.chunk);
      if (count > 0) imported.feed(this.chunk.subarray(0, count));
      isIdle = count === 0;
      if (count < 0) this.isEnded = true;
    }
    if (this.isEnded) {
      imported.finish();
      const text = `${this.linesText()} of ${this.name}.`;
      if (this.options.recordPath === undefined) this.end(text);
      else this.finishWriting(() => this.end(text));
    } else {
      const shown = this.shown as Shown;
      this.tellProgress(shown);
      if (isIdle && this.source.progress() === undefined) {
        delete shown.loading;
        shown.phase = 'live';
        shown.sentence = `Following ${this.name}: ${this.linesText()} so far.`;
        this.writeBehind();
      }
      this.host.changed();
      this.comeAgain(isIdle ? this.idleNs() : NS_PER_MS);
    }
  }

  /** What is on its way is there in a moment; what grows may take its time. */
  private idleNs(): Ns {
    return this.source.progress() === undefined ? POLL_NS : 2 * NS_PER_MS;
  }

  private tellProgress(shown: Shown): void {
    const progress = this.source.progress();
    if (progress === undefined) return;
    const seconds = Math.max(1e-3, (this.host.ports.clock.nowNs() - this.sinceNs) / NS_PER_S);
    const bytesPerS = Math.round(progress.doneBytes / seconds);
    shown.loading = { ...progress, bytesPerS };
  }

  private end(text: string): void {
    const { shown } = this;
    if (this.isOver) return;
    this.isOver = true;
    this.source.close();
    if (shown === undefined) return;
    delete shown.loading;
    shown.phase = 'ended';
    shown.sentence = text;
    this.writeBehind();
    if (shown.recordPath !== undefined) {
      this.imported?.writer.writeBehind(Number.POSITIVE_INFINITY);
      shown.capture.finish();
      this.host.remember(shown, shown.recordPath);
    }
    this.host.changed();
  }

  /** Gives entries their bytes, a step at a time, unless they are so many that this would take long. */
  private writeBehind(): void {
    const { imported, shown } = this;
    if (imported === undefined || this.host.shown() !== shown) return;
    const isWanted =
      this.options.recordPath !== undefined || imported.capture.unwritten <= BEHIND_ENTRIES;
    if (!isWanted || !imported.writer.writeBehind(BEHIND_STEP)) return;
    const { clock } = this.host.ports;
    clock.at(clock.nowNs() + NS_PER_MS, () => this.writeBehind());
    this.host.changed();
  }

  private giveUp(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.source.close();
  }

  private readHead(): void {
    const parts: Uint8Array[] = [this.head];
    let bytes = this.head.length;
    while (bytes < HEAD_BYTES) {
      const count = this.source.read(this.chunk);
      if (count <= 0) {
        this.isEnded = count < 0;
        break;
      }
      parts.push(this.chunk.slice(0, count));
      bytes += count;
    }
    this.head = joined(parts, bytes);
  }

  private linesText(): string {
    const { lines } = this.imported?.counts() ?? { lines: 0 };
    return `${lines} ${this.imported?.kind.kind === 'simple' ? 'records' : 'lines'}`;
  }
}

const WHY_NOT = {
  empty: 'it is empty',
  pcapng: 'it is a capture, which is read from a file and not from a pipe',
  gzip: 'it is packed twice',
  zstd: 'it is packed twice',
} as const;
