/** The shared time range: bounds, zoom and pan by the user's hand, and Follow, which keeps the end of the capture in view. */

import type { Ns } from '../../src-core/units.ts';
import { around, densityIn, fitFolded, panFolded, walk, zoomFolded } from '../canvas/folds.ts';
import { centreOn, fitRange, keepNear, panBy, type Range, zoomAt } from '../canvas/time-scale.ts';
import { foldedTimes, isAllIdle, isWhole, useFolds } from './folds.ts';
import { isReadWhole } from './read-whole.ts';
import { useSession } from './session.ts';
import { moveRange, useView } from './view.ts';

/** Where Follow leaves the end of the capture: this share of the width from the right edge. */
const FOLLOW_MARGIN = 0.04;

/** What was captured, and what the frozen view still shows of it. */
export function captureBounds(): Range {
  const { frozen } = useView.getState();
  return { fromNs: 0, toNs: frozen?.endNs ?? useSession.getState().changed.endNs };
}

/** `factor` under 1 goes nearer. Without `atNs` the cursor stays, if it is in view; else the end of the capture while it is
 *  followed, else the middle. Turns Follow off; when it goes on again it keeps the new width. */
export function zoomView(factor: number, atNs?: Ns): void {
  const { range, follow, cursorNs } = useView.getState();
  const bounds = captureBounds();
  const isCursorInView =
    cursorNs !== undefined && cursorNs >= range.fromNs && cursorNs <= range.toNs;
  const { status } = useSession.getState();
  const isFollowing = follow && (status == null || !isReadWhole(status));
  const restNs = isFollowing ? bounds.toNs : middleOfView();
  const fixedNs = atNs ?? (isCursorInView ? cursorNs : restNs);
  const folded = foldedIn(range);
  if (folded !== undefined) {
    moveRange(panFolded(zoomFolded(range, folded, fixedNs, factor), folded, 0, bounds));
    return;
  }
  moveRange(keepNear(zoomAt(range, fixedNs, factor), bounds));
}

/** By a share of the visible width; positive goes to later times. */
export function panView(share: number): void {
  const { range } = useView.getState();
  const folded = foldedIn(range);
  if (folded !== undefined) moveRange(panFolded(range, folded, share, captureBounds()));
  else moveRange(keepNear(panBy(range, share * (range.toNs - range.fromNs)), captureBounds()));
}

export function centreView(atNs: Ns): void {
  const { range } = useView.getState();
  const folded = foldedIn(range);
  if (folded === undefined) moveRange(centreOn(range, atNs));
  else moveRange(around(atNs, 0.5, densityIn(range, folded), folded));
}

/** The time in the middle of the timeline. */
export function middleOfView(): Ns {
  const { range } = useView.getState();
  const folded = foldedIn(range);
  if (folded === undefined) return (range.fromNs + range.toNs) / 2;
  return walk(range.fromNs, 0.5, densityIn(range, folded), folded);
}

/** What is folded; `undefined` when nothing is, or when the view shows nothing but one idle time, in full. */
function foldedIn(range: Range): readonly Range[] | undefined {
  const folded = foldedTimes();
  return folded.length === 0 || isAllIdle(range, folded) ? undefined : folded;
}

/** Everything that was captured, from the first message on. */
export function fitView(): void {
  moveRange(wholeCapture());
}

function wholeCapture(): Range {
  const { toNs } = captureBounds();
  const whole = { fromNs: useSession.getState().firstNs ?? 0, toNs };
  const folded = foldedTimes();
  return folded.length === 0 ? fitRange(whole) : fitFolded(whole, folded);
}

/** Shows a range with some room around it. */
export function showRange({ fromNs, toNs }: Range): void {
  const widthNs = Math.max(1000, toNs - fromNs);
  moveRange({ fromNs: fromNs - widthNs * 0.6, toNs: toNs + widthNs * 0.6 });
}

/** Moves a time into view if it is not there. */
export function revealTime(fromNs: Ns, toNs: Ns): void {
  const { range } = useView.getState();
  if (toNs >= range.fromNs && fromNs <= range.toNs) return;
  centreView((fromNs + Math.min(toNs, fromNs + range.toNs - range.fromNs)) / 2);
}

/** Keeps the end of the capture in view while Follow is on and nothing is frozen. Returns what stops it. */
export function keepFollowing(): () => void {
  const follow = () => {
    const { follow: isOn, frozen, range } = useView.getState();
    if (!isOn || frozen !== undefined) return;
    const { changed } = useSession.getState();
    const next = isWhole() ? wholeCapture() : endIn(range, changed.endNs);
    if (next.fromNs !== range.fromNs || next.toNs !== range.toNs) useView.setState({ range: next });
  };
  const stopSession = useSession.subscribe((now, before) => {
    const isOther = now.status?.kind !== before.status?.kind || now.firstNs !== before.firstNs;
    if (now.changed !== before.changed || isOther) follow();
  });
  const stopView = useView.subscribe((now, before) => {
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
