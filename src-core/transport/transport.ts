/** How a driver reaches the device: memory, queue set-up and kicks in, interrupts out. The demo guest and vhost-user are
 *  transports; a trace is an importer, since it tells what another device already did. */
import type { GuestMemory } from '../queue/guest-memory.ts';
import type { QueuePosition, QueueSetup } from '../queue/virtqueue.ts';
import type { Violation } from '../spec/rules.ts';
import type { QueueIndex } from '../units.ts';

/** What a transport tells the device. Implemented by the session, which stamps the time and records. */
export interface DeviceSide {
  /** Features that the device offers (bits 0 to 63, without transport-only ones). */
  offeredFeatures(): bigint;
  /** The driver's choice. */
  onFeatures(accepted: bigint): void;
  /** The configuration space as far as it goes; shorter than asked when it ends before. */
  readConfig(offsetBytes: number, bytes: number): Uint8Array;
  /** Guest memory appeared or changed. */
  onMemory(memory: GuestMemory): void;
  /** A queue runs from now on, at the given position. */
  onQueue(setup: QueueSetup): void;
  /** A queue stops. Nothing popped stays in limbo: what can be is rewound, the rest completed. Gives where to go on. */
  onQueueStop(index: QueueIndex): QueuePosition | undefined;
  onKick(index: QueueIndex): void;
  onStatus(status: number): void;
  /** The driver starts over: every stream goes back to `init`, nothing popped is returned. */
  onReset(): void;
  /** The guest went away. `detail` is a sentence for people. */
  onGone(detail: string): void;
  /** Something worth a line in the log, in the words of the transport. */
  onNote(detail: string): void;
  /** The transport's peer broke a rule of ours or the standard's. */
  onViolation(violation: Violation): void;
}

export interface Transport {
  /** For people: `demo guest`, `vhost-user /run/snd.sock`. */
  readonly title: string;
  start(device: DeviceSide): void;
  /** Used buffer notification. */
  interrupt(queue: QueueIndex): void;
  /** Configuration change notification, where the transport has one. */
  configChanged(): void;
  stop(): void;
}
