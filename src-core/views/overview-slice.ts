/** The whole capture in one strip: how many messages, the worst findings, losses, least headroom. Stands on the sums over
 *  blocks that the timeline has, so that ten million messages cost what forty thousand blocks do. */
import { headroomSeries } from '../analysis/headroom.ts';
import type { Capture } from '../capture/capture.ts';
import { SEVERITY_NUMBER } from '../capture/messages.ts';
import type { Overview } from '../contract-overview.ts';
import { LIMITS } from '../limits.ts';
import type { Ns } from '../units.ts';
import { gapsIn } from './gap-slice.ts';
import { densityOf } from './timeline-slice.ts';

/** Headroom costs more than a sum: so many columns share one look. */
const COLUMNS_PER_LOOK = 4;
const MAX_COLUMNS = 4096;

export function overviewSlice(
  capture: Capture,
  query: { fromNs: Ns; toNs: Ns; columns: number },
): Overview {
  const columns = Math.max(1, Math.min(Math.floor(query.columns) || 1, MAX_COLUMNS));
  const fromNs = Math.max(0, Number(query.fromNs) || 0);
  const toNs = Math.max(fromNs + 1, Number(query.toNs) || 0);
  const { count, severity } = densityOf(capture, { fromNs, toNs, columns });
  const findings = new Uint32Array(columns);
  const lost = new Uint8Array(columns);
  for (const mark of capture.story.marks) {
    if (mark.atNs < fromNs || mark.atNs > toNs) continue;
    const place = Math.floor(((mark.atNs - fromNs) * columns) / (toNs - fromNs));
    const column = Math.min(columns - 1, place);
    if (mark.kind === 'dropped') lost[column] = 1;
    if (mark.kind === 'reset') continue;
    findings[column] = (findings[column] ?? 0) + 1;
    severity[column] = Math.max(severity[column] ?? 0, SEVERITY_NUMBER[mark.severity]);
  }
  const gaps = gapsIn(capture, fromNs, toNs);
  const headroom = leastHeadroom(capture, fromNs, toNs, Math.ceil(columns / COLUMNS_PER_LOOK));
  return { fromNs, toNs, count, severity, findings, lost, gaps, headroom };
}

function leastHeadroom(capture: Capture, fromNs: Ns, toNs: Ns, columns: number): Float32Array {
  const least = new Float32Array(columns).fill(Number.NaN);
  const outputs = new Set(
    capture.tracks.filter((track) => track.direction === 'output').map((track) => track.streamId),
  );
  if (capture.tracks.length > LIMITS.streams * 4) return least; // each run is looked at: too many to do it often
  for (const series of headroomSeries(capture, { fromNs, toNs, columns })) {
    if (!outputs.has(series.streamId)) continue;
    for (let column = 0; column < columns; column++) {
      const share = (series.totalMin[column] ?? Number.NaN) / Math.max(1, series.bufferFrames);
      if (!((least[column] ?? Number.NaN) <= share)) least[column] = Math.min(1, share);
    }
  }
  return least;
}
