/** Tracks of the timeline beside the messages: how full the queues are, how loud the streams, what the sink took, and who was
 *  gone. Types only. */
import type { NsRange } from './contract-latency.ts';
import type { Direction } from './spec/sound.ts';
import type { Frames, Ns, QueueIndex } from './units.ts';

export type TrackKind = 'depth' | 'audio' | 'sink';

/** A track that is told in columns of equal times. */
export interface TrackColumns {
  readonly fromNs: Ns;
  readonly columnNs: Ns;
}

/** Chains of a queue that were popped and not back: least and most in each column. Exact; of very many messages to
 *  blocks of 256, so that one empty moment in ten hours still shows. */
export interface DepthTrack extends TrackColumns {
  readonly queue: QueueIndex;
  readonly least: Uint16Array;
  readonly most: Uint16Array;
  /** `derived`: from a trace, or from looks at somebody else's rings. */
  readonly grade: 'observed' | 'derived';
}

/** All channels together, -1..1, laid to the times at which the frames changed hands; NaN where none did. */
export interface LevelTrack extends TrackColumns {
  readonly streamId: number;
  readonly min: Float32Array;
  readonly max: Float32Array;
  readonly rms: Float32Array;
}

/** When the sink took frames (the source gave them). Derived: a call that took nothing leaves nothing but an underrun. */
export interface SinkTrack extends TrackColumns {
  readonly streamId: number;
  readonly direction: Direction;
  readonly rateHz: number;
  readonly periodFrames: Frames;
  /** Each call; absent where there are more than can be told apart. */
  readonly calls?: {
    readonly atNs: Float64Array;
    readonly frames: Float64Array;
    /** What the sink held ahead of them; -1: not known. */
    readonly delayFrames: Float64Array;
    /** What the guest had not posted in time before them. */
    readonly missingFrames: Float64Array;
  };
  /** Frames that were taken in a column, over those that real time asks for; NaN outside a run. */
  readonly pace?: Float32Array;
}

/** A time in which something that tracks are made of was not there. */
export interface Outage {
  readonly of: 'guest' | 'sink';
  /** -1: all streams. */
  readonly streamId: number;
  readonly fromNs: Ns;
  /** Infinite while it lasts. */
  readonly toNs: Ns;
  readonly why: string;
}

export interface TimelineTracks {
  readonly depths: readonly DepthTrack[];
  readonly levels: readonly LevelTrack[];
  readonly sinks: readonly SinkTrack[];
  readonly outages: readonly Outage[];
  /** What this source cannot know, and how to get it. */
  readonly absent: Readonly<Partial<Record<TrackKind | 'headroom', string>>>;
}

export interface TrackRequests {
  /** `kinds`: only these are looked at. */
  timelineTracks: {
    params: NsRange & { readonly columns: number; readonly kinds: readonly TrackKind[] };
    result: TimelineTracks;
  };
}
