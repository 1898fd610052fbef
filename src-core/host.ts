/** The host: owns the session and its capture, answers what views ask, and announces that something changed. Any number of
 *  views may be linked; none of them can delay a guest. */
import { Announcer } from './announcer.ts';
import { adoptSome, Capture } from './capture/capture.ts';
import { readEntries, readFacts } from './capture/capture-file.ts';
import { type ByteStore, memoryStoreOf } from './capture/store.ts';
import type {
  Announcement,
  DemoOptions,
  DeviceOptions,
  Hello,
  Nothing,
  Notice,
} from './contract.ts';
import type { MessageFilter, Peaks, PeaksQuery } from './contract-data.ts';
import { HostError } from './host-error.ts';
import { planDemo, planDevice, type SessionPlan } from './host-plans.ts';
import type { HostPorts, Monitor } from './host-ports.ts';
import { type Shown, statusOf, summaryOf } from './host-status.ts';
import { LIMITS } from './limits.ts';
import { type Handlers, type Link, RemoteError, serveLink } from './rpc.ts';
import { Session } from './session.ts';
import { SCENARIOS } from './transport/scenarios.ts';
import { NS_PER_MS, sentence } from './units.ts';
import { findingGroups, findingRows } from './views/finding-slice.ts';
import { messageDetail } from './views/message-detail.ts';
import { FilteredRows, filterKey, isEmptyFilter, messageSlice } from './views/message-slice.ts';
import { bordersSlice, peaksSlice, samplesSlice, trackInfos } from './views/pcm-slice.ts';
import { liveRing, recordedRing } from './views/ring-slice.ts';
import { timelineSlice } from './views/timeline-slice.ts';

const FILTERS_KEPT = 8;
/** Rows or entries that are looked at before other work gets a turn. */
const SLICE_ROWS = 200_000;
/** PCM that one question may take into the pyramids. */
const PYRAMID_BYTES = 8 << 20;
const NOTHING: Nothing = {};

export class Host {
  private readonly ports: HostPorts;
  private readonly views: Announcer;
  private shown: Shown | undefined;
  private monitorPort: Monitor | undefined;
  private monitor = { volume: 1, muted: false };
  private filters = new Map<string, FilteredRows>();
  private nextSessionId = 1;

  constructor(ports: HostPorts) {
    this.ports = ports;
    this.views = new Announcer(ports.clock, () => this.change());
  }

  /** Serves one more view over `link` until it closes. */
  serve(link: Link): void {
    const served = serveLink(link, this.handlers, (thrown) => this.explain(thrown));
    this.views.add(served);
    link.onClose(() => this.views.remove(served));
  }

  /** True while a guest would be hurt if this host ended now. */
  hasGuest(): boolean {
    return this.shown?.session?.hasGuest === true && this.shown.kind === 'vhost-user';
  }

  /** Ends whatever runs, files included. */
  stop(): void {
    this.endSession('Ringside was closed.');
    this.shown?.capture.close();
    this.shown = undefined;
  }

  /** Something of ours threw: the session ends with what it has, and every view is told. */
  broke(raw: string): void {
    this.notice({
      severity: 'error',
      code: 'internal-error',
      what: 'Something broke inside Ringside, and the session was ended. What was captured is still here.',
      raw,
      action: 'Please report this with the text below.',
    });
    this.endSession('Ended by a fault of Ringside.');
  }

  /** Tells every view something once. */
  notice(notice: Notice): void {
    this.views.say({ kind: 'notice', notice });
  }

  private readonly handlers: Handlers = {
    hello: () => this.hello(),
    startDemo: (options) => this.startDemo(options),
    attachDevice: (options) => this.attachDevice(options),
    openCapture: ({ path }) => this.openStore(this.ports.openFile(path), path),
    openCaptureBytes: ({ name, bytes }) => this.openStore(memoryStoreOf(bytes), name),
    stopSession: () => this.endSession('Stopped here.'),
    closeSession: () => this.closeSession(),
    saveCapture: ({ path }) => this.saveCapture(path),
    captureBytes: () => ({ bytes: this.allBytes() }),
    status: () => (this.shown === undefined ? null : statusOf(this.shown)),
    summary: () => (this.shown === undefined ? null : summaryOf(this.shown, this.ports.version)),
    messages: (query) => messageSlice(this.capture().messages, query, this.filtered(query.filter)),
    messageRow: ({ index, filter }) => ({ row: this.filtered(filter)?.placeOf(index) ?? index }),
    message: ({ index }) => messageDetail(this.capture(), index),
    messageAt: ({ atNs }) => {
      const { messages } = this.capture();
      return { index: Math.min(messages.rowAt(Number(atNs) || 0), messages.rows - 1) };
    },
    timeline: (query) => timelineSlice(this.capture(), query),
    ring: ({ queue }) => this.ring(queue),
    tracks: () => (this.shown === undefined ? [] : trackInfos(this.shown.capture)),
    peaks: (query) => this.peaks(query),
    samples: (query) => samplesSlice(this.capture(), query),
    borders: (query) => bordersSlice(this.capture(), query),
    findings: () => (this.shown === undefined ? [] : findingGroups(this.shown.capture)),
    finding: (query) => findingRows(this.capture(), query),
    setup: () => this.shown?.capture.story.setup.slice(-LIMITS.rowsPerRequest) ?? [],
    setMonitor: (wanted) => this.setMonitor(wanted),
    setJack: ({ jackId, connected }) => {
      this.shown?.session?.setJack(jackId, connected);
      return NOTHING;
    },
  };

  private hello(): Hello {
    const { version, platform, carrier, cannotAttach } = this.ports;
    return {
      product: 'ringside',
      version,
      platform,
      carrier,
      ...(cannotAttach === undefined ? {} : { cannotAttach }),
      suggestedSocket: this.ports.suggestedSocket(),
      scenarios: SCENARIOS.map(({ name, title, description, planted }) => ({
        name,
        title,
        description,
        ...(planted === undefined ? {} : { planted }),
      })),
      sinks: this.ports.listSinks(),
      recent: this.ports.recent(),
    };
  }

  private startDemo(options: DemoOptions): Nothing {
    const plan = planDemo(
      this.ports,
      options,
      (note) => this.tell('sink', note),
      () => {
        this.endSession('The demo guest has finished.');
      },
    );
    this.begin(plan);
    return NOTHING;
  }

  private attachDevice(options: DeviceOptions): Nothing {
    const plan = planDevice(this.ports, options, (note) => this.tell('sink', note));
    this.begin(plan);
    return NOTHING;
  }

  private begin(plan: SessionPlan): void {
    this.endSession('Another session was started.');
    listenOrClose(plan);
    const { kind, title, sentence, qemuArguments, topology, recordPath, once } = plan;
    const startedAtUnixMs = this.ports.unixMs();
    const session = new Session({
      ...plan,
      clock: this.ports.clock,
      application: `Ringside ${this.ports.version}`,
      startedAtUnixMs,
      simulated: kind === 'demo',
      ...(this.ports.makeHash === undefined ? {} : { makeHash: this.ports.makeHash }),
      onChanged: () => this.changed(),
      onGuest: (isThere, detail) => this.guestChanged(session, isThere, detail, once),
    });
    this.monitorPort = plan.monitor;
    this.monitorPort?.set(this.monitor.volume, this.monitor.muted);
    this.show({
      sessionId: this.nextSessionId++,
      ...{ kind, title, simulated: kind === 'demo', startedAtUnixMs, topology, qemuArguments },
      ...{ capture: session.capture, session, sentence, monitor: this.monitor },
      ...(recordPath === undefined ? {} : { recordPath }),
      phase: kind === 'demo' ? 'live' : 'waiting',
      sink: { title: plan.sink.title, note: '', hostUnderruns: 0 },
      describeSink: () => plan.sink.describe(),
    });
    session.start();
  }

  private guestChanged(session: Session, isThere: boolean, detail: string, once: boolean): void {
    if (this.shown?.session !== session) return;
    if (isThere) {
      this.shown.phase = 'live';
      this.shown.sentence = `A guest is attached: ${detail}.`;
    } else if (once) {
      // not from inside the transport's own call: it is still tidying up
      this.ports.clock.at(this.ports.clock.nowNs(), () => this.endSession(detail));
    } else {
      this.shown.phase = 'waiting';
      this.shown.sentence = `${sentence(detail)} Waiting for the next guest on the same socket.`;
    }
    this.changed();
  }

  private endSession(detail: string): Nothing {
    const { shown } = this;
    if (shown?.session?.isRunning !== true) return NOTHING;
    shown.session.stop(detail);
    shown.phase = 'ended';
    shown.sentence = sentence(detail);
    if (shown.recordPath !== undefined) this.remember(shown, shown.recordPath);
    this.changed();
    return NOTHING;
  }

  private closeSession(): Nothing {
    this.endSession('Closed.');
    this.shown?.capture.close();
    this.shown = undefined;
    this.filters.clear();
    this.views.say({ kind: 'session', sessionId: 0 });
    return NOTHING;
  }

  private openStore(store: ByteStore, name: string): Nothing {
    const facts = readFacts(store);
    if ('error' in facts) {
      store.close();
      const action = 'Open a .pcapng file that Ringside recorded.';
      throw new HostError('capture-unreadable', `${name}: ${facts.error}.`, action);
    }
    this.endSession('A capture was opened.');
    const capture = new Capture(facts, store);
    const { title, startedAtUnixMs, simulated } = facts;
    const shown: Shown = {
      sessionId: this.nextSessionId++,
      ...{ kind: 'file', title, simulated, startedAtUnixMs, capture, qemuArguments: [] },
      phase: 'loading',
      sentence: `Reading ${name}…`,
      sink: {
        title: 'none',
        note: 'a recorded session plays through the window',
        hostUnderruns: 0,
      },
      monitor: this.monitor,
    };
    this.show(shown);
    this.load(shown, readEntries(store, startedAtUnixMs), name);
    return NOTHING;
  }

  /** Reads on in slices, so that views can look at what is there already. */
  private load(shown: Shown, entries: ReturnType<typeof readEntries>, name: string): void {
    if (this.shown !== shown) return; // given up for another session
    const end = adoptSome(shown.capture, entries, SLICE_ROWS);
    if (end !== undefined) {
      shown.phase = 'ended';
      const left = end.skipped > 0 ? ` ${end.skipped} packets were not understood.` : '';
      shown.sentence = `Recorded capture ${name}.${left}`;
      if (end.damage !== undefined) this.tell('capture-damaged', `${name}: ${end.damage}.`);
      this.changed();
      return;
    }
    this.changed();
    const { clock } = this.ports;
    clock.at(clock.nowNs() + NS_PER_MS, () => this.load(shown, entries, name));
  }

  private saveCapture(path: string): { bytes: number } {
    const { shown } = this;
    if (shown === undefined) throw nothingShown();
    const bytes = this.ports.saveTo(path, bytesOf(shown.capture));
    this.remember(shown, path);
    return { bytes };
  }

  private allBytes(): Uint8Array {
    const capture = this.capture();
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

  private remember(shown: Shown, path: string): void {
    const { title, capture } = shown;
    const savedAtUnixMs = this.ports.unixMs();
    const { rows: messages } = capture.messages;
    this.ports.remember({ path, title, savedAtUnixMs, bytes: capture.heldBytes(), messages });
  }

  private ring(queue: number) {
    const { shown } = this;
    if (shown === undefined) return null;
    const live = shown.session?.ringSnapshot(queue);
    if (live !== undefined) return liveRing(shown.capture, live, shown.session?.nowNs() ?? 0);
    return recordedRing(shown.capture, queue);
  }

  private filtered(filter: MessageFilter | undefined): FilteredRows | undefined {
    if (filter === undefined || isEmptyFilter(filter)) return undefined;
    const key = filterKey(filter);
    const known = this.filters.get(key) ?? new FilteredRows(this.capture().messages, filter);
    this.filters.delete(key); // the newest stands last
    this.filters.set(key, known);
    const oldest = this.filters.keys().next().value;
    if (this.filters.size > FILTERS_KEPT && oldest !== undefined) this.filters.delete(oldest);
    if (known.extend(SLICE_ROWS)) this.changed();
    return known;
  }

  private peaks(query: PeaksQuery): Peaks | null {
    const capture = this.capture();
    if (capture.growPyramids(PYRAMID_BYTES)) this.changed();
    return peaksSlice(capture, query);
  }

  private setMonitor(wanted: { volume: number; muted: boolean }): Nothing {
    const volume = Math.min(1, Math.max(0, Number(wanted.volume) || 0));
    this.monitor = { volume, muted: wanted.muted === true };
    if (this.shown !== undefined) this.shown.monitor = this.monitor;
    this.monitorPort?.set(volume, this.monitor.muted);
    this.changed();
    return NOTHING;
  }

  private show(shown: Shown): void {
    this.shown?.capture.close();
    this.shown = shown;
    this.filters = new Map();
    this.views.say({ kind: 'session', sessionId: shown.sessionId });
    this.changed();
  }

  private capture(): Capture {
    if (this.shown === undefined) throw nothingShown();
    return this.shown.capture;
  }

  private changed(): void {
    this.views.changed();
  }

  private change(): Announcement | undefined {
    const capture = this.shown?.capture;
    if (capture === undefined) return undefined;
    const { entries, endNs } = capture;
    return { kind: 'changed', messages: capture.messages.rows, entries, endNs };
  }

  private tell(code: string, what: string): void {
    this.notice({ severity: 'warning', code, what });
  }

  private explain(thrown: unknown): RemoteError {
    if (thrown instanceof HostError)
      return new RemoteError(thrown.code, thrown.message, thrown.action);
    if (thrown instanceof RemoteError) return thrown;
    const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return new RemoteError(
      'internal-error',
      message,
      'This is a fault of Ringside; please report it.',
    );
  }
}

/** A plan that cannot listen leaves nothing behind. */
function listenOrClose(plan: SessionPlan): void {
  try {
    plan.listen?.();
  } catch (error) {
    plan.store.close();
    throw error;
  }
}

function bytesOf(capture: Capture) {
  capture.flush();
  return {
    heldBytes: () => capture.heldBytes(),
    read: (at: number, bytes: number) => capture.readBytes(at, bytes),
  };
}

function nothingShown(): RemoteError {
  return new RemoteError(
    'no-session',
    'there is no session to show',
    'Start a demo or attach a guest.',
  );
}
