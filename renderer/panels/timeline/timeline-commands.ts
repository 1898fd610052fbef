/** Keys of the timeline: they move its time range, and the cursor and selection of the panel that has the keys, so they work
 *  from every panel that does not use them itself. */

import type { MessageFilter } from '../../../src-core/contract-data.ts';
import { endOf, stagesOf, startOf } from '../../../src-core/spec/stages.ts';
import { nextUnit } from '../../canvas/time-axis.ts';
import type { Command } from '../../commands.ts';
import { holdEdge } from '../../store/area-edges.ts';
import { setFolding, toggleNearestFold, useFolds } from '../../store/folds.ts';
import { rowAt } from '../../store/message-row.ts';
import { activeView, forEachView, viewOf } from '../../store/own-views.ts';
import { ask, notify, useSession } from '../../store/session.ts';
import { stepMessage } from '../../store/step-message.ts';
import {
  centreView,
  fitView,
  middleOfView,
  panView,
  revealTime,
  showRange,
  zoomView,
} from '../../store/time-range.ts';
import { laneKey, selectedMessage, sharedView, toggleLane, type View } from '../../store/view.ts';
import { TRACK_TITLES } from './timeline-tracks.ts';

const ZOOM = 0.7;
const PAN = 0.15;

/** These keys move what the timeline shows, whatever panel has them. */
const ours = () => viewOf('timeline');

const isShown = () => {
  const { status } = useSession.getState();
  return status !== null && status !== undefined;
};

export const TIMELINE_COMMANDS: readonly Command[] = [
  command('zoom-in', 'Zoom in', ['w', '+'], () => zoomView(ZOOM, undefined, ours())),
  command('zoom-out', 'Zoom out', ['s', '-'], () => zoomView(1 / ZOOM, undefined, ours())),
  command('pan-left', 'Earlier', ['a'], () => panView(-PAN, ours())),
  command('pan-right', 'Later', ['d'], () => panView(PAN, ours())),
  command('centre', 'Centre the selection; again: fit it', ['f'], () => void centreOrFit()),
  command('fit', 'The whole capture', ['Shift+f'], () => fitView(ours())),
  command(
    'open-idle',
    'Open the nearest folded idle time; when all are open: fold them',
    ['e'],
    () => toggleNearestFold(ours()),
  ),
  command('fold-idle', 'Fold idle times, or show them in full', [], () =>
    setFolding(!useFolds.getState().isOn),
  ),
  command('units', 'Axis: seconds, clock, frames, periods, ring index', ['u'], () =>
    sharedView.setState(({ axisUnit }) => ({ axisUnit: nextUnit(axisUnit) })),
  ),
  command('zero', 'Time zero at the cursor; again: at the start', ['z'], () =>
    activeView().setState(({ zeroNs, cursorNs = 0 }) => ({
      zeroNs: zeroNs === cursorNs ? 0 : cursorNs,
    })),
  ),
  command('edge-from', 'Start of the area at the pointer; again: let go', ['1'], () =>
    holdEdge('from', ours()),
  ),
  command('edge-to', 'End of the area at the pointer; again: let go', ['2'], () =>
    holdEdge('to', ours()),
  ),
  ...TRACK_TITLES.map(({ kind, title }) =>
    command(`track-${kind}`, `Show or hide: ${title}`, [], () => toggleLane('hidden', kind)),
  ),
  command('pin', 'Pin the lane of the selected message, or unpin', ['p'], () => void pinLane()),
  command('next', 'Next message on the same lane', ['.'], () => void stepOnLane(1)),
  command('previous', 'Previous message on the same lane', [','], () => void stepOnLane(-1)),
  command('next-stage', 'Cursor to the next stage of the message', [']'], () => void stepStage(1)),
  command(
    'previous-stage',
    'Cursor to the previous stage of the message',
    ['['],
    () => void stepStage(-1),
  ),
];

function command(id: string, title: string, keys: string[], run: () => void): Command {
  return { id: `timeline.${id}`, title, group: 'Timeline', keys, when: isShown, run };
}

/** First press centres the selection, a second one shows it with a little room; without a selection shows everything. */
async function centreOrFit(): Promise<void> {
  const view = ours();
  const extent = await selectedExtent(view);
  if (extent === undefined) return fitView(view);
  const { range } = view.getState();
  const middleNs = (extent.fromNs + extent.toNs) / 2;
  const isCentred = Math.abs(middleOfView(view) - middleNs) < (range.toNs - range.fromNs) * 0.01;
  if (isCentred) showRange(extent, view);
  else centreView(middleNs, view);
}

async function selectedExtent(view: View): Promise<{ fromNs: number; toNs: number } | undefined> {
  const { selection } = view.getState();
  if (selection.kind === 'range') return selection;
  const row = await selectedRow(view);
  if (row === undefined) return undefined;
  const endNs = endOf(row);
  return { fromNs: startOf(row), toNs: Number.isNaN(endNs) ? row.poppedNs : endNs };
}

async function stepOnLane(by: 1 | -1): Promise<void> {
  const row = await selectedRow(activeView());
  await stepMessage(row === undefined ? {} : laneFilter(row), by, 'message on this lane');
}

function laneFilter(row: { queue: number; streamId: number }): MessageFilter {
  const queues = [row.queue];
  return row.queue < 2 || row.streamId < 0 ? { queues } : { queues, streamId: row.streamId };
}

/** Moves the cursor to the border between two stages of the selected message. */
async function stepStage(by: 1 | -1): Promise<void> {
  const view = activeView();
  const row = await selectedRow(view);
  if (row === undefined) return;
  const stages = stagesOf(row, Number.NaN);
  const borders = [startOf(row), ...stages.map(({ toNs }) => toNs)];
  const { cursorNs = startOf(row) } = view.getState();
  const side = borders.filter((ns) => (by > 0 ? ns > cursorNs : ns < cursorNs));
  if (side.length === 0) return;
  const toNs = by > 0 ? Math.min(...side) : Math.max(...side);
  view.setState({ cursorNs: toNs });
  revealTime(toNs, toNs, view);
}

async function pinLane(): Promise<void> {
  const row = await selectedRow(activeView());
  if (row === undefined) {
    const what = 'Select a message first: its lane is the one that is pinned.';
    notify({ severity: 'info', code: 'no-message', what });
    return;
  }
  toggleLane('pinned', laneKey(row.queue, row.queue < 2 ? -1 : row.streamId));
}

async function selectedRow(view: View) {
  const index = selectedMessage(view.getState());
  if (index === undefined) return undefined;
  const columns = await ask('messages', { first: index, count: 1 });
  return columns === undefined || columns.count === 0 ? undefined : rowAt(columns, 0);
}

/** A message that another panel chose comes into view, and the cursor goes to where it was popped. */
export function keepSelectionInView(): () => void {
  return forEachView(keepInView);
}

function keepInView(view: View): () => void {
  return view.subscribe((now, before) => {
    const { selection } = now;
    if (selection === before.selection || selection.kind !== 'message') return;
    if (selection.by === 'timeline') return;
    void selectedRow(view).then((row) => {
      if (row === undefined || view.getState().selection !== selection) return;
      const endNs = endOf(row);
      revealTime(row.poppedNs, Number.isNaN(endNs) ? row.poppedNs : endNs, view);
      view.setState({ cursorNs: row.poppedNs });
    });
  });
}
