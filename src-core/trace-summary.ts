/** What a trace comes to: the object of `makeSummary`, with null for what a trace cannot tell, and what the import met. */
import type { Capture } from './capture/capture.ts';
import type { ImportReport } from './capture/importers/import-report.ts';
import type { Summary } from './contract-summary.ts';
import type { TraceSummary } from './contract-trace.ts';
import type { Direction } from './spec/sound.ts';
import { makeSummary } from './summary.ts';
import { tracedDirections, tracedRuns } from './views/traced-streams.ts';

export function makeTraceSummary(
  version: string,
  capture: Capture,
  report: ImportReport | null,
): TraceSummary {
  const parts = { version, capture, streams: [], files: [], hashes: new Map() };
  const { streams: _none, ...summary }: Summary = makeSummary(parts);
  const streams = tracedDirections(capture).map((direction: Direction, id: number) => ({
    id,
    direction,
    runs: tracedRuns(capture, id),
  }));
  if (report === null) return { ...summary, streams, report: null };
  const { lines, unknown, torn, otherDevices, dropped } = report;
  return { ...summary, streams, report: { lines, unknown, torn, otherDevices, dropped } };
}
