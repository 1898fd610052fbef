/** A time axis on which idle times are folded: each takes a small share of the view, whatever its length. Pure.
 *
 *      folded      ▏bars bars bars ▏⦚▏ bars bars ▏
 *      in full     ▏bars bars bars ▏                              ▏ bars bars ▏
 *
 *  Everything follows from one number, the density: the share of the view that a nanosecond takes. An idle time takes as much
 *  as any other, but at most `FOLD_SHARE`; so nothing jumps where a fold begins to be one. */
import type { Ns } from '../../src-core/units.ts';
import {
  MAX_RANGE_NS,
  MIN_RANGE_NS,
  type Range,
  type ScalePiece,
  type TimeScale,
} from './time-scale.ts';

/** What a fold takes of the view at most. */
export const FOLD_SHARE = 0.06;
/** A view of which less than this part is not idle shows it in full. */
const LEAST_BUSY = 1 / 5000;

/** The density of a view. `idle`: in order, none touching another. */
export function densityIn(range: Range, idle: readonly Range[]): number {
  const widthNs = range.toNs - range.fromNs;
  const seen = idle
    .filter((one) => overlapNs(one, range) > 0)
    .map((one) => ({ wholeNs: one.toNs - one.fromNs, seenNs: overlapNs(one, range) }))
    .sort((a, b) => b.wholeNs - a.wholeNs);
  let busyNs = widthNs;
  let folded = 0;
  let density = 1 / widthNs;
  for (const { wholeNs, seenNs } of seen) {
    const inside = FOLD_SHARE / wholeNs;
    const leftNs = busyNs - seenNs;
    if (density <= inside || leftNs < Math.max(MIN_RANGE_NS, widthNs * LEAST_BUSY)) break;
    busyNs = leftNs;
    folded += seenNs * inside;
    density = (1 - folded) / busyNs;
  }
  return density;
}

/** The time that is `share` of the view away from `atNs`: negative goes to earlier times. */
export function walk(atNs: Ns, share: number, density: number, idle: readonly Range[]): Ns {
  if (share < 0) {
    const mirrored = idle.map(({ fromNs, toNs }) => ({ fromNs: -toNs, toNs: -fromNs })).reverse();
    return -walk(-atNs, -share, density, mirrored);
  }
  let now = atNs;
  let left = share;
  for (const { fromNs, toNs } of idle) {
    if (toNs <= now) continue;
    const before = Math.max(0, fromNs - now) * density;
    if (left <= before) break;
    left -= before;
    now = Math.max(now, fromNs);
    const inside = Math.min(density, FOLD_SHARE / (toNs - fromNs));
    if (left <= (toNs - now) * inside) return now + left / inside;
    left -= (toNs - now) * inside;
    now = toNs;
  }
  return now + left / density;
}

/** The share of the view between two times; negative when the second is earlier. */
export function shareBetween(
  fromNs: Ns,
  untilNs: Ns,
  density: number,
  idle: readonly Range[],
): number {
  if (untilNs < fromNs) return -shareBetween(untilNs, fromNs, density, idle);
  let share = (untilNs - fromNs) * density;
  for (const one of idle) {
    const seenNs = overlapNs(one, { fromNs, toNs: untilNs });
    const inside = Math.min(density, FOLD_SHARE / (one.toNs - one.fromNs));
    if (seenNs > 0) share -= seenNs * (density - inside);
  }
  return share;
}

/** The scale with its folds; as it is when there are none in view. */
export function foldScale(scale: TimeScale, idle: readonly Range[]): TimeScale {
  const density = densityIn(scale, idle);
  const inView = idle.filter((one) => overlapNs(one, scale) > 0);
  const folds = inView.filter((one) => isFolded(one, density));
  if (folds.length === 0 || density * (scale.toNs - scale.fromNs) <= 1 + 1e-9) return scale;
  const perNs = density * scale.widthPx;
  const pieces: ScalePiece[] = [];
  let [atNs, atPx] = [scale.fromNs, scale.leftPx];
  const add = (toNs: Ns, pxPerNs: number, fold: Range | undefined) => {
    if (toNs <= atNs) return;
    const toPx = atPx + (toNs - atNs) * pxPerNs;
    const own = { fromNs: atNs, toNs, fromPx: atPx, toPx };
    pieces.push(fold === undefined ? own : { ...own, fold });
    [atNs, atPx] = [toNs, toPx];
  };
  for (const fold of folds) {
    add(fold.fromNs, perNs, undefined);
    const inside = (FOLD_SHARE / (fold.toNs - fold.fromNs)) * scale.widthPx;
    add(Math.min(fold.toNs, scale.toNs), inside, fold);
  }
  add(scale.toNs, perNs, undefined);
  return { ...scale, pieces };
}

/** As `zoomAt`: `atNs` stays where it is, folds stay as wide as they are. */
export function zoomFolded(range: Range, idle: readonly Range[], atNs: Ns, factor: number): Range {
  const before = densityIn(range, idle);
  const density = Math.min(1 / MIN_RANGE_NS, Math.max(1 / MAX_RANGE_NS, before / factor));
  const share = shareBetween(range.fromNs, atNs, before, idle);
  return around(atNs, share, density, idle);
}

/** As `panBy` and `keepNear`, by a share of the view. */
export function panFolded(
  range: Range,
  idle: readonly Range[],
  byShare: number,
  bounds: Range,
): Range {
  const density = densityIn(range, idle);
  const lowest = walk(bounds.fromNs, -0.9, density, idle);
  const highest = walk(Math.max(bounds.fromNs, bounds.toNs), -0.1, density, idle);
  const wanted = walk(range.fromNs, byShare, density, idle);
  return around(Math.max(lowest, Math.min(highest, wanted)), 0, density, idle);
}

/** As `fitRange`. */
export function fitFolded(bounds: Range, idle: readonly Range[]): Range {
  const widthNs = Math.max(MIN_RANGE_NS, bounds.toNs - bounds.fromNs);
  const whole = { fromNs: bounds.fromNs, toNs: bounds.fromNs + widthNs };
  const density = densityIn(whole, idle);
  return {
    fromNs: walk(whole.fromNs, -0.02, density, idle),
    toNs: walk(whole.toNs, 0.02, density, idle),
  };
}

/** The view of the same density with `atNs` at `share` of its width. */
export function around(atNs: Ns, share: number, density: number, idle: readonly Range[]): Range {
  return {
    fromNs: walk(atNs, -share, density, idle),
    toNs: walk(atNs, 1 - share, density, idle),
  };
}

/** Whether it takes less room than as much of other time. */
export function isFolded({ fromNs, toNs }: Range, density: number): boolean {
  return density > FOLD_SHARE / (toNs - fromNs);
}

function overlapNs(one: Range, other: Range): Ns {
  return Math.min(one.toNs, other.toNs) - Math.max(one.fromNs, other.fromNs);
}
