/** `ringside stats FILE`: latency by stage, headroom, pace, blame and the audit of `latency_bytes`; budgets for CI. */
import { Option } from 'commander';
import { BudgetCheck, type BudgetResult } from '../../../src-core/analysis/budget-check.ts';
import { headroomSeries } from '../../../src-core/analysis/headroom.ts';
import { LatencyAnalysis } from '../../../src-core/analysis/latency-analysis.ts';
import { latencyAudits } from '../../../src-core/analysis/latency-audit.ts';
import {
  EXACT_ROWS,
  exactSummary,
  latencySummary,
} from '../../../src-core/analysis/latency-query.ts';
import { paceReports } from '../../../src-core/analysis/pace.ts';
import { type Budget, budgetText, parseBudgets } from '../../../src-core/spec/budgets.ts';
import type { OfflineCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode, exitCodeFor } from '../exit-codes.ts';
import { jsonLine } from '../json-output.ts';
import type { Offline } from '../offline.ts';
import { type OpenedCapture, openCaptureFile } from '../open-capture-file.ts';
import { headroomFacts, type Stats, statsText } from '../stats-text.ts';

interface StatsOptions {
  readonly budget?: string;
  readonly failOver?: boolean;
  readonly json?: boolean;
}

/** Rows between two pauses: some tens of milliseconds. */
const ROWS_AT_ONCE = 50_000;
const HEADROOM_COLUMNS = 2000;

export const STATS: OfflineCommand = {
  group: 'Captures:',
  usage: 'stats <FILE>',
  summary: 'latency by stage and stream, headroom, clock drift, and who is to blame',
  options: [
    new Option(
      '--budget <LIST>',
      'limits by stage in periods (P) or s, ms, us, ns: total=2P,sink=0.5P,3ms',
    ),
    new Option('--fail-over', 'end with 7 when a message exceeds a budget'),
    new Option('--json', 'as one JSON object (ringside.stats/1)'),
  ],
  notes: `Examples:
  ringside stats session.pcapng
  ringside stats session.pcapng --budget total=2P --fail-over
  ringside stats session.pcapng --json | jq '.blame.byStage'

Stages: guest (its turn, from a free place to the kick), post, pop, wait (in the device’s buffer), sink, handle (control),
complete, notify, total. n counts messages that a stage was measured for, "without" those that came back without its marks.
FILE may be - for standard input.

Exit codes: 0 told, 2 wrong usage, 3 no readable capture, 5 the capture is cut, damaged or lost something, 7 a budget was
exceeded (--fail-over), 10 fault of Ringside, 130 interrupted.`,
  runOffline: runStats,
};

async function runStats(
  offline: Offline,
  options: StatsOptions,
  [path = '']: readonly string[],
): Promise<ExitCode> {
  const budgets = budgetsOf(options);
  const opened = await openCaptureFile(path, offline);
  const stats = await statsOf(opened, budgets, offline);
  offline.output.data(
    options.json === true ? jsonLine('ringside.stats/1', members(stats)) : statsText(stats),
  );
  const isOver = stats.budgets.some(({ over }) => over > 0);
  const isWhole = opened.damage === undefined && opened.capture.lostEntries() === 0;
  opened.close();
  return exitCodeFor([
    ...(isWhole ? [] : [EXIT.incomplete]),
    ...(isOver && options.failOver === true ? [EXIT.budget] : []),
  ]);
}

function budgetsOf({ budget, failOver }: StatsOptions): readonly Budget[] {
  if (budget === undefined) {
    if (failOver !== true) return [];
    throw new CommandFailure(EXIT.usage, 'no-budget', '--fail-over needs --budget.');
  }
  const budgets = parseBudgets(budget);
  if ('error' in budgets) throw new CommandFailure(EXIT.usage, 'bad-budget', budgets.error);
  return budgets;
}

async function statsOf(
  { capture, path }: OpenedCapture,
  budgets: readonly Budget[],
  offline: Offline,
): Promise<Stats> {
  const analysis = new LatencyAnalysis(capture);
  while (analysis.follow(ROWS_AT_ONCE, true)) await offline.pause();
  const check = new BudgetCheck(capture, budgets);
  while (budgets.length > 0 && check.follow(ROWS_AT_ONCE)) await offline.pause();
  const isSmall = capture.messages.rows <= EXACT_ROWS;
  const whole = { fromNs: 0, toNs: capture.endNs + 1, columns: HEADROOM_COLUMNS };
  return {
    path,
    capture,
    latency: isSmall
      ? exactSummary(capture, whole)
      : latencySummary(capture, analysis.latency, false),
    headroom: headroomSeries(capture, whole).map(headroomFacts),
    pace: paceReports(capture, 0),
    blame: analysis.blame.list({ first: 0, count: 10_000 }, false),
    audits: latencyAudits(capture),
    budgets: check.results(),
  };
}

/** Without typed arrays and what only drawings need. NaN becomes null. */
function members({ capture, path, latency, headroom, pace, blame, audits, budgets }: Stats) {
  return {
    file: path,
    durationNs: capture.endNs,
    messages: { ...capture.messages.counts },
    lostEntries: capture.lostEntries(),
    latency: latency.groups,
    headroom,
    pace: pace.map(({ atNs: _at, strayNs: _stray, index: _index, ...told }) => told),
    blame: { total: blame.total, byStage: blame.byStage, rows: blame.rows },
    latencyBytes: audits,
    budgets: budgets.map((result: BudgetResult) => ({
      ...result,
      budget: budgetText(result.budget),
    })),
  };
}
