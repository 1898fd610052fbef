/** The overview strip: what part of the capture is visible, and what the hand on it means. Pure. */
import type { Overview } from '../../src-core/contract-overview.ts';
import type { Ns } from '../../src-core/units.ts';
import { MIN_RANGE_NS, niceStep, type Range, type TimeScale, toPx } from '../canvas/time-scale.ts';

/** So near to an edge of the handle a press takes that edge. */
export const EDGE_PX = 6;
/** A handle is at least so wide, that it can be seen and taken. */
export const MIN_HANDLE_PX = 10;

export interface Handle {
  readonly leftPx: number;
  readonly widthPx: number;
}

/** Where the visible range stands in the strip; a range outside of the capture stands at the strip's end. */
export function handleOf(scale: TimeScale, range: Range): Handle {
  const rightMostPx = scale.leftPx + scale.widthPx;
  const clamp = (px: number) => Math.min(rightMostPx, Math.max(scale.leftPx, px));
  const leftPx = clamp(toPx(scale, range.fromNs));
  const rightPx = clamp(toPx(scale, range.toNs));
  const widthPx = Math.min(scale.widthPx, Math.max(MIN_HANDLE_PX, rightPx - leftPx));
  const middlePx = (leftPx + rightPx) / 2;
  const fromPx = Math.min(rightMostPx - widthPx, Math.max(scale.leftPx, middlePx - widthPx / 2));
  return { leftPx: fromPx, widthPx };
}

/** What a press at `xPx` takes: an edge, the handle, or nothing: then a new range is drawn. */
export type Grip = 'from' | 'to' | 'all' | 'new';

export function gripAt({ leftPx, widthPx }: Handle, xPx: number): Grip {
  const rightPx = leftPx + widthPx;
  // of a narrow handle the inside stays for moving it
  const inside = Math.min(EDGE_PX, widthPx / 4);
  if (xPx >= leftPx - EDGE_PX && xPx <= leftPx + inside) return 'from';
  if (xPx >= rightPx - inside && xPx <= rightPx + EDGE_PX) return 'to';
  return xPx > leftPx && xPx < rightPx ? 'all' : 'new';
}

/** The visible range after a drag from `pressNs` to `atNs`, which began with `before`. */
export function dragged(grip: Grip, before: Range, pressNs: Ns, atNs: Ns): Range {
  const byNs = atNs - pressNs;
  if (grip === 'all') return { fromNs: before.fromNs + byNs, toNs: before.toNs + byNs };
  if (grip === 'from') {
    return {
      fromNs: Math.min(before.fromNs + byNs, before.toNs - MIN_RANGE_NS),
      toNs: before.toNs,
    };
  }
  if (grip === 'to') {
    return {
      fromNs: before.fromNs,
      toNs: Math.max(before.toNs + byNs, before.fromNs + MIN_RANGE_NS),
    };
  }
  const fromNs = Math.min(pressNs, atNs);
  return { fromNs, toNs: Math.max(pressNs, atNs, fromNs + MIN_RANGE_NS) };
}

const MOVE = 0.1;
const RESIZE = 0.1;

/** Arrows move by a tenth of the visible range, with Shift they move its end; `undefined` for other keys. */
export function keyed(
  key: string,
  isShift: boolean,
  range: Range,
  bounds: Range,
): Range | undefined {
  const widthNs = range.toNs - range.fromNs;
  const to = (fromNs: Ns) => ({ fromNs, toNs: fromNs + widthNs });
  const sign = key === 'ArrowLeft' || key === 'ArrowDown' ? -1 : 1;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      if (!isShift) return to(range.fromNs + sign * widthNs * MOVE);
      return dragged('to', range, 0, sign * widthNs * RESIZE);
    case 'ArrowUp':
    case 'ArrowDown': {
      const middleNs = (range.fromNs + range.toNs) / 2;
      const half = Math.max(MIN_RANGE_NS, widthNs * (sign > 0 ? 0.7 : 1 / 0.7)) / 2;
      return { fromNs: middleNs - half, toNs: middleNs + half };
    }
    case 'PageUp':
      return to(range.fromNs - widthNs);
    case 'PageDown':
      return to(range.fromNs + widthNs);
    case 'Home':
      return to(bounds.fromNs);
    case 'End':
      return to(bounds.toNs - widthNs);
    default:
      return undefined;
  }
}

/** The end of the capture in steps, so that a live one does not ask for another picture every time. */
export function steppedEnd(fromNs: Ns, toNs: Ns): Ns {
  const stepNs = niceStep((toNs - fromNs) / 400);
  return Math.ceil(toNs / stepNs) * stepNs;
}

/** What stands under the pointer, in numbers. */
export function columnAt(
  overview: Overview,
  atNs: Ns,
): { readonly messages: number; readonly findings: number; readonly isLost: boolean } | undefined {
  const columns = overview.count.length;
  const place = Math.floor(
    ((atNs - overview.fromNs) * columns) / (overview.toNs - overview.fromNs),
  );
  if (place < 0 || place >= columns) return undefined;
  return {
    messages: overview.count[place] ?? 0,
    findings: overview.findings[place] ?? 0,
    isLost: overview.lost[place] === 1,
  };
}
