/** What a watch is begun with, and how it tells of itself. */
import type { ByteStore } from '../capture/store.ts';
import type { Clock } from '../clock.ts';
import type { RunningHash } from '../running-hash.ts';
import type { ByteChannel } from './byte-channel.ts';
import type { QemuPorts } from './watch-ports.ts';

export interface WatchOptions {
  readonly ports: QemuPorts;
  readonly clock: Clock;
  readonly target: string;
  /** Connected, or connecting. */
  readonly channel: ByteChannel;
  readonly devicePath?: string;
  readonly tracePath?: string;
  /** False: trace events are left alone. */
  readonly usesTrace: boolean;
  /** How often QEMU is asked for the indexes of its queues, in a second; 0: never. */
  readonly rateHz: number;
  readonly store: ByteStore;
  readonly title: string;
  readonly application: string;
  readonly startedAtUnixMs: number;
  readonly makeHash?: () => RunningHash;
  readonly onChanged: () => void;
  /** What is going on, in a sentence. */
  readonly onState: (phase: 'waiting' | 'live', sentence: string) => void;
  /** It cannot go on, for this reason. `code`: for programs. */
  readonly onEnded: (end: WatchEnd) => void;
}

export interface WatchEnd {
  readonly code: string;
  /** A sentence. */
  readonly sentence: string;
  /** What to do; absent where the end is an ordinary one. */
  readonly action?: string;
}
