/** Rings: what stands in the queues' memory, who has each slot, and what is wrong there. Spec: 2.7, 2.8 */
import { Circle, Table2 } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { RingView, SetupRow } from '../../../src-core/contract-data.ts';
import { hasFeature, VIRTIO_RING_F_INDIRECT_DESC } from '../../../src-core/spec/ring.ts';
import { QUEUE_NAMES } from '../../../src-core/spec/sound.ts';
import { formatTime } from '../../canvas/time-scale.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { showSelected } from '../../store/show-selected.ts';
import { selectedMessage, selectMessage, usePanelView, useView } from '../../store/view.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { PanelSkeleton } from '../panel-skeleton.tsx';
import styles from './rings.module.css';
import { RingCircle } from './rings-circle.tsx';
import { lendRingActions } from './rings-commands.ts';
import type { Ring } from './rings-facts.ts';
import { type MemoryRange, type RingContext, SLOT_STAGES, STAGE_WORDS } from './rings-model.ts';
import { messageOfPackedSlot, readPackedRing } from './rings-packed.ts';
import { PackedTable } from './rings-packed-table.tsx';
import type { PickedSlot } from './rings-slots.tsx';
import { headOfSlot, messageOfSlot, readSplitRing } from './rings-split.ts';
import { SplitTable } from './rings-split-table.tsx';
import { toldLines } from './rings-told.ts';

const RING_EVERY_MS = 66;
const SETUP_EVERY_MS = 2000;

export function RingsPanel() {
  const view = usePanelView();
  const queue = useView((look) => look.queue);
  const [isCircle, setCircle] = useState(false);
  const { ring, isLoading, pull } = useRing(queue);
  const tabs = useQueueTabs();
  const toggle = (
    <IconButton
      label={isCircle ? 'Show as tables' : 'Show as a circle'}
      icon={isCircle ? <Table2 /> : <Circle />}
      command="rings.circle"
      onClick={() => setCircle(!isCircle)}
    />
  );
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
            {toggle}
          </span>
        }
      >
        {ring === undefined ? (
          isLoading ? (
            <PanelSkeleton what="The ring" pull={pull} />
          ) : (
            <NoRing queue={queue} />
          )
        ) : (
          <RingBody
            key={queue}
            ring={ring}
            isCircle={isCircle}
            onToggle={() => setCircle(!isCircle)}
          />
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

/** The cursor, while one looks at the past: with Follow on, or without a cursor, it is now. */
function useMoment(): number | undefined {
  const cursorNs = useView((view) => view.cursorNs);
  const isFollowing = useView((view) => view.follow);
  const isWanted = useView((view) => view.ringAtCursor);
  return isFollowing || !isWanted ? undefined : cursorNs;
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

function useQueueTabs() {
  const queues = useSession((session) => session.status?.queues);
  const isTrace = useSession((session) => session.status?.trace !== undefined);
  return QUEUE_NAMES.map((title, queue) => {
    const status = queues?.find((one) => one.queue === queue);
    return {
      id: String(queue),
      title,
      badge: <QueueBadge {...(status ?? OFF)} isTrace={isTrace} />,
    };
  });
}

const OFF = { running: false, waiting: 0, inFlight: 0, messages: 0 };

/** `off` where nothing has ever gone through it, and while the driver has not set it up. */
function QueueBadge(props: typeof OFF & { readonly isTrace: boolean }) {
  const { running, waiting, inFlight, messages, isTrace } = props;
  const isOver = useSession(({ status }) => status?.phase === 'ended' || status?.kind === 'file');
  if (isTrace) {
    return (
      <span className={`${styles.off} mono`} title={`${formatPlural(messages, 'chain')} taken`}>
        {formatCount(messages)}
      </span>
    );
  }
  if (!running && !(isOver && messages > 0)) return <span className={styles.off}>off</span>;
  return (
    <span className={`${styles.badge} mono`}>
      <span className={styles.posted} title={`${waiting} waiting`}>
        ▷{waiting}
      </span>
      <span className={styles.service} title={`${inFlight} in flight`}>
        ▶{inFlight}
      </span>
    </span>
  );
}

function Freshness({ view }: { readonly view: RingView }) {
  const panelView = usePanelView();
  const isWanted = useView((look) => look.ringAtCursor);
  const canGoBack = useMoment() !== undefined || !isWanted;
  const toggle = canGoBack ? (
    <Button
      tone="quiet"
      pressed={isWanted}
      tip={isWanted ? 'Show the ring as it is now' : 'Show the ring as it stood at the cursor'}
      onClick={() => panelView.setState({ ringAtCursor: !isWanted })}
    >
      At the cursor
    </Button>
  ) : null;
  return (
    <>
      <FreshnessText view={view} />
      {toggle}
    </>
  );
}

function FreshnessText({ view }: { readonly view: RingView }) {
  const isPast = useMoment() !== undefined;
  const { replay } = view;
  if (replay !== undefined && isPast) {
    const snapshot = `The ring as it was recorded at ${formatTime(replay.snapshotNs, 6)}`;
    const since = `${formatPlural(replay.popped, 'message')} popped and ${formatPlural(replay.used, 'message')} returned since`;
    return (
      <span
        className={styles.fresh}
        title={
          view.packed
            ? `${snapshot}: of a packed ring nothing is replayed on it.`
            : `${snapshot}, and ${since}.`
        }
      >
        {view.packed
          ? `last recorded before the cursor: ${formatTime(replay.snapshotNs, 6)}`
          : `as it stood at ${formatTime(view.atNs, 6)}`}
      </span>
    );
  }
  if (view.live) return <span className={styles.fresh}>guest memory, now</span>;
  return (
    <span className={styles.fresh} title="Guest memory cannot be read any more.">
      as recorded at {formatTime(view.atNs, 6)}
    </span>
  );
}

function NoRing({ queue }: { readonly queue: number }) {
  const status = useSession((session) => session.status);
  if (status === null || status === undefined) {
    return (
      <EmptyState
        title="No session"
        detail="Start the demo, attach a guest or open a capture to see its rings."
      />
    );
  }
  const known = status.queues.find((one) => one.queue === queue);
  if (status.trace !== undefined) {
    const { messages = 0, kicks = 0, interrupts = 0 } = known ?? {};
    return (
      <EmptyState
        title={`${QUEUE_NAMES[queue] ?? 'This queue'}: no ring in a trace`}
        detail={`Observed: ${formatPlural(kicks, 'notification')}, ${formatPlural(messages, 'chain')} taken, ${formatPlural(interrupts, 'interrupt')}. Indexes, descriptors, addresses and lengths are in guest memory, which a trace has nothing of. To see them, watch the running QEMU over its QMP socket (“Connect to QEMU” on the start page), or attach a guest to Ringside.`}
      />
    );
  }
  if (status.watch !== undefined && status.phase === 'live' && !status.watch.canReadMemory) {
    const { why, chains } = toldLines(status.watch, queue);
    const lines = chains.map((line) => (
      <p key={line} className="mono">
        {line}
      </p>
    ));
    return (
      <EmptyState
        title={`${QUEUE_NAMES[queue] ?? 'This queue'}: as QEMU tells it`}
        detail={
          <>
            {why}
            {lines}
          </>
        }
      />
    );
  }
  if (known?.running === true) return <EmptyState title="Reading the ring…" />;
  return (
    <EmptyState
      title={`Queue ${queue} not enabled by the driver`}
      detail={
        status.phase === 'ended' || status.kind === 'file'
          ? `The capture holds no snapshot of ${QUEUE_NAMES[queue] ?? 'it'}: the driver never set its descriptor, avail and used addresses.`
          : `The driver has not given the addresses of its descriptor table, avail ring and used ring. They come when the guest loads its sound driver.`
      }
    />
  );
}

interface RingBodyProps {
  readonly ring: Ring;
  readonly isCircle: boolean;
  readonly onToggle: () => void;
}

function RingBody({ ring, isCircle, onToggle }: RingBodyProps) {
  const [picked, setPicked] = useState<PickedSlot>();
  const view = usePanelView();
  const chosen = useView(selectedMessage);
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
  const actions = { toggleCircle: onToggle, openMessage: message < 0 ? undefined : open };
  const now = useRef(actions);
  now.current = actions;
  useEffect(() => lendRingActions(() => now.current), []);
  const props = { picked, head, onPick: pick, onOpen: open };
  return (
    <div className={styles.body}>
      {isCircle ? (
        <RingCircle ring={ring} {...props} />
      ) : ring.kind === 'split' ? (
        <SplitTable ring={ring} {...props} />
      ) : (
        <PackedTable ring={ring} {...props} />
      )}
      <StatusLine ring={ring} picked={picked} message={message} head={head} onPick={pick} />
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
  if (index === undefined || ring.kind === 'packed') return -1;
  return ring.view.messageOfHead.find(([, row]) => row === index)?.[0] ?? -1;
}

interface StatusLineProps {
  readonly ring: Ring;
  readonly picked: PickedSlot | undefined;
  readonly message: number;
  readonly head: number;
  readonly onPick: (picked: PickedSlot) => void;
}

/** What the chosen slot is, in one sentence; the legend; the next problem. */
function StatusLine({ ring, picked, message, head, onPick }: StatusLineProps) {
  const [first] = ring.problems.filter(({ slot }) => slot >= 0);
  return (
    <div className={styles.status}>
      {ring.problems.length === 0 ? null : (
        <button
          type="button"
          className={styles.problems}
          onClick={() => first && onPick({ table: first.table, slot: first.slot })}
        >
          ✕ {formatPlural(ring.problems.length, 'problem')}
        </button>
      )}
      <span className={styles.sentence}>{sentence(ring, picked, message, head)}</span>
      <span className={styles.legend}>
        {SLOT_STAGES.map((stage) => (
          <span key={stage} className={styles[stage]} title={STAGE_WORDS[stage].means}>
            <span className={styles.glyph}>{STAGE_WORDS[stage].glyph}</span>{' '}
            {STAGE_WORDS[stage].word}
          </span>
        ))}
      </span>
    </div>
  );
}

function sentence(
  ring: Ring,
  picked: PickedSlot | undefined,
  message: number,
  head: number,
): string {
  if (picked === undefined) return 'Choose a slot to see its chain and its message.';
  const { table, slot } = picked;
  const problem = ring.problems.find((one) => one.table === table && one.slot === slot);
  if (problem !== undefined) return `${problem.text} ${problem.rule}`;
  const place = `${table} slot ${slot}`;
  if (message >= 0) return `${place}: message ${formatCount(message)} (Enter opens it)`;
  if (head < 0) return `${place} belongs to no chain`;
  const stages = ring.kind === 'split' ? ring.descriptorStages : ring.stages;
  const stage = SLOT_STAGES[stages[head] ?? 0] ?? 'free';
  if (stage === 'posted') return `${place}: not popped yet, so there is no message`;
  return ring.kind === 'split'
    ? `${place}: head ${head} was used again since`
    : `${place}: no message is known`;
}
