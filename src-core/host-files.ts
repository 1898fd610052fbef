/** Captures as files: opening one in slices, so that views can look at what is there already, and saving the one shown. */
import { Capture } from './capture/capture.ts';
import { readFacts } from './capture/capture-file.ts';
import type { CaptureFacts } from './capture/capture-log.ts';
import { CaptureReader } from './capture/capture-reader.ts';
import { SNIFF_BYTES } from './capture/importers/sniff.ts';
import { readReport } from './capture/read-report.ts';
import { type ByteStore, memoryStoreOf } from './capture/store.ts';
import type { FileRequests } from './contract-files.ts';
import type { Nothing } from './contract-nothing.ts';
import type { PlaceRequests } from './contract-places.ts';
import { type HostContext, NOTHING, nothingShown } from './host-context.ts';
import { HostError } from './host-error.ts';
import { waitingMarkBytes } from './host-marks.ts';
import type { Shown } from './host-status.ts';
import { type SavedBytes, withoutSound } from './host-strip.ts';
import { openTrace, showTrace } from './host-trace.ts';
import { LIMITS } from './limits.ts';
import { type Handlers, Later } from './rpc.ts';
import { bytesSource, looksLikeTrace } from './trace-bytes.ts';
import { NS_PER_MS, NS_PER_S, type Ns } from './units.ts';

/** Bytes that are taken in between two looks at the clock, and how long before other work gets a turn. */
const STEP_BYTES = 1 << 20;
const SLICE_NS = 12 * NS_PER_MS;
/** Blocks of the timeline's density that are summed up beside it. */
const DENSITY_BLOCKS = 200;

type FileHandlers = Pick<Handlers, keyof FileRequests | keyof PlaceRequests>;

export function fileHandlers(host: HostContext): FileHandlers {
  return {
    openCapture: ({ path }) =>
      host.ports.isPipe?.(path) === true
        ? openTrace(host, { path })
        : openStore(host, host.ports.openFile(path), path, path),
    openCaptureBytes: ({ name, bytes }) => openStore(host, memoryStoreOf(bytes), name, bytes),
    cancelLoading: () => cancelLoading(host),
    saveCapture: ({ path, stripsPayload }) =>
      whenWritten(host, () => saveCapture(host, path, stripsPayload === true)),
    recoverable: () => host.ports.recoverable?.() ?? [],
    discardCapture: ({ path }) => {
      host.ports.discard?.(path);
      return NOTHING;
    },
    places: () => host.ports.places?.recent() ?? [],
    forgetPlace: (place) => {
      host.ports.places?.forget(place);
      return NOTHING;
    },
    captureBytes: ({ stripsPayload }) =>
      whenWritten(host, () => captureBytes(host, stripsPayload === true)),
  };
}

/** `origin`: the file's path, or the bytes that a page handed over. */
function openStore(
  host: HostContext,
  store: ByteStore,
  name: string,
  origin: string | Uint8Array,
): Nothing {
  const path = typeof origin === 'string' ? origin : undefined;
  const facts = readFacts(store);
  if ('error' in facts) {
    const head = store.read(0, SNIFF_BYTES);
    store.close();
    if (looksLikeTrace(head)) return openAsTrace(host, name, origin);
    throw unreadable(name, facts.error);
  }
  const shown = shownCapture(host, store, facts, {
    sentence: `Reading ${name}…`,
    ...(path === undefined ? {} : { path }),
  });
  host.show(shown);
  loadCapture(host, shown, { name, store });
  return NOTHING;
}

/** A file that is neither a capture nor a trace. */
export function unreadable(name: string, why: string): HostError {
  const action = 'Open a .pcapng file that Ringside recorded, or a trace of QEMU.';
  return new HostError('capture-unreadable', `${name}: ${why}.`, action);
}

/** A capture as a session that is being loaded; nothing is read yet. `path`: of the file that the user opened. */
export function shownCapture(
  host: HostContext,
  store: ByteStore,
  facts: CaptureFacts,
  { sentence, path }: { readonly sentence: string; readonly path?: string },
): Shown {
  host.endSession('A capture was opened.');
  const { title, startedAtUnixMs, simulated } = facts;
  const note = 'a recorded session plays through the window';
  return {
    sessionId: host.nextSessionId(),
    ...{ kind: 'file', title, simulated, startedAtUnixMs, qemuArguments: [] },
    capture: new Capture(facts, store),
    ...(path === undefined ? {} : { openedPath: path }),
    phase: 'loading',
    sentence,
    loading: { doneBytes: 0, totalBytes: store.heldBytes(), bytesPerS: 0 },
    sink: { title: 'none', note, hostUnderruns: 0 },
    monitor: host.monitor,
  };
}

/** Reads what `store` holds, in slices. `whyShort`: the store does not hold all of the file. */
export function loadCapture(
  host: HostContext,
  shown: Shown,
  { name, store, whyShort }: { name: string; store: ByteStore; whyShort?: string },
): void {
  const reader = new CaptureReader(shown.capture, store);
  const sinceNs = host.ports.clock.nowNs();
  shown.sentence = `Reading ${name}…`;
  load(host, shown, { name, reader, sinceNs, ...(whyShort === undefined ? {} : { whyShort }) });
}

function openAsTrace(host: HostContext, name: string, origin: string | Uint8Array): Nothing {
  if (typeof origin === 'string') return openTrace(host, { path: origin });
  const bytes = bytesSource(origin);
  const source = host.ports.unpackTrace?.(bytes) ?? bytes;
  return showTrace(host, source, name);
}

interface Loading {
  readonly name: string;
  readonly reader: CaptureReader;
  readonly sinceNs: Ns;
  readonly whyShort?: string;
}

/** Takes in the next part of the file; what is there already can be looked at meanwhile. */
function load(host: HostContext, shown: Shown, loading: Loading): void {
  if (host.shown() !== shown || shown.phase !== 'loading') return; // given up, or cancelled
  const { clock } = host.ports;
  const { reader, sinceNs } = loading;
  const endNs = clock.nowNs() + SLICE_NS;
  let hasMore = true;
  while (hasMore && clock.nowNs() < endNs) hasMore = reader.readSome(STEP_BYTES);
  shown.capture.messages.density.grow(DENSITY_BLOCKS);
  const { doneBytes, totalBytes } = reader.soFar();
  const seconds = Math.max(1e-3, (clock.nowNs() - sinceNs) / NS_PER_S);
  shown.loading = { doneBytes, totalBytes, bytesPerS: Math.round(doneBytes / seconds) };
  if (!hasMore) loaded(host, shown, loading);
  host.changed();
  if (hasMore) clock.at(clock.nowNs() + NS_PER_MS, () => load(host, shown, loading));
}

function loaded(host: HostContext, shown: Shown, { name, reader, whyShort }: Loading): void {
  delete shown.loading;
  shown.phase = 'ended';
  if (whyShort !== undefined) {
    shown.isPartial = true;
    shown.sentence = `${whyShort} The beginning of ${name} is shown. Open it again for the rest.`;
    return;
  }
  const report = readReport(reader.soFar());
  shown.sentence = [`Recorded capture ${name}.`, ...report].join(' ');
  if (report.length > 0) {
    const what = `${name} is not whole. ${report.join(' ')}`;
    const action = 'What is readable is shown. `ringside recover FILE` writes it as a whole file.';
    host.notice({ severity: 'warning', code: 'capture-damaged', what, action });
  }
}

/** What is loaded stays to be looked at. */
function cancelLoading(host: HostContext): Nothing {
  const shown = host.shown();
  if (shown?.trace?.isRunning === true) {
    shown.trace.stop('Reading was cancelled:');
    return NOTHING;
  }
  if (shown?.cancelTaking !== undefined) {
    shown.cancelTaking();
    return NOTHING;
  }
  if (shown?.phase !== 'loading' || shown.loading === undefined) return NOTHING;
  const { doneBytes, totalBytes } = shown.loading;
  const part = ((100 * doneBytes) / Math.max(1, totalBytes)).toFixed(0);
  delete shown.loading;
  shown.phase = 'ended';
  shown.capture.isOpening = false;
  shown.isPartial = true;
  shown.sentence = `Reading was cancelled: the first ${part} % of the file are shown. Open it again for the rest.`;
  host.changed();
  return NOTHING;
}

/** A trace's entries get their bytes late: what is saved waits for them. */
function whenWritten<T>(host: HostContext, save: () => T | Later<T>): T | Later<T> {
  const trace = host.shown()?.trace;
  if (trace === undefined) return save();
  return new Later((resolve, reject) =>
    trace.finishWriting((isWhole) => {
      try {
        if (!isWhole) throw nothingShown();
        const saved = save();
        if (saved instanceof Later) saved.begin(resolve, reject);
        else resolve(saved);
      } catch (thrown) {
        reject(thrown);
      }
    }),
  );
}

function saveCapture(
  host: HostContext,
  path: string,
  strips: boolean,
): { bytes: number } | Later<{ bytes: number }> {
  const shown = host.shown();
  if (shown === undefined) throw nothingShown();
  if (strips) {
    const save = (source: SavedBytes) => ({ bytes: host.ports.saveTo(path, source) });
    return withoutSound(host, shown, save);
  }
  const bytes = host.ports.saveTo(path, bytesOf(shown));
  shown.capture.story.userMarks.saved();
  host.remember(shown, path);
  giveUpUnsaved(host, shown, path);
  return { bytes };
}

/** A capture of a killed process that is saved now need not be offered again. */
function giveUpUnsaved({ ports }: HostContext, { openedPath }: Shown, savedPath: string): void {
  const isOffered = ports.recoverable?.().some(({ path }) => path === openedPath) === true;
  if (isOffered && openedPath !== undefined && openedPath !== savedPath)
    ports.discard?.(openedPath);
}

function captureBytes(
  host: HostContext,
  strips: boolean,
): { bytes: Uint8Array } | Later<{ bytes: Uint8Array }> {
  const shown = host.shown();
  if (shown === undefined) throw nothingShown();
  if (strips) return withoutSound(host, shown, (source) => ({ bytes: allBytes(source) }));
  const bytes = allBytes(bytesOf(shown));
  shown.capture.story.userMarks.saved();
  return { bytes };
}

function allBytes(source: SavedBytes): Uint8Array {
  const bytes = source.heldBytes();
  if (bytes > LIMITS.packetBytes / 2) {
    throw new HostError(
      'capture-too-large',
      `The capture has ${bytes} bytes: too many to hand to the page.`,
      'Start it with --record FILE, or save it from the desktop app.',
    );
  }
  return source.read(0, bytes);
}

/** The capture's bytes, with the marks behind them that wait for a save. */
function bytesOf(shown: Shown) {
  const { capture } = shown;
  capture.flush();
  const marks = waitingMarkBytes(shown);
  if (marks.length === 0) {
    return {
      heldBytes: () => capture.heldBytes(),
      read: (at: number, bytes: number) => capture.readBytes(at, bytes),
    };
  }
  const ownBytes = capture.heldBytes(); // of a trace or an opened file: it does not grow while it is saved
  const read = (at: number, bytes: number): Uint8Array => {
    if (at + bytes <= ownBytes) return capture.readBytes(at, bytes);
    const own = at < ownBytes ? capture.readBytes(at, ownBytes - at) : new Uint8Array();
    const from = Math.max(0, at - ownBytes);
    const rest = marks.subarray(from, at + bytes - ownBytes);
    const joined = new Uint8Array(own.length + rest.length);
    joined.set(own);
    joined.set(rest, own.length);
    return joined;
  };
  return { heldBytes: () => ownBytes + marks.length, read };
}
