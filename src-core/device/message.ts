/** A message while it is in the device, and what it held when it came. */
import type { Chain } from '../queue/virtqueue.ts';
import type { Bytes, Ns, Seq } from '../units.ts';

/** One chain's life in the device, from `popped` to `used`. */
export interface Message {
  /** Of its `popped` entry: its name. */
  readonly seq: Seq;
  readonly chain: Chain;
  /** How many chains of this queue were popped before it. */
  readonly popNumber: number;
  /** What was read of the device-readable part; shorter than that when it is not mapped or reaches the port's bound. */
  readonly body: Uint8Array;
  /** The chain broke a rule of virtqueues: what is left of it cannot be trusted. */
  readonly isBroken: boolean;
  /** I/O messages: bytes of PCM that it carries or has room for, and how many of them have changed hands. */
  payloadBytes: Bytes;
  movedBytes: Bytes;
  /** Output messages: what it held when it was popped. */
  posted: PostedCopy | undefined;
}

/** Bytes of a message that changed: seen when they were handed over, `withinNs` after the message was popped. */
export interface ChangedRange {
  readonly fromByte: Bytes;
  readonly toByte: Bytes;
  readonly withinNs: Ns;
}

export interface PostedCopy {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  poppedNs: Ns;
  /** What was handed over instead, and where it differs; absent while nothing does. */
  change: { readonly consumed: Uint8Array; readonly ranges: ChangedRange[] } | undefined;
}
