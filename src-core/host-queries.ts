/** What views ask of the capture that is shown: slices, never everything. */

import { completeFilter } from './analysis/filter-complete.ts';
import type { Capture } from './capture/capture.ts';
import type { Peaks, PeaksQuery } from './contract-data.ts';
import type { FilterState } from './contract-filter.ts';
import type { HostContext } from './host-context.ts';
import type { KeptFilters } from './host-filters.ts';
import { statusOf, summaryOf } from './host-status.ts';
import { LIMITS } from './limits.ts';
import type { Handlers } from './rpc.ts';
import { findingGroups, findingRows } from './views/finding-slice.ts';
import { gapsIn } from './views/gap-slice.ts';
import { messageDetail } from './views/message-detail.ts';
import { messageSlice } from './views/message-slice.ts';
import { overviewSlice } from './views/overview-slice.ts';
import {
  bordersSlice,
  framesAtSlice,
  peaksSlice,
  samplesSlice,
  trackInfos,
} from './views/pcm-slice.ts';
import { liveRing, recordedRing } from './views/ring-slice.ts';
import { rowMarks } from './views/row-marks.ts';
import { timelineSlice } from './views/timeline-slice.ts';

/** PCM that one question may take into the pyramids. */
const PYRAMID_BYTES = 8 << 20;

type QueryHandlers = Pick<
  Handlers,
  | (
      | 'status'
      | 'summary'
      | 'messages'
      | 'messageRow'
      | 'message'
      | 'messageAt'
      | 'timeline'
      | 'overview'
      | 'idleTimes'
      | 'gaps'
    )
  | (
      | 'completeFilter'
      | 'filterState'
      | 'rowMarks'
      | 'ring'
      | 'tracks'
      | 'peaks'
      | 'samples'
      | 'borders'
      | 'framesAt'
      | 'findings'
      | 'finding'
      | 'setup'
    )
>;

export function queryHandlers(host: HostContext, filters: KeptFilters): QueryHandlers {
  const captured = <T>(slice: (capture: Capture) => T, none: T): T => {
    const shown = host.shown();
    return shown === undefined ? none : slice(shown.capture);
  };
  return {
    status: () => {
      const shown = host.shown();
      return shown === undefined ? null : statusOf(shown);
    },
    summary: () => {
      const shown = host.shown();
      return shown === undefined ? null : summaryOf(shown, host.ports.version);
    },
    messages: (query) =>
      messageSlice(host.capture().messages, query, filters.filtered(query.filter)),
    messageRow: ({ index, filter }) => ({ row: filters.filtered(filter)?.placeOf(index) ?? index }),
    message: ({ index }) => messageDetail(host.capture(), index),
    messageAt: ({ atNs }) => {
      const { messages } = host.capture();
      return { index: Math.min(messages.rowAt(Number(atNs) || 0), messages.rows - 1) };
    },
    timeline: (query) => timelineSlice(host.capture(), query),
    overview: (query) => overviewSlice(host.capture(), query),
    idleTimes: () => captured(({ messages }) => messages.idle.all(), new Float64Array()),
    gaps: ({ fromNs, toNs }) =>
      captured((capture) => gapsIn(capture, Number(fromNs) || 0, Number(toNs) || 0), []),
    ring: ({ queue, atNs }) => ring(host, queue, atNs),
    tracks: () => captured(trackInfos, []),
    peaks: (query) => peaks(host, query),
    samples: (query) => samplesSlice(host.capture(), query),
    borders: (query) => bordersSlice(host.capture(), query),
    framesAt: (query) => framesAtSlice(host.capture(), query),
    findings: () => captured(findingGroups, []),
    finding: (query) => findingRows(host.capture(), query),
    completeFilter: ({ text, cursor }) => completeFilter(text, cursor),
    filterState: ({ filter, looks }) => {
      const rows = filters.filtered(filter);
      if (rows === undefined) return everything(host.capture().messages.rows);
      if (looks !== undefined && rows.isStopped === looks) {
        rows.isStopped = !looks;
        host.changed();
      }
      return rows.state();
    },
    rowMarks: (query) =>
      captured((capture) => rowMarks(capture, query), {
        index: [],
        expressions: [],
        marks: new Uint8Array(),
      }),
    setup: () => captured(({ story }) => story.setup.slice(-LIMITS.rowsPerRequest), []),
  };
}

function everything(rows: number): FilterState {
  return { matches: rows, looked: rows, all: rows };
}

function ring(host: HostContext, queue: number, atNs: number | undefined) {
  const shown = host.shown();
  if (shown === undefined) return null;
  if (atNs !== undefined) return recordedRing(shown.capture, queue, Number(atNs) || 0);
  const live = shown.session?.ringSnapshot(queue);
  if (live !== undefined) return liveRing(shown.capture, live, shown.session?.nowNs() ?? 0);
  return recordedRing(shown.capture, queue);
}

function peaks(host: HostContext, query: PeaksQuery): Peaks | null {
  const capture = host.capture();
  if (capture.growPyramids(PYRAMID_BYTES)) host.changed();
  return peaksSlice(capture, query);
}
