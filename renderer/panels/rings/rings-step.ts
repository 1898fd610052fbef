/** From one change of the ring to the next, or back: the cursor goes there, and the ring shows how it stood then. */
import type { MessageColumns } from '../../../src-core/contract-data.ts';
import { QUEUE_NAMES } from '../../../src-core/spec/sound.ts';
import type { Ns } from '../../../src-core/units.ts';
import { viewOf } from '../../store/own-views.ts';
import { ask, notify, useSession } from '../../store/session.ts';
import { revealTime } from '../../store/time-range.ts';

/** Messages of the queue that are looked at on both sides: more than a ring holds. */
const LOOK = 1100;
/** Times of stages are kept to a part in 16 million: just behind one the change is surely in the ring. */
const BEHIND_NS = 4;

export async function stepRing(by: 1 | -1): Promise<void> {
  const view = viewOf('rings');
  const { queue, cursorNs = useSession.getState().changed.endNs } = view.getState();
  const filter = { queues: [queue] };
  const near = await ask('messageAt', { atNs: cursorNs, queue });
  if (near === undefined) return;
  const place = await ask('messageRow', { index: Math.max(0, near.index), filter });
  const first = Math.max(0, (place?.row ?? 0) - LOOK);
  const columns = await ask('messages', { first, count: 2 * LOOK, filter });
  const atNs = columns === undefined ? undefined : nextChange(columns, cursorNs, by);
  if (atNs === undefined) {
    const where = by > 0 ? 'after' : 'before';
    const what = `Nothing changed in the ring of ${QUEUE_NAMES[queue] ?? 'this queue'} ${where} this.`;
    notify({ severity: 'info', code: 'no-more', what });
    return;
  }
  view.setState({ cursorNs: atNs, follow: false, ringAtCursor: true });
  revealTime(atNs, atNs, view);
}

/** Just behind the nearest kick, pop or return on the side of `atNs` that `by` points to. */
export function nextChange(columns: MessageColumns, atNs: Ns, by: 1 | -1): Ns | undefined {
  let found: Ns | undefined;
  for (const times of [columns.kickNs, columns.poppedNs, columns.usedNs]) {
    for (const time of times) {
      const behindNs = time + BEHIND_NS;
      const isThere = by > 0 ? behindNs > atNs + BEHIND_NS : behindNs < atNs - BEHIND_NS;
      const isNearer = found === undefined || (by > 0 ? behindNs < found : behindNs > found);
      if (isThere && isNearer) found = behindNs;
    }
  }
  return found;
}
