/** Questions to the latency of a capture: percentiles, histograms and heat maps, of all of it or of a stretch. A short
 *  stretch is read out of the columns, exactly; of a long one area-latency.ts makes the percentiles, and the grid the pictures. */
import type { Capture } from '../capture/capture.ts';
import type { MessageTable } from '../capture/messages.ts';
import type {
  LatencyGroupSummary,
  LatencyHeat,
  LatencyHistogram,
  LatencyKey,
  LatencySummary,
  NsRange,
  StageSummary,
} from '../contract-latency.ts';
import { LIMITS } from '../limits.ts';
import { bytesPerSecond } from '../spec/formats.ts';
import { RXQ, TXQ } from '../spec/sound.ts';
import { MEASURED, type MeasuredStageId, stagesOfQueue } from '../spec/stages.ts';
import { NS_PER_S, type Ns } from '../units.ts';
import type { Latency, LatencyGroup } from './latency.ts';
import { BUCKETS, bucketFromNs, type LogHistogram } from './log-histogram.ts';
import { messagesPerBuffer, newStageTimes, Returns, returnNs, timeStages } from './stage-times.ts';
import { binFromNs, binOf, GRID_BINS, GRID_CELLS } from './time-grid.ts';

/** Rows that a stretch may have to be read exactly. */
export const EXACT_ROWS = 200_000;
/** Rows before a stretch in which the returns that the guest's turn is counted from are looked for. */
const LEAD_ROWS = 512;

/** Of all of the capture. */
export function latencySummary(
  capture: Capture,
  latency: Latency,
  partial: boolean,
): LatencySummary {
  const { rows } = capture.messages;
  const groups = latency.groups.map((group) => wholeGroup(capture, group));
  return { groups, exact: false, partial, rows, counted: rows };
}

/** Of a stretch, of which at most `EXACT_ROWS` rows are looked at: every percentile is a value that occurred. */
export function exactSummary(capture: Capture, range: NsRange): LatencySummary {
  const { from, to } = rowsIn(capture.messages, range);
  const end = Math.min(to, from + EXACT_ROWS);
  const lists = new Map<number, Lists>();
  eachRow(capture, from, end, (row, times) => {
    const key = groupKeyOf(capture.messages, row);
    const place = key.queue * 0x1_0000 + key.streamId;
    const known = lists.get(place) ?? { key, returned: 0, open: 0, values: [], maxRows: [] };
    lists.set(place, known);
    take(known, row, times);
  });
  const groups = [...lists.values()]
    .sort((a, b) => a.key.queue - b.key.queue || a.key.streamId - b.key.streamId)
    .map((one) => exactGroup(capture, one));
  const counted = end - from;
  return { groups, exact: true, partial: end < to, rows: to - from, counted };
}

export function latencyHistogram(
  capture: Capture,
  latency: Latency,
  query: LatencyKey & { stage: MeasuredStageId } & Partial<NsRange>,
): LatencyHistogram {
  const range = rangeOf(query);
  const place = MEASURED.indexOf(query.stage);
  if (range === undefined) {
    const stage = latency.group(query.queue, query.streamId)?.stages[place];
    return stage === undefined ? NO_HISTOGRAM : binned(stage.histogram);
  }
  const heat = latencyHeat(capture, latency, { ...query, columns: 1 });
  const counts = heat.counts.slice(0, GRID_BINS);
  return trimmed(counts, binFromNs);
}

export function latencyHeat(
  capture: Capture,
  latency: Latency,
  query: LatencyKey & { stage: MeasuredStageId; columns: number } & Partial<NsRange>,
): LatencyHeat {
  const columns = Math.min(Math.max(1, Math.floor(query.columns) || 1), LIMITS.pixelsPerRequest);
  const range = rangeOf(query) ?? { fromNs: 0, toNs: capture.endNs + 1 };
  const cellNs = Math.max(1, (range.toNs - range.fromNs) / columns);
  const counts = new Uint32Array(columns * GRID_BINS);
  const count = (atNs: Ns, bin: number, by: number) => {
    const column = Math.floor((atNs - range.fromNs) / cellNs);
    if (column < 0 || column >= columns) return;
    const at = column * GRID_BINS + bin;
    counts[at] = (counts[at] ?? 0) + by;
  };
  const { from, to } = rowsIn(capture.messages, range);
  const place = MEASURED.indexOf(query.stage);
  if (to - from <= EXACT_ROWS) {
    eachRow(capture, from, to, (row, times) => {
      const { queue, streamId } = groupKeyOf(capture.messages, row);
      if (queue !== query.queue || streamId !== query.streamId) return;
      const ns = times[place] ?? Number.NaN;
      if (ns >= 0) count(capture.messages.poppedNs.get(row), binOf(ns), 1);
    });
  } else {
    const grid = latency.group(query.queue, query.streamId)?.stages[place]?.grid;
    for (let cell = 0; grid !== undefined && cell < GRID_CELLS; cell++) {
      for (let bin = 0; bin < GRID_BINS; bin++) {
        const many = grid.counts[cell * GRID_BINS + bin] ?? 0;
        if (many > 0) count((cell + 0.5) * grid.cellNs, bin, many);
      }
    }
  }
  return { fromNs: range.fromNs, cellNs, columns, edgesNs: BIN_EDGES, counts };
}

/** `undefined` for all of the capture. */
export function rangeOf(query: Partial<NsRange>): NsRange | undefined {
  const { fromNs, toNs } = query;
  if (fromNs === undefined || toNs === undefined || !(toNs > fromNs)) return undefined;
  return { fromNs, toNs };
}

/** The period of the stream's last run; 0 where there is none. */
export function periodNsOf(capture: Capture, { queue, streamId }: LatencyKey): Ns {
  if (queue !== TXQ && queue !== RXQ) return 0;
  const params = capture.tracks.findLast((track) => track.streamId === streamId)?.params;
  if (params === undefined) return 0;
  const perSecond = bytesPerSecond(params);
  return perSecond > 0 ? (params.periodBytes * NS_PER_S) / perSecond : 0;
}

/** Hands out every row in `[from, to)` with its stages. `times` is the same array each time. */
export function eachRow(
  capture: Capture,
  from: number,
  to: number,
  visit: (row: number, times: Float64Array) => void,
): void {
  const { messages } = capture;
  const returns = new Map<number, Returns>();
  const times = newStageTimes();
  for (let row = Math.max(0, from - LEAD_ROWS); row < to; row++) {
    const queue = messages.queue.get(row);
    const key = queue * 0x1_0000 + messages.streamId.get(row);
    const known = returns.get(key) ?? new Returns();
    if (returns.size < 4 * LIMITS.streams) returns.set(key, known);
    const track = messages.track.get(row);
    if (row >= from) {
      const before = messagesPerBuffer(capture.tracks[track]);
      visit(row, timeStages(messages, row, known.back(track, before), times));
    }
    if (track >= 0) known.add(track, returnNs(messages, row));
  }
}

/** The rows of a stretch: `[from, to)`. */
export function rowsIn(
  messages: MessageTable,
  { fromNs, toNs }: NsRange,
): { from: number; to: number } {
  return { from: messages.rowAt(fromNs), to: messages.rowAt(toNs) };
}

/** Messages that are counted together with the one in `row`. */
export function groupKeyOf(messages: MessageTable, row: number): LatencyKey {
  const queue = messages.queue.get(row);
  const isIo = queue === TXQ || queue === RXQ;
  return { queue, streamId: isIo ? messages.streamId.get(row) : -1 };
}

function wholeGroup(capture: Capture, group: LatencyGroup): LatencyGroupSummary {
  const { queue, streamId, returned, lost, stages } = group;
  const histogramOf = (place: number) => stages[place]?.histogram;
  return summaryOfGroup(capture, { queue, streamId, returned, lost, histogramOf });
}

interface Counted extends LatencyKey {
  readonly returned: number;
  readonly lost: number;
  /** By place in `MEASURED`; `undefined` where nothing was measured. */
  readonly histogramOf: (place: number) => LogHistogram | undefined;
}

/** Each stage of a group out of log buckets. */
export function summaryOfGroup(capture: Capture, group: Counted): LatencyGroupSummary {
  const { queue, streamId, returned, lost } = group;
  const stages = stagesHere(queue).map((stage): StageSummary => {
    const histogram = group.histogramOf(MEASURED.indexOf(stage));
    if (histogram === undefined) return emptyStage(stage, returned);
    const { count, sumNs, minNs, maxNs, maxRow: maxIndex } = histogram;
    return {
      ...{ stage, count, without: returned - count, minNs, maxNs, maxIndex },
      ...percentiles((share) => histogram.percentile(share)),
      meanNs: sumNs / count,
    };
  });
  return { queue, streamId, returned, lost, periodNs: periodNsOf(capture, group), stages };
}

interface Lists {
  readonly key: LatencyKey;
  returned: number;
  open: number;
  readonly values: number[][];
  readonly maxRows: { ns: Ns; row: number }[];
}

function take(lists: Lists, row: number, times: Float64Array): void {
  if (Number.isNaN(times[MEASURED.length - 1] ?? Number.NaN)) {
    lists.open++;
    return;
  }
  lists.returned++;
  for (const [place, ns] of times.entries()) {
    if (!(ns >= 0)) continue;
    let list = lists.values[place];
    if (list === undefined) {
      list = [];
      lists.values[place] = list;
    }
    list.push(ns);
    if (!(ns <= (lists.maxRows[place]?.ns ?? -1))) lists.maxRows[place] = { ns, row };
  }
}

function exactGroup(capture: Capture, lists: Lists): LatencyGroupSummary {
  const { key, returned, open } = lists;
  const stages = stagesHere(key.queue).map((stage): StageSummary => {
    const place = MEASURED.indexOf(stage);
    const sorted = Float64Array.from(lists.values[place] ?? []).sort();
    if (sorted.length === 0) return emptyStage(stage, returned);
    const at = (share: number) =>
      sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
    return {
      ...{ stage, count: sorted.length, without: returned - sorted.length },
      ...{ minNs: at(0), maxNs: at(1), maxIndex: lists.maxRows[place]?.row ?? -1 },
      meanNs: sorted.reduce((sum, ns) => sum + ns, 0) / sorted.length,
      ...percentiles(at),
    };
  });
  return { ...key, returned, lost: open, periodNs: periodNsOf(capture, key), stages };
}

function stagesHere(queue: number): readonly MeasuredStageId[] {
  return stagesOfQueue(queue).filter((id): id is MeasuredStageId => id !== 'forgotten');
}

function percentiles(at: (share: number) => Ns) {
  return { p50Ns: at(0.5), p90Ns: at(0.9), p95Ns: at(0.95), p99Ns: at(0.99) };
}

function emptyStage(stage: MeasuredStageId, returned: number): StageSummary {
  const none = Number.NaN;
  const times = { minNs: none, meanNs: none, maxNs: none, ...percentiles(() => none) };
  return { stage, count: 0, without: returned, maxIndex: -1, ...times };
}

const BIN_EDGES = Float64Array.from({ length: GRID_BINS + 1 }, (_, bin) => binFromNs(bin));
const NO_HISTOGRAM: LatencyHistogram = {
  edgesNs: new Float64Array(),
  counts: new Uint32Array(),
  count: 0,
};

/** Fine buckets as bins of a drawing: below 64 ns four each, then eight a doubling. */
function binned(histogram: LogHistogram): LatencyHistogram {
  const per = 4;
  const counts = new Uint32Array(BUCKETS / per);
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const bin = Math.floor(bucket / per);
    counts[bin] = (counts[bin] ?? 0) + (histogram.counts[bucket] ?? 0);
  }
  return trimmed(counts, (bin) => bucketFromNs(bin * per));
}

/** Without the empty bins at both ends. */
function trimmed(counts: Uint32Array, edgeNs: (bin: number) => Ns): LatencyHistogram {
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return NO_HISTOGRAM;
  let last = counts.length - 1;
  while (counts[last] === 0) last--;
  const kept = counts.slice(first, last + 1);
  const edgesNs = Float64Array.from({ length: kept.length + 1 }, (_, bin) => edgeNs(first + bin));
  return { edgesNs, counts: kept, count: kept.reduce((sum, count) => sum + count, 0) };
}
