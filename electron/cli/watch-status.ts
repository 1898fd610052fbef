/** Follows a session's status: pulls it when the host says that something changed, at most so often, one pull at a time. */
import type { SessionStatus } from '../../src-core/contract-data.ts';
import type { Client } from '../../src-core/rpc.ts';

export interface StatusWatch {
  readonly client: Client;
  /** Least time between two pulls. */
  readonly everyMs: number;
  /** Pulls even when nothing was announced, so that a clock on the screen goes on. */
  readonly alwaysPull: boolean;
  readonly onStatus: (status: SessionStatus | null) => void;
  readonly onFailure: (reason: unknown) => void;
}

/** Pulls once at once. Returns what ends it. */
export function watchStatus(watch: StatusWatch): () => void {
  const { client, everyMs, alwaysPull, onStatus, onFailure } = watch;
  let isStopped = false;
  let isBusy = false;
  let isStale = false;
  let timer: NodeJS.Timeout | undefined;
  const turn = async () => {
    if (isBusy || isStopped) return;
    isBusy = true;
    isStale = false;
    try {
      const status = await client.call('status', {});
      if (isStopped) return;
      onStatus(status);
    } catch (reason) {
      if (!isStopped) onFailure(reason);
      return;
    }
    timer = setTimeout(() => {
      isBusy = false;
      if (isStale || alwaysPull) void turn();
    }, everyMs);
  };
  const unsubscribe = client.onAnnouncement(({ kind }) => {
    if (kind === 'notice') return;
    isStale = true;
    void turn();
  });
  void turn();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    unsubscribe();
  };
}
