/** Conversations with QEMU, written as one would say them: a generator yields a command and gets its answer. The device
 *  thread never returns to Node, where promises would go on, so that generators take their place. */
import type { QmpAnswer, QmpClient, QmpCommand } from './qmp-client.ts';

export type QmpTask<T> = Generator<QmpCommand, T, QmpAnswer>;

/** One command of a conversation: `yield* ask('query-status')`. */
export function* ask(
  execute: string,
  args?: Readonly<Record<string, unknown>>,
): QmpTask<QmpAnswer> {
  return yield args === undefined ? { execute } : { execute, arguments: args };
}

/** A line of the monitor for people, and what it printed; `undefined` when it cannot be had. */
export function* askMonitor(line: string): QmpTask<string | undefined> {
  const answer = yield* ask('human-monitor-command', { 'command-line': line });
  return answer.ok && typeof answer.value === 'string' ? answer.value : undefined;
}

/** Leads the conversation to its end, then calls `done`. The returned function gives it up. */
export function runTask<T>(
  client: QmpClient,
  task: QmpTask<T>,
  done: (result: T) => void,
): () => void {
  let cancel = () => {};
  let isOver = false;
  const take = (step: IteratorResult<QmpCommand, T>): void => {
    if (isOver) return;
    if (step.done === true) {
      isOver = true;
      done(step.value);
    } else {
      cancel = client.call(step.value, (answer) => take(task.next(answer)));
    }
  };
  take(task.next());
  return () => {
    isOver = true;
    cancel();
  };
}

/** The same without giving way: for what has to be put back before the end. */
export function runTaskNow<T>(client: QmpClient, task: QmpTask<T>, mostNs: number): T {
  let step = task.next();
  while (step.done !== true) step = task.next(client.callNow(step.value, mostNs));
  return step.value;
}
