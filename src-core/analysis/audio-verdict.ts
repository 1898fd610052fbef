/** What comes of comparing a reference with what was heard: shapes only. */
import type { Frames, Ns } from '../units.ts';

export type AudioClass =
  | 'inserted-silence'
  | 'repeated-block'
  | 'dropped-block'
  | 'cut-short'
  | 'channel-swap'
  | 'sign-misread'
  | 'endianness-misread'
  | 'width-misread'
  | 'gain'
  | 'rate'
  | 'late-write'
  | 'other';

/** A stretch that the guest wrote to after it had posted it. */
export interface LateStretch {
  readonly fromFrame: Frames;
  readonly toFrame: Frames;
  readonly withinNs: Ns;
  /** Row of the message. */
  readonly row: number;
}

export interface CompareOptions {
  /** Silence that may stand before the reference. */
  readonly maxOffsetFrames: Frames;
  /** The late write that touched `frame` of what was heard, if one did. */
  readonly lateWriteAt?: (frame: Frames) => LateStretch | undefined;
}

export interface Classified {
  readonly class: AudioClass;
  /** What happened, for a sentence that begins with "different from frame n on:". */
  readonly detail: string;
  /** Length of the edit; absent when everything from there on is changed. */
  readonly frames?: Frames;
  /** Behind the edit: whether everything is right, and if not, the first frame of the reference that is not. */
  readonly rest?: 'identical' | Frames;
}

export interface AudioDifference extends Classified {
  /** First frame of the reference that is not as it should be; its length when everything before was right. */
  readonly frame: Frames;
  /** The same place in what was heard. */
  readonly heardFrame: Frames;
}

export interface AudioVerdict {
  readonly verdict: 'identical' | 'different' | 'not-comparable';
  /** One sentence. */
  readonly sentence: string;
  readonly referenceFrames: Frames;
  readonly heardFrames: Frames;
  /** Frames of silence before and behind the reference in what was heard. */
  readonly leadingFrames: Frames;
  readonly trailingFrames: Frames;
  readonly difference?: AudioDifference;
}
