/** Which idle times the timeline folds: all, unless the user opened some, wants none folded, or follows what is live. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { around, densityIn, isFolded, shareBetween } from '../canvas/folds.ts';
import type { Range } from '../canvas/time-scale.ts';
import { forEachView } from './own-views.ts';
import { useSession } from './session.ts';
import { sharedView, type View } from './view.ts';

interface Folds {
  readonly isOn: boolean;
  /** Beginnings of those that are shown in full. */
  readonly opened: readonly number[];
  /** How often idle times were told. */
  readonly times: number;
}

export const useFolds = create<Folds>()(
  persist((): Folds => ({ isOn: true, opened: [], times: 0 }), {
    name: 'ringside.folds',
    partialize: ({ isOn }) => ({ isOn }),
  }),
);

const NONE: readonly Range[] = [];
/** As the host told them last: for what moves the view outside of React. */
let told: readonly Range[] = NONE;

// The idle times of one session are none of the next: who tells them may not be on screen.
useSession.subscribe(({ sessionId }, before) => {
  if (sessionId === before.sessionId) return;
  told = NONE;
  useFolds.setState(({ times }) => ({ opened: [], times: times + 1 }));
});

export function tellIdleTimes(edges: Float64Array | undefined): void {
  const count = (edges?.length ?? 0) / 2;
  const [first, last] = [edges?.[0], edges?.[2 * count - 1]];
  const isSame = count === told.length && told[0]?.fromNs === first && told.at(-1)?.toNs === last;
  if (isSame || edges === undefined) return;
  told = Array.from({ length: count }, (_, place) => ({
    fromNs: edges[2 * place] ?? 0,
    toNs: edges[2 * place + 1] ?? 0,
  }));
  useFolds.setState(({ times }) => ({ times: times + 1 }));
}

/** Those that are folded now, in order. */
export function foldedTimes(view = sharedView): readonly Range[] {
  return view.getState().follow && !isWhole() ? NONE : wantedFolds();
}

function wantedFolds(): readonly Range[] {
  const { isOn, opened } = useFolds.getState();
  if (!isOn || told.length === 0) return NONE;
  return opened.length === 0 ? told : told.filter(({ fromNs }) => !opened.includes(fromNs));
}

/** A capture of which all is shown at first, and to which nothing comes. Not `isReadWhole`: a trace that was followed and has
 *  ended is complete as well, but its view stays at the end, where it was. */
export function isWhole(): boolean {
  const { status } = useSession.getState();
  return status?.kind === 'file' || (status?.trace !== undefined && !status.trace.isFollowed);
}

/** Shows an idle time in full. What is left of it stays where it is. */
export function openFold(fold: Range, view = sharedView): void {
  const { range } = view.getState();
  const folded = foldedTimes(view);
  const density = densityIn(range, folded);
  const share = shareBetween(range.fromNs, Math.max(range.fromNs, fold.fromNs), density, folded);
  useFolds.setState(({ opened }) => ({ opened: [...opened, fold.fromNs] }));
  const atNs = Math.max(range.fromNs, fold.fromNs);
  view.setState({ range: around(atNs, share, density, foldedTimes(view)), follow: false });
}

/** Folds all or none; what was opened is folded again. */
export function setFolding(isOn: boolean): void {
  useFolds.setState({ isOn, opened: [] });
}

/** Opens the folded time in view that is nearest to the cursor; when none is folded there, folds all again. */
export function toggleNearestFold(view = sharedView): void {
  const { range, cursorNs } = view.getState();
  const density = densityIn(range, foldedTimes(view));
  const nearNs = cursorNs ?? (range.fromNs + range.toNs) / 2;
  const awayNs = ({ fromNs, toNs }: Range) => Math.max(0, fromNs - nearNs, nearNs - toNs);
  const [nearest] = foldedTimes(view)
    .filter(({ fromNs, toNs }) => toNs > range.fromNs && fromNs < range.toNs)
    .filter((one) => density > 1.000_001 / (range.toNs - range.fromNs) && isFolded(one, density))
    .sort((a, b) => awayNs(a) - awayNs(b));
  if (nearest === undefined) setFolding(true);
  else openFold(nearest, view);
}

/** While the end of a live session is followed nothing is folded, for the end moves. Where that changes, what is at the right
 *  edge stays as large as it was. Another session has other idle times. Returns what stops it. */
export function keepFolds(): () => void {
  const stopViews = forEachView(keepRightEdge);
  const stopSession = useSession.subscribe((now, before) => {
    if (now.sessionId === before.sessionId) return;
    told = NONE;
    useFolds.setState({ opened: [], times: 0 });
  });
  return () => {
    stopViews();
    stopSession();
  };
}

function keepRightEdge(view: View): () => void {
  return view.subscribe((now, before) => {
    if (now.follow === before.follow || isWhole()) return;
    const folded = wantedFolds();
    const { fromNs, toNs } = now.range;
    if (folded.length === 0 || isAllIdle(now.range, folded)) return;
    const density = now.follow ? densityIn(now.range, folded) : 1 / (toNs - fromNs);
    const range = around(toNs, 1, density, now.follow ? NONE : folded);
    if (range.fromNs !== fromNs) view.setState({ range });
  });
}

/** Such a view is shown in full: there is nothing else in it. */
export function isAllIdle({ fromNs, toNs }: Range, folded: readonly Range[]): boolean {
  return folded.some((one) => one.fromNs <= fromNs && one.toNs >= toNs);
}
