/** Requests and announcements over any link: the same bytes on every carrier. A link moves packets and keeps their order;
 *  it is about 30 lines for Electron IPC, a WebSocket, a worker and a pair inside one page. */
import { decodePacket, encodePacket } from './codec.ts';
import type { Announcement, Method, Params, Result } from './contract.ts';

export interface Link {
  send(packet: Uint8Array): void;
  onMessage(listener: (packet: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** What the user can mend: a code and a sentence that says what to do. Crosses the link whole. */
export class RemoteError extends Error {
  readonly code: string;
  readonly action: string | undefined;
  constructor(code: string, message: string, action?: string) {
    super(message);
    this.code = code;
    this.action = action;
  }
}

interface RequestPacket {
  id: number;
  method: Method;
  params: unknown;
}

type HostPacket =
  | { id: number; result: unknown }
  | { id: number; error: { code: string; message: string; action?: string } }
  | { announce: Announcement };

export interface Client {
  /** Rejects with a RemoteError when the host refuses or the link is gone. */
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  onAnnouncement(listener: (announcement: Announcement) => void): () => void;
  onClose(listener: () => void): void;
  close(): void;
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (reason: Error) => void;
}

/** The view's end of a link. */
export function openClient(link: Link): Client {
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(announcement: Announcement) => void>();
  let nextId = 1;
  let isClosed = false;
  link.onMessage((packet) => {
    const said = decodePacket(packet) as HostPacket | undefined;
    if (said === undefined) return;
    if ('announce' in said) for (const listener of [...listeners]) listener(said.announce);
    else settle(waiting, said);
  });
  link.onClose(() => {
    isClosed = true;
    for (const { reject } of waiting.values()) reject(linkGone());
    waiting.clear();
  });
  return {
    call<M extends Method>(method: M, params: Params<M>) {
      if (isClosed) return Promise.reject(linkGone());
      const id = nextId++;
      return new Promise<Result<M>>((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        link.send(encodePacket({ id, method, params }));
      });
    },
    onAnnouncement(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose: (listener) => link.onClose(listener),
    close: () => link.close(),
  };
}

/** A result that comes later, in a thread whose loop never lets a promise go on. `begin` is called at once. */
export class Later<T> {
  readonly begin: (resolve: (value: T) => void, reject: (thrown: unknown) => void) => void;

  constructor(begin: Later<T>['begin']) {
    this.begin = begin;
  }
}

export type Handlers = {
  [M in Method]: (params: Params<M>) => Result<M> | Promise<Result<M>> | Later<Result<M>>;
};

export interface Served {
  announce(announcement: Announcement): void;
  close(): void;
}

/** The host's end of a link: answers each request once, in any order. `explain` turns what was thrown into what crosses. */
export function serveLink(
  link: Link,
  handlers: Handlers,
  explain: (thrown: unknown) => RemoteError,
): Served {
  let isClosed = false;
  const send = (packet: HostPacket) => {
    if (!isClosed) link.send(encodePacket(packet));
  };
  link.onClose(() => {
    isClosed = true;
  });
  link.onMessage((packet) => {
    const asked = decodePacket(packet) as Partial<RequestPacket> | undefined;
    if (typeof asked?.id !== 'number') return;
    const { id, method } = asked;
    const refuse = (thrown: unknown) => {
      const { code, message, action } = explain(thrown);
      send({ id, error: { code, message, ...(action === undefined ? {} : { action }) } });
    };
    if (typeof method !== 'string' || !Object.hasOwn(handlers, method)) {
      refuse(new RemoteError('unknown-request', `this host knows no request “${String(method)}”`));
      return;
    }
    const handle = handlers[method] as (params: unknown) => unknown;
    try {
      const result = handle(asked.params ?? {});
      if (result instanceof Promise) result.then((value) => send({ id, result: value }), refuse);
      else if (result instanceof Later)
        result.begin((value) => send({ id, result: value }), refuse);
      else send({ id, result });
    } catch (thrown) {
      refuse(thrown);
    }
  });
  return {
    announce: (announcement) => send({ announce: announcement }),
    close: () => link.close(),
  };
}

/** Two ends of a link inside one program: for tests and for the demo that runs in the page. Delivery is asynchronous. */
export function linkPair(): [Link, Link] {
  const left = new LinkEnd();
  const right = new LinkEnd();
  left.peer = right;
  right.peer = left;
  return [left, right];
}

class LinkEnd implements Link {
  peer: LinkEnd | undefined;
  private readonly messageListeners: ((packet: Uint8Array) => void)[] = [];
  private readonly closeListeners: (() => void)[] = [];

  send(packet: Uint8Array): void {
    const { peer } = this;
    void Promise.resolve().then(() => {
      for (const listener of peer?.messageListeners ?? []) listener(packet);
    });
  }

  onMessage(listener: (packet: Uint8Array) => void): void {
    this.messageListeners.push(listener);
  }

  onClose(listener: () => void): void {
    this.closeListeners.push(listener);
  }

  close(): void {
    const { peer } = this;
    this.peer = undefined;
    for (const listener of this.closeListeners) listener();
    if (peer?.peer === this) peer.close();
  }
}

function settle(waiting: Map<number, Waiting>, said: Exclude<HostPacket, { announce: unknown }>) {
  const asked = waiting.get(said.id);
  if (asked === undefined) return;
  waiting.delete(said.id);
  if ('error' in said) {
    asked.reject(new RemoteError(said.error.code, said.error.message, said.error.action));
  } else {
    asked.resolve(said.result);
  }
}

function linkGone(): RemoteError {
  return new RemoteError('link-gone', 'the connection to the host is gone', 'Reload the window.');
}
