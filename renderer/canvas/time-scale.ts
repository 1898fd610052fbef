/** Time and pixels: pure. A scale shows `fromNs`..`toNs` across `widthPx`, starting at `leftPx`. */
import type { Ns } from '../../src-core/units.ts';

export interface TimeScale {
  readonly fromNs: Ns;
  readonly toNs: Ns;
  readonly leftPx: number;
  readonly widthPx: number;
  /** Where idle times are folded (`folds.ts`): all of it in pieces, from left to right. */
  readonly pieces?: readonly ScalePiece[];
}

export interface ScalePiece {
  readonly fromNs: Ns;
  readonly toNs: Ns;
  readonly fromPx: number;
  readonly toPx: number;
  /** The whole idle time that is folded here; absent where time runs as usual. */
  readonly fold?: Range;
}

export interface Range {
  readonly fromNs: Ns;
  readonly toNs: Ns;
}

export interface Tick {
  readonly atNs: Ns;
  readonly label: string;
  /** A round number of the next larger step. */
  readonly isMajor: boolean;
}

/** Narrowest and widest view: 10 µs and 30 h. */
export const MIN_RANGE_NS = 10_000;
export const MAX_RANGE_NS = 108e12;

export function toPx(scale: TimeScale, atNs: Ns): number {
  const { pieces } = scale;
  if (pieces !== undefined) return foldedPx(scale, pieces, atNs);
  return scale.leftPx + ((atNs - scale.fromNs) / (scale.toNs - scale.fromNs)) * scale.widthPx;
}

export function toNs(scale: TimeScale, px: number): Ns {
  const { pieces } = scale;
  if (pieces !== undefined) return foldedNs(scale, pieces, px);
  return scale.fromNs + ((px - scale.leftPx) / scale.widthPx) * (scale.toNs - scale.fromNs);
}

/** Outside of folds. */
export function nsPerPx(scale: TimeScale): number {
  const usual = scale.pieces?.find(({ fold }) => fold === undefined);
  if (usual !== undefined) return (usual.toNs - usual.fromNs) / (usual.toPx - usual.fromPx);
  return (scale.toNs - scale.fromNs) / scale.widthPx;
}

/** The fold at `xPx`. */
export function foldAt(scale: TimeScale, xPx: number): ScalePiece | undefined {
  return scale.pieces?.find(
    ({ fold, fromPx, toPx: endPx }) => fold !== undefined && xPx >= fromPx && xPx <= endPx,
  );
}

/** Beyond the view time goes on as usual: there is nothing to be seen of it. */
function foldedPx(scale: TimeScale, pieces: readonly ScalePiece[], atNs: Ns): number {
  if (atNs <= scale.fromNs) return scale.leftPx + (atNs - scale.fromNs) / nsPerPx(scale);
  if (atNs >= scale.toNs) {
    return scale.leftPx + scale.widthPx + (atNs - scale.toNs) / nsPerPx(scale);
  }
  const { fromNs, toNs: endNs, fromPx, toPx: endPx } = pieceWhere(pieces, (one) => one.toNs > atNs);
  return fromPx + ((atNs - fromNs) / (endNs - fromNs)) * (endPx - fromPx);
}

function foldedNs(scale: TimeScale, pieces: readonly ScalePiece[], px: number): Ns {
  if (px <= scale.leftPx) return scale.fromNs + (px - scale.leftPx) * nsPerPx(scale);
  const rightPx = scale.leftPx + scale.widthPx;
  if (px >= rightPx) return scale.toNs + (px - rightPx) * nsPerPx(scale);
  const { fromNs, toNs: endNs, fromPx, toPx: endPx } = pieceWhere(pieces, (one) => one.toPx > px);
  return fromNs + ((px - fromPx) / (endPx - fromPx)) * (endNs - fromNs);
}

/** The first piece that `reaches`; the last when none does. */
function pieceWhere(
  pieces: readonly ScalePiece[],
  reaches: (piece: ScalePiece) => boolean,
): ScalePiece {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reaches(pieces[middle] as ScalePiece)) high = middle;
    else low = middle + 1;
  }
  return pieces[low] as ScalePiece;
}

/** `factor` under 1 goes nearer; the time `atNs` stays where it is. */
export function zoomAt(range: Range, atNs: Ns, factor: number): Range {
  const widthNs = range.toNs - range.fromNs;
  const wantedNs = Math.min(MAX_RANGE_NS, Math.max(MIN_RANGE_NS, widthNs * factor));
  const share = (atNs - range.fromNs) / widthNs;
  const fromNs = atNs - share * wantedNs;
  return { fromNs, toNs: fromNs + wantedNs };
}

export function panBy(range: Range, byNs: Ns): Range {
  return { fromNs: range.fromNs + byNs, toNs: range.toNs + byNs };
}

/** Keeps some of `bounds` in view: at least a tenth of the range overlaps it. */
export function keepNear(range: Range, bounds: Range): Range {
  const marginNs = (range.toNs - range.fromNs) * 0.9;
  const lowest = bounds.fromNs - marginNs;
  const highest = Math.max(bounds.toNs, bounds.fromNs) + marginNs;
  if (range.fromNs < lowest) return panBy(range, lowest - range.fromNs);
  if (range.toNs > highest) return panBy(range, highest - range.toNs);
  return range;
}

export function centreOn(range: Range, atNs: Ns): Range {
  return panBy(range, atNs - (range.fromNs + range.toNs) / 2);
}

/** The whole of `bounds` with a little room on both sides. */
export function fitRange(bounds: Range): Range {
  const widthNs = Math.max(MIN_RANGE_NS, bounds.toNs - bounds.fromNs);
  return { fromNs: bounds.fromNs - widthNs * 0.02, toNs: bounds.toNs + widthNs * 0.02 };
}

const STEP_FACTORS = [1, 2, 5];

/** Smallest of 1, 2, 5 × 10ⁿ ns that is at least `atLeastNs`. */
export function niceStep(atLeastNs: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, atLeastNs)));
  for (const factor of STEP_FACTORS) if (factor * power >= atLeastNs) return factor * power;
  return 10 * power;
}

/** Times at round numbers, at least `minGapPx` apart; none before zero, where nothing was captured. */
export function ticks(scale: TimeScale, minGapPx = 96): Tick[] {
  const stepNs = niceStep(nsPerPx(scale) * minGapPx);
  const list: Tick[] = [];
  for (let n = Math.max(0, Math.ceil(scale.fromNs / stepNs)); n * stepNs <= scale.toNs; n++) {
    const atNs = n * stepNs;
    list.push({ atNs, label: formatTick(atNs, stepNs), isMajor: n % 10 === 0 });
  }
  return list;
}

/** Digits behind the seconds that `stepNs` needs: 0..9. */
export function digitsFor(stepNs: number): number {
  return Math.min(9, Math.max(0, 9 - Math.floor(Math.log10(Math.max(1, stepNs)) + 1e-9)));
}

/** `12.345 678 901 s`; fewer digits behind the point on request. Groups are parted by thin spaces. */
export function formatTime(atNs: Ns, digits = 9): string {
  return `${formatSeconds(atNs, digits)}\u2009s`;
}

/** `7.8 ms`, `12.4 µs`, `1.25 s`: three significant digits and the unit that suits. */
export function formatDuration(ns: Ns): string {
  const size = Math.abs(ns);
  if (Number.isNaN(ns)) return '–';
  if (size === 0) return '0';
  if (size < 1e3) return `${ns.toFixed(0)}\u2009ns`;
  if (size < 999_500) return `${significant(ns / 1e3)}\u2009µs`;
  if (size < 999.5e6) return `${significant(ns / 1e6)}\u2009ms`;
  if (size < 120e9) return `${significant(ns / 1e9)}\u2009s`;
  return formatClock(ns);
}

/** `00:12:41.302`: for session clocks. */
export function formatClock(ns: Ns): string {
  const totalMs = Math.max(0, Math.floor(ns / 1e6));
  const parts = [totalMs / 3_600_000, (totalMs / 60_000) % 60, (totalMs / 1000) % 60];
  const [hours, minutes, seconds] = parts.map((part) => String(Math.floor(part)).padStart(2, '0'));
  return `${hours}:${minutes}:${seconds}.${String(totalMs % 1000).padStart(3, '0')}`;
}

function formatTick(atNs: Ns, stepNs: number): string {
  return formatTime(atNs, digitsFor(stepNs));
}

function formatSeconds(atNs: Ns, digits: number): string {
  const sign = atNs < 0 ? '−' : '';
  const scaled = Math.round(Math.abs(atNs) / 10 ** (9 - digits));
  const whole = Math.floor(scaled / 10 ** digits);
  const fraction = digits === 0 ? '' : String(scaled % 10 ** digits).padStart(digits, '0');
  const groups = fraction.match(/.{1,3}/g) ?? [];
  return `${sign}${whole}${groups.length > 0 ? '.' : ''}${groups.join('\u2009')}`;
}

function significant(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}
