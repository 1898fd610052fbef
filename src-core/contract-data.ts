/** The shapes that cross from host to view: status, tables, timeline, rings, tracks, findings. */

import type { RecordedChain, SetupStep } from './capture/entry.ts';
import type { StateGrade, WithControls } from './contract-device.ts';
import type { LoadProgress, RoomLeft } from './contract-files.ts';
import type { GapBand } from './contract-gaps.ts';
import type { NsRange } from './contract-latency.ts';
import type { MessageCounts } from './contract-summary.ts';
import type { TraceStatus } from './contract-trace.ts';
import type { WatchStatus } from './qemu/watch-status.ts';
import type { StreamParams } from './spec/formats.ts';
import type { FindingGrade, Offender, RuleId, Severity } from './spec/rules.ts';
import type { Direction, StreamState } from './spec/sound.ts';
import type { Bytes, Frames, Ns, QueueIndex, Seq, TrackId } from './units.ts';

export interface SessionStatus extends WithControls {
  readonly sessionId: number;
  readonly kind: 'demo' | 'vhost-user' | 'file' | 'trace' | 'qemu';
  readonly title: string;
  /** True for the demo: everything that shows it says so. */
  readonly simulated: boolean;
  readonly phase: 'waiting' | 'live' | 'ended' | 'loading';
  /** What is going on, in one sentence; what to do next where there is something to do. */
  readonly sentence: string;
  /** Why it could not go on, for programs; absent when it just ended. */
  readonly endCode?: string;
  readonly startedAtUnixMs: number;
  /** Where the capture ends: for a live session, now. */
  readonly endNs: Ns;
  readonly entries: number;
  readonly messages: number;
  readonly counts: MessageCounts;
  readonly lostEntries: number;
  readonly lostPcmBytes: Bytes;
  readonly captureBytes: Bytes;
  /** Room that is left for a live capture, and how long it lasts at the rate so far. */
  readonly room?: RoomLeft;
  readonly recordPath?: string;
  /** Changes of marks that only a save keeps: the file that is shown is not written to. */
  readonly unsavedMarks?: number;
  /** How far a file is read; absent when it is, and for live sessions. */
  readonly loading?: LoadProgress | undefined;
  /** Reading was cancelled: only the beginning of the file is here. */
  readonly isPartial?: boolean;
  readonly offeredFeatures: bigint;
  readonly acceptedFeatures: bigint;
  readonly deviceStatus: number;
  /** QEMU arguments that fit this session's socket; empty when there is none. */
  readonly qemuArguments: readonly string[];
  readonly queues: readonly QueueStatus[];
  readonly streams: readonly StreamStatus[];
  readonly jacks: readonly {
    readonly jackId: number;
    readonly connected: boolean;
    readonly label: string;
  }[];
  readonly chmaps: readonly {
    readonly direction: Direction;
    readonly positions: readonly string[];
  }[];
  readonly findings: { readonly error: number; readonly warning: number; readonly note: number };
  readonly sink: {
    readonly title: string;
    readonly note: string;
    readonly hostUnderruns: number;
    /** Streams that are not heard though they should be: the clock paces them. */
    readonly unheard?: readonly { readonly streamId: number; readonly why: string }[];
  };
  readonly monitor: { readonly volume: number; readonly muted: boolean };
  /** What a trace has decides what can be shown; absent for everything else. */
  readonly trace?: TraceStatus;
  /** Of a QEMU that is watched over QMP. */
  readonly watch?: WatchStatus;
  /** Microseconds from wake-up to the end of a kick's handling: what the observer itself costs. */
  readonly kickCost: { readonly p50Us: number; readonly p99Us: number; readonly count: number };
}

export interface QueueStatus {
  readonly queue: QueueIndex;
  readonly name: string;
  readonly size: number;
  readonly running: boolean;
  readonly packed: boolean;
  readonly availIdx: number;
  readonly usedIdx: number;
  /** Popped and not yet used. */
  readonly inFlight: number;
  /** Posted and not yet popped. */
  readonly waiting: number;
  readonly kicks: number;
  readonly interrupts: number;
  readonly messages: number;
}

export interface StreamStatus extends StateGrade {
  readonly streamId: number;
  readonly direction: Direction;
  readonly state: StreamState;
  readonly params?: StreamParams;
  readonly track?: TrackId;
  /** Number of PREPARE…RELEASE runs so far. */
  readonly runs: number;
  /** Frames of the buffer that the guest has not posted. */
  readonly guestFrames: Frames;
  /** Posted to the device and not yet handed over. */
  readonly deviceFrames: Frames;
  readonly deviceMessages: number;
  /** Handed over and not yet heard. */
  readonly sinkFrames: Frames;
  /** Handed over since PREPARE. */
  readonly movedFrames: Frames;
  readonly underruns: number;
  /** How often each transition was taken: `params>prepared`. */
  readonly transitions: Readonly<Record<string, number>>;
  /** Attempts that the lifecycle does not allow: `running>RELEASE`. */
  readonly refused: Readonly<Record<string, number>>;
  readonly formats: readonly number[];
  readonly rates: readonly number[];
  readonly channelsMin: number;
  readonly channelsMax: number;
}

/** Absent members do not restrict. */
export interface MessageFilter {
  readonly queues?: readonly QueueIndex[];
  readonly streamId?: number;
  /** Only messages with a finding or a status other than OK. */
  readonly problems?: boolean;
  /** In the filter language (`analysis/filter.ts`). What is no filter lets nothing through. */
  readonly expression?: string;
}

export interface MessageQuery {
  readonly first: number;
  readonly count: number;
  readonly filter?: MessageFilter;
}

/** A slice of the message table. Times are NaN where the stage has not come (or never does). */
export interface MessageColumns {
  /** Rows that match the filter, and all, at the moment of the answer. */
  readonly total: number;
  readonly all: number;
  readonly first: number;
  readonly count: number;
  /** Row in the unfiltered table. */
  readonly index: Float64Array;
  readonly seq: Float64Array;
  readonly queue: Uint8Array;
  /** -1: none, or not known. */
  readonly streamId: Int32Array;
  /** Request or event code; 0 for I/O messages. */
  readonly code: Uint16Array;
  /** Status code; 0 while there is none. */
  readonly status: Uint16Array;
  readonly head: Uint16Array;
  readonly kickNs: Float64Array;
  readonly poppedNs: Float64Array;
  readonly firstNs: Float64Array;
  readonly lastNs: Float64Array;
  readonly usedNs: Float64Array;
  readonly interruptNs: Float64Array;
  /** PCM bytes (I/O) or request bytes (control). */
  readonly payloadBytes: Uint32Array;
  readonly writtenBytes: Uint32Array;
  readonly latencyBytes: Uint32Array;
  /** -1: none. */
  readonly track: Int32Array;
  readonly fromFrame: Float64Array;
  readonly frames: Uint32Array;
  /** Worst finding: 0 none, 1 note, 2 warning, 3 error. */
  readonly severity: Uint8Array;
  /** How well a row's values are known, as `spec/grades.ts` packs it; 0: all observed. */
  readonly grades: Uint16Array;
}

export interface MessageDetail {
  readonly index: number;
  readonly row: MessageColumns;
  readonly availIdx: number;
  readonly usedIdx: number;
  readonly chain: RecordedChain;
  readonly body: Uint8Array;
  readonly reply: Uint8Array;
  readonly moved: readonly {
    readonly atNs: Ns;
    readonly track: TrackId;
    readonly fromFrame: Frames;
    readonly frames: Frames;
  }[];
  /** Start of the PCM that it carried (up to 4 KiB); empty when none was recorded. */
  readonly pcm: Uint8Array;
  readonly violations: readonly FindingRow[];
  readonly params?: StreamParams;
}

export interface TimelineQuery extends NsRange {
  /** Pixel columns of the view; `bars`: the most messages of a lane that are given one by one, else as many. */
  readonly columns: number;
  readonly bars?: number;
}

export interface Timeline {
  readonly fromNs: Ns;
  readonly toNs: Ns;
  readonly lanes: readonly TimelineLane[];
  readonly states: readonly StateBand[];
  readonly marks: readonly TimelineMark[];
  readonly gaps: readonly GapBand[];
}

/** One queue, or one stream of the tx or rx queue. Either single messages or, where they are too many to tell apart,
 *  counts per pixel column. */
export interface TimelineLane {
  readonly queue: QueueIndex;
  readonly streamId: number;
  readonly messages?: MessageColumns;
  readonly density?: {
    readonly count: Uint32Array;
    /** Worst finding per column, as in MessageColumns. */
    readonly severity: Uint8Array;
    /** Longest time from popped to used in the column, ns; 0 where nothing was used. */
    readonly longestNs: Float64Array;
  };
  /** Times of kicks and interrupts in view; empty when they are more than two a pixel. */
  readonly kicksNs: Float64Array;
  readonly interruptsNs: Float64Array;
  /** How many chains QEMU held when it was asked; absent of queues that nobody asked about. */
  readonly samples?: { readonly atNs: Float64Array; readonly inUse: Uint16Array };
}

export interface StateBand {
  readonly streamId: number;
  readonly state: StreamState;
  readonly fromNs: Ns;
  readonly toNs: Ns;
}

export interface TimelineMark {
  readonly atNs: Ns;
  readonly kind: 'violation' | 'xrun' | 'dropped' | 'reset';
  readonly severity: Severity;
  readonly text: string;
  /** Message to jump to; -1 when there is none. */
  readonly index: number;
}

export interface RingView {
  readonly queue: QueueIndex;
  /** Read from guest memory for this answer; otherwise from what was recorded. */
  readonly live: boolean;
  /** How a recorded ring is known: the snapshot it comes from, and how many pops and used elements were replayed on it.
   *  Absent for a live one. Packed rings are never replayed; nor is the descriptor of an indirect table. */
  readonly replay?: {
    readonly snapshotNs: Ns;
    readonly popped: number;
    readonly used: number;
  };
  readonly atNs: Ns;
  readonly size: number;
  readonly packed: boolean;
  readonly eventIdx: boolean;
  /** The device's own position: free-running (split) or slot (packed). */
  readonly availIdx: number;
  readonly usedIdx: number;
  /** Packed rings: the device's wrap counters at these positions; absent when they are not known. Spec: 2.8.1 */
  readonly availWrap?: boolean;
  readonly usedWrap?: boolean;
  readonly inFlight: readonly number[];
  readonly descriptorArea: Uint8Array;
  readonly driverArea: Uint8Array;
  readonly deviceArea: Uint8Array;
  readonly addresses: {
    readonly descriptor: bigint;
    readonly driver: bigint;
    readonly device: bigint;
  };
  /** Row of the last message of each head that was popped: `[head, index]`. */
  readonly messageOfHead: readonly (readonly [number, number])[];
}

export interface TrackInfo {
  readonly track: TrackId;
  readonly streamId: number;
  readonly direction: Direction;
  readonly run: number;
  readonly params: StreamParams;
  readonly rateHz: number;
  readonly frames: Frames;
  readonly fromNs: Ns;
  readonly toNs: Ns;
  readonly underruns: number;
  /** True while PCM may still be added. */
  readonly open: boolean;
  /** Frames at the sink: its own, and the silence that filled gaps. Absent where nothing is known of the sink. */
  readonly heardFrames?: Frames;
  /** Why nothing is. */
  readonly sinkUnknown?: string;
}

export interface PeaksQuery {
  readonly track: TrackId;
  readonly fromFrame: Frames;
  readonly frames: Frames;
  readonly columns: number;
  /** Frames are those on the sink's clock (`audio/sink-layout.ts`), silence that filled gaps among them. */
  readonly heard?: boolean;
}

/** Per channel and pixel column, -1..1; NaN where there is no PCM. */
export interface Peaks {
  readonly fromFrame: Frames;
  readonly frames: Frames;
  readonly columns: number;
  readonly channels: readonly {
    readonly min: Float32Array;
    readonly max: Float32Array;
    readonly rms: Float32Array;
  }[];
  /** Where PCM was missing in the range asked for: before which frame, and how much. At most LIMITS.pixelsPerRequest. */
  readonly xruns?: { readonly atFrame: Float64Array; readonly missingFrames: Float64Array };
  /** At the sink: silence that was put in. `counted` 1: by the sink's own count (observed), 0: by the device's clock (derived). */
  readonly silences?: {
    readonly fromFrame: Float64Array;
    readonly frames: Float64Array;
    readonly counted: Uint8Array;
  };
}

/** Raw PCM: interleaved, in the wire format of the track. */
export interface Samples {
  readonly fromFrame: Frames;
  readonly frames: Frames;
  readonly params: StreamParams;
  readonly pcm: Uint8Array;
}

/** Which message carried which frames. At most LIMITS.pixelsPerRequest; `partial` when there were more. */
export interface Borders {
  readonly fromFrame: Float64Array;
  readonly frames: Float64Array;
  readonly index: Float64Array;
  readonly atNs: Float64Array;
  readonly partial: boolean;
}

export interface FindingGroup {
  readonly rule: RuleId;
  readonly section: string;
  readonly by: Offender;
  readonly severity: Severity;
  readonly asks: string;
  readonly count: number;
  readonly firstNs: Ns;
  readonly lastNs: Ns;
  readonly firstDetail: string;
}

export interface FindingRow {
  readonly rule: RuleId;
  readonly atNs: Ns;
  readonly detail: string;
  /** Message row; -1 when it belongs to none. */
  readonly index: number;
  readonly queue: QueueIndex;
  readonly streamId: number;
  readonly seq: Seq;
  readonly grade: FindingGrade;
  /** Rows of messages that show it, the culprit first. */
  readonly evidence: readonly number[];
}

export interface SetupRow {
  readonly seq: Seq;
  readonly atNs: Ns;
  readonly step: SetupStep;
}
