/** The time axis in other units than seconds since the start: from a zero of one's own, by the wall's clock, in frames or in
 *  periods of a stream, or by the avail index of a queue. Pure. */
import type { Ns } from '../../src-core/units.ts';
import type { AxisUnit } from '../store/view.ts';
import {
  digitsFor,
  formatTime,
  niceStep,
  nsPerPx,
  type Tick,
  type TimeScale,
  toPx,
} from './time-scale.ts';

export interface Axis {
  readonly unit: AxisUnit;
  /** What counts as zero; not for the wall's clock. */
  readonly zeroNs: Ns;
  readonly startedAtUnixMs: number;
  /** Of the stream that is shown; absent while its parameters are not known. */
  readonly frameNs?: Ns | undefined;
  readonly periodNs?: Ns | undefined;
  /** Of the queue that is shown, where its avail index stood; for that unit. */
  readonly ring?: { readonly queueName: string; readonly places: readonly RingPlace[] } | undefined;
}

export interface RingPlace {
  readonly atNs: Ns;
  readonly index: number;
}

/** What the axis says of itself, beside it. */
export function axisTitle({ unit, zeroNs, frameNs, periodNs, ring }: Axis): string {
  const from = zeroNs === 0 ? '' : ' from 0';
  if (unit === 'wall') return 'clock';
  if (unit === 'ring') return ring === undefined ? 'avail idx' : `avail idx, ${ring.queueName}`;
  if (unit === 'frames') return frameNs === undefined ? 'frames: no stream' : `frames${from}`;
  if (unit === 'periods') return periodNs === undefined ? 'periods: no stream' : `periods${from}`;
  return `time${from}`;
}

/** Round numbers of the axis' unit that are in view. */
export function axisTicks(scale: TimeScale, axis: Axis, minGapPx = 120): readonly Tick[] {
  if (axis.unit === 'ring') return ringTicks(scale, axis.ring?.places ?? [], minGapPx / 2);
  const unitNs = unitOf(axis);
  const stepUnits = stepFor(nsPerPx(scale) * minGapPx, unitNs);
  const stepNs = stepUnits * unitNs;
  const zeroNs = axis.unit === 'wall' ? 0 : axis.zeroNs;
  const marks: Tick[] = [];
  for (const { fromNs, toNs, isCut } of usualTimes(scale)) {
    const first = Math.ceil((Math.max(0, fromNs) - zeroNs) / stepNs);
    const lastLabelNs = isCut ? toNs - LABEL_PX * nsPerPx(scale) : toNs;
    for (let n = first; zeroNs + n * stepNs <= toNs; n++) {
      const atNs = zeroNs + n * stepNs;
      const label = atNs > lastLabelNs ? '' : labelOf(axis, n * stepUnits, atNs, stepNs);
      marks.push({ atNs, label, isMajor: n % 10 === 0 });
    }
  }
  return marks;
}

/** The index moves with the messages: its places are as far apart as they are, and those that are too near are left out. */
function ringTicks(scale: TimeScale, places: readonly RingPlace[], gapPx: number): Tick[] {
  const marks: Tick[] = [];
  let lastPx = Number.NEGATIVE_INFINITY;
  for (const { atNs, index } of places) {
    const px = toPx(scale, atNs);
    if (px - lastPx < gapPx || atNs < scale.fromNs || atNs > scale.toNs) continue;
    lastPx = px;
    marks.push({ atNs, label: grouped(index), isMajor: index % 1024 === 0 });
  }
  return marks;
}

/** Room that a label takes: nearer to a fold it would run into it. */
const LABEL_PX = 80;

/** What is not folded of the view. */
function usualTimes({ fromNs, toNs, pieces }: TimeScale) {
  if (pieces === undefined) return [{ fromNs, toNs, isCut: false }];
  return pieces
    .filter(({ fold }) => fold === undefined)
    .map((piece) => ({ fromNs: piece.fromNs, toNs: piece.toNs, isCut: piece.toNs < toNs }));
}

/** The next unit, in the order of the key. */
export function nextUnit(unit: AxisUnit): AxisUnit {
  const units: readonly AxisUnit[] = ['start', 'wall', 'frames', 'periods', 'ring'];
  return units[(units.indexOf(unit) + 1) % units.length] ?? 'start';
}

function unitOf({ unit, frameNs, periodNs }: Axis): Ns {
  if (unit === 'frames') return frameNs ?? 1;
  return unit === 'periods' ? (periodNs ?? 1) : 1;
}

/** Whole frames and periods only. */
function stepFor(atLeastNs: Ns, unitNs: Ns): number {
  return Math.max(1, niceStep(Math.max(1, atLeastNs / unitNs)));
}

function labelOf(axis: Axis, units: number, atNs: Ns, stepNs: Ns): string {
  const { unit, frameNs, periodNs, startedAtUnixMs } = axis;
  if (unit === 'frames' && frameNs !== undefined) return `${grouped(units)} fr`;
  if (unit === 'periods' && periodNs !== undefined) return `${grouped(units)} P`;
  if (unit === 'wall') return clockText(startedAtUnixMs + atNs / 1e6, digitsFor(stepNs));
  return formatTime(units, digitsFor(stepNs));
}

function clockText(unixMs: number, digits: number): string {
  const date = new Date(unixMs);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  const shown = Math.min(3, digits);
  if (shown === 0) return clock;
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${clock}.${ms.slice(0, shown)}`;
}

function grouped(count: number): string {
  const sign = count < 0 ? '−' : '';
  return sign + String(Math.abs(Math.round(count))).replace(/\B(?=(\d{3})+$)/g, '\u2009');
}
