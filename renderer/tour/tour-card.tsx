/** The card of the guided tour over a demo: three steps to the guilty message. It opens by itself the first time, and from
 *  the session bar. */
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { FindingRow } from '../../src-core/contract-data.ts';
import { useScenario } from '../panels/inspector/session-part.tsx';
import { usePull } from '../store/pull.ts';
import { ask, useSession } from '../store/session.ts';
import { centreView } from '../store/time-range.ts';
import { selectMessage, showTab } from '../store/view.ts';
import { Button, IconButton } from '../ui/button.tsx';
import styles from './tour.module.css';
import { guiltyOf, type TourStep, tourOf } from './tour-model.ts';

interface TourState {
  readonly isOpen: boolean;
  /** The first hint was seen: from now on only who asks gets a tour. */
  readonly wasSeen: boolean;
}

export const useTour = create<TourState>()(
  persist((): TourState => ({ isOpen: false, wasSeen: false }), {
    name: 'ringside.tour',
    version: 1,
    storage: createJSONStorage<Pick<TourState, 'wasSeen'>>(() => localStorage),
    partialize: ({ wasSeen }) => ({ wasSeen }),
  }),
);

export function openTour(): void {
  useTour.setState({ isOpen: true });
}

export function closeTour(): void {
  useTour.setState({ isOpen: false, wasSeen: true });
}

export function TourCard() {
  const scenario = useScenario();
  const sessionId = useSession((session) => session.sessionId);
  const isOpen = useTour((tour) => tour.isOpen);
  if (scenario === undefined || !isOpen) return null;
  return <Tour key={sessionId} />;
}

function Tour() {
  const scenario = useScenario();
  const [at, setAt] = useState(0);
  const { group, row } = useGuilty();
  const steps = scenario === undefined ? undefined : tourOf(scenario, group, row);
  const step = steps?.[at];
  const go = (to: number) => {
    setAt(to);
    const next = steps?.[to];
    if (next !== undefined) void showStep(next, group?.firstNs, row);
  };
  return (
    <section className={styles.card} aria-label="Guided tour">
      <header className={styles.header}>
        <span className={styles.count}>{step === undefined ? 'Tour' : `${at + 1} of 3`}</span>
        <h2>{step?.title ?? 'Wait a moment'}</h2>
        <IconButton label="Close the tour" icon={<X />} onClick={closeTour} />
      </header>
      <p>{step?.text ?? 'What is planted in this scenario has not shown itself yet.'}</p>
      <div className={styles.buttons}>
        {at === 0 ? null : <Button onClick={() => go(at - 1)}>Back</Button>}
        {step === undefined || at === 2 ? (
          <Button tone="primary" onClick={closeTour}>
            Done
          </Button>
        ) : (
          <Button tone="primary" onClick={() => go(at + 1)}>
            Next
          </Button>
        )}
      </div>
    </section>
  );
}

/** The finding that the tour leads to does not change any more once it is there. */
function useGuilty() {
  const { data } = usePull('findings', {}, { everyMs: 500 });
  const [kept, setKept] = useState<ReturnType<typeof guiltyOf>>();
  const [row, setRow] = useState<FindingRow>();
  const group = kept ?? guiltyOf(data ?? []);
  useEffect(() => {
    if (group === undefined || kept !== undefined) return;
    setKept(group);
    void ask('finding', { rule: group.rule, first: 0, count: 1 }).then((rows) => setRow(rows?.[0]));
  }, [group, kept]);
  return { group, row };
}

async function showStep(
  { show }: TourStep,
  atNs: number | undefined,
  row: FindingRow | undefined,
): Promise<void> {
  if (show === 'inspector' || show === 'findings' || show === 'timeline') return showTab(show);
  if (row !== undefined && row.index >= 0) return selectMessage(row.index);
  if (atNs !== undefined) return centreView(atNs);
  const { changed } = useSession.getState();
  selectMessage(Math.max(0, changed.messages - 20));
}
