/** What `ringside stats` tells people: aligned, and the same for the same file. Pure. */
import type { BudgetResult } from '../../src-core/analysis/budget-check.ts';
import type { Capture } from '../../src-core/capture/capture.ts';
import type {
  BlameList,
  HeadroomSeries,
  LatencyAudit,
  LatencyGroupSummary,
  LatencySummary,
  PaceReport,
  StageSummary,
} from '../../src-core/contract-latency.ts';
import { budgetText } from '../../src-core/spec/budgets.ts';
import { QUEUE_NAMES } from '../../src-core/spec/sound.ts';
import { stageRow } from '../../src-core/spec/stages.ts';
import { NS_PER_MS, NS_PER_S, type Ns } from '../../src-core/units.ts';
import { counted, grouped } from '../status-line.ts';

export interface Stats {
  readonly path: string;
  readonly capture: Capture;
  readonly latency: LatencySummary;
  readonly headroom: readonly HeadroomFacts[];
  readonly pace: readonly PaceReport[];
  readonly blame: BlameList;
  readonly audits: readonly LatencyAudit[];
  readonly budgets: readonly BudgetResult[];
}

export interface HeadroomFacts {
  readonly streamId: number;
  readonly leastFrames: number;
  readonly leastAtNs: Ns;
  readonly medianFrames: number;
  readonly bufferFrames: number;
  readonly periodFrames: number;
  readonly rateHz: number;
}

const BLAMED_SHOWN = 20;
const TIMES = ['min', 'p50', 'p90', 'p95', 'p99', 'max'] as const;

/** The least, where, and the middle of what lay between guest and silence. The first and the last period of a run are
 *  filling up and running out: they are left out. */
export function headroomFacts(series: HeadroomSeries): HeadroomFacts {
  const { streamId, bufferFrames, periodFrames, rateHz, totalMin, fromNs, columnNs } = series;
  const known = [...totalMin.entries()].filter(([, frames]) => frames >= 0);
  const inner = known.length > 8 ? known.slice(2, -2) : known;
  const sorted = inner.map(([, frames]) => frames).sort((a, b) => a - b);
  const leastFrames = Math.round(sorted[0] ?? 0);
  const [leastColumn = 0] = inner.find(([, frames]) => frames === sorted[0]) ?? [];
  return {
    ...{ streamId, bufferFrames, periodFrames, rateHz, leastFrames },
    leastAtNs: fromNs + leastColumn * columnNs,
    medianFrames: Math.round(sorted[sorted.length >> 1] ?? 0),
  };
}

export function statsText(stats: Stats): string {
  const { capture, path } = stats;
  const { title, simulated } = capture.facts;
  const lines = [
    `file     ${path}`,
    `session  ${title}${simulated ? ' (simulated)' : ''}, ${seconds(capture.endNs)}, ${counted(capture.messages.rows, 'message')}`,
  ];
  const lost = capture.lostEntries();
  if (lost > 0)
    lines.push(
      `lost     ${lost === 1 ? '1 entry' : `${grouped(lost)} entries`}: what follows tells only what was recorded`,
    );
  const parts = [
    lines.join('\n'),
    ...stats.latency.groups.map((group) => groupText(group)),
    ...stats.headroom.map(headroomText),
    ...stats.pace.map(paceText),
    ...stats.audits.map(({ sentence }) => `latency_bytes  ${sentence}`),
    blameText(stats.blame),
    ...(stats.budgets.length === 0 ? [] : [budgetsText(stats.budgets)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function groupText(group: LatencyGroupSummary): string {
  const { queue, streamId, periodNs, returned, lost, stages } = group;
  const name = `${QUEUE_NAMES[queue] ?? `queue ${queue}`}${streamId < 0 ? '' : ` · stream ${streamId}`}`;
  const period = periodNs > 0 ? ` · period ${time(periodNs)}` : '';
  const head = `${name}${period} · ${grouped(returned)} returned, ${grouped(lost)} lost`;
  const rows = stages.filter(({ count }) => count > 0).map((stage) => stageCells(stage, periodNs));
  const missing = stages.filter(({ count }) => count === 0).map(({ stage }) => stage);
  const table = aligned([['stage', '', 'n', 'without', ...TIMES, 'p99 in P'], ...rows]);
  const without =
    missing.length === 0 || returned === 0 ? [] : [`  not known here: ${missing.join(', ')}`];
  return [head, ...table, ...without].join('\n');
}

function stageCells(stage: StageSummary, periodNs: Ns): string[] {
  const { minNs, p50Ns, p90Ns, p95Ns, p99Ns, maxNs } = stage;
  return [
    ...[stage.stage, stageRow(stage.stage).name, grouped(stage.count), grouped(stage.without)],
    ...[minNs, p50Ns, p90Ns, p95Ns, p99Ns, maxNs].map(time),
    periodNs > 0 ? (p99Ns / periodNs).toFixed(2) : '',
  ];
}

function headroomText(facts: HeadroomFacts): string {
  const { streamId, leastFrames, leastAtNs, medianFrames, bufferFrames, rateHz } = facts;
  const inMs = (frames: number) => `${((1000 * frames) / Math.max(1, rateHz)).toFixed(1)} ms`;
  const least = `least ${inMs(leastFrames)} (${grouped(leastFrames)} frames) at ${seconds(leastAtNs)}`;
  return `headroom       stream ${streamId}: ${least}, median ${inMs(medianFrames)}, buffer ${inMs(bufferFrames)}`;
}

function paceText(pace: PaceReport): string {
  const { streamId, rateHz, granularityFrames, granularityMaxFrames } = pace;
  const ppm = (value: number, error: number) =>
    Number.isNaN(value) ? 'not known (too short)' : `${signed(value)} ± ${error.toFixed(1)} ppm`;
  return [
    `pace           stream ${streamId} at ${rateHz} Hz, against the capture’s clock`,
    `  sink         ${ppm(pace.sinkPpm, pace.sinkPpmError)}`,
    `  guest        ${ppm(pace.guestPpm, pace.guestPpmError)}`,
    `  drift        ${ppm(pace.driftPpm, pace.driftPpmError)} (guest against sink)`,
    `  position     moves ${grouped(granularityFrames)} frames at once, at most ${grouped(granularityMaxFrames)}`,
    `  returns      stray ${time(pace.strayP50Ns)} from an even pace (p50), ${time(pace.strayP99Ns)} (p99), n ${grouped(pace.count)}`,
  ].join('\n');
}

function blameText({ total, byStage, rows }: BlameList): string {
  if (total === 0) return 'blame          nothing was late';
  const counts = Object.entries(byStage)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([stage, count]) => `${stage} ${count}`);
  const shown = rows.slice(0, BLAMED_SHOWN);
  return [
    `blame          ${counted(total, 'incident')}: ${counts.join(', ')}`,
    ...shown.map(({ atNs, sentence }) => `  ${seconds(atNs).padStart(11)}  ${sentence}`),
    ...(total > shown.length
      ? [`  and ${grouped(total - shown.length)} more (--json has them)`]
      : []),
  ].join('\n');
}

function budgetsText(budgets: readonly BudgetResult[]): string {
  const rows = budgets.map((result) => {
    const { budget, queue, streamId, limitNs, count, over, worstNs, worstIndex } = result;
    return [
      budgetText(budget),
      `${QUEUE_NAMES[queue] ?? queue}${streamId < 0 ? '' : ` · stream ${streamId}`}`,
      time(limitNs),
      grouped(count),
      grouped(over),
      over > 0 ? `${time(worstNs)} (#${worstIndex})` : 'kept',
    ];
  });
  const head = ['budget', '', 'limit', 'n', 'over', 'worst'];
  return aligned([head, ...rows]).join('\n');
}

/** Names to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? '')].length)),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const gap = ' '.repeat(Math.max(0, (widths[column] ?? 0) - [...cell].length));
      return column < 2 ? cell + gap : gap + cell;
    });
    return `  ${cells.join('  ').trimEnd()}`;
  });
}

function time(ns: Ns): string {
  if (Number.isNaN(ns)) return '–';
  if (ns < 1000) return `${Math.round(ns)} ns`;
  if (ns < NS_PER_MS) return `${(ns / 1000).toFixed(1)} µs`;
  if (ns < NS_PER_S) return `${(ns / NS_PER_MS).toFixed(2)} ms`;
  return `${(ns / NS_PER_S).toFixed(3)} s`;
}

function seconds(ns: Ns): string {
  return `${(ns / NS_PER_S).toFixed(3)} s`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
}
