/** Where a live session's bytes go: a temporary file, the file to record to, or a ring that keeps what surrounds a trigger. */
import type { ByteStore, RingBytes } from './capture/store.ts';
import type { DemoOptions, DeviceOptions } from './contract.ts';
import { HostError } from './host-error.ts';
import type { HostPorts } from './host-ports.ts';
import { planRing, type RingPlan, RingWatch } from './ring-plan.ts';
import type { Session } from './session.ts';
import { NS_PER_MS, NS_PER_S } from './units.ts';

/** How often the triggers are looked at. */
const WATCH_NS = 250 * NS_PER_MS;
/** Findings may come so much later than what they are about. */
const LATE_NS = 5 * NS_PER_S;

export interface PlannedRing {
  readonly plan: RingPlan;
  readonly bytes: RingBytes;
}

export interface PlannedStore {
  readonly store: ByteStore;
  readonly recordPath?: string;
  readonly ring?: PlannedRing;
}

type StoreOptions = Pick<DemoOptions & DeviceOptions, 'recordPath' | 'quotaBytes' | 'ring'>;

/** Throws HostError when the file cannot be made or the ring's words are not understood. */
export function planStore(
  ports: HostPorts,
  { recordPath, quotaBytes, ring }: StoreOptions,
  onNote: (note: string) => void,
): PlannedStore {
  if (ring === undefined) {
    if (recordPath === undefined) return { store: ports.makeStore(onNote) };
    return { store: ports.recordTo(recordPath, quotaBytes), recordPath };
  }
  const plan = planRing(ring);
  if (recordPath === undefined || ports.recordRing === undefined) {
    const what = 'A ring is kept in a file, and none is named.';
    throw new HostError('bad-ring', what, 'Add --record FILE.');
  }
  const bytes = ports.recordRing(recordPath, quotaBytes);
  return { store: bytes, recordPath, ring: { plan, bytes } };
}

/** Looks at the triggers while the session runs. Gives what is to be called when it ends. */
export function watchRing(
  ports: HostPorts,
  session: Session,
  ring: PlannedRing | undefined,
): () => void {
  if (ring === undefined) return () => undefined;
  const watch = new RingWatch(ring.plan, session.capture.story);
  const { clock } = ports;
  const keep = (): void => {
    for (const span of watch.fired()) ring.bytes.keep(span);
  };
  const turn = (): void => {
    if (!session.isRunning) return;
    keep();
    ring.bytes.settleBefore(session.nowNs() - ring.plan.beforeNs - LATE_NS);
    clock.at(clock.nowNs() + WATCH_NS, turn);
  };
  clock.at(clock.nowNs() + WATCH_NS, turn);
  return keep;
}
