/** The shared time range: bounds, zoom and pan by the user's hand, and Follow, which keeps the end of the capture in view. */

import type { Ns } from '../../src-core/units.ts';
import { centreOn, fitRange, keepNear, panBy, type Range, zoomAt } from '../canvas/time-scale.ts';
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
  const restNs = isFollowing ? bounds.toNs : (range.fromNs + range.toNs) / 2;
  const fixedNs = atNs ?? (isCursorInView ? cursorNs : restNs);
  moveRange(keepNear(zoomAt(range, fixedNs, factor), bounds));
}

/** By a share of the visible width; positive goes to later times. */
export function panView(share: number): void {
  const { range } = useView.getState();
  panViewBy(share * (range.toNs - range.fromNs));
}

export function panViewBy(byNs: Ns): void {
  const { range } = useView.getState();
  moveRange(keepNear(panBy(range, byNs), captureBounds()));
}

export function centreView(atNs: Ns): void {
  moveRange(centreOn(useView.getState().range, atNs));
}

/** Everything that was captured, from the first message on. */
export function fitView(): void {
  moveRange(wholeCapture());
}

function wholeCapture(): Range {
  const { toNs } = captureBounds();
  return fitRange({ fromNs: useSession.getState().firstNs ?? 0, toNs });
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
    const { changed, status } = useSession.getState();
    const next =
      status?.kind === 'file' || (status?.trace !== undefined && !status.trace.isFollowed)
        ? wholeCapture()
        : endIn(range, changed.endNs);
    if (next.fromNs !== range.fromNs || next.toNs !== range.toNs) useView.setState({ range: next });
  };
  const stopSession = useSession.subscribe((now, before) => {
    const isOther = now.status?.kind !== before.status?.kind || now.firstNs !== before.firstNs;
    if (now.changed !== before.changed || isOther) follow();
  });
  const stopView = useView.subscribe((now, before) => {
    if (now.follow !== before.follow || now.frozen !== before.frozen) follow();
  });
  return () => {
    stopSession();
    stopView();
  };
}

function endIn(range: Range, endNs: Ns): Range {
  const widthNs = range.toNs - range.fromNs;
  const toNs = Math.max(widthNs, endNs + widthNs * FOLLOW_MARGIN);
  return { fromNs: toNs - widthNs, toNs };
}
