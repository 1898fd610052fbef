/** Latency of a long stretch of a capture, counted in bounded slices. Counts, shortest, longest and mean are exact,
 *  percentiles to 1.6 % (log buckets); what it holds does not grow with the stretch. */
import type { Capture } from '../capture/capture.ts';
import type {
  LatencyGroupSummary,
  LatencyKey,
  LatencySummary,
  NsRange,
} from '../contract-latency.ts';
import { MEASURED } from '../spec/stages.ts';
import { eachRow, groupKeyOf, rowsIn, summaryOfGroup } from './latency-query.ts';
import { LogHistogram } from './log-histogram.ts';

interface AreaGroup {
  readonly key: LatencyKey;
  returned: number;
  /** By `MEASURED`; absent where nothing was measured. */
  readonly stages: LogHistogram[];
}

/** Messages under way that are looked at again with each call. */
const OPEN_EACH_TIME = 64;
/** More than a device can hold: what is beyond was lost, and is not looked at again. */
const OPEN_BOUND = 4096;

export class AreaLatency {
  readonly capture: Capture;
  readonly range: NsRange;
  private readonly groups = new Map<number, AreaGroup>();
  private nextRow: number;
  private readonly firstRow: number;
  /** Rows that had not come back when they were looked at, oldest first. */
  private open: number[] = [];
  private readonly lost = new Map<number, number>();

  constructor(capture: Capture, range: NsRange) {
    this.capture = capture;
    this.range = range;
    this.firstRow = rowsIn(capture.messages, range).from;
    this.nextRow = this.firstRow;
  }

  /** Takes in at most `bound` rows more, and what has come back meanwhile; true when there is more. */
  follow(bound: number): boolean {
    const { to } = rowsIn(this.capture.messages, this.range);
    const end = Math.min(to, this.nextRow + Math.max(1, bound));
    const again = this.open.splice(0, OPEN_EACH_TIME);
    for (const row of again) this.countRows(row, row + 1);
    if (end > this.nextRow) this.countRows(this.nextRow, end);
    this.nextRow = Math.max(this.nextRow, end);
    return this.nextRow < to;
  }

  summary(): LatencySummary {
    const { from, to } = rowsIn(this.capture.messages, this.range);
    const open = new Map(this.lost);
    for (const row of this.open) {
      const place = placeOf(groupKeyOf(this.capture.messages, row));
      open.set(place, (open.get(place) ?? 0) + 1);
    }
    return {
      groups: [...this.groups]
        .sort(([one], [other]) => one - other)
        .map(([place, group]) => this.groupSummary(group, open.get(place) ?? 0)),
      exact: false,
      partial: this.nextRow < to,
      rows: to - from,
      counted: this.nextRow - this.firstRow,
    };
  }

  private countRows(from: number, to: number): void {
    const { messages } = this.capture;
    eachRow(this.capture, from, to, (row, times) => {
      const key = groupKeyOf(messages, row);
      const place = placeOf(key);
      const group = this.groups.get(place) ?? { key, returned: 0, stages: [] };
      this.groups.set(place, group);
      if (Number.isNaN(times[MEASURED.length - 1] ?? Number.NaN)) {
        this.leaveOpen(row, place);
        return;
      }
      group.returned++;
      addTimes(group.stages, times, row);
    });
  }

  private leaveOpen(row: number, place: number): void {
    if (this.open.length < OPEN_BOUND) this.open.push(row);
    else this.lost.set(place, (this.lost.get(place) ?? 0) + 1);
  }

  private groupSummary({ key, returned, stages }: AreaGroup, lost: number): LatencyGroupSummary {
    return summaryOfGroup(this.capture, {
      ...key,
      returned,
      lost,
      histogramOf: (at) => stages[at],
    });
  }
}

function addTimes(stages: LogHistogram[], times: Float64Array, row: number): void {
  for (let stage = 0; stage < MEASURED.length; stage++) {
    const ns = times[stage] ?? Number.NaN;
    if (!(ns >= 0)) continue;
    const histogram = stages[stage] ?? new LogHistogram();
    stages[stage] = histogram;
    histogram.add(ns, row);
  }
}

function placeOf({ queue, streamId }: LatencyKey): number {
  return queue * 0x1_0000 + streamId;
}
