/** A real host on a manual clock, linked to the page's stores as a page links to it. The page's own timers are manual too. */
import { vi } from 'vitest';

import { keepConnected, useSession } from '../../renderer/store/session.ts';
import { resetView, sharedView } from '../../renderer/store/view.ts';
import type { HostPorts } from '../../src-core/host-ports.ts';
import { type HostHarness, run, startHost } from '../src-core/host-harness.ts';

export interface LinkedHost extends HostHarness {
  /** Lets captured time pass, and what was announced arrive. */
  advance(ms: number): Promise<void>;
  disconnect(): void;
}

const fresh = useSession.getState();

export async function linkHost(extra: Partial<HostPorts> = {}): Promise<LinkedHost> {
  vi.useFakeTimers();
  const harness = startHost(extra);
  useSession.setState(fresh, true);
  sharedView.setState({ tab: 'messages', themeChoice: 'dark' });
  resetView();
  const disconnect = keepConnected(() =>
    Promise.resolve({ client: harness.client, carrier: 'page' as const }),
  );
  await settle();
  return {
    ...harness,
    disconnect: () => {
      disconnect();
      vi.useRealTimers();
    },
    advance: async (ms) => {
      run(harness.clock, ms);
      await settle();
    },
  };
}

/** Until every packet under way has arrived and been answered, and every pull that waits its turn has run. */
export async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(300);
}
