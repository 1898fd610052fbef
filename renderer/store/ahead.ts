/** Answers that were asked for while the code of what shows them was still on its way: a pull that begins with one of these
 *  questions has its answer at once, and asks all the same. */
import type { Method, Params, Result } from '../../src-core/contract.ts';
import type { Client } from '../../src-core/rpc.ts';

const KEPT_MS = 3000;

interface Ahead {
  readonly result: unknown;
  readonly atMs: number;
}

const answers = new Map<string, Ahead>();
const asked = new Map<string, Promise<unknown>>();

export function pullKey<M extends Method>(method: M, params: Params<M>): string {
  return `${method} ${JSON.stringify(params)}`;
}

export function askAhead<M extends Method>(client: Client, method: M, params: Params<M>): void {
  const key = pullKey(method, params);
  const answer = client.call(method, params).then(
    (result) => {
      answers.set(key, { result, atMs: performance.now() });
      return result;
    },
    () => undefined, // nothing is shown there: who pulls will hear why
  );
  asked.set(key, answer);
}

/** The answer to what was asked ahead when it comes; `undefined` when it was refused or not asked. */
export async function waitAhead<M extends Method>(
  method: M,
  params: Params<M>,
): Promise<Result<M> | undefined> {
  return (await asked.get(pullKey(method, params))) as Result<M> | undefined;
}

export function answerAhead<M extends Method>(key: string): Result<M> | undefined {
  const found = answers.get(key);
  if (found === undefined) return undefined;
  if (performance.now() - found.atMs <= KEPT_MS) return found.result as Result<M>;
  answers.delete(key);
  return undefined;
}

/** They were about another session. */
export function forgetAhead(): void {
  answers.clear();
  asked.clear();
}
