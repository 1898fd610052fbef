/** Captures as files: opening one in slices, so that views can look at what is there already, and saving the one shown. */
import { adoptSome, Capture } from './capture/capture.ts';
import { readEntries, readFacts } from './capture/capture-file.ts';
import { type ByteStore, memoryStoreOf } from './capture/store.ts';
import type { Nothing } from './contract.ts';
import { type HostContext, NOTHING, nothingShown } from './host-context.ts';
import { HostError } from './host-error.ts';
import type { Shown } from './host-status.ts';
import { LIMITS } from './limits.ts';
import type { Handlers } from './rpc.ts';
import { NS_PER_MS } from './units.ts';

/** Entries that are taken in before other work gets a turn. */
const SLICE_ENTRIES = 200_000;

type FileHandlers = Pick<
  Handlers,
  'openCapture' | 'openCaptureBytes' | 'saveCapture' | 'captureBytes'
>;

export function fileHandlers(host: HostContext): FileHandlers {
  return {
    openCapture: ({ path }) => openStore(host, host.ports.openFile(path), path),
    openCaptureBytes: ({ name, bytes }) => openStore(host, memoryStoreOf(bytes), name),
    saveCapture: ({ path }) => saveCapture(host, path),
    captureBytes: () => ({ bytes: allBytes(host.capture()) }),
  };
}

function openStore(host: HostContext, store: ByteStore, name: string): Nothing {
  const facts = readFacts(store);
  if ('error' in facts) {
    store.close();
    const action = 'Open a .pcapng file that Ringside recorded.';
    throw new HostError('capture-unreadable', `${name}: ${facts.error}.`, action);
  }
  host.endSession('A capture was opened.');
  const capture = new Capture(facts, store);
  const { title, startedAtUnixMs, simulated } = facts;
  const note = 'a recorded session plays through the window';
  const shown: Shown = {
    sessionId: host.nextSessionId(),
    ...{ kind: 'file', title, simulated, startedAtUnixMs, capture, qemuArguments: [] },
    phase: 'loading',
    sentence: `Reading ${name}…`,
    sink: { title: 'none', note, hostUnderruns: 0 },
    monitor: host.monitor,
  };
  host.show(shown);
  load(host, shown, readEntries(store, startedAtUnixMs), name);
  return NOTHING;
}

function load(
  host: HostContext,
  shown: Shown,
  entries: ReturnType<typeof readEntries>,
  name: string,
): void {
  if (host.shown() !== shown) return; // given up for another session
  const end = adoptSome(shown.capture, entries, SLICE_ENTRIES);
  if (end !== undefined) {
    shown.phase = 'ended';
    const left = end.skipped > 0 ? ` ${end.skipped} packets were not understood.` : '';
    shown.sentence = `Recorded capture ${name}.${left}`;
    if (end.damage !== undefined) {
      const what = `${name}: ${end.damage}.`;
      host.notice({ severity: 'warning', code: 'capture-damaged', what });
    }
    host.changed();
    return;
  }
  host.changed();
  const { clock } = host.ports;
  clock.at(clock.nowNs() + NS_PER_MS, () => load(host, shown, entries, name));
}

function saveCapture(host: HostContext, path: string): { bytes: number } {
  const shown = host.shown();
  if (shown === undefined) throw nothingShown();
  const bytes = host.ports.saveTo(path, bytesOf(shown.capture));
  host.remember(shown, path);
  return { bytes };
}

function allBytes(capture: Capture): Uint8Array {
  const bytes = capture.heldBytes();
  if (bytes > LIMITS.packetBytes / 2) {
    throw new HostError(
      'capture-too-large',
      `The capture has ${bytes} bytes: too many to hand to the page.`,
      'Start it with --record FILE, or save it from the desktop app.',
    );
  }
  return capture.readBytes(0, bytes);
}

function bytesOf(capture: Capture) {
  capture.flush();
  return {
    heldBytes: () => capture.heldBytes(),
    read: (at: number, bytes: number) => capture.readBytes(at, bytes),
  };
}
