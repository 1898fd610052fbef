/** The start of a line of a trace, as a scanner of lines reads it. */
import type { Ns } from '../../units.ts';

export interface LineStamp {
  /** Of the last stamp that was read: since the base; NaN when the line had none. */
  readonly atNs: Ns;
  readonly thread: number;
  /** Of the first stamp, whole seconds on its clock; NaN before. */
  readonly baseSeconds: number;
  /** Reads the stamp at `at`; gives the place behind it, which is `at` where there is none. */
  read(bytes: Uint8Array, view: DataView, at: number): number;
  /** What a line without an event says of the trace itself; `undefined`: nothing that is known. */
  aside?(text: string): Aside | undefined;
}

/** `lost`: how many events are missing here; 0 for a heading. */
export interface Aside {
  readonly lost: number;
}
