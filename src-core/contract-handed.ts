/** Files that only the page can read (dropped on it, or chosen in a browser), as it hands them over: a capture or a trace of any
 *  size, in slices. Types only. */
import type { Bytes } from './units.ts';

export interface HandedRequests {
  /** Begins to take in a file of the page's; one at a time: an earlier one is given up. */
  beginHanded: { params: HandedFile; result: { file: number } };
  /** Its next bytes, in order, at most `LIMITS.handedSliceBytes`; none: the page can read no more of it. Answered as soon as
   *  there is room for more, so that a few unanswered slices bound what is in flight. Not wanted: the file was given up.
   *  Rejects when the file turns out to be nothing that can be read. */
  handSlice: { params: { file: number; bytes: Uint8Array }; result: { isWanted: boolean } };
}

export interface HandedFile {
  readonly name: string;
  readonly totalBytes: Bytes;
  /** Of a trace with several sound devices the one to show, by its pointer. */
  readonly device?: string;
}
