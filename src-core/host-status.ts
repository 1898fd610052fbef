/** The status of a session in the contract's shape: one picture of everything that is not a table. */

import type { SinkDescription } from './audio/audio-io.ts';
import type { Capture } from './capture/capture.ts';
import type { ImportReport } from './capture/importers/import-report.ts';
import type { QueueStatus, SessionStatus, StreamStatus } from './contract-data.ts';
import type { ControlStatus, WithControls } from './contract-device.ts';
import type { Summary } from './contract-summary.ts';
import type { TraceStatus } from './contract-trace.ts';
import type { Topology } from './device/topology.ts';
import type { LiveSession } from './live-session.ts';
import type { WatchStatus } from './qemu/watch-status.ts';
import { QUEUE_NAMES } from './spec/sound.ts';
import { makeSummary } from './summary.ts';
import { NS_PER_S } from './units.ts';
import { controlStatus, recordedControls } from './views/recorded-controls.ts';
import { type Offer, recordedOffers, streamStatuses } from './views/stream-slice.ts';

/** A trace that is shown: being read, followed, or read. */
export interface ShownTrace {
  /** Where it can be read again. */
  readonly again?: { readonly path: string; readonly follow?: boolean };
  readonly isRunning: boolean;
  stop(detail: string): void;
  report(): ImportReport | null;
  status(): TraceStatus | undefined;
  /** `done` may come at once, or after other work had its turns. */
  finishWriting(done: (isWhole: boolean) => void): void;
}

/** What a host keeps about the session that it shows. */
export interface Shown {
  readonly sessionId: number;
  readonly kind: SessionStatus['kind'];
  readonly title: string;
  readonly simulated: boolean;
  readonly startedAtUnixMs: number;
  readonly capture: Capture;
  readonly session?: LiveSession;
  /** Of a watched QEMU. */
  readonly watchStatus?: () => WatchStatus;
  readonly trace?: ShownTrace;
  readonly topology?: Topology;
  readonly recordPath?: string;
  /** The file that is shown, when it was opened by its path. */
  readonly openedPath?: string;
  readonly qemuArguments: readonly string[];
  phase: SessionStatus['phase'];
  /** Why it could not go on, for programs; absent when it just ended. */
  endCode?: string;
  sentence: string;
  sink: { title: string; note: string; hostUnderruns: number };
  readonly describeSink?: () => SinkDescription;
  monitor: { volume: number; muted: boolean };
  /** While a file is being read. */
  loading?: SessionStatus['loading'];
  /** While a page still hands the file over: does without the rest. */
  cancelTaking?: () => void;
  /** Loading was cancelled: only the beginning of the file is shown. */
  isPartial?: boolean;
  /** Of an opened capture: computed once. */
  offers?: readonly Offer[];
  controls?: readonly ControlStatus[];
  /** Streams that the user takes as running before their first command. */
  assumedRunning?: ReadonlySet<number>;
}

export function statusOf(shown: Shown): SessionStatus {
  const { session, capture } = shown;
  const isLive = session?.isRunning === true;
  const { lostEntries, lostPcmBytes, severities } = lossOf(capture);
  const setup = capture.story.setup;
  const features = setup.findLast(({ step }) => step.what === 'features')?.step;
  return {
    sessionId: shown.sessionId,
    kind: shown.kind,
    title: shown.title,
    simulated: shown.simulated,
    phase: shown.phase,
    sentence: shown.sentence,
    ...(shown.endCode === undefined ? {} : { endCode: shown.endCode }),
    startedAtUnixMs: shown.startedAtUnixMs,
    endNs: isLive ? Math.max(session.nowNs(), capture.endNs) : capture.endNs,
    entries: capture.entries,
    messages: capture.messages.rows,
    counts: { ...capture.messages.counts },
    lostEntries,
    lostPcmBytes,
    captureBytes: capture.heldBytes(),
    ...(isLive ? roomOf(capture) : {}),
    ...(shown.recordPath === undefined ? {} : { recordPath: shown.recordPath }),
    ...unsavedOf(capture),
    ...(shown.loading === undefined ? {} : { loading: shown.loading }),
    ...(shown.isPartial === true ? { isPartial: true } : {}),
    offeredFeatures:
      features?.what === 'features' ? features.offered : (session?.offered ?? tracedOffer(setup)),
    acceptedFeatures: features?.what === 'features' ? features.accepted : 0n,
    deviceStatus: deviceStatusOf(shown),
    qemuArguments: shown.qemuArguments,
    queues: QUEUE_NAMES.map((_name, queue) => queueStatus(capture, session, queue)),
    streams: streamStatuses(capture, liveStreamsOf(shown), offersOf(shown)).map((stream) =>
      assumed(stream, shown),
    ),
    jacks: jacksOf(shown),
    chmaps: shown.topology?.chmaps ?? [],
    ...controlsOf(shown),
    findings: severities,
    sink: sinkOf(shown),
    monitor: shown.monitor,
    ...traceOf(shown),
    ...(shown.watchStatus === undefined ? {} : { watch: shown.watchStatus() }),
    kickCost: session?.kickCost() ?? { p50Us: 0, p99Us: 0, count: 0 },
  };
}

/** A watch that has ended still knows its streams: an answer to PCM_INFO was given long before it began. */
function liveStreamsOf({ session, watchStatus }: Shown) {
  const streams = session?.isRunning === true || watchStatus ? session?.liveStreams() : undefined;
  return streams?.length === 0 && session?.isRunning !== true ? undefined : streams;
}

/** Somebody else's device is seen to be reset; of our own a status after its reset may never be handed over. */
function deviceStatusOf({ capture, watchStatus }: Shown): number {
  const isForeign = capture.facts.trace !== undefined || watchStatus !== undefined;
  const last = capture.story.setup.findLast(
    ({ step }) => step.what === 'status' || (isForeign && step.what === 'reset'),
  )?.step;
  return last?.what === 'status' ? last.status : 0;
}

export function summaryOf(shown: Shown, version: string): Summary {
  const streams = streamStatuses(shown.capture, shown.session?.liveStreams(), offersOf(shown));
  const watched = shown.watchStatus?.();
  const summary = makeSummary({
    version,
    capture: shown.capture,
    streams,
    files: shown.describeSink?.().files ?? [],
    hashes: shown.session?.hashes ?? new Map(),
  });
  if (watched === undefined) return summary;
  const { trust: payloadBytes, commands, sampling } = watched;
  const looks = shown.session?.kickCost() ?? { count: 0, p50Us: 0, p99Us: 0 };
  return { ...summary, watch: { payloadBytes, looks, commands, sampling } };
}

function unsavedOf({ story: { userMarks } }: Capture): { readonly unsavedMarks?: number } {
  return userMarks.unsaved === 0 ? {} : { unsavedMarks: userMarks.unsaved };
}

function tracedOffer(setup: Capture['story']['setup']): bigint {
  const step = setup.findLast((known) => known.step.what === 'offered')?.step;
  return step?.what === 'offered' ? step.offered : 0n;
}

function traceOf({ trace, capture }: Shown): { readonly trace?: TraceStatus } {
  const running = trace?.status();
  if (running !== undefined) return { trace: running };
  const { trace: facts } = capture.facts;
  return facts === undefined ? {} : { trace: { ...facts, isFollowed: false, lines: 0, odd: 0 } };
}

function roomOf(capture: Capture): Pick<SessionStatus, 'room'> {
  const leftBytes = capture.leftBytes();
  if (leftBytes === undefined || !Number.isFinite(leftBytes)) return {};
  // a capture that has only begun has no rate yet
  const bytesPerNs = capture.heldBytes() / Math.max(NS_PER_S, capture.endNs);
  const seconds = Math.floor(leftBytes / bytesPerNs / NS_PER_S);
  return {
    room: { leftBytes, seconds, isShort: capture.keeping.isShort, disk: capture.keeping.disk() },
  };
}

function lossOf(capture: Capture) {
  const { severities, lostPcmBytes } = capture.story;
  return { lostEntries: capture.lostEntries(), lostPcmBytes, severities: { ...severities } };
}

function sinkOf(shown: Shown): SessionStatus['sink'] {
  if (shown.describeSink === undefined) return shown.sink;
  const { title, note, hostUnderruns, unheard = [] } = shown.describeSink();
  // a session that is over plays nothing any more
  const isOver = shown.phase === 'ended';
  return { title, note, hostUnderruns, ...(unheard.length === 0 || isOver ? {} : { unheard }) };
}

function offersOf(shown: Shown): readonly Offer[] {
  if (shown.topology !== undefined) return shown.topology.streams;
  const isGrowing = shown.trace?.isRunning === true || shown.session?.isRunning === true;
  if (shown.phase === 'loading' || isGrowing) return recordedOffers(shown.capture);
  shown.offers ??= recordedOffers(shown.capture);
  return shown.offers;
}

/** A stream without a command so far is in the state that the user assumes. */
function assumed(stream: StreamStatus, { assumedRunning, capture }: Shown): StreamStatus {
  if (assumedRunning?.has(stream.streamId) !== true) return stream;
  const hasChanged = capture.story.states.some(({ streamId }) => streamId === stream.streamId);
  return hasChanged ? stream : { ...stream, state: 'running', isAssumed: true };
}

/** Of our own device those that it has; else those that an answer named. */
function controlsOf(shown: Shown): WithControls {
  const own = shown.topology?.controls;
  if (own !== undefined) {
    return own.length === 0 ? {} : { controls: own.map((spec, id) => controlStatus(id, spec)) };
  }
  if (shown.phase !== 'ended') return {};
  shown.controls ??= recordedControls(shown.capture);
  return shown.controls.length === 0 ? {} : { controls: shown.controls };
}

function queueStatus(
  capture: Capture,
  session: LiveSession | undefined,
  queue: number,
): QueueStatus {
  const { messages } = capture;
  const { kicks, interrupts } = messages.kicksOf(queue);
  const live = session?.ringSnapshot(queue);
  const ring =
    live === undefined ? capture.entryAt(capture.rings[queue]?.last()?.at ?? -1) : undefined;
  const counts = [
    messages.counts.control,
    messages.counts.event,
    messages.counts.tx,
    messages.counts.rx,
  ];
  const recorded = ring?.kind === 'ring' ? ring : undefined;
  return {
    queue,
    name: QUEUE_NAMES[queue] ?? `queue ${queue}`,
    size: live?.setup.size ?? recorded?.size ?? 0,
    running: session?.isRunning === true && session.runningQueues[queue] === true,
    packed: live?.setup.packed ?? recorded?.packed ?? false,
    availIdx: live?.position.avail ?? recorded?.availIdx ?? 0,
    usedIdx: live?.position.used ?? recorded?.usedIdx ?? 0,
    inFlight: live?.inFlight.length ?? recorded?.inFlight.length ?? 0,
    waiting: session?.isRunning === true ? session.waitingChains(queue) : 0,
    kicks,
    interrupts,
    messages: counts[queue] ?? 0,
  };
}

function jacksOf(shown: Shown): SessionStatus['jacks'] {
  const jacks = shown.topology?.jacks ?? [];
  return jacks.map((jack, jackId) => ({
    jackId,
    connected: shown.session?.isJackConnected?.(jackId) ?? jack.connected,
    label: jackLabel(jack.hdaRegDefconf, jackId),
  }));
}

const JACK_LABELS = [
  ...['Line out', 'Speaker', 'Headphones', 'CD', 'S/PDIF out', 'Digital out', 'Modem line'],
  ...['Modem handset', 'Line in', 'Aux', 'Microphone', 'Telephony', 'S/PDIF in', 'Digital in'],
];

/** Default device of an HDA pin's configuration: bits 23 to 20. */
function jackLabel(hdaRegDefconf: number, jackId: number): string {
  return `${JACK_LABELS[(hdaRegDefconf >>> 20) & 0xf] ?? 'Jack'} (jack ${jackId})`;
}
