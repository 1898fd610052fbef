/** What views ask about latency. The analysis follows behind the capture, a slice with each question. */
import { forecasts, headroomSeries } from './analysis/headroom.ts';
import { LatencyAnalysis } from './analysis/latency-analysis.ts';
import { latencyAudits } from './analysis/latency-audit.ts';
import {
  latencyHeat,
  latencyHistogram,
  latencySummary,
  rangeOf,
} from './analysis/latency-query.ts';
import { paceReports } from './analysis/pace.ts';
import type { LatencyRequests } from './contract-latency.ts';
import type { HostContext } from './host-context.ts';
import type { Handlers } from './rpc.ts';

/** Rows that one question may take in: some tens of milliseconds. */
const SLICE_ROWS = 50_000;

export function latencyHandlers(host: HostContext): Pick<Handlers, keyof LatencyRequests> {
  let kept: LatencyAnalysis | undefined;
  const analysis = () => {
    const capture = host.capture();
    if (kept?.capture !== capture) kept = new LatencyAnalysis(capture);
    const isMore = kept.follow(SLICE_ROWS, host.shown()?.phase === 'ended');
    if (isMore) host.changed();
    return { latency: kept.latency, blame: kept.blame, capture, isMore };
  };
  return {
    latency: (query) => {
      const { capture, latency, isMore } = analysis();
      return latencySummary(capture, latency, rangeOf(query), isMore);
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
    blame: ({ first, count, index }) => {
      const { blame, isMore } = analysis();
      return blame.list(first, count, isMore, index);
    },
    latencyAudit: () => latencyAudits(host.capture()),
  };
}
