/** The user's marks as every panel sees them, and what can be done with them. */
import { create } from 'zustand';
import type { UserMark } from '../../src-core/capture/entry.ts';
import type { Ns } from '../../src-core/units.ts';
import { activeView } from '../store/own-views.ts';
import { usePull } from '../store/pull.ts';
import { ask, useSession } from '../store/session.ts';
import { showSelected } from '../store/show-selected.ts';
import { centreView, showRange } from '../store/time-range.ts';
import { select } from '../store/view.ts';

const EVERY_MS = 300;
const NONE: readonly UserMark[] = [];

/** Counts this page's own changes: a frozen view shows them at once. */
const useEdits = create<{ readonly edits: number }>(() => ({ edits: 0 }));

/** By time. */
export function useMarks(): readonly UserMark[] {
  const edits = useEdits(({ edits: count }) => count);
  return usePull('marks', { edits }, { everyMs: EVERY_MS }).data ?? NONE;
}

export async function addMark(fromNs: Ns, toNs = fromNs): Promise<void> {
  await ask('addMark', { fromNs, toNs });
  edited();
}

export async function editMark(id: number, change: Partial<UserMark>): Promise<void> {
  await ask('editMark', { ...change, id });
  edited();
}

export async function removeMark(id: number): Promise<void> {
  await ask('removeMark', { id });
  edited();
}

function edited(): void {
  useEdits.setState(({ edits }) => ({ edits: edits + 1 }));
}

/** Where M marks: the cursor, else the pointer, else the end of the capture. */
export function markPlace(): Ns {
  const { cursorNs, hoverNs } = activeView().getState();
  return cursorNs ?? hoverNs ?? useSession.getState().changed.endNs;
}

/** Shows a mark: a point under the cursor, an area as the selection. */
export function goToMark({ fromNs, toNs }: UserMark, view = activeView()): void {
  if (toNs > fromNs) {
    select({ kind: 'range', fromNs, toNs }, view);
    showRange({ fromNs, toNs }, view);
    showSelected('inspector', view);
    return;
  }
  view.setState({ cursorNs: fromNs, follow: false });
  centreView(fromNs, view);
}

/** The `place`th mark by time, counted from 0. */
export async function goToMarkAt(place: number): Promise<void> {
  const mark = (await ask('marks', {}))?.[place];
  if (mark !== undefined) goToMark(mark);
}
