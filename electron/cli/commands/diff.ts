/** `ringside diff A B`: what differs between two sessions, by sequence and frame, not by clock. */
import { Option } from 'commander';
import { type CaptureDiff, diffCaptures } from '../../../src-core/analysis/capture-diff.ts';
import { LatencyAnalysis } from '../../../src-core/analysis/latency-analysis.ts';
import { latencySummary } from '../../../src-core/analysis/latency-query.ts';
import type { LatencyGroupSummary, StageSummary } from '../../../src-core/contract-latency.ts';
import { NS_PER_MS, type Ns } from '../../../src-core/units.ts';
import type { OfflineCommand } from '../command-row.ts';
import { EXIT, type ExitCode, exitCodeFor } from '../exit-codes.ts';
import { jsonLine } from '../json-output.ts';
import type { Offline } from '../offline.ts';
import { type OpenedCapture, openCaptureFile } from '../open-capture-file.ts';

interface DiffOptions {
  readonly json?: boolean;
}

/** A stage of one queue and stream, of both captures. */
interface StagePair {
  readonly queue: number;
  readonly streamId: number;
  readonly stage: string;
  readonly a: Percentiles | null;
  readonly b: Percentiles | null;
}

interface Percentiles {
  readonly count: number;
  readonly p50Ns: Ns;
  readonly p95Ns: Ns;
  readonly p99Ns: Ns;
}

const ROWS_AT_ONCE = 100_000;
const QUEUE_NAMES = ['control', 'event', 'tx', 'rx'];

export const DIFF: OfflineCommand = {
  group: 'Captures:',
  usage: 'diff <A> <B>',
  summary: 'the first difference of two captures, and their latencies side by side',
  options: [new Option('--json', 'as one JSON object (ringside.diff/1)')],
  notes: `Examples:
  ringside diff before.pcapng after.pcapng
  ringside diff a.pcapng b.pcapng --json | jq .differences

Captures are aligned by control sequence, stream, run and frame number. Compared are requests and answers field by field,
parameters, payload, frames, status and used length of each message, and the sound itself; what only depends on time
(when messages came, latency_bytes) is not. Latencies are told side by side and are no difference.

Exit codes: 0 the same, 1 different, 2 wrong usage, 3 a capture is unreadable, 5 a capture is cut, damaged or lost
something, 10 fault of Ringside, 130 interrupted.`,
  runOffline: runDiff,
};

async function runDiff(
  offline: Offline,
  { json }: DiffOptions,
  [pathA = '', pathB = '']: readonly string[],
): Promise<ExitCode> {
  const a = await openCaptureFile(pathA, offline);
  const b = await openCaptureFile(pathB, offline);
  try {
    const diff = diffCaptures(a.capture, b.capture);
    await offline.pause();
    const stages = stagePairs(await groupsOf(a, offline), await groupsOf(b, offline));
    const files = { a: pathA, b: pathB };
    offline.output.data(
      json === true
        ? jsonLine('ringside.diff/1', { ...files, ...diff, stages })
        : text(diff, stages),
    );
    return exitCodeFor([
      diff.same ? EXIT.ok : EXIT.findings,
      ...[a, b].map((opened) => (isWhole(opened) ? EXIT.ok : EXIT.incomplete)),
    ]);
  } finally {
    a.close();
    b.close();
  }
}

function isWhole({ damage, capture }: OpenedCapture): boolean {
  return damage === undefined && capture.lostEntries() === 0;
}

async function groupsOf({ capture }: OpenedCapture, offline: Offline) {
  const analysis = new LatencyAnalysis(capture);
  while (analysis.follow(ROWS_AT_ONCE, true)) await offline.pause();
  return latencySummary(capture, analysis.latency, false).groups;
}

function stagePairs(
  a: readonly LatencyGroupSummary[],
  b: readonly LatencyGroupSummary[],
): StagePair[] {
  const keyOf = ({ queue, streamId }: LatencyGroupSummary) => `${queue} ${streamId}`;
  const keys = [...new Set([...a, ...b].map(keyOf))].sort();
  return keys.flatMap((key) => {
    const [one, other] = [a, b].map((groups) => groups.find((group) => keyOf(group) === key));
    const { queue = -1, streamId = -1, stages = [] } = one ?? other ?? {};
    return stages.flatMap(({ stage }) => {
      const pair = { a: percentiles(one, stage), b: percentiles(other, stage) };
      return pair.a === null && pair.b === null ? [] : [{ queue, streamId, stage, ...pair }];
    });
  });
}

function percentiles(
  group: LatencyGroupSummary | undefined,
  name: StageSummary['stage'],
): Percentiles | null {
  const stage = group?.stages.find((each) => each.stage === name);
  if (stage === undefined || stage.count === 0) return null;
  const { count, p50Ns, p95Ns, p99Ns } = stage;
  return { count, p50Ns, p95Ns, p99Ns };
}

function text({ same, differences, findings }: CaptureDiff, stages: readonly StagePair[]): string {
  const [first] = differences;
  const lines = [
    same
      ? 'the same: no difference but in time'
      : `different${first === undefined ? '' : `; first difference: ${differenceText(first)}`}`,
    ...differences.slice(1).map((difference) => `  then    ${differenceText(difference)}`),
    ...findings.map(
      ({ rule, a, b }) => `  ${findingWord(a, b).padEnd(7)} ${rule}: ${a} in A, ${b} in B`,
    ),
    '',
    `${'stage'.padEnd(28)}${'A p50 / p95 / p99 ms'.padEnd(34)}B p50 / p95 / p99 ms`,
    ...stages.map(
      ({ queue, streamId, stage, a, b }) =>
        `${`${QUEUE_NAMES[queue] ?? queue}${streamId < 0 ? '' : ` ${streamId}`} ${stage}`.padEnd(28)}${percentileText(a).padEnd(34)}${percentileText(b)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function differenceText(difference: CaptureDiff['differences'][number]): string {
  const { where, message, frame, field, a, b, rowA, rowB } = difference;
  const place = message === undefined ? '' : `, message ${message}`;
  const at = frame === undefined ? '' : `, frame ${frame}`;
  const rows = rowA < 0 && rowB < 0 ? '' : ` (row ${rowText(rowA)} of A, ${rowText(rowB)} of B)`;
  return `${where}${place}${at}, field ${field}: ${a} in A, ${b} in B${rows}`;
}

function rowText(row: number): string {
  return row < 0 ? 'none' : String(row);
}

function findingWord(a: number, b: number): string {
  if (a === 0) return 'gained';
  return b === 0 ? 'lost' : 'changed';
}

function percentileText(percentiles: Percentiles | null): string {
  if (percentiles === null) return '–';
  const { p50Ns, p95Ns, p99Ns } = percentiles;
  return [p50Ns, p95Ns, p99Ns].map((ns) => (ns / NS_PER_MS).toFixed(3)).join(' / ');
}
