/** Bytes to QEMU and back, in order: a socket, or what a test puts in its place. */
import type { Ns } from '../units.ts';

export interface ByteChannel {
  /** Hears what comes, from now on; `onClosed` once, with the reason in a few words. */
  listen(onBytes: (bytes: Uint8Array) => void, onClosed: (why: string) => void): void;
  /** Sends all of it, now or as soon as the other side takes it. */
  send(bytes: Uint8Array): void;
  /** Waits at most `mostNs` for something to come and hands it to the listener. Absent where nobody can wait. */
  wait?(mostNs: Ns): void;
  /** Ends it from our side; `onClosed` is not called. Twice does no harm. */
  close(): void;
}
