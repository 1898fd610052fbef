/** Where something is missing between two rows: a line with how much of it, so that what stands together did not follow. */
import { useMemo } from 'react';
import type { MessageColumns } from '../../../src-core/contract-data.ts';
import type { GapBand } from '../../../src-core/contract-gaps.ts';
import { gapLabel } from '../../gaps/gap-words.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import type { TableRow } from './messages-model.ts';

const EVERY_MS = 500;
const NONE: ReadonlyMap<number, string> = new Map();

/** What is missing before a row, in words; `undefined` for nothing. */
export function useLosses(
  columns: MessageColumns | undefined,
): (row: TableRow) => string | undefined {
  const isLossy = useSession(
    ({ status }) => status != null && (status.lostEntries > 0 || status.kind === 'file'),
  );
  const count = columns?.count ?? 0;
  const fromNs = columns?.poppedNs[0] ?? 0;
  const toNs = columns?.poppedNs[count - 1] ?? 0;
  const enabled = isLossy && count > 1;
  const { data } = usePull('gaps', { fromNs, toNs }, { everyMs: EVERY_MS, enabled });
  const losses = useMemo(
    () => (enabled && columns !== undefined ? lossesIn(columns, data ?? []) : NONE),
    [enabled, columns, data],
  );
  return (row) => losses.get(row.index);
}

/** By the message that comes next. What was withheld is no message: nothing is missing between rows. */
export function lossesIn(
  { count, poppedNs, index }: Pick<MessageColumns, 'count' | 'poppedNs' | 'index'>,
  gaps: readonly GapBand[],
): ReadonlyMap<number, string> {
  const between = new Map<number, GapBand[]>();
  for (const gap of gaps) {
    if (gap.kind === 'withheld') continue;
    const place = placeAfter(poppedNs, count, gap.toNs);
    if (place <= 0 || place >= count) continue;
    const next = index[place] ?? -1;
    between.set(next, [...(between.get(next) ?? []), gap]);
  }
  return new Map([...between].map(([next, of]) => [next, `▨ ${of.map(gapLabel).join(', ')}`]));
}

/** The first row that was popped at that time or later. */
function placeAfter(poppedNs: ArrayLike<number>, count: number, atNs: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((poppedNs[middle] ?? 0) < atNs) low = middle + 1;
    else high = middle;
  }
  return low;
}
