/** The hosts of one app: a device thread for each session window. The first is there from the start; others start when a
 *  window asks for them and live until the app ends, so that a window that closes or reloads never drops a guest. */
import type { HostThread } from './host-thread.ts';

/** Device threads of one app; each may hold a guest, a capture and a sound server's stream. */
export const MOST_HOSTS = 8;
const NAME = /^[a-z0-9]{1,16}$/;

export interface HostPool {
  readonly first: HostThread;
  /** The host of that name, started if need be; the first one's name is empty. `undefined` for a name that none can have,
   *  and when there are `MOST_HOSTS` already. */
  named(name: string): HostThread | undefined;
  /** Why `named` gives none, and what to do, in a sentence; `undefined` when it would. */
  whyNot(name: string): string | undefined;
  /** True while a guest would be hurt if the app ended now. */
  hasGuest(): boolean;
  /** Settles when one has ended; with a reason when it was not asked to. */
  readonly stopped: Promise<{ reason?: string }>;
  /** Ends all. */
  stop(): Promise<void>;
}

export function openHostPool(start: () => HostThread): HostPool {
  const hosts = new Map<string, HostThread>();
  let settle: (end: { reason?: string }) => void = () => undefined;
  const stopped = new Promise<{ reason?: string }>((resolve) => {
    settle = resolve;
  });
  const add = (name: string): HostThread => {
    const thread = start();
    hosts.set(name, thread);
    void thread.stopped.then(settle);
    return thread;
  };
  const first = add('');
  return {
    first,
    named(name) {
      const known = hosts.get(name);
      if (known !== undefined) return known;
      return NAME.test(name) && hosts.size < MOST_HOSTS ? add(name) : undefined;
    },
    whyNot(name) {
      if (hosts.has(name)) return undefined;
      if (!NAME.test(name)) {
        return `No window can be named “${name.slice(0, 40)}”: a name has 1 to 16 small letters and digits. Change “window=…” in the address, or take it out.`;
      }
      if (hosts.size < MOST_HOSTS) return undefined;
      return `${MOST_HOSTS} sessions are open, which is as many as one Ringside holds: go on in one of their windows, or start another Ringside.`;
    },
    hasGuest: () => [...hosts.values()].some((thread) => thread.hasGuest()),
    stopped,
    async stop() {
      await Promise.all([...hosts.values()].map((thread) => thread.stop()));
    },
  };
}

/** A name that no window has yet. */
export function freshWindowName(): string {
  return Math.floor(Math.random() * 36 ** 8)
    .toString(36)
    .padStart(8, '0');
}
