/** Shapes and requests of latency: stages, headroom, pace, blame and the audit of `latency_bytes`. Types only. */
import type { MeasuredStageId } from './spec/stages.ts';
import type { Bytes, Frames, Ns, QueueIndex, TrackId } from './units.ts';

/** Messages that are looked at together: those of a stream's queue, or of a whole queue (`streamId` -1). */
export interface LatencyKey {
  readonly queue: QueueIndex;
  readonly streamId: number;
}

/** Messages popped in `[fromNs, toNs)`; the whole capture when absent. */
export interface NsRange {
  readonly fromNs: Ns;
  readonly toNs: Ns;
}

export interface LatencyGroupSummary extends LatencyKey {
  /** Messages that came back, and that never did (reset, stopped queue, vanished guest). */
  readonly returned: number;
  readonly lost: number;
  /** Of the stream's last run; 0 where there is none. */
  readonly periodNs: Ns;
  readonly stages: readonly StageSummary[];
}

/** Times are NaN when `count` is 0. */
export interface StageSummary {
  readonly stage: MeasuredStageId;
  /** Messages that it was measured for, and that came back without the marks for it. */
  readonly count: number;
  readonly without: number;
  readonly minNs: Ns;
  readonly meanNs: Ns;
  readonly p50Ns: Ns;
  readonly p90Ns: Ns;
  readonly p95Ns: Ns;
  readonly p99Ns: Ns;
  readonly maxNs: Ns;
  /** Row of the longest; -1: none. */
  readonly maxIndex: number;
}

export interface LatencySummary {
  readonly groups: readonly LatencyGroupSummary[];
  /** True: percentiles are values that occurred. False: to 1.6 % (log buckets). */
  readonly exact: boolean;
  /** Not all rows are counted yet: ask again. */
  readonly partial: boolean;
  /** Rows that it is about, and those of them that are counted so far. */
  readonly rows: number;
  readonly counted: number;
}

export interface LatencyHistogram {
  /** Lower ends of the bins; the last value is the end of the last bin. */
  readonly edgesNs: Float64Array;
  readonly counts: Uint32Array;
  readonly count: number;
}

export interface LatencyHeat {
  readonly fromNs: Ns;
  readonly cellNs: Ns;
  readonly columns: number;
  /** Lower ends of the bins; the last value is the end of the last bin. */
  readonly edgesNs: Float64Array;
  /** Column by column, `edgesNs.length - 1` each. */
  readonly counts: Uint32Array;
}

/** Frames that each owner holds over time: smallest and largest in each column; NaN where the stream did not run. */
export interface HeadroomSeries {
  readonly streamId: number;
  readonly fromNs: Ns;
  readonly columnNs: Ns;
  readonly rateHz: number;
  readonly bufferFrames: Frames;
  readonly periodFrames: Frames;
  readonly deviceMin: Float32Array;
  readonly deviceMax: Float32Array;
  readonly sinkMin: Float32Array;
  readonly sinkMax: Float32Array;
  /** Device and sink together. */
  readonly totalMin: Float32Array;
  /** How the sink's part is known. */
  readonly sinkGrade: 'observed' | 'derived' | 'assumed';
}

export interface StreamForecast {
  readonly streamId: number;
  readonly atNs: Ns;
  readonly deviceFrames: Frames;
  readonly sinkFrames: Frames;
  /** When the sink runs dry if the guest posts nothing more; NaN while the stream does not run. */
  readonly dryNs: Ns;
}

export interface PaceReport {
  readonly streamId: number;
  readonly track: TrackId;
  readonly rateHz: number;
  /** What the sink took (the source gave) against the capture's clock, in parts per million; NaN: too short. */
  readonly sinkPpm: number;
  readonly sinkPpmError: number;
  /** What the guest posted, likewise. */
  readonly guestPpm: number;
  readonly guestPpmError: number;
  /** Guest against sink. */
  readonly driftPpm: number;
  readonly driftPpmError: number;
  /** Frames that the position moves at once: median and largest. */
  readonly granularityFrames: Frames;
  readonly granularityMaxFrames: Frames;
  /** Returns against the pace of their neighbours: actual minus expected, at most `points` of the last ones. */
  readonly atNs: Float64Array;
  readonly strayNs: Float64Array;
  readonly index: Float64Array;
  readonly strayP50Ns: Ns;
  readonly strayP99Ns: Ns;
  /** The return that strays most, among all that were looked at. */
  readonly worst?: { readonly index: number; readonly atNs: Ns; readonly strayNs: Ns };
  /** Returns that `strayP50Ns` and `strayP99Ns` were taken of: the last few thousand of the run. */
  readonly count: number;
}

/** Who is to blame for a glitch. */
export interface BlameRow {
  /** `late-post`: a stage took far too long, and nobody heard it: the buffer covered it. */
  readonly kind: 'underrun' | 'late-return' | 'late-post';
  readonly atNs: Ns;
  readonly streamId: number;
  /** Message that came too late. */
  readonly index: number;
  readonly stage: BlameStage;
  readonly owner: 'guest' | 'device' | 'sink';
  /** Beyond what the stage usually takes. */
  readonly excessNs: Ns;
  readonly lateNs: Ns;
  readonly missingFrames: Frames;
  /** In one sentence, with numbers. */
  readonly sentence: string;
  /** The chain of messages that proves it, in the order of time. */
  readonly chain: readonly BlameLink[];
}

export type BlameStage =
  | ('guest' | 'post' | 'pop' | 'wait' | 'sink' | 'complete' | 'notify')
  | 'unknown';

export interface BlameLink {
  readonly index: number;
  readonly stage: BlameStage;
  readonly fromNs: Ns;
  readonly toNs: Ns;
  readonly usualNs: Ns;
}

export interface LatencyAudit {
  readonly streamId: number;
  /** Returned messages that were compared, and those where the interpretations differ from each other. */
  readonly count: number;
  readonly telling: number;
  readonly follows: LatencyInterpretation | 'none';
  /** 0..1: how much more of the telling messages it explains than the next best. */
  readonly confidence: number;
  readonly sentence: string;
  readonly interpretations: readonly {
    readonly id: LatencyInterpretation;
    readonly name: string;
    readonly meaning: string;
    /** Telling messages that it explains to the frame. */
    readonly matches: number;
    readonly medianErrorBytes: Bytes;
    readonly maxErrorBytes: Bytes;
  }[];
  readonly declaredMinBytes: Bytes;
  readonly declaredMaxBytes: Bytes;
  readonly declaredMedianBytes: Bytes;
}

export type LatencyInterpretation =
  | ('zero' | 'queued' | 'queued-and-sink' | 'sink' | 'payload' | 'payload-short')
  | 'buffer';

export interface LatencyRequests {
  /** Percentiles of every stage of every stream and queue. */
  latency: { params: Partial<NsRange>; result: LatencySummary };
  latencyHistogram: {
    params: LatencyKey & { stage: MeasuredStageId } & Partial<NsRange>;
    result: LatencyHistogram;
  };
  latencyHeat: {
    params: LatencyKey & { stage: MeasuredStageId; columns: number } & Partial<NsRange>;
    result: LatencyHeat;
  };
  headroom: { params: NsRange & { columns: number }; result: readonly HeadroomSeries[] };
  forecast: { params: { atNs?: Ns }; result: readonly StreamForecast[] };
  /** Of each stream's last run. */
  pace: { params: { points: number }; result: readonly PaceReport[] };
  /** With `index`: only incidents that this message was late in, or that it is a link of. */
  blame: { params: BlameQuery; result: BlameList };
  latencyAudit: { params: Record<string, never>; result: readonly LatencyAudit[] };
}

export interface BlameQuery {
  readonly first: number;
  readonly count: number;
  readonly index?: number;
  readonly stage?: BlameStage;
  readonly streamId?: number;
  /** In the order of time; by `size` what took longest beyond the usual comes first. */
  readonly order?: 'time' | 'size';
}

export interface BlameList {
  readonly total: number;
  /** Kept ones that the question is about: at most `LIMITS.violationsPerRule` are kept. */
  readonly matching: number;
  readonly rows: readonly BlameRow[];
  /** How many glitches each stage is to blame for. */
  readonly byStage: Readonly<Partial<Record<BlameStage, number>>>;
  readonly byStream: Readonly<Record<number, number>>;
  readonly partial: boolean;
}
