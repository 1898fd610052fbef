/** What views ask about latency. The analysis follows behind the capture, a slice with each question. */
import { AreaLatency } from './analysis/area-latency.ts';
import { forecasts, headroomSeries } from './analysis/headroom.ts';
import { LatencyAnalysis } from './analysis/latency-analysis.ts';
import { latencyAudits } from './analysis/latency-audit.ts';
import {
  exactSummary,
  latencyHeat,
  latencyHistogram,
  latencySummary,
  rangeOf,
  rowsIn,
} from './analysis/latency-query.ts';
import { paceReports } from './analysis/pace.ts';
import type { Capture } from './capture/capture.ts';
import type { LatencyRequests, LatencySummary, NsRange } from './contract-latency.ts';
import type { HostContext } from './host-context.ts';
import type { Handlers } from './rpc.ts';

/** Rows that one question may take in: some tens of milliseconds. */
const SLICE_ROWS = 50_000;
/** Where no guest waits for this thread. */
const ENDED_SLICE_ROWS = 200_000;
/** A stretch of so few is counted anew with each question: every percentile is a value that occurred. */
const AT_ONCE_ROWS = 20_000;
/** Stretches that are counted beside each other: the one that is marked, and one to compare it with. */
const KEPT_AREAS = 4;

export function latencyHandlers(host: HostContext): Pick<Handlers, keyof LatencyRequests> {
  let kept: LatencyAnalysis | undefined;
  let wasMore = false;
  const areas = new Areas();
  const analysis = () => {
    const capture = host.capture();
    if (kept?.capture !== capture) kept = new LatencyAnalysis(capture);
    const isMore = kept.follow(SLICE_ROWS, host.shown()?.phase === 'ended');
    // who is told a part asks again; everybody else hears of it once, at the end: a window that asks for all that it shows
    // with each of two hundred slices has no time for the user
    if (wasMore && !isMore) host.changed();
    wasMore = isMore;
    return { latency: kept.latency, blame: kept.blame, capture, isMore };
  };
  return {
    latency: (query) => {
      const range = rangeOf(query);
      if (range !== undefined) return areas.summary(host, range);
      const { capture, latency, isMore } = analysis();
      return latencySummary(capture, latency, isMore);
    },
    latencyHistogram: (query) => {
      const { capture, latency } = analysis();
      return latencyHistogram(capture, latency, query);
    },
    latencyHeat: (query) => {
      const { capture, latency } = analysis();
      return latencyHeat(capture, latency, query);
    },
    headroom: (query) => headroomSeries(host.capture(), query),
    forecast: ({ atNs }) => {
      const capture = host.capture();
      const nowNs = host.shown()?.session?.nowNs() ?? capture.endNs;
      return forecasts(capture, atNs ?? Math.max(nowNs, capture.endNs));
    },
    pace: ({ points }) => paceReports(host.capture(), points),
    blame: (query) => {
      const { blame, isMore } = analysis();
      return blame.list(query, isMore);
    },
    latencyAudit: () => latencyAudits(host.capture()),
  };
}

/** Long stretches that were asked about lately, each counted a slice further with every question. */
class Areas {
  private kept: AreaLatency[] = [];

  summary(host: HostContext, range: NsRange): LatencySummary {
    const capture = host.capture();
    const { from, to } = rowsIn(capture.messages, range);
    if (to - from <= AT_ONCE_ROWS) return exactSummary(capture, range);
    const area =
      this.kept.find((one) => isOf(one, capture, range)) ?? new AreaLatency(capture, range);
    this.kept = [area, ...this.kept.filter((one) => one !== area)].slice(0, KEPT_AREAS);
    const isOver = host.shown()?.phase === 'ended';
    area.follow(isOver ? ENDED_SLICE_ROWS : SLICE_ROWS);
    return area.summary();
  }
}

function isOf(area: AreaLatency, capture: Capture, { fromNs, toNs }: NsRange): boolean {
  return area.capture === capture && area.range.fromNs === fromNs && area.range.toNs === toNs;
}
