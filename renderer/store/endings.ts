/** When the device forgot what it had: a reset, a queue that was stopped, a guest that went away. A message that was popped
 *  before and never used will not come back. Spec: 2.4, 3.3.1 */
import { useMemo, useRef } from 'react';
import type { SetupRow } from '../../src-core/contract-data.ts';
import type { Ns, QueueIndex } from '../../src-core/units.ts';
import type { MessageRow } from './message-row.ts';
import { usePull } from './pull.ts';

export interface Ending {
  readonly atNs: Ns;
  /** Every queue when absent. */
  readonly queue?: QueueIndex;
}

const EVERY_MS = 500;

/** In the order of time. */
export function endingsOf(rows: readonly SetupRow[]): readonly Ending[] {
  return rows.flatMap(({ atNs, step }): Ending[] => {
    if (step.what === 'reset' || step.what === 'gone') return [{ atNs }];
    return step.what === 'queue-stopped' ? [{ atNs, queue: step.queue }] : [];
  });
}

/** When the device forgot this message; NaN when it did not. */
export function forgottenNs(row: MessageRow, endings: readonly Ending[]): Ns {
  if (!Number.isNaN(row.usedNs)) return Number.NaN;
  const ending = endings.find(
    ({ atNs, queue }) => atNs >= row.poppedNs && (queue === undefined || queue === row.queue),
  );
  return ending?.atNs ?? Number.NaN;
}

/** The endings of the session so far: the same list until there is another one. */
export function useEndings(): readonly Ending[] {
  const rows = usePull('setup', {}, { everyMs: EVERY_MS }).data;
  const kept = useRef<readonly Ending[]>([]);
  return useMemo(() => {
    const now = rows === undefined ? [] : endingsOf(rows);
    const isSame = now.length === kept.current.length && now[0]?.atNs === kept.current[0]?.atNs;
    if (!isSame) kept.current = now;
    return kept.current;
  }, [rows]);
}
