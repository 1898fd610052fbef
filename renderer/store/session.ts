/** What the host reported: hello, status, notices, and how far the capture has come. Kept as it was said; nothing here is
 *  derived or chosen. Connects, and connects again when the host goes away. */
import { create } from 'zustand';
import type {
  Announcement,
  Hello,
  Method,
  Notice,
  Params,
  Result,
} from '../../src-core/contract.ts';
import type { SessionStatus } from '../../src-core/contract-data.ts';
import type { Client } from '../../src-core/rpc.ts';
import type { Ns } from '../../src-core/units.ts';
import { type Connection, RefusedError } from '../link.ts';
import { askAhead, forgetAhead } from './ahead.ts';
import { FIRST_ASKED } from './message-slices.ts';
import { noticeOf, stillWorks } from './notice-of.ts';
import { Puller } from './puller.ts';
import { dropRedraws, withRedraw } from './redraw.ts';
import { resetView, showBeginning } from './view.ts';

export interface Changed {
  readonly messages: number;
  readonly entries: number;
  readonly endNs: Ns;
}

export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused';

export interface ShownNotice extends Notice {
  readonly id: number;
  /** What an error left alone. */
  readonly still?: string;
}

export interface SessionState {
  readonly client: Client | undefined;
  readonly connection: ConnectionState;
  /** Why the link is not there, in the carrier's words. */
  readonly trouble: string | undefined;
  readonly hello: Hello | undefined;
  /** `undefined` until the host has said; `null` when there is no session. */
  readonly status: SessionStatus | null | undefined;
  /** Counts sessions: what was pulled for another one is dropped. */
  readonly sessionId: number;
  readonly changed: Changed;
  /** When the first message was popped; `undefined` until there is one. A guest may come long after the capture began. */
  readonly firstNs: Ns | undefined;
  readonly notices: readonly ShownNotice[];
  /** Everything that was told, dismissed or not, and when in the capture. */
  readonly logged: readonly (ShownNotice & { readonly atNs: Ns })[];
}

const NO_LINK: Notice = {
  severity: 'error',
  code: 'link-gone',
  what: 'There is no connection to the host.',
  action: 'If Ringside has ended, start it again and open the address that it prints.',
};
const NOTHING_YET: Changed = { messages: 0, entries: 0, endNs: 0 };
const STATUS_EVERY_MS = 250;
/** Everything live moves at most that often: what is announced in between is taken together. */
const CHANGED_EVERY_MS = 33;
const IDLE_STATUS_MS = 500;
const MAX_NOTICES = 20;
const MAX_LOGGED = 500;
const RETRY_MS = [250, 500, 1000, 2000, 4000];

export const useSession = create<SessionState>(() => ({
  client: undefined,
  connection: 'connecting',
  trouble: undefined,
  hello: undefined,
  status: undefined,
  sessionId: 0,
  changed: NOTHING_YET,
  firstNs: undefined,
  notices: [],
  logged: [],
}));

/** Connects, and keeps connected until the returned function is called. */
export function keepConnected(connect: () => Promise<Connection>): () => void {
  let isStopped = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let client: Client | undefined;
  const again = (trouble: string, connection: 'lost' | 'refused' = 'lost') => {
    if (isStopped) return;
    useSession.setState({ connection, client: undefined, trouble });
    timer = setTimeout(attempt, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  };
  const attempt = () => {
    connect().then(
      (connection) => {
        if (isStopped) return connection.client.close();
        failures = 0;
        client = connection.client;
        attach(client);
        client.onClose(() => again('The connection to the host is gone.'));
      },
      (thrown: unknown) =>
        again(
          thrown instanceof Error ? thrown.message : String(thrown),
          thrown instanceof RefusedError ? 'refused' : 'lost',
        ),
    );
  };
  attempt();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    client?.close();
  };
}

/** Asks the host; what it refuses becomes a notice and the result `undefined`. For what the user does, not for pulls. */
export async function ask<M extends Method>(
  method: M,
  params: Params<M>,
): Promise<Result<M> | undefined> {
  const { client } = useSession.getState();
  if (client === undefined) {
    notify(NO_LINK);
    return undefined;
  }
  try {
    return await client.call(method, params);
  } catch (thrown) {
    notify(noticeOf(thrown));
    return undefined;
  }
}

export function notify(notice: Notice): void {
  const { notices, logged, changed, status, connection } = useSession.getState();
  const still =
    notice.severity === 'error' ? { still: stillWorks(status, connection === 'open') } : {};
  const shown = { ...notice, ...still, id: (logged.at(-1)?.id ?? 0) + 1 };
  useSession.setState({
    notices: [...notices, shown].slice(-MAX_NOTICES),
    logged: [...logged, { ...shown, atNs: changed.endNs }].slice(-MAX_LOGGED),
  });
}

/** For what is seen where it happens: the log keeps it. */
export function logOnly(notice: Notice): void {
  const { logged, changed } = useSession.getState();
  const id = (logged.at(-1)?.id ?? 0) + 1;
  const kept = { ...notice, id, atNs: changed.endNs };
  useSession.setState({ logged: [...logged, kept].slice(-MAX_LOGGED) });
}

export function dismissNotice(id: number): void {
  const { notices } = useSession.getState();
  useSession.setState({ notices: notices.filter((notice) => notice.id !== id) });
}

function attach(client: Client): void {
  const status = new Puller(
    () => client.call('status', {}),
    (said) => 'result' in said && takeStatus(client, said.result),
    STATUS_EVERY_MS,
    withRedraw,
  );
  const changes = new Changes();
  const pullHello = () => {
    client.call('hello', {}).then(
      (hello) => useSession.setState({ hello }),
      (thrown: unknown) => notify(noticeOf(thrown)),
    );
  };
  client.onAnnouncement((said) => {
    if (said.kind === 'changed') changes.take(said);
    else hear(said);
    if (said.kind === 'session') {
      changes.drop();
      pullHello();
    }
    if (said.kind !== 'notice') status.want();
  });
  // while nothing happens nothing is announced, and time goes on all the same
  const beat = setInterval(() => isAlive() && status.want(), IDLE_STATUS_MS);
  client.onClose(() => {
    clearInterval(beat);
    changes.drop();
    status.stop();
  });
  dropRedraws();
  useSession.setState({ client, connection: 'open', trouble: undefined });
  pullHello();
  status.want();
  // what the table will ask first: it is there before the table's code
  askAhead(client, 'messages', FIRST_ASKED);
  askAhead(client, 'tracks', {});
  askAhead(client, 'setup', {});
}

function isAlive(): boolean {
  const phase = useSession.getState().status?.phase;
  return phase === 'live' || phase === 'waiting';
}

/** A view that comes late has missed the announcements: the status tells the same. */
function takeStatus(client: Client, status: SessionStatus | null): void {
  const { changed, sessionId } = useSession.getState();
  if (status === null) {
    useSession.setState({ status });
    return;
  }
  const { messages, entries, endNs } = status;
  const isAhead =
    status.sessionId !== sessionId || entries > changed.entries || endNs > changed.endNs;
  useSession.setState({
    status,
    sessionId: status.sessionId,
    ...(isAhead ? { changed: { messages, entries, endNs } } : {}),
    ...(status.sessionId === sessionId ? {} : { firstNs: undefined }),
  });
  if (messages > 0 && useSession.getState().firstNs === undefined) pullFirst(client);
}

function pullFirst(client: Client): void {
  const { sessionId } = useSession.getState();
  client.call('messages', { first: 0, count: 1 }).then(
    ({ poppedNs: [firstNs] }) => {
      if (useSession.getState().sessionId !== sessionId) return;
      useSession.setState({ firstNs });
      if (firstNs !== undefined && !isAlive()) showBeginning(firstNs);
    },
    () => undefined, // the session ended meanwhile: there is nothing to fit to
  );
}

function hear(said: Exclude<Announcement, { kind: 'changed' }>): void {
  if (said.kind === 'notice') {
    notify(said.notice);
  } else {
    forgetAhead();
    resetView();
    useSession.setState({
      sessionId: said.sessionId,
      changed: NOTHING_YET,
      firstNs: undefined,
    });
  }
}

/** The first announcement after a while counts at once, others with the next beat. */
class Changes {
  private waiting: Changed | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastMs = Number.NEGATIVE_INFINITY;

  take({ messages, entries, endNs }: Changed): void {
    this.waiting = { messages, entries, endNs };
    if (this.timer !== undefined) return;
    const waitMs = this.lastMs + CHANGED_EVERY_MS - performance.now();
    if (waitMs <= 0) withRedraw(() => this.apply());
    else this.timer = setTimeout(() => withRedraw(() => this.apply()), waitMs);
  }

  /** What waits is about another session, or nobody's any more. */
  drop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting = undefined;
  }

  private apply(): void {
    const { waiting } = this;
    this.drop();
    this.lastMs = performance.now();
    if (waiting === undefined) return;
    const { entries, endNs } = useSession.getState().changed; // the status may have told more
    if (waiting.entries >= entries && waiting.endNs >= endNs) {
      useSession.setState({ changed: waiting });
    }
  }
}
