/** Export as a Perfetto trace: the whole capture, piece by piece. Filters and fields do not apply. */
import { LatencyAnalysis } from '../../src-core/analysis/latency-analysis.ts';
import { perfettoTrace } from '../../src-core/analysis/perfetto.ts';
import type { ExportJob } from './export-job.ts';
import { openTarget } from './export-target.ts';

/** Rows between two pauses: some tens of milliseconds. */
const ROWS_AT_ONCE = 50_000;

export async function exportPerfetto({ opened, offline, to }: ExportJob): Promise<void> {
  const { capture } = opened;
  const target = openTarget(to, offline);
  try {
    const analysis = new LatencyAnalysis(capture);
    while (analysis.follow(ROWS_AT_ONCE, true)) await offline.pause();
    for (const piece of perfettoTrace(capture, analysis.blame.rows)) {
      target.bytes(piece);
      await offline.pause();
    }
    target.finish();
  } catch (thrown) {
    target.abandon();
    throw thrown;
  }
}
