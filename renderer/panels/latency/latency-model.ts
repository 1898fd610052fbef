/** What the latency panel shows: which messages are looked at together, a line for each stage, and what a bar stands for as
 *  a filter. Pure. */
import type { SessionStatus } from '../../../src-core/contract-data.ts';
import type {
  LatencyGroupSummary,
  LatencyHistogram,
  LatencyKey,
  StageSummary,
} from '../../../src-core/contract-latency.ts';
import { type Budget, budgetNs } from '../../../src-core/spec/budgets.ts';
import { CONTROLQ, EVENTQ, QUEUE_NAMES, RXQ, TXQ } from '../../../src-core/spec/sound.ts';
import { type MeasuredStageId, stageRow, TRACED_WAIT } from '../../../src-core/spec/stages.ts';
import type { Ns } from '../../../src-core/units.ts';
import { formatCount } from '../../ui/format.ts';

export interface StageLine extends StageSummary {
  readonly name: string;
  readonly meaning: string;
  /** Why there is nothing; empty when there is something. */
  readonly missing: string;
  /** Clocks tell no shorter time apart, and that is over a tenth of what the stage usually takes: 0 when it is not. */
  readonly uncertainNs: Ns;
  /** Limit of the first budget for this stage; NaN: none. */
  readonly limitNs: Ns;
  readonly isOver: boolean;
  /** Against what was kept for comparison; NaN without. */
  readonly p50ChangeNs: Ns;
  readonly p99ChangeNs: Ns;
}

export function groupKey({ queue, streamId }: LatencyKey): string {
  return `${queue} ${streamId}`;
}

export function groupTitle({ queue, streamId }: LatencyKey): string {
  const name = QUEUE_NAMES[queue] ?? `queue ${queue}`;
  return streamId < 0 ? name : `${name} · stream ${streamId}`;
}

/** The group that `chosen` names, else the one that most of the traffic is in. */
export function shownGroup(
  groups: readonly LatencyGroupSummary[],
  chosen: string | undefined,
): LatencyGroupSummary | undefined {
  const found = groups.find((group) => groupKey(group) === chosen);
  if (found !== undefined) return found;
  return groups.reduce<LatencyGroupSummary | undefined>(
    (most, group) => (most === undefined || group.returned > most.returned ? group : most),
    undefined,
  );
}

/** The stage that `chosen` names, if the group measured it, else the one that says most about such messages. */
export function shownStage(
  group: LatencyGroupSummary,
  chosen: MeasuredStageId | undefined,
): MeasuredStageId {
  const measured = group.stages.filter(({ count }) => count > 0).map(({ stage }) => stage);
  if (chosen !== undefined && group.stages.some(({ stage }) => stage === chosen)) return chosen;
  const telling = group.queue === CONTROLQ ? 'handle' : group.queue === EVENTQ ? 'wait' : 'total';
  return measured.includes(telling) ? telling : (measured[0] ?? telling);
}

export function stageLines(
  group: LatencyGroupSummary,
  kept: LatencyGroupSummary | undefined,
  budgets: readonly Budget[],
  isTraced = false,
  stepNs: Ns = 1,
): readonly StageLine[] {
  const isIo = group.queue === TXQ || group.queue === RXQ;
  const told = isTraced ? group.stages.filter(({ count }) => count > 0) : group.stages;
  return told.map((stage) => {
    const row = isTraced && isIo && stage.stage === 'wait' ? TRACED_WAIT : stageRow(stage.stage);
    const { name, meaning, recording = meaning, needs } = row;
    const budget = budgets.find((one) => one.stage === stage.stage);
    const limitNs = budget === undefined ? Number.NaN : budgetNs(budget, group.periodNs);
    const before = kept?.stages.find((one) => one.stage === stage.stage);
    return {
      ...stage,
      name,
      meaning: group.queue === RXQ ? recording : meaning,
      uncertainNs: stage.count > 0 && stepNs > 1 && stage.p50Ns < 10 * stepNs ? stepNs : 0,
      missing: stage.count > 0 ? '' : `Not known in this source. Needed: ${needs}.`,
      limitNs,
      isOver: stage.maxNs > limitNs,
      p50ChangeNs: stage.p50Ns - (before?.p50Ns ?? Number.NaN),
      p99ChangeNs: stage.p99Ns - (before?.p99Ns ?? Number.NaN),
    };
  });
}

/** What the numbers are where a log has no times of its own; empty where it has. */
export function untimedNote(trace: SessionStatus['trace']): string {
  if (trace?.times === 'order') {
    return '▲ This log has no times: 1 µs stands for one line, so these count lines and are no latencies. Record with -msg timestamp=on.';
  }
  if (trace?.times === 'arrival') {
    return '▲ This log has no times: these are when its lines were read. Record with -msg timestamp=on.';
  }
  return '';
}

/** Which stages a trace cannot tell, and how to get them; empty when it tells all. */
export function tracedNote({ stages }: LatencyGroupSummary): string {
  const missing = stages
    .filter(({ count }) => count === 0)
    .map(({ stage }) => stageRow(stage).name);
  if (missing.length === 0) return '';
  return `Not in a trace: ${missing.join(', ')}. QEMU has no event for these marks; a guest attached to Ringside has them all, and so has \`ringside qemu --qmp\` for what is in guest memory.`;
}

/** Messages whose stage lies in `[fromNs, toNs)`, in the filter language. */
export function filterText(
  { queue, streamId }: LatencyKey,
  stage: MeasuredStageId,
  fromNs: Ns,
  toNs: Ns,
): string {
  const short = ['control', 'event', 'tx', 'rx'][queue] ?? String(queue);
  const isIo = queue === TXQ || queue === RXQ;
  const stream = isIo && streamId >= 0 ? ` && stream == ${streamId}` : '';
  const time = (ns: Ns) => (ns >= 1e6 ? `${trim(ns / 1e6)}ms` : `${trim(ns / 1e3)}us`);
  const name = `stage.${stage}`;
  return `queue == ${short}${stream} && ${name} >= ${time(fromNs)} && ${name} < ${time(toNs)}`;
}

export interface HistogramView {
  readonly histogram: LatencyHistogram;
  /** Of what was kept for comparison. */
  readonly kept: LatencyHistogram | undefined;
  readonly limitNs: Ns;
  readonly p50Ns: Ns;
  readonly p90Ns: Ns;
  readonly p99Ns: Ns;
  readonly hoverNs: Ns | undefined;
  readonly shape: Shape;
  readonly uncertainNs: Ns;
}

/** Ends of the time axis: whole decades' halves around what there is, of both histograms. */
export function axisOf({ histogram, kept, limitNs }: HistogramView): { fromNs: Ns; toNs: Ns } {
  const edges = [histogram, kept].flatMap((one) => {
    const first = one?.edgesNs[0];
    const last = one?.edgesNs.at(-1);
    return first === undefined || last === undefined ? [] : [first, last];
  });
  const all = limitNs > 0 ? [...edges, limitNs] : edges;
  const low = Math.max(100, Math.min(...all, 1e9));
  const high = Math.max(...all, low * 4);
  return { fromNs: low / 1.5, toNs: high * 1.5 };
}

/** Times at 1, 2 and 5 of each decade, thinned out to those that fit. */
export function timeTicks(fromNs: Ns, toNs: Ns, most: number): readonly Ns[] {
  const steps = Math.log10(toNs / fromNs) * 3 <= most ? [1, 2, 5] : [1];
  const all: Ns[] = [];
  for (let decade = Math.floor(Math.log10(fromNs)); decade <= Math.log10(toNs); decade++) {
    for (const step of steps) {
      const ns = step * 10 ** decade;
      if (ns >= fromNs && ns <= toNs) all.push(ns);
    }
  }
  const each = Math.max(1, Math.ceil(all.length / Math.max(1, most)));
  return all.filter((_, place) => place % each === 0);
}

/** The bin in which `ns` lies; -1: none. */
export function binAt({ edgesNs }: LatencyHistogram, ns: Ns): number {
  for (let bin = 0; bin + 1 < edgesNs.length; bin++) {
    if (ns >= (edgesNs[bin] ?? 0) && ns < (edgesNs[bin + 1] ?? 0)) return bin;
  }
  return -1;
}

/** Messages at or below the end of each bin, as a share of all. */
export function sharesBelow({ counts, count }: LatencyHistogram): readonly number[] {
  let sum = 0;
  return [...counts].map((many) => {
    sum += many;
    return sum / Math.max(1, count);
  });
}

function trim(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** How the distribution is drawn: bars, or the share at or below with the last percents spread out. */
export type Shape = 'histogram' | 'cdf';

/** Shares that stand at the scale of the cumulative picture, up to what so many messages can tell. */
export function shareTicks(count: number): readonly number[] {
  return [0, 0.5, 0.9, 0.99, 0.999, 0.9999].filter((share) => count * (1 - share) >= 1);
}

/** Height of a share, 0..1: each nine more takes as much room as the one before. `count`: messages there are. */
export function shareHeight(share: number, count: number): number {
  const nines = Math.max(1, Math.log10(Math.max(1, count)) + 0.3);
  const reached = Math.log10(1 / Math.max(10 ** -nines, 1 - share));
  return Math.min(1, reached / nines);
}

/** `50 %`, `99.9 %` */
export function shareText(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`;
}

/** What stands under the charts: never percentiles without how many they are of. */
export function countsText(
  { count, without }: StageSummary,
  { lost }: Pick<LatencyGroupSummary, 'lost'>,
): string {
  const rest = without > 0 ? ` · ${formatCount(without)} without these marks` : '';
  return `n ${formatCount(count)} · lost ${formatCount(lost)}${rest}`;
}
