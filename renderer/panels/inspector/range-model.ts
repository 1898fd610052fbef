/** Statistics of the messages that were popped in an area: of each stage the count, smallest, mean, median, 95th and 99th
 *  percentile and largest time. Pure. */

import type { MessageColumns } from '../../../src-core/contract-data.ts';
import {
  endOf,
  STAGES,
  type StageId,
  stageRow,
  stagesOf,
  startOf,
} from '../../../src-core/spec/stages.ts';
import type { Ns } from '../../../src-core/units.ts';
import { rowAt } from '../../store/message-row.ts';

export interface StageStatistics {
  readonly id: StageId;
  readonly name: string;
  readonly meaning: string;
  readonly count: number;
  readonly minNs: Ns;
  readonly meanNs: Ns;
  readonly p50Ns: Ns;
  readonly p95Ns: Ns;
  readonly p99Ns: Ns;
  readonly maxNs: Ns;
}

/** One line for each stage that occurred, and for the whole life; stages that still last are left out. */
export function statisticsOf(columns: MessageColumns, queue: number): readonly StageStatistics[] {
  const times = new Map<StageId, number[]>();
  const add = (id: StageId, ns: Ns) => {
    const list = times.get(id) ?? [];
    list.push(ns);
    times.set(id, list);
  };
  for (let place = 0; place < columns.count; place++) {
    if (columns.queue[place] !== queue) continue;
    const row = rowAt(columns, place);
    for (const stage of stagesOf(row, Number.NaN)) add(stage.id, stage.toNs - stage.fromNs);
    const lifeNs = endOf(row) - startOf(row);
    if (!Number.isNaN(lifeNs)) add('total', lifeNs);
  }
  return STAGES.flatMap(({ id }) => {
    const list = times.get(id);
    return list === undefined ? [] : [lineOf(id, Float64Array.from(list).sort())];
  });
}

/** The value that `share` of the sorted list is not above. */
export function percentile(sorted: Float64Array, share: number): number {
  const place = Math.ceil(share * sorted.length) - 1;
  return sorted[Math.max(0, place)] ?? Number.NaN;
}

function lineOf(id: StageId, sorted: Float64Array): StageStatistics {
  const { name, meaning } = stageRow(id);
  return {
    id,
    name,
    meaning,
    count: sorted.length,
    minNs: sorted[0] ?? Number.NaN,
    meanNs: sorted.reduce((sum, ns) => sum + ns, 0) / sorted.length,
    p50Ns: percentile(sorted, 0.5),
    p95Ns: percentile(sorted, 0.95),
    p99Ns: percentile(sorted, 0.99),
    maxNs: sorted.at(-1) ?? Number.NaN,
  };
}
