/** What the vhost-user back-end needs of the operating system, and what passes between them. The socket, mappings and
 *  eventfds are in electron/vhost-user/; descriptors are only numbers here. */
import type { GuestMemory } from '../queue/guest-memory.ts';
import type { QueueIndex } from '../units.ts';
import { U64 } from './vhost-user-messages.ts';
import type { SharedRegion } from './vhost-user-regions.ts';

/** What the rings need of the operating system's side. */
export interface RingHost {
  readonly memory: GuestMemory;
  /** Begins or ceases to listen to the ring's kick descriptor. False when that cannot be listened to. */
  armKick(index: QueueIndex, isArmed: boolean): boolean;
  /** Tells the front-end that the ring is broken. */
  signalError(index: QueueIndex): void;
}

export interface FrontEndMessage {
  readonly request: number;
  readonly needsReply: boolean;
  readonly payload: Uint8Array;
  /** Descriptors that came with it. Those that the host does not take over are closed by who calls. */
  readonly fds: readonly number[];
}

export interface BackendReply {
  readonly bytes: Uint8Array;
  /** Goes with it, and is closed here afterwards. */
  readonly fd?: number;
}

/** The operating system's side. Functions that take a descriptor own it from then on, also when they fail. */
export interface BackendHost extends RingHost {
  /** Maps these regions, one descriptor for each, and unmaps all others. A sentence when that fails: then nothing changed. */
  replaceRegions(regions: readonly SharedRegion[], fds: readonly number[]): string | undefined;
  addRegion(region: SharedRegion, fd: number): string | undefined;
  removeRegion(region: SharedRegion): void;
  /** `undefined`: the ring is polled. */
  setKick(index: QueueIndex, fd: number | undefined): void;
  /** `undefined`: the front-end polls. */
  setCall(index: QueueIndex, fd: number | undefined): void;
  setError(index: QueueIndex, fd: number | undefined): void;
  /** The channel for what we ask of the front-end. */
  setBackendChannel(fd: number): void;
  sendToFrontEnd(message: Uint8Array): void;
  /** Zeroed memory to keep account of chains in flight, mapped from address 0 on. What was mapped before is unmapped. */
  makeInflight(bytes: number): { readonly memory: GuestMemory; readonly fd: number } | string;
  mapInflight(fd: number, offsetBytes: number, bytes: number): GuestMemory | string;
  note(detail: string): void;
}

/** What became of a message: done, refused with the reason, or its own answer. */
export type Outcome = undefined | string | { readonly payload: Uint8Array; readonly fd?: number };

/** An answer of one 64-bit number. */
export function answer(value: bigint): Outcome {
  return { payload: U64.write({ value }) };
}
