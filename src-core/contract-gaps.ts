/** Where a capture has less than there was. Types only. */
import type { Bytes, Ns } from './units.ts';

export interface GapRequests {
  /** Times of more than 2 s in which nothing went between driver and device: begin and end by turns, in order. */
  idleTimes: { params: Record<string, never>; result: Float64Array };
  /** What is missing between two times, in the order of time. */
  gaps: { params: { readonly fromNs: Ns; readonly toNs: Ns }; result: readonly GapBand[] };
}

export interface GapBand {
  /** `lost`: entries are missing. `hole`: bytes of the file could not be read. `withheld`: of the PCM only hashes were kept.
   *  `let-go`: a ring file kept control messages and findings alone. */
  readonly kind: 'lost' | 'hole' | 'withheld' | 'let-go';
  readonly fromNs: Ns;
  readonly toNs: Ns;
  /** Entries that are missing; of `withheld` those that stand there without their PCM. 0: it is not known how many. */
  readonly entries: number;
  readonly pcmBytes: Bytes;
  /** -1: everything. */
  readonly streamId: number;
  /** Why, as whoever lost it said; empty for `withheld`. */
  readonly why: string;
}
