/** What a view may ask about the proof of the audio: marks on a run, its other versions, and how it compares with a reference
 *  file. Types only. */
import type { AudioVerdict } from './analysis/audio-verdict.ts';
import type { ContentKind } from './analysis/content-mark.ts';
import type { Peaks, PeaksQuery, Samples } from './contract-data.ts';
import type { Nothing } from './contract-nothing.ts';
import type { Frames, TrackId } from './units.ts';

/** Of a run: as the guest had posted it, what changed until it was consumed (consumed less posted), the reference file at
 *  its place, and what was consumed less the reference. What was consumed itself is what `peaks` and `samples` give. */
export type OtherVersion = 'posted' | 'late' | 'reference' | 'against';

/** Where silence was put in at the sink of a run, in the order of its frames. */
export interface SinkLaid {
  /** Why nothing is known of it, and what would be. */
  readonly cannot?: string;
  /** Frame of the run before which the silence stands. */
  readonly atFrame: Float64Array;
  readonly silentFrames: Float64Array;
  /** 1: the sink counted it (observed). 0: from the device's clock (derived). */
  readonly counted: Uint8Array;
  /** Gaps beyond those that are kept: what stands behind them is laid too early. */
  readonly leftOut: number;
}

export interface WaveMark {
  readonly kind: ContentKind | 'late-write';
  readonly fromFrame: Frames;
  readonly frames: Frames;
  readonly detail: string;
}

export interface WaveMarks {
  /** In the order of their frames; the first ones when there are more than a view can tell apart. */
  readonly marks: readonly WaveMark[];
  /** Some are left out. */
  readonly partial: boolean;
  /** The run is not looked through to its end yet. */
  readonly growing: boolean;
  /** Messages of the run that were written late; undefined where the recording did not look. */
  readonly lateWrites?: number;
}

/** The reference that a run was compared with. */
export interface ReferenceState {
  /** Counts references: another one has another number. */
  readonly id: number;
  readonly track: TrackId;
  readonly name: string;
  readonly verdict: AudioVerdict;
}

export interface ProofRequests {
  waveMarks: {
    params: { track: TrackId; fromFrame: Frames; frames: Frames; heard?: boolean };
    result: WaveMarks;
  };
  /** `null`: there is no such version of it. `reference` is the number of the one that is meant, so that a view asks anew. */
  otherPeaks: {
    params: PeaksQuery & { version: OtherVersion; reference?: number };
    result: Peaks | null;
  };
  /** Differences come as FLOAT. */
  otherSamples: {
    params: {
      track: TrackId;
      fromFrame: Frames;
      frames: Frames;
      version: OtherVersion;
      reference?: number;
    };
    result: Samples | null;
  };
  /** `null`: there is no such run. */
  sinkLaid: { params: { track: TrackId }; result: SinkLaid | null };
  /** Compares a WAV file with what was consumed of a run; it stays the reference until another one comes. */
  setReference: {
    params: { track: TrackId; name: string; bytes: Uint8Array };
    result: ReferenceState;
  };
  clearReference: { params: Nothing; result: Nothing };
  reference: { params: Nothing; result: ReferenceState | null };
}
