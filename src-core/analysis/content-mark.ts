/** What can be heard to be wrong in PCM itself, without a reference. */
import type { RuleId } from '../spec/rules.ts';
import type { Bytes, Frames } from '../units.ts';

export type ContentKind =
  | 'repeated-block'
  | 'inserted-silence'
  | 'discontinuity'
  | 'clipping'
  | 'constant'
  | 'silent-stream';

export interface ContentMark {
  readonly kind: ContentKind;
  readonly fromFrame: Frames;
  readonly frames: Frames;
  /** What was seen, with the numbers. */
  readonly detail: string;
}

export type OnMark = (mark: ContentMark) => void;

/** The rule that a mark breaks; the other kinds may be meant. */
export const CONTENT_RULES: Partial<Record<ContentKind, RuleId>> = {
  'repeated-block': 'VS-P-04',
  'inserted-silence': 'VS-P-05',
  discontinuity: 'VS-P-06',
  clipping: 'VS-P-07',
};

/** What one message carried, decoded, and the end of what was heard right before it. */
export interface ContentBlock {
  readonly fromFrame: Frames;
  readonly frames: Frames;
  readonly pcm: Uint8Array;
  /** -1…1, a value a frame, for each channel. */
  readonly channels: readonly Float32Array[];
  /** The same of the last frames before; empty at the start of a run and behind a gap. */
  readonly tail: readonly Float32Array[];
}

export interface ContentLayout {
  /** Format id. */
  readonly format: number;
  readonly rateHz: number;
  readonly channels: number;
  readonly frameBytes: Bytes;
}

/** Frames of the tail. */
export const TAIL_FRAMES = 256;
