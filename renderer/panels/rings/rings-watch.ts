/** Watching for slots that are made available again before they came back: what is watched, and the way from one time to the
 *  next. The findings of the device and of the checker are what is counted (VQ-17). */
import { create } from 'zustand';
import type { SlotReuse, SlotReuses } from '../../../src-core/contract-rings.ts';
import { QUEUE_NAMES } from '../../../src-core/spec/sound.ts';
import type { Ns } from '../../../src-core/units.ts';
import { formatTime } from '../../canvas/time-scale.ts';
import { viewOf } from '../../store/own-views.ts';
import { ask, notify, useSession } from '../../store/session.ts';
import { revealTime } from '../../store/time-range.ts';
import { selectMessage } from '../../store/view.ts';
import { formatCount } from '../../ui/format.ts';

/** The queue, or one slot of its descriptor table (packed: one buffer id). */
export interface RingWatch {
  readonly queue: number;
  readonly slot?: number;
}

interface Armed {
  /** One a queue. */
  readonly watches: readonly RingWatch[];
}

/** The ring right behind the pop: times of stages are kept to a part in 16 million. */
const BEHIND_NS = 4;

export const useRingWatches = create<Armed>(() => ({ watches: [] }));

export function watchOf(queue: number): RingWatch | undefined {
  return useRingWatches.getState().watches.find((watch) => watch.queue === queue);
}

/** In place of what was watched on the queue. */
export function armWatch(watch: RingWatch): void {
  const others = useRingWatches.getState().watches.filter(({ queue }) => queue !== watch.queue);
  useRingWatches.setState({ watches: [...others, watch] });
}

export function disarmWatch(queue: number): void {
  const { watches } = useRingWatches.getState();
  useRingWatches.setState({ watches: watches.filter((watch) => watch.queue !== queue) });
}

/** `txq`, `slot 5 of txq` */
export function watchName({ queue, slot }: RingWatch): string {
  const name = QUEUE_NAMES[queue] ?? `queue ${queue}`;
  return slot === undefined ? name : `slot ${slot} of ${name}`;
}

/** How often each slot was taken again, for the marks beside the slots. */
export function reuseCounts({ rows }: Pick<SlotReuses, 'rows'>): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { slots } of rows) {
    for (const slot of slots) counts.set(slot, (counts.get(slot) ?? 0) + 1);
  }
  return counts;
}

/** `00:00:01.234 567 by message 12, while message 9 had it` */
export function reuseText({ atNs, index, owner }: SlotReuse): string {
  const by = index < 0 ? '' : ` by message ${formatCount(index)}`;
  const had = owner < 0 ? '' : `, while message ${formatCount(owner)} had it`;
  return `${formatTime(atNs, 6)}${by}${had}`;
}

/** The nearest one before (-1) or behind (1) `atNs`. */
export function nextReuse(rows: readonly SlotReuse[], atNs: Ns, by: 1 | -1): SlotReuse | undefined {
  if (by > 0) return rows.find((row) => row.atNs > atNs);
  return rows.findLast((row) => row.atNs < atNs - BEHIND_NS);
}

/** The cursor goes to the next time, and its message is selected: the ring shows how it stood then. */
export async function stepWatch(by: 1 | -1): Promise<SlotReuse | undefined> {
  const view = viewOf('rings');
  const { queue, cursorNs = by > 0 ? 0 : useSession.getState().changed.endNs } = view.getState();
  const watch = watchOf(queue) ?? { queue };
  const found = await ask('slotReuses', watch);
  const next = found && nextReuse(found.rows, cursorNs, by);
  if (next === undefined) {
    const where = by > 0 ? 'after' : 'before';
    const what = `Nothing of ${watchName(watch)} was used again before it came back ${where} this.`;
    notify({ severity: 'info', code: 'no-more', what });
    return undefined;
  }
  const atNs = next.atNs + BEHIND_NS;
  if (next.index >= 0) selectMessage(next.index, 'rings', view);
  view.setState({ cursorNs: atNs, follow: false, ringAtCursor: true });
  revealTime(atNs, atNs, view);
  return next;
}
