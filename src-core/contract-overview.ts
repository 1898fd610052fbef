/** The whole capture, or a long part of it, in a strip. Types only. */
import type { GapBand } from './contract-gaps.ts';
import type { NsRange } from './contract-latency.ts';
import type { Ns } from './units.ts';

export interface OverviewRequests {
  overview: { params: NsRange & { readonly columns: number }; result: Overview };
}

/** By pixel column, all queues and streams together. */
export interface Overview {
  readonly fromNs: Ns;
  readonly toNs: Ns;
  /** Messages popped. */
  readonly count: Uint32Array;
  /** Worst finding: 0 none, 1 note, 2 warning, 3 error. */
  readonly severity: Uint8Array;
  /** Findings and other marks. */
  readonly findings: Uint32Array;
  /** 1 where something was lost. */
  readonly lost: Uint8Array;
  readonly gaps: readonly GapBand[];
  /** Least share of a playback stream's buffer that stood between guest and silence, over all of them; NaN where none ran.
   *  Has fewer columns than the others. */
  readonly headroom: Float32Array;
}
