/** The host: owns the session and its capture, answers what views ask, and announces that something changed. Any number of
 *  views may be linked; none of them can delay a guest. */
import { Announcer } from './announcer.ts';
import type { Capture } from './capture/capture.ts';
import type { Announcement, DemoOptions, DeviceOptions, Hello, Notice } from './contract.ts';
import type { Nothing } from './contract-nothing.ts';
import { type HostContext, NOTHING, nothingShown } from './host-context.ts';
import { doctorHandlers } from './host-doctor.ts';
import { HostError } from './host-error.ts';
import { fileHandlers } from './host-files.ts';
import { KeptFilters } from './host-filters.ts';
import { FindingsKeeper, findingsHandlers } from './host-findings.ts';
import { handedHandlers } from './host-handed.ts';
import { latencyHandlers } from './host-latency.ts';
import { layerHandlers } from './host-layers.ts';
import { markHandlers } from './host-marks.ts';
import { messageHandlers } from './host-messages.ts';
import { planDemo, planDevice, type SessionPlan } from './host-plans.ts';
import type { HostPorts, Monitor } from './host-ports.ts';
import { proofHandlers } from './host-proof.ts';
import { qemuHandlers } from './host-qemu.ts';
import { queryHandlers } from './host-queries.ts';
import { ringHandlers } from './host-rings.ts';
import type { Shown } from './host-status.ts';
import { watchRing } from './host-store.ts';
import { traceHandlers } from './host-trace.ts';
import { trackHandlers } from './host-tracks.ts';
import { recentRecord } from './recent-record.ts';
import { type Handlers, type Link, RemoteError, serveLink } from './rpc.ts';
import { Session } from './session.ts';
import { SCENARIOS } from './transport/scenarios.ts';
import { sentence } from './units.ts';

export class Host {
  private readonly ports: HostPorts;
  private readonly views: Announcer;
  private shown: Shown | undefined;
  private monitorPort: Monitor | undefined;
  private monitor = { volume: 1, muted: false };
  private sessions = 0;
  private readonly handlers: Handlers;
  private readonly findings: FindingsKeeper;

  constructor(ports: HostPorts) {
    this.ports = ports;
    this.views = new Announcer(ports.clock, () => this.change());
    const context = this.makeContext();
    const filters = new KeptFilters(context);
    this.findings = new FindingsKeeper(context);
    this.handlers = {
      ...this.sessionHandlers,
      ...doctorHandlers(context.ports),
      ...fileHandlers(context),
      ...handedHandlers(context),
      ...markHandlers(context),
      ...queryHandlers(context, filters),
      ...ringHandlers(context),
      ...messageHandlers(context, filters),
      ...latencyHandlers(context),
      ...trackHandlers(context),
      ...layerHandlers(context),
      ...traceHandlers(context),
      ...findingsHandlers(context, this.findings),
      ...qemuHandlers(context),
      ...proofHandlers(context),
    };
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

  private readonly sessionHandlers = {
    hello: () => this.hello(),
    startDemo: (options: DemoOptions) => this.startDemo(options),
    attachDevice: (options: DeviceOptions) => this.attachDevice(options),
    stopSession: () => this.endSession('Stopped here.'),
    closeSession: () => this.closeSession(),
    setMonitor: (wanted: { volume: number; muted: boolean }) => this.setMonitor(wanted),
    setJack: ({ jackId, connected }: { jackId: number; connected: boolean }) => {
      this.shown?.session?.setJack?.(jackId, connected);
      return NOTHING;
    },
  };

  private makeContext(): HostContext {
    const monitor = () => this.monitor;
    return {
      ports: this.ports,
      get monitor() {
        return monitor();
      },
      shown: () => this.shown,
      capture: () => this.capture(),
      nextSessionId: () => ++this.sessions,
      endSession: (detail) => this.endSession(detail),
      show: (shown) => this.show(shown),
      remember: (shown, path) => this.remember(shown, path),
      changed: () => this.changed(),
      notice: (notice) => this.notice(notice),
    };
  }

  private hello(): Hello {
    const { version, platform, carrier, cannotAttach } = this.ports;
    return {
      product: 'ringside',
      version,
      platform,
      carrier,
      ...(cannotAttach === undefined ? {} : { cannotAttach }),
      suggestedSocket: this.ports.suggestedSocket(),
      scenarios: SCENARIOS.map(({ name, title, description, planted, culprit }) => ({
        name,
        title,
        description,
        ...(planted === undefined ? {} : { planted }),
        ...(culprit === undefined ? {} : { culprit }),
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
      application: `Ringside ${this.ports.version}`,
      startedAtUnixMs,
      simulated: kind === 'demo',
      ...(this.ports.makeHash === undefined ? {} : { makeHash: this.ports.makeHash }),
      onChanged: () => this.changed(),
      onEnding: () => {
        this.findings.conclude(session.capture);
        keepTriggers();
      },
      onGuest: (isThere, detail) => this.guestChanged(session, isThere, detail, once),
    });
    const keepTriggers = watchRing(this.ports, session, plan.ring);
    this.monitorPort = plan.monitor;
    this.monitorPort?.set(this.monitor.volume, this.monitor.muted);
    this.show({
      sessionId: ++this.sessions,
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
    if (shown?.trace?.isRunning === true) shown.trace.stop(detail);
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
    this.views.say({ kind: 'session', sessionId: 0 });
    return NOTHING;
  }

  private remember(shown: Shown, path: string): void {
    this.ports.remember(recentRecord(shown, path, this.ports.unixMs()));
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
    this.findings.follow(shown);
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
    // what is drawn while a file is read costs its reading time
    const isLoading = this.shown?.phase === 'loading';
    this.views.isSeldom = isLoading || capture.keeping.disk() !== 'fine';
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
