/** Goes from the selected message to the next or previous one of some kind, wherever it is in the capture. */
import type { MessageFilter } from '../../src-core/contract-data.ts';
import { activeView } from './own-views.ts';
import { ask, notify, useSession } from './session.ts';
import { selectedMessage, selectMessage } from './view.ts';

/** Selects the neighbour of the selection in the filtered table, in the view that has the keys; says so when there is none. Without a selection it begins
 *  at the end that it moves away from. */
export async function stepMessage(filter: MessageFilter, by: 1 | -1, what: string): Promise<void> {
  const view = activeView();
  const chosen = selectedMessage(view.getState());
  const from = chosen ?? startFor(by);
  const place = await ask('messageRow', { index: from, filter });
  if (place === undefined) return;
  const near = await ask('messages', { first: Math.max(0, place.row - 1), count: 3, filter });
  if (near === undefined) return;
  const found = neighbour([...near.index], from, by);
  if (found === undefined) {
    const where = chosen === undefined ? '' : by > 0 ? ' after this one' : ' before this one';
    notify({ severity: 'info', code: 'no-more', what: `There is no ${what}${where}.` });
  } else {
    selectMessage(found, undefined, view);
  }
}

/** Next or previous message of the stream (or, without a stream, of the queue) that the selected one belongs to. */
export async function stepSameStream(by: 1 | -1): Promise<void> {
  const index = selectedMessage(activeView().getState());
  if (index === undefined) return stepMessage({}, by, 'message');
  const detail = await ask('messages', { first: index, count: 1 });
  const streamId = detail?.streamId[0] ?? -1;
  const queue = detail?.queue[0];
  if (streamId >= 0) return stepMessage({ streamId }, by, `message of stream ${streamId}`);
  return stepMessage(queue === undefined ? {} : { queues: [queue] }, by, 'message of this queue');
}

/** The nearest of `indexes` on the side of `from` that `by` points to. */
export function neighbour(
  indexes: readonly number[],
  from: number,
  by: 1 | -1,
): number | undefined {
  const side = indexes.filter((index) => (by > 0 ? index > from : index < from));
  if (side.length === 0) return undefined;
  return by > 0 ? Math.min(...side) : Math.max(...side);
}

function startFor(by: 1 | -1): number {
  return by > 0 ? -1 : useSession.getState().changed.messages;
}
