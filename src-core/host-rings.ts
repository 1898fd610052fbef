/** What the rings panel asks beside the ring itself. */
import type { RingRequests } from './contract-rings.ts';
import type { HostContext } from './host-context.ts';
import type { Handlers } from './rpc.ts';
import { indirectTable } from './views/indirect-table.ts';
import { slotReuses } from './views/slot-reuse.ts';

export function ringHandlers(host: HostContext): Pick<Handlers, keyof RingRequests> {
  return {
    indirectTable: (query) => {
      const shown = host.shown();
      if (shown === undefined) return null;
      const snapshot =
        query.atNs === undefined ? shown.session?.ringSnapshot(query.queue) : undefined;
      return indirectTable(shown.capture, snapshot, query);
    },
    slotReuses: (query) => {
      const shown = host.shown();
      return shown === undefined ? { count: 0, rows: [] } : slotReuses(shown.capture, query);
    },
  };
}
