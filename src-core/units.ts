/** Numbers and what they count. Plain aliases: they say what a number is, they do not check it. */

/** Nanoseconds since the start of the capture (or of the clock): exact as a double for 104 days. */
export type Ns = number;
/** A count of bytes. */
export type Bytes = number;
/** A count of frames; a frame is one sample per channel. */
export type Frames = number;
/** Number of an entry in the capture, counted from 0. A message is named by the `Seq` of its `popped` entry. */
export type Seq = number;
/** Index of a virtqueue of the sound device: 0 control, 1 event, 2 tx, 3 rx. */
export type QueueIndex = number;
/** One PREPARE…RELEASE run of a stream: what a WAV file, a waveform or a hash is made of. */
export type TrackId = number;
/** A guest-physical address as it stands in a descriptor: 64 bits, shown exactly. */
export type GuestAddress = bigint;

export const NS_PER_MS = 1e6;
export const NS_PER_S = 1e9;

/** Frames that take `ns` at `rateHz`, rounded down. */
export function framesIn(ns: Ns, rateHz: number): Frames {
  return Math.floor((ns * rateHz) / NS_PER_S);
}

/** Nanoseconds that `frames` take at `rateHz`. */
export function nsOf(frames: Frames, rateHz: number): Ns {
  return (frames * NS_PER_S) / rateHz;
}

/** Our own mistake: throws. Never used on what a guest, a file or a user gave. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${message}`);
}

/** Ends a `switch` over a closed union. */
export function assertNever(value: never): never {
  throw new Error(`internal error: unexpected ${JSON.stringify(value)}`);
}

/** `text` with a capital letter and a full stop. */
export function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}
