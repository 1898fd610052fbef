/** Captures as files: what a view may ask about opening, saving and what a killed process left behind. */
import type { DiskState } from './capture/disk-pace.ts';
import type { Nothing } from './contract-nothing.ts';
import type { Bytes } from './units.ts';

export interface FileRequests {
  openCapture: { params: { path: string }; result: Nothing };
  /** A whole capture file handed over by the page (drag and drop in a browser). */
  openCaptureBytes: { params: { name: string; bytes: Uint8Array }; result: Nothing };
  /** Stops reading a file; what was read stays to be looked at. */
  cancelLoading: { params: Nothing; result: Nothing };
  /** Works while capturing: what is there at this moment is written. `stripsPayload`: hashes and lengths in place of the
   *  sound, as `ringside convert --strip-payload` does; not while capturing. */
  saveCapture: { params: { path: string; stripsPayload?: boolean }; result: { bytes: Bytes } };
  /** The capture so far as one file's bytes, for a download in a browser. */
  captureBytes: { params: { stripsPayload?: boolean }; result: { bytes: Uint8Array } };
  /** What processes that were killed left unsaved, newest first. */
  recoverable: { params: Nothing; result: readonly RecoverableCapture[] };
  /** Gives up one of those. */
  discardCapture: { params: { path: string }; result: Nothing };
}

/** A capture that was never saved, of a process that is gone. */
export interface RecoverableCapture {
  readonly path: string;
  readonly title: string;
  readonly bytes: Bytes;
  /** When it was last written to. */
  readonly changedUnixMs: number;
}

export interface LoadProgress {
  readonly doneBytes: Bytes;
  readonly totalBytes: Bytes;
  /** So far, on average. */
  readonly bytesPerS: number;
}

export interface RoomLeft {
  readonly leftBytes: Bytes;
  /** How long it lasts at the rate so far. */
  readonly seconds: number;
  /** Little is left: only hashes of the PCM are kept. */
  readonly isShort: boolean;
  /** Whether the disk keeps up. */
  readonly disk: DiskState;
}
