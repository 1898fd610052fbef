/** The card of the guided tour over a demo: three steps to the guilty message. It opens by itself the first time, and from
 *  the session bar. */
import { X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { ScenarioInfo } from '../../src-core/contract.ts';
import type { FindingGroup, FindingRow } from '../../src-core/contract-data.ts';
import type { BlameRow } from '../../src-core/contract-latency.ts';
import { useScenario } from '../panels/inspector/session-part.tsx';
import { showBlame } from '../panels/latency/blame-view.ts';
import { usePull } from '../store/pull.ts';
import { ask, useSession } from '../store/session.ts';
import { centreView } from '../store/time-range.ts';
import { selectMessage, showTab } from '../store/view.ts';
import { Button, IconButton } from '../ui/button.tsx';
import styles from './tour.module.css';
import {
  guiltyOf,
  isSlowScenario,
  plantedStalls,
  slowTour,
  type TourStep,
  tourOf,
  worstBlame,
} from './tour-model.ts';

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
  const isSlow = scenario !== undefined && isSlowScenario(scenario);
  const { group, row } = useGuilty(!isSlow);
  const blamed = useBlamed(isSlow);
  const [steps, place] = stepsOf(scenario, { group, row, blamed });
  const step = steps?.[at];
  const isReady = step !== undefined;
  const first = useRef({ steps, place });
  first.current = { steps, place };
  useEffect(() => {
    // what the first step speaks of comes into view with it
    const [step] = first.current.steps ?? [];
    if (isReady && step !== undefined) showStep(step, first.current.place);
  }, [isReady]);
  const go = (to: number) => {
    setAt(to);
    const next = steps?.[to];
    if (next !== undefined) showStep(next, place);
  };
  return (
    <section className={styles.card} aria-label="Guided tour" data-tour>
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
function useGuilty(enabled: boolean) {
  const { data } = usePull('findings', {}, { everyMs: 500, enabled });
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

interface Guilty {
  readonly group: FindingGroup | undefined;
  readonly row: FindingRow | undefined;
  readonly blamed: BlameRow | undefined;
}

/** The steps, and where they lead. */
function stepsOf(scenario: ScenarioInfo | undefined, { group, row, blamed }: Guilty) {
  if (scenario === undefined) return [undefined, {}] as const;
  if (isSlowScenario(scenario)) return [slowTour(scenario, blamed), blamed ?? {}] as const;
  const place = { ...(group && { atNs: group.firstNs }), ...(row && { index: row.index }) };
  return [tourOf(scenario, group, row), place] as const;
}

/** The incident that the tour leads to: it stays the one that it was when it was first told. */
function useBlamed(enabled: boolean): BlameRow | undefined {
  const { data } = usePull(
    'blame',
    { first: 0, count: 100 },
    { everyMs: 500, enabled, untilWhole: true },
  );
  const setup = usePull('setup', {}, { everyMs: 500, enabled }).data;
  const planted = useMemo(() => plantedStalls(setup ?? []), [setup]);
  const [kept, setKept] = useState<BlameRow>();
  const isTold = planted.length > 0;
  const worst = kept ?? (isTold ? worstBlame(data?.rows ?? [], planted) : undefined);
  useEffect(() => {
    if (kept === undefined && worst !== undefined) setKept(worst);
  }, [kept, worst]);
  return worst;
}

function showStep(
  { show }: TourStep,
  { atNs, index }: { readonly atNs?: number; readonly index?: number },
): void {
  if (show === 'blame') {
    showBlame(true);
    showTab('latency');
    return;
  }
  if (show !== 'message') {
    showTab(show);
    return;
  }
  const { changed } = useSession.getState();
  if (index !== undefined && index >= 0) selectMessage(index);
  else if (atNs === undefined) selectMessage(Math.max(0, changed.messages - 20));
  if (atNs !== undefined) centreView(atNs);
}
