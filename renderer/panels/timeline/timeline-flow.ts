/** What led to the selected message and what came of it, as arrows between lanes. Only of that one message, and only what is
 *  in the window that was asked for. Pure.
 *
 *      the return that freed its place ──► kick ──► the message ──► interrupt
 *      a finding about it ──► the message          a command ──► the state that it brought about
 *      the message ──► events of its stream while it lived */
import { CONTROLQ, EVENTQ } from '../../../src-core/spec/sound.ts';
import type { Ns } from '../../../src-core/units.ts';
import { isIo } from '../../store/message-row.ts';
import { AXIS_PX, BAR_PX, type Bar, barTopPx, type LaneView, MARKS_PX } from './timeline-lane.ts';
import type { TimelineModel } from './timeline-model.ts';

export interface FlowEnd {
  readonly atNs: Ns;
  /** Of the content, not scrolled. */
  readonly yPx: number;
  /** Absent: in the strip of findings, which never scrolls. */
  readonly lane: LaneView | undefined;
}

export interface FlowArrow {
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  /** Inferred from times, not told by the rings: drawn dashed. */
  readonly isDerived: boolean;
}

/** So many events of one message are shown. */
const MOST_EVENTS = 8;

export function flowOf(model: TimelineModel, index: number | undefined): readonly FlowArrow[] {
  if (index === undefined) return [];
  for (const lane of model.lanes) {
    const bar = lane.bars.find(({ row }) => row.index === index);
    if (bar !== undefined) return arrowsOf(model, lane, bar);
  }
  return [];
}

function arrowsOf(model: TimelineModel, lane: LaneView, bar: Bar): FlowArrow[] {
  const { row } = bar;
  const middle = (other: Bar) => barTopPx(lane, other) + BAR_PX / 2;
  const start: FlowEnd = { atNs: bar.fromNs, yPx: middle(bar), lane };
  const end: FlowEnd = { atNs: bar.toNs, yPx: middle(bar), lane };
  const arrows: FlowArrow[] = [];
  const kick: FlowEnd = { atNs: row.kickNs, yPx: lane.ticksTopPx + 8, lane };
  const hasKick = !Number.isNaN(row.kickNs) && lane.queue !== EVENTQ;
  if (hasKick) arrows.push({ from: kick, to: start, isDerived: false });
  const before = isIo(row) ? returnedBefore(lane, bar) : undefined;
  if (before !== undefined) {
    const from = { atNs: before.toNs, yPx: middle(before), lane };
    arrows.push({ from, to: hasKick ? kick : start, isDerived: true });
  }
  if (!Number.isNaN(row.interruptNs)) {
    const to = { atNs: row.interruptNs, yPx: lane.ticksTopPx + 1, lane };
    arrows.push({ from: end, to, isDerived: false });
  }
  for (const mark of model.marks.filter((one) => one.index === row.index)) {
    const from = { atNs: mark.atNs, yPx: AXIS_PX + MARKS_PX - 2, lane: undefined };
    const atNs = Math.min(bar.toNs, Math.max(bar.fromNs, mark.atNs));
    arrows.push({ from, to: { atNs, yPx: barTopPx(lane, bar), lane }, isDerived: false });
  }
  return [...arrows, ...statesOf(model, bar, end), ...eventsOf(model, bar, end)];
}

/** The last message of the lane that came back before this one was posted: it made room. */
function returnedBefore(lane: LaneView, bar: Bar): Bar | undefined {
  let last: Bar | undefined;
  for (const other of lane.bars) {
    if (Number.isNaN(other.row.usedNs) || other.row.usedNs > bar.fromNs) continue;
    if (last === undefined || other.row.usedNs >= last.row.usedNs) last = other;
  }
  return last;
}

/** A command of a stream leads to the state that began while it was served. */
function statesOf(model: TimelineModel, { row }: Bar, end: FlowEnd): FlowArrow[] {
  if (row.queue !== CONTROLQ || row.streamId < 0) return [];
  return model.lanes.flatMap((lane) =>
    lane.streamId !== row.streamId || lane.bandTopPx === undefined
      ? []
      : lane.states
          .filter(({ fromNs }) => fromNs >= row.poppedNs && fromNs <= end.atNs)
          .map(({ fromNs }) => ({
            from: end,
            to: { atNs: fromNs, yPx: (lane.bandTopPx ?? 0) + 7, lane },
            isDerived: true,
          })),
  );
}

/** Events of the stream that were told while the message lived; from an event back to the message that was being served. */
function eventsOf(model: TimelineModel, bar: Bar, end: FlowEnd): FlowArrow[] {
  const { row } = bar;
  const events = model.lanes.find(({ queue }) => queue === EVENTQ);
  if (events === undefined || row.streamId < 0 || !isIo(row)) return [];
  return events.bars
    .filter(({ row: event }) => event.streamId === row.streamId)
    .filter(({ fromNs }) => fromNs >= row.poppedNs && fromNs <= end.atNs + SOON_NS)
    .slice(0, MOST_EVENTS)
    .map((event) => ({
      from: { ...end, atNs: Math.min(end.atNs, event.fromNs) },
      to: { atNs: event.fromNs, yPx: barTopPx(events, event) + BAR_PX / 2, lane: events },
      isDerived: true,
    }));
}

/** An event about a message that was just returned is still its. */
const SOON_NS = 1e6;

/** How far to scroll so that a message's bar is seen; `undefined` when it is not in any lane here. */
export function scrollToShow(
  model: TimelineModel,
  index: number,
  scrollPx: number,
  heightPx: number,
): number | undefined {
  for (const lane of model.lanes) {
    const bar = lane.bars.find(({ row }) => row.index === index);
    if (bar === undefined) continue;
    const topPx = barTopPx(lane, bar);
    if (topPx < model.pinnedBottomPx) return scrollPx;
    const lowest = topPx - model.pinnedBottomPx;
    return Math.max(0, Math.min(lowest, Math.max(scrollPx, topPx + 2 * BAR_PX - heightPx)));
  }
  return undefined;
}
