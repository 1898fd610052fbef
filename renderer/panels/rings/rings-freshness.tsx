/** From when the ring that is shown is: guest memory now, or as it stood, or as it was last recorded. */
import type { RingView } from '../../../src-core/contract-data.ts';
import type { Ns } from '../../../src-core/units.ts';
import { formatTime } from '../../canvas/time-scale.ts';
import { usePanelView, useView } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import { formatPlural } from '../../ui/format.ts';
import styles from './rings.module.css';

/** The cursor, while one looks at the past: with Follow on, or without a cursor, it is now. */
export function useMoment(): Ns | undefined {
  const cursorNs = useView((view) => view.cursorNs);
  const isFollowing = useView((view) => view.follow);
  const isWanted = useView((view) => view.ringAtCursor);
  return isFollowing || !isWanted ? undefined : cursorNs;
}

export function Freshness({ view }: { readonly view: RingView }) {
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
      <span className={canGoBack ? styles.brief : undefined}>
        <FreshnessText view={view} />
      </span>
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
