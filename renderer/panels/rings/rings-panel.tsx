/** Rings: what stands in the queues' memory, who has each slot, and what is wrong there. Spec: 2.7, 2.8 */
import { Circle, MemoryStick, Table2 } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { SetupRow } from '../../../src-core/contract-data.ts';
import { hasFeature, VIRTIO_RING_F_INDIRECT_DESC } from '../../../src-core/spec/ring.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { showSelected } from '../../store/show-selected.ts';
import { selectedMessage, selectMessage, usePanelView, useView } from '../../store/view.ts';
import { IconButton } from '../../ui/button.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { PanelSkeleton } from '../panel-skeleton.tsx';
import styles from './rings.module.css';
import { RingCircle } from './rings-circle.tsx';
import { lendRingActions } from './rings-commands.ts';
import { NoRing } from './rings-empty.tsx';
import type { Ring } from './rings-facts.ts';
import { Freshness, useMoment } from './rings-freshness.tsx';
import { FrozenPane, useFrozen } from './rings-frozen.tsx';
import { MemoryView } from './rings-memory-view.tsx';
import type { MemoryRange, RingContext } from './rings-model.ts';
import { messageOfPackedSlot, readPackedRing, slotOfMessage } from './rings-packed.ts';
import { PackedTable } from './rings-packed-table.tsx';
import { useQueueTabs } from './rings-queue-tabs.tsx';
import type { PickedSlot } from './rings-slots.tsx';
import { headOfSlot, messageOfSlot, readSplitRing } from './rings-split.ts';
import { SplitTable } from './rings-split-table.tsx';
import { StatusLine, toggleWatchOf } from './rings-status.tsx';
import { reuseCounts } from './rings-watch.ts';
import { useWatched, WatchBar } from './rings-watch-bar.tsx';

const RING_EVERY_MS = 66;
const SETUP_EVERY_MS = 2000;

/** How the ring is shown. */
type Look = 'tables' | 'circle' | 'memory';

export function RingsPanel() {
  const view = usePanelView();
  const queue = useView((look) => look.queue);
  const [look, setLook] = useState<Look>('tables');
  const { ring, isLoading, pull } = useRing(queue);
  const tabs = useQueueTabs();
  const toggle = () => setLook(look === 'circle' ? 'tables' : 'circle');
  return (
    <div className={styles.panel} data-panel="rings">
      <Tabs
        label="Queues"
        tabs={tabs}
        active={String(queue)}
        onChange={(id) => view.setState({ queue: Number(id) })}
        extra={
          <span className={styles.extra}>
            {ring === undefined ? null : <Freshness view={ring.view} />}
            <IconButton
              label="Address ranges in guest memory"
              icon={<MemoryStick />}
              pressed={look === 'memory'}
              onClick={() => setLook(look === 'memory' ? 'tables' : 'memory')}
            />
            <IconButton
              label={look === 'circle' ? 'Show as tables' : 'Show as a circle'}
              icon={look === 'circle' ? <Table2 /> : <Circle />}
              command="rings.circle"
              onClick={toggle}
            />
          </span>
        }
      >
        {ring !== undefined ? (
          <RingBody key={queue} ring={ring} look={look} onToggle={toggle} />
        ) : isLoading ? (
          <PanelSkeleton what="The ring" pull={pull} />
        ) : (
          <NoRing queue={queue} />
        )}
      </Tabs>
    </div>
  );
}

/** The queue's ring, decoded; undefined while there is none, or while it is asked for. */
function useRing(queue: number) {
  const atNs = useMoment();
  const moment = atNs === undefined ? {} : { atNs };
  const pull = usePull(
    'ring',
    { queue, ...moment },
    { everyMs: RING_EVERY_MS, live: atNs === undefined },
  );
  const { data } = pull;
  const setup = usePull('setup', {}, { everyMs: SETUP_EVERY_MS });
  const features = useSession((session) => session.status?.acceptedFeatures);
  const context = useMemo(() => contextOf(setup.data, features), [setup.data, features]);
  const ring = useMemo((): Ring | undefined => {
    if (data === null || data === undefined || data.queue !== queue) return undefined;
    return data.packed ? readPackedRing(data, context) : readSplitRing(data, context);
  }, [data, context, queue]);
  const hasSession = useSession(({ status }) => status !== null && status !== undefined);
  const isLoading = hasSession && ring === undefined && data !== null;
  return { ring, isLoading, pull };
}

function contextOf(setup: readonly SetupRow[] | undefined, features?: bigint): RingContext {
  const regions = setup?.map(({ step }) => step).findLast(({ what }) => what === 'memory');
  return {
    ...(regions?.what === 'memory' ? { regions: regions.regions as readonly MemoryRange[] } : {}),
    ...(features === undefined || features === 0n
      ? {}
      : { indirectNegotiated: hasFeature(features, VIRTIO_RING_F_INDIRECT_DESC) }),
  };
}

interface RingBodyProps {
  readonly ring: Ring;
  readonly look: Look;
  readonly onToggle: () => void;
}

function RingBody({ ring, look, onToggle }: RingBodyProps) {
  const [picked, setPicked] = useState<PickedSlot>();
  const view = usePanelView();
  const chosen = useView(selectedMessage);
  const { watch, reuses } = useWatched(ring.view.queue);
  const reused = useMemo(() => reuseCounts(reuses), [reuses]);
  const frozen = useFrozen(ring);
  const message = picked === undefined ? -1 : messageAt(ring, picked);
  const head = picked === undefined ? headOfMessage(ring, chosen) : headAt(ring, picked);
  const pick = (slot: PickedSlot) => {
    setPicked(slot);
    const index = messageAt(ring, slot);
    if (index >= 0) selectMessage(index, 'rings', view);
  };
  const open = () => {
    if (message < 0) return;
    selectMessage(message, undefined, view);
    showSelected('messages', view);
  };
  const toggleWatch = () => toggleWatchOf(ring, picked, watch);
  const actions = {
    toggleCircle: onToggle,
    openMessage: message < 0 ? undefined : open,
    toggleWatch,
  };
  const now = useRef(actions);
  now.current = actions;
  useEffect(() => lendRingActions(() => now.current), []);
  const props = { picked, head, reused, onPick: pick, onOpen: open };
  return (
    <div className={styles.body}>
      <div className={styles.shown}>
        {frozen === undefined ? null : <FrozenPane frozen={frozen} />}
        {look === 'memory' ? (
          <MemoryView ring={ring} picked={picked} onPick={pick} />
        ) : look === 'circle' ? (
          <RingCircle ring={ring} {...props} />
        ) : ring.kind === 'split' ? (
          <SplitTable ring={ring} {...props} />
        ) : (
          <PackedTable ring={ring} {...props} />
        )}
      </div>
      {watch === undefined ? null : (
        <WatchBar
          watch={watch}
          reuses={reuses}
          onStep={(slot) => setPicked({ table: 'descriptor', slot })}
        />
      )}
      <StatusLine {...{ ring, picked, message, head, watch }} onPick={pick} onWatch={toggleWatch} />
    </div>
  );
}

function messageAt(ring: Ring, { table, slot }: PickedSlot): number {
  return ring.kind === 'split' ? messageOfSlot(ring, table, slot) : messageOfPackedSlot(ring, slot);
}

function headAt(ring: Ring, { table, slot }: PickedSlot): number {
  return ring.kind === 'split' ? headOfSlot(ring, table, slot) : slot;
}

function headOfMessage(ring: Ring, index: number | undefined): number {
  if (index === undefined) return -1;
  if (ring.kind === 'packed') return slotOfMessage(ring, index);
  return ring.view.messageOfHead.find(([, row]) => row === index)?.[0] ?? -1;
}
