/** The hook through which every panel sees the capture: pulls when its parameters change and when the host says that there
 *  is more; keeps the last result meanwhile. A frozen view pulls only what its own parameters ask for. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Method, Params, Result } from '../../src-core/contract.ts';
import type { Client } from '../../src-core/rpc.ts';
import { answerAhead, pullKey } from './ahead.ts';
import { Puller } from './puller.ts';
import { withRedraw } from './redraw.ts';
import { useSession } from './session.ts';
import { sharedView } from './view.ts';

export interface PullOptions {
  /** Shortest time between two pulls; 33 ms when absent. */
  readonly everyMs?: number;
  /** No pulls while false; what is there stays. */
  readonly enabled?: boolean;
  /** False: only a change of parameters pulls again, as for what cannot change. */
  readonly live?: boolean;
  /** An answer that says that it is a part is asked for again, though nothing was announced. */
  readonly untilWhole?: boolean;
}

export interface PullState<T> {
  /** The last answer, possibly to earlier parameters; `undefined` before the first. */
  readonly data: T | undefined;
  readonly error: unknown;
  /** No answer to these parameters yet. */
  readonly isLoading: boolean;
  readonly askAgain: () => void;
}

const EVERY_MS = 33;

export function usePull<M extends Method>(
  method: M,
  params: Params<M>,
  options: PullOptions = {},
): PullState<Result<M>> {
  const { everyMs = EVERY_MS, enabled = true, live = true, untilWhole = false } = options;
  const client = useSession((session) => session.client);
  const sessionId = useSession((session) => session.sessionId);
  const key = pullKey(method, params);
  const [said, setSaid] = useState<Said<Result<M>>>(() => {
    const data = answerAhead<M>(key);
    return data === undefined ? { sessionId } : { sessionId, key, data };
  });
  const latest = useRef({ params, key });
  latest.current = { params, key };
  const puller = useRef<Puller<Result<M>> | undefined>(undefined);

  useEffect(() => {
    if (client === undefined || !enabled) return;
    const made = makePuller(
      client,
      method,
      () => latest.current,
      everyMs,
      (answer) => {
        setSaid((before) => merge(before, { ...answer, sessionId }));
        if (untilWhole && isPart(answer.data)) made.want();
      },
    );
    puller.current = made;
    made.want();
    const stopWatching = live ? watchChanges(() => made.want()) : undefined;
    return () => {
      stopWatching?.();
      made.stop();
      puller.current = undefined;
    };
  }, [client, sessionId, method, enabled, live, everyMs, untilWhole]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the parameters
  useEffect(() => puller.current?.want(), [key]);

  const askAgain = useCallback(() => puller.current?.want(), []);
  const isOurs = said.sessionId === sessionId;
  return {
    data: isOurs ? said.data : undefined,
    error: isOurs ? said.error : undefined,
    isLoading: enabled && !(isOurs && said.key === key),
    askAgain,
  };
}

function isPart(data: unknown): boolean {
  const said = data as
    | { readonly growing?: boolean; readonly partial?: boolean }
    | null
    | undefined;
  return said?.growing ?? said?.partial === true;
}

interface Said<T> {
  readonly sessionId: number;
  readonly key?: string;
  readonly data?: T;
  readonly error?: unknown;
}

/** An error keeps the data that was there. */
function merge<T>(before: Said<T>, now: Said<T>): Said<T> {
  if (now.data !== undefined || before.sessionId !== now.sessionId) return now;
  return before.data === undefined ? now : { ...now, data: before.data };
}

function makePuller<M extends Method>(
  client: Client,
  method: M,
  latest: () => { params: Params<M>; key: string },
  everyMs: number,
  publish: (answer: { key: string; data?: Result<M>; error?: unknown }) => void,
): Puller<Result<M>> {
  let askedKey = '';
  return new Puller(
    () => {
      const { params, key } = latest();
      askedKey = key;
      return client.call(method, params);
    },
    (said) => {
      if ('result' in said) publish({ key: askedKey, data: said.result });
      else publish({ key: askedKey, error: said.thrown });
    },
    everyMs,
    withRedraw,
  );
}

function watchChanges(want: () => void): () => void {
  const stopSession = useSession.subscribe((now, before) => {
    const isFrozen = sharedView.getState().frozen !== undefined;
    if (now.changed !== before.changed && !isFrozen) want();
  });
  const stopView = sharedView.subscribe((now, before) => {
    if (now.frozen === undefined && before.frozen !== undefined) want();
  });
  return () => {
    stopSession();
    stopView();
  };
}
