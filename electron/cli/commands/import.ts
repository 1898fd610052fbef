/** `ringside import TRACE`: what a trace of QEMU tells, and a capture of it. */
import { Option } from 'commander';
import { parseEventsFile } from '../../../src-core/capture/importers/events-file.ts';
import { parsePointer } from '../../../src-core/capture/importers/pointer-table.ts';
import { isTrace, sniff } from '../../../src-core/capture/importers/sniff.ts';
import { TraceImport } from '../../../src-core/capture/importers/trace-import.ts';
import { type ByteStore, MemoryStore } from '../../../src-core/capture/store.ts';
import type { TraceSource } from '../../../src-core/host-ports.ts';
import { qemuTraceArguments } from '../../../src-core/qemu-trace-arguments.ts';
import { makeTraceSummary } from '../../../src-core/trace-summary.ts';
import { DiskStore } from '../../capture-disk.ts';
import { counted, grouped } from '../../status-line.ts';
import { openTraceFile, readTextFile } from '../../trace-source.ts';
import type { OfflineCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode, failureOf } from '../exit-codes.ts';
import type { Offline } from '../offline.ts';
import { traceText } from '../trace-report.ts';

interface ImportOptions {
  readonly output?: string;
  readonly device?: string;
  readonly events?: string;
  readonly json?: boolean;
}

const HEAD_BYTES = 4 << 20;
const CHUNK_BYTES = 4 << 20;
/** Bytes between two pauses. */
const PAUSE_BYTES = 64 << 20;
const ENTRIES_AT_ONCE = 200_000;
const WAIT_MS = 20;

export const IMPORT: OfflineCommand = {
  group: 'Captures:',
  usage: 'import <TRACE>',
  summary: "read a trace of QEMU's own device: messages, streams, findings",
  options: [
    new Option('-o, --output <FILE.pcapng>', 'write what it tells as a capture'),
    new Option('--device <ADDR>', 'which of several sound devices, by its pointer in the trace'),
    new Option('--events <FILE>', 'trace-events-all of the QEMU that wrote a binary trace'),
    new Option('--json', 'print the summary as one JSON object'),
  ],
  notes: `Examples:
  ringside import trace.log
  ringside import trace.log.zst -o session.pcapng
  ringside import - --json < trace.log

TRACE may be a log (8.2 to the newest QEMU, with or without -msg timestamp=on), a file of the simple back-end, what ftrace shows
(tracefs's trace or trace_pipe, trace-cmd report), or what babeltrace2 prints of an LTTng trace; plain, gzip or zstd. QEMU writes one that tells everything with:
  ${qemuTraceArguments().join(' ')}

A trace has no formats and no PCM in it: \`ringside device\` shows those.

Exit codes: 0 read, 2 wrong usage, 3 no readable trace, 5 the capture could not be written, 10 fault of Ringside, 130
interrupted.`,
  runOffline: runImport,
};

async function runImport(
  offline: Offline,
  options: ImportOptions,
  [path = '']: readonly string[],
): Promise<ExitCode> {
  const source = openSource(path);
  const imported = await readTrace(source, path, options, offline);
  source.close();
  const { capture, writer } = imported;
  const report = imported.report();
  const summary = makeTraceSummary(RINGSIDE_VERSION, capture, report);
  if (options.output !== undefined) {
    while (writer.writeBehind(ENTRIES_AT_ONCE)) {
      offline.output.status(
        `writing ${options.output} · ${counted(capture.unwritten, 'record')} left`,
      );
      await offline.pause();
    }
    capture.finish();
    offline.output.endStatus();
  }
  offline.output.data(
    options.json === true ? `${JSON.stringify(summary)}\n` : traceText(summary, report),
  );
  const loss = capture.lostEntries();
  if (loss > 0)
    offline.output.say(
      `ringside: ${counted(loss, 'record')} could not be written: ${capture.lastError()}\n`,
    );
  return loss > 0 ? EXIT.incomplete : EXIT.ok;
}

async function readTrace(
  source: TraceSource,
  path: string,
  options: ImportOptions,
  offline: Offline,
): Promise<TraceImport> {
  const head = await readHead(source);
  const kind = sniff(head);
  if (!isTrace(kind)) {
    const why =
      kind.kind === 'unknown' ? kind.why : `it is ${kind.kind === 'empty' ? 'empty' : 'a capture'}`;
    const traced = `Start QEMU with: ${qemuTraceArguments().join(' ')}`;
    const action = (kind.kind === 'unknown' ? kind.action : undefined) ?? traced;
    throw new CommandFailure(EXIT.unreadable, 'trace-unreadable', `${path}: ${why}.`, action);
  }
  const imported = new TraceImport(kind, {
    title: path,
    application: `Ringside ${RINGSIDE_VERSION}`,
    store: storeFor(options.output),
    unixMs: Date.now(),
    ...deviceOf(options.device),
    ...(options.events === undefined
      ? {}
      : { shapes: parseEventsFile(eventsText(options.events)) }),
  });
  imported.learn(head);
  imported.feed(head);
  await readOn(imported, source, path, offline);
  return imported;
}

async function readOn(
  imported: TraceImport,
  source: TraceSource,
  path: string,
  offline: Offline,
): Promise<void> {
  const chunk = new Uint8Array(CHUNK_BYTES);
  let sincePause = 0;
  for (;;) {
    const count = source.read(chunk);
    if (count < 0) break;
    if (count === 0) await sleep();
    else imported.feed(chunk.subarray(0, count));
    sincePause += count;
    if (sincePause < PAUSE_BYTES) continue;
    sincePause = 0;
    offline.output.status(
      `reading ${path} · ${progressText(source)}${grouped(imported.counts().lines)} lines`,
    );
    await offline.pause();
  }
  imported.finish();
  offline.output.endStatus();
}

function progressText(source: TraceSource): string {
  const progress = source.progress();
  if (progress === undefined) return '';
  return `${Math.floor((100 * progress.doneBytes) / Math.max(1, progress.totalBytes))} % · `;
}

async function readHead(source: TraceSource): Promise<Uint8Array> {
  const head = new Uint8Array(HEAD_BYTES);
  let bytes = 0;
  while (bytes < HEAD_BYTES) {
    const count = source.read(head.subarray(bytes));
    if (count < 0) break;
    if (count === 0) await sleep();
    bytes += count;
  }
  return head.subarray(0, bytes);
}

function deviceOf(text: string | undefined) {
  if (text === undefined) return {};
  const device = parsePointer(text);
  if (device !== undefined) return { device };
  const action = 'Give its pointer as the trace has it, as in 0x55cc327e48d0.';
  throw new CommandFailure(EXIT.usage, 'bad-device', `--device: “${text}” is no pointer.`, action);
}

function openSource(path: string): TraceSource {
  try {
    return openTraceFile(path, false);
  } catch (thrown) {
    throw failureOf(thrown, EXIT.unreadable);
  }
}

function eventsText(path: string): string {
  try {
    return readTextFile(path);
  } catch (thrown) {
    throw failureOf(thrown, EXIT.unreadable);
  }
}

function storeFor(path: string | undefined): ByteStore {
  if (path === undefined) return new MemoryStore(1 << 20);
  try {
    return DiskStore.create(path);
  } catch (thrown) {
    throw failureOf(thrown, EXIT.incomplete);
  }
}

function sleep(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, WAIT_MS));
}
