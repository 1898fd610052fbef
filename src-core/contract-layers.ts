/** Layers: what other programs told of the same time, laid beside a session: the guest's kernel (ftrace `snd_pcm`) and PipeWire
 *  (`pw-top -b`). Types only. */
import type { NsRange } from './contract-latency.ts';
import type { Nothing } from './contract-nothing.ts';
import type { Ns } from './units.ts';

export interface LayerInfo {
  readonly layer: number;
  readonly name: string;
  readonly kind: 'snd_pcm' | 'pw-top';
  /** Which clock its times are of; what its place on this session's axis rests on. Always assumed. */
  readonly clock: string;
  readonly anchor: string;
  /** Added to the file's times. */
  readonly offsetNs: Ns;
  /** What of it was read lies here, on the session's axis. */
  readonly fromNs: Ns;
  readonly toNs: Ns;
  readonly isLoading: boolean;
  readonly lines: number;
  readonly events: number;
  readonly faults: number;
  /** Events beyond what is kept of a layer. */
  readonly left: number;
  /** Lines that were not understood; the first few with what is wrong. */
  readonly odd: number;
  readonly problems: readonly { readonly line: number; readonly what: string }[];
}

/** One thing that a layer tells of. */
export interface LayerTrack {
  readonly layer: number;
  readonly series: number;
  readonly name: string;
  /** `frames`: in the guest's buffer. `quantum`: share of the cycle that a node was busy. */
  readonly unit: 'frames' | 'quantum';
  readonly top: number;
  /** Where it ends: behind that its source tells nothing. */
  readonly lastNs: Ns;
  readonly fromNs: Ns;
  readonly columnNs: Ns;
  /** Least and most in each column, held from one event to the next; NaN where nothing is known. */
  readonly least: Float32Array;
  readonly most: Float32Array;
  /** Single events, where they can be told apart. */
  readonly events?: {
    readonly atNs: Float64Array;
    /** Place in `LAYER_EVENTS`. */
    readonly code: Uint8Array;
    readonly value: Float64Array;
    readonly extra: Float64Array;
  };
  /** Faults in view, at most some hundreds. */
  readonly faults: readonly { readonly atNs: Ns; readonly text: string }[];
}

export interface LayerRequests {
  /** From a path of the host's machine. */
  addLayer: { params: { path: string }; result: { layer: number } };
  /** From the page, in slices of at most `LIMITS.layerSliceBytes`: an empty one is the last. */
  beginLayer: { params: { name: string }; result: { layer: number } };
  /** Rejects when it is no layer after all. */
  layerSlice: {
    params: { layer: number; bytes: Uint8Array };
    result: { readonly isWanted: boolean };
  };
  layers: { params: Nothing; result: readonly LayerInfo[] };
  layerTracks: { params: NsRange & { columns: number }; result: readonly LayerTrack[] };
  /** `offsetNs` absent: back to where its anchor has it. */
  moveLayer: { params: { layer: number; offsetNs?: Ns }; result: Nothing };
  removeLayer: { params: { layer: number }; result: Nothing };
}
