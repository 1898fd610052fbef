/** What a host asks of a session that runs, whatever its source: a device of ours (`session.ts`), or somebody else's device that
 *  is watched (`qemu/watch-session.ts`). */
import type { Capture } from './capture/capture.ts';
import type { RingSnapshot } from './queue/virtqueue.ts';
import type { RunningHash } from './running-hash.ts';
import type { Ns, QueueIndex, TrackId } from './units.ts';
import type { LiveStream } from './views/stream-slice.ts';

export interface LiveSession {
  readonly capture: Capture;
  readonly isRunning: boolean;
  readonly hasGuest: boolean;
  /** Features offered, as far as they are known. */
  readonly offered: bigint;
  readonly runningQueues: readonly boolean[];
  readonly hashes: ReadonlyMap<TrackId, RunningHash>;
  nowNs(): Ns;
  /** Ends it; the capture stays. Doing it twice does no harm. */
  stop(detail: string): void;
  liveStreams(): readonly LiveStream[];
  /** Chains made available and not popped. */
  waitingChains(queue: QueueIndex): number;
  /** The ring as it stands in guest memory now. */
  ringSnapshot(queue: QueueIndex): RingSnapshot | undefined;
  /** What the observer itself costs, over the last few thousand times. */
  kickCost(): { readonly p50Us: number; readonly p99Us: number; readonly count: number };
  /** Absent where the source has no jacks to plug. */
  setJack?(jackId: number, connected: boolean): void;
  isJackConnected?(jackId: number): boolean | undefined;
}
