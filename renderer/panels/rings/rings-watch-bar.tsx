/** What the armed watch has counted, and the way to each time. */
import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { SlotReuses } from '../../../src-core/contract-rings.ts';
import { usePull } from '../../store/pull.ts';
import { notify } from '../../store/session.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { formatPlural } from '../../ui/format.ts';
import styles from './rings.module.css';
import parts from './rings-parts.module.css';
import {
  disarmWatch,
  type RingWatch,
  reuseText,
  stepWatch,
  useRingWatches,
  watchName,
} from './rings-watch.ts';

const WATCH_EVERY_MS = 500;
const NONE: SlotReuses = { count: 0, rows: [] };

export interface Watched {
  readonly watch: RingWatch | undefined;
  readonly reuses: SlotReuses;
}

/** What is watched on the queue, and how often it happened; a message tells of the first time. */
export function useWatched(queue: number): Watched {
  const watch = useRingWatches(({ watches }) => watches.find((one) => one.queue === queue));
  const { data, isLoading } = usePull('slotReuses', watch ?? { queue }, {
    everyMs: WATCH_EVERY_MS,
    enabled: watch !== undefined,
  });
  const reuses = (watch === undefined ? undefined : data) ?? NONE;
  useNotice(watch, isLoading ? undefined : reuses);
  return { watch, reuses };
}

/** Once an arming, when the count goes up from what it was then. */
function useNotice(watch: RingWatch | undefined, reuses: SlotReuses | undefined): void {
  const seen = useRef<{ watch: RingWatch | undefined; count: number; isTold: boolean }>(UNSEEN);
  useEffect(() => {
    if (watch === undefined || reuses === undefined) return;
    if (seen.current.watch !== watch) {
      seen.current = { watch, count: reuses.count, isTold: false };
      return;
    }
    const last = reuses.rows.at(-1);
    if (seen.current.isTold || reuses.count <= seen.current.count || last === undefined) return;
    seen.current.isTold = true;
    notify({
      severity: 'warning',
      code: 'slot-reused',
      what: `Watch: ${watchName(watch)} was used again before it came back, at ${reuseText(last)}.`,
      action: 'The bar under the ring leads to each time.',
    });
  }, [watch, reuses]);
}

const UNSEEN = { watch: undefined, count: 0, isTold: false };

export function WatchBar({
  watch,
  reuses,
  onStep,
}: {
  readonly watch: RingWatch;
  readonly reuses: SlotReuses;
  readonly onStep: (slot: number) => void;
}) {
  const { count, rows } = reuses;
  const last = rows.at(-1);
  const go = async (by: 1 | -1) => {
    const found = await stepWatch(by);
    const [slot] = found?.slots ?? [];
    if (slot !== undefined) onStep(slot);
  };
  return (
    <section className={parts.watch} aria-label="Watch">
      <span className={count > 0 ? styles.problem : undefined}>
        {`◎ ${watchName(watch)}: used again before it came back `}
        <b>{count === 0 ? 'not once so far' : formatPlural(count, 'time')}</b>
      </span>
      <span className={parts.sentence}>{last === undefined ? '' : `last ${reuseText(last)}`}</span>
      <Button
        tone="quiet"
        icon={<ArrowUp />}
        tip="To the time before"
        command="rings.watch-back"
        disabled={count === 0}
        onClick={() => void go(-1)}
      >
        Previous
      </Button>
      <Button
        tone="quiet"
        icon={<ArrowDown />}
        tip="To the next time"
        command="rings.watch-next"
        disabled={count === 0}
        onClick={() => void go(1)}
      >
        Next
      </Button>
      <IconButton label="Stop watching" icon={<X />} onClick={() => disarmWatch(watch.queue)} />
    </section>
  );
}
