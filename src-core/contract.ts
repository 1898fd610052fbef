/** What a view may ask of a host, and what a host tells: types only. The host announces that something changed, the view
 *  pulls what it shows; at most one pull per panel is in flight. Electron IPC, WebSocket and the in-page pair carry the
 *  same packets (`rpc.ts`, `codec.ts`). */

import type {
  Borders,
  FindingGroup,
  FindingRow,
  MessageColumns,
  MessageDetail,
  MessageFilter,
  MessageQuery,
  Peaks,
  PeaksQuery,
  RingView,
  Samples,
  SessionStatus,
  SetupRow,
  Timeline,
  TimelineQuery,
  TrackInfo,
} from './contract-data.ts';
import type { DoctorRequests } from './contract-doctor.ts';
import type { FileRequests } from './contract-files.ts';
import type { FilterRequests } from './contract-filter.ts';
import type { FindingsRequests } from './contract-findings.ts';
import type { GapRequests } from './contract-gaps.ts';
import type { HandedRequests } from './contract-handed.ts';
import type { LatencyRequests } from './contract-latency.ts';
import type { LayerRequests } from './contract-layers.ts';
import type { MarkRequests } from './contract-marks.ts';
import type { MessageRequests } from './contract-messages.ts';
import type { Nothing } from './contract-nothing.ts';
import type { OverviewRequests } from './contract-overview.ts';
import type { PlaceRequests } from './contract-places.ts';
import type { ProofRequests } from './contract-proof.ts';
import type { QemuRequests } from './contract-qemu.ts';
import type { RingRequests } from './contract-rings.ts';
import type { Summary } from './contract-summary.ts';
import type { TraceRequests } from './contract-trace.ts';
import type { TrackRequests } from './contract-tracks.ts';
import type { WaveRequests } from './contract-wave.ts';
import type { RingOptions } from './ring-plan.ts';
import type { RuleId, Severity } from './spec/rules.ts';
import type { Bytes, Frames, Ns, QueueIndex, TrackId } from './units.ts';

/** Each request with its parameters and its result. */
export interface Requests
  extends DoctorRequests,
    FileRequests,
    FilterRequests,
    FindingsRequests,
    GapRequests,
    HandedRequests,
    LatencyRequests,
    LayerRequests,
    MarkRequests,
    OverviewRequests,
    MessageRequests,
    PlaceRequests,
    QemuRequests,
    ProofRequests,
    RingRequests,
    TraceRequests,
    TrackRequests,
    WaveRequests {
  hello: { params: Nothing; result: Hello };
  startDemo: { params: DemoOptions; result: Nothing };
  attachDevice: { params: DeviceOptions; result: Nothing };
  /** Ends the session; what it captured stays to be looked at. */
  stopSession: { params: Nothing; result: Nothing };
  /** Back to the start page; the capture is given up. */
  closeSession: { params: Nothing; result: Nothing };

  status: { params: Nothing; result: SessionStatus | null };
  /** What the command line prints at the end; `null` before there was a session. */
  summary: { params: Nothing; result: Summary | null };
  messages: { params: MessageQuery; result: MessageColumns };
  /** Row of the message whose row in the unfiltered table is `index`, in the filtered one; the nearest before if hidden. */
  messageRow: { params: { index: number; filter: MessageFilter }; result: { row: number } };
  message: { params: { index: number }; result: MessageDetail | null };
  /** First message popped at or after `atNs`; the last one if there is none. -1 when there are no messages. */
  messageAt: { params: { atNs: Ns; queue?: QueueIndex }; result: { index: number } };
  timeline: { params: TimelineQuery; result: Timeline };
  /** As it stands now, or as it stood at `atNs`; `null` when nothing is known of it at that time. */
  ring: { params: { queue: QueueIndex; atNs?: Ns }; result: RingView | null };
  tracks: { params: Nothing; result: readonly TrackInfo[] };
  peaks: { params: PeaksQuery; result: Peaks | null };
  samples: {
    params: { track: TrackId; fromFrame: Frames; frames: Frames; heard?: boolean };
    result: Samples | null;
  };
  borders: {
    params: { track: TrackId; fromFrame: Frames; frames: Frames; heard?: boolean };
    result: Borders;
  };
  findings: { params: Nothing; result: readonly FindingGroup[] };
  finding: {
    params: { rule: RuleId; first: number; count: number };
    result: readonly FindingRow[];
  };
  setup: { params: Nothing; result: readonly SetupRow[] };

  setMonitor: { params: { volume: number; muted: boolean }; result: Nothing };
  setJack: { params: { jackId: number; connected: boolean }; result: Nothing };
}

export type Method = keyof Requests;
export type Params<M extends Method> = Requests[M]['params'];
export type Result<M extends Method> = Requests[M]['result'];

/** What a host says unasked. */
export type Announcement =
  /** The capture or the session's state moved on: pull again. At most one every 16 ms. */
  | {
      readonly kind: 'changed';
      readonly messages: number;
      readonly entries: number;
      readonly endNs: Ns;
    }
  /** Another session, or none: forget what was shown. */
  | { readonly kind: 'session'; readonly sessionId: number }
  /** Something to tell once, in four parts as `Notice` has them. */
  | { readonly kind: 'notice'; readonly notice: Notice };

/** What went wrong, what still works, the raw message and what to do. */
export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly code: string;
  readonly what: string;
  readonly raw?: string;
  readonly action?: string;
}

export interface Hello {
  readonly product: 'ringside';
  readonly version: string;
  readonly platform: string;
  /** `electron`, `browser` or `page` (the demo that runs inside the page). */
  readonly carrier: 'electron' | 'browser' | 'page';
  /** Why a live guest cannot be attached here; absent when it can. */
  readonly cannotAttach?: string;
  readonly suggestedSocket: string;
  readonly scenarios: readonly ScenarioInfo[];
  readonly sinks: readonly SinkChoice[];
  readonly recent: readonly RecentCapture[];
}

export interface ScenarioInfo {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** What is wrong in it on purpose; absent when nothing is. */
  readonly planted?: string;
  /** Where that is: in the guest, in the device or in the host’s sound. */
  readonly culprit?: 'guest' | 'device' | 'sound';
}

export interface SinkChoice {
  /** As `--sink` takes it. */
  readonly spec: string;
  readonly label: string;
}

export interface RecentCapture {
  readonly path: string;
  readonly title: string;
  readonly savedAtUnixMs: number;
  readonly bytes: Bytes;
  readonly messages: number;
  /** Absent in lists of older versions. */
  readonly lengthNs?: Ns;
  /** What was found in it by the time it was checked or closed: of the worst severity the rule broken most often. */
  readonly worst?: {
    readonly rule: string;
    readonly severity: Severity;
    readonly count: number;
  };
}

export interface DemoOptions {
  readonly scenario: string;
  readonly seed?: number;
  /** Until then; for ever when absent. */
  readonly seconds?: number;
  readonly sink?: string;
  readonly recordPath?: string;
  /** Bytes that the recorded file may take. */
  readonly quotaBytes?: Bytes;
  /** Keep only what surrounds a trigger; needs `recordPath`. */
  readonly ring?: RingOptions;
  /** Look for late writes; true unless given. */
  readonly comparesPosted?: boolean;
  /** As fast as the machine can, in the demo's own time; nothing is heard. */
  readonly fast?: boolean;
}

export interface DeviceOptions {
  readonly socketPath: string;
  readonly playback?: number;
  readonly capture?: number;
  readonly topologyJson?: string;
  readonly sink?: string;
  readonly source?: string;
  readonly recordPath?: string;
  /** Bytes that the recorded file may take. */
  readonly quotaBytes?: Bytes;
  /** Keep only what surrounds a trigger; needs `recordPath`. */
  readonly ring?: RingOptions;
  /** Look for late writes; true unless given. */
  readonly comparesPosted?: boolean;
  /** End the session when the guest goes away. */
  readonly once?: boolean;
}
