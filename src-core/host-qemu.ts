/** Sessions that watch a QEMU: found, begun, and told how they end. */
import type { QemuOptions } from './contract-qemu.ts';
import { type HostContext, NOTHING } from './host-context.ts';
import { HostError } from './host-error.ts';
import type { Shown } from './host-status.ts';
import { QEMU_RATE } from './qemu/sampling.ts';
import type { WatchEnd } from './qemu/watch-options.ts';
import { WatchSession } from './qemu/watch-session.ts';
import type { Handlers } from './rpc.ts';

type QemuHandlers = Pick<Handlers, 'findQemu' | 'watchQemu' | 'pickQemuDevice'>;

export function qemuHandlers(host: HostContext): QemuHandlers {
  let watching: WatchSession | undefined;
  return {
    findQemu: () => host.ports.qemu?.find() ?? [],
    watchQemu: (options) => {
      watching = watch(host, options);
      return NOTHING;
    },
    pickQemuDevice: ({ path }) => {
      pick(watching, path);
      return NOTHING;
    },
  };
}

function watch(host: HostContext, options: QemuOptions): WatchSession {
  const { ports } = host;
  if (ports.qemu === undefined) {
    const what = 'A QEMU that runs can be watched on Linux only.';
    throw new HostError('cannot-watch', what, 'Import its trace, or open a capture made there.');
  }
  const { target, devicePath, tracePath, usesTrace = true, recordPath } = options;
  const { rateHz = QEMU_RATE.usual } = options;
  checkRate(rateHz);
  const channel = ports.qemu.connect(target);
  const startedAtUnixMs = ports.unixMs();
  const title = `QEMU ${target}`;
  host.endSession('Another session was started.');
  let hasAnswered = false;
  const session = new WatchSession({
    ...{ ports: ports.qemu, clock: ports.clock, target, channel, usesTrace, rateHz, title },
    ...(devicePath === undefined ? {} : { devicePath }),
    ...(tracePath === undefined ? {} : { tracePath }),
    ...(ports.makeHash === undefined ? {} : { makeHash: () => makeHash(host) }),
    store: recordPath === undefined ? ports.makeStore() : ports.recordTo(recordPath),
    application: `Ringside ${ports.version}`,
    startedAtUnixMs,
    onChanged: () => host.changed(),
    onState: (phase, sentence) => {
      if (!hasAnswered) ports.places?.remember({ kind: 'qemu', target });
      hasAnswered = true;
      tell(host, shown, phase, sentence);
    },
    onEnded: (end) => over(host, shown, end),
  });
  const shown: Shown = {
    sessionId: host.nextSessionId(),
    ...{ kind: 'qemu', title, simulated: false, startedAtUnixMs, qemuArguments: [] },
    ...{ capture: session.capture, session, monitor: host.monitor },
    ...(recordPath === undefined ? {} : { recordPath }),
    phase: 'waiting',
    sentence: `Connecting to ${target}.`,
    sink: { title: 'none', note: 'QEMU plays; the window plays what is seen', hostUnderruns: 0 },
    watchStatus: () => session.watchStatus(),
  };
  host.show(shown);
  session.start();
  return session;
}

function pick(watching: WatchSession | undefined, path: string): void {
  if (watching?.isRunning !== true) {
    const what = 'No QEMU is watched now.';
    throw new HostError('not-watching', what, 'Connect to it first, with this device.');
  }
  const problem = watching.pick(path);
  if (problem === undefined) return;
  throw new HostError(problem.code, problem.sentence, problem.action ?? 'Connect to QEMU anew.');
}

function checkRate(rateHz: number): void {
  if (rateHz >= 0 && rateHz <= QEMU_RATE.most) return;
  const what = `QEMU cannot be asked ${rateHz} times a second.`;
  throw new HostError('wrong-rate', what, `Take 0 (never) to ${QEMU_RATE.most}.`);
}

function makeHash({ ports }: HostContext) {
  const hash = ports.makeHash?.();
  if (hash === undefined) throw new Error('internal error: this host makes no hashes');
  return hash;
}

function tell(host: HostContext, shown: Shown, phase: 'waiting' | 'live', sentence: string): void {
  shown.phase = phase;
  shown.sentence = sentence;
  host.changed();
}

/** An end that the user can do something about is told apart from one that simply came. */
function over(host: HostContext, shown: Shown, end: WatchEnd): void {
  if (host.shown() !== shown || shown.session?.isRunning !== true) return;
  host.endSession(end.sentence);
  shown.endCode = end.code;
  if (end.action === undefined) return;
  const wasLive = shown.capture.messages.rows > 0;
  shown.sentence = `${end.sentence} ${end.action}`;
  if (!wasLive) return; // who began it shows its sentence
  host.notice({ severity: 'error', code: end.code, what: end.sentence, action: end.action });
  host.changed();
}
