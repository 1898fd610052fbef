/** The time range of a view, the shared one where none is given: bounds, zoom and pan by the user's hand, and Follow, which keeps the end of the capture in view. */

import type { Ns } from '../../src-core/units.ts';
import { around, densityIn, fitFolded, panFolded, walk, zoomFolded } from '../canvas/folds.ts';
import { centreOn, fitRange, keepNear, panBy, type Range, zoomAt } from '../canvas/time-scale.ts';
import { foldedTimes, isAllIdle, isWhole, useFolds } from './folds.ts';
import { forEachView } from './own-views.ts';
import { isReadWhole } from './read-whole.ts';
import { useSession } from './session.ts';
import { moveRange, sharedView, type View } from './view.ts';

/** Where Follow leaves the end of the capture: this share of the width from the right edge. */
const FOLLOW_MARGIN = 0.04;

/** What was captured, and what the frozen view still shows of it. */
export function captureBounds(): Range {
  const { frozen } = sharedView.getState();
  return { fromNs: 0, toNs: frozen?.endNs ?? useSession.getState().changed.endNs };
}

/** `factor` under 1 goes nearer. Without `atNs` the cursor stays, if it is in view; else the end of the capture while it is
 *  followed, else the middle. Turns Follow off; when it goes on again it keeps the new width. */
export function zoomView(factor: number, atNs?: Ns, view = sharedView): void {
  const { range, follow, cursorNs } = view.getState();
  const bounds = captureBounds();
  const isCursorInView =
    cursorNs !== undefined && cursorNs >= range.fromNs && cursorNs <= range.toNs;
  const { status } = useSession.getState();
  const isFollowing = follow && (status == null || !isReadWhole(status));
  const restNs = isFollowing ? bounds.toNs : middleOfView(view);
  const fixedNs = atNs ?? (isCursorInView ? cursorNs : restNs);
  const folded = foldedIn(view);
  const zoomed =
    folded === undefined
      ? keepNear(zoomAt(range, fixedNs, factor), bounds)
      : panFolded(zoomFolded(range, folded, fixedNs, factor), folded, 0, bounds);
  moveRange(zoomed, view);
}

/** By a share of the visible width; positive goes to later times. */
export function panView(share: number, view = sharedView): void {
  const { range } = view.getState();
  const folded = foldedIn(view);
  const bounds = captureBounds();
  const moved =
    folded === undefined
      ? keepNear(panBy(range, share * (range.toNs - range.fromNs)), bounds)
      : panFolded(range, folded, share, bounds);
  moveRange(moved, view);
}

export function centreView(atNs: Ns, view = sharedView): void {
  const { range } = view.getState();
  const folded = foldedIn(view);
  const centred =
    folded === undefined
      ? centreOn(range, atNs)
      : around(atNs, 0.5, densityIn(range, folded), folded);
  moveRange(centred, view);
}

/** The time in the middle of the timeline. */
export function middleOfView(view = sharedView): Ns {
  const { range } = view.getState();
  const folded = foldedIn(view);
  if (folded === undefined) return (range.fromNs + range.toNs) / 2;
  return walk(range.fromNs, 0.5, densityIn(range, folded), folded);
}

/** What is folded; `undefined` when nothing is, or when the view shows nothing but one idle time, in full. */
function foldedIn(view: View): readonly Range[] | undefined {
  const { range } = view.getState();
  const folded = foldedTimes(view);
  return folded.length === 0 || isAllIdle(range, folded) ? undefined : folded;
}

/** Everything that was captured, from the first message on. */
export function fitView(view = sharedView): void {
  moveRange(wholeCapture(view), view);
}

function wholeCapture(view: View): Range {
  const { toNs } = captureBounds();
  const whole = { fromNs: useSession.getState().firstNs ?? 0, toNs };
  const folded = foldedTimes(view);
  return folded.length === 0 ? fitRange(whole) : fitFolded(whole, folded);
}

/** Shows a range with some room around it. */
export function showRange({ fromNs, toNs }: Range, view = sharedView): void {
  const widthNs = Math.max(1000, toNs - fromNs);
  moveRange({ fromNs: fromNs - widthNs * 0.6, toNs: toNs + widthNs * 0.6 }, view);
}

/** Moves a time into view if it is not there. */
export function revealTime(fromNs: Ns, toNs: Ns, view = sharedView): void {
  const { range } = view.getState();
  if (toNs >= range.fromNs && fromNs <= range.toNs) return;
  centreView((fromNs + Math.min(toNs, fromNs + range.toNs - range.fromNs)) / 2, view);
}

/** Keeps the end of the capture in every view in which Follow is on while nothing is frozen. Returns what stops it. */
export function keepFollowing(): () => void {
  return forEachView(keepFollowingIn);
}

function keepFollowingIn(view: View): () => void {
  const follow = () => {
    const { follow: isOn, frozen, range } = view.getState();
    if (!isOn || frozen !== undefined) return;
    const { changed } = useSession.getState();
    const next = isWhole() ? wholeCapture(view) : endIn(range, changed.endNs);
    if (next.fromNs !== range.fromNs || next.toNs !== range.toNs) view.setState({ range: next });
  };
  const stopSession = useSession.subscribe((now, before) => {
    const isOther = now.status?.kind !== before.status?.kind || now.firstNs !== before.firstNs;
    if (now.changed !== before.changed || isOther) follow();
  });
  const stopView = view.subscribe((now, before) => {
    if (now.follow !== before.follow || now.frozen !== before.frozen) follow();
  });
  const stopFolds = useFolds.subscribe((now, before) => {
    if (now.times !== before.times) follow();
  });
  return () => {
    stopSession();
    stopView();
    stopFolds();
  };
}

function endIn(range: Range, endNs: Ns): Range {
  const widthNs = range.toNs - range.fromNs;
  const toNs = Math.max(widthNs, endNs + widthNs * FOLLOW_MARGIN);
  return { fromNs: toNs - widthNs, toNs };
}
