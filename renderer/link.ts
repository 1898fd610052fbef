/** The page's way to a host: Electron's preload, a WebSocket to the server that gave the page, or a host inside the page.
 *  Each carrier becomes a `Link` here; the packets are the same on all of them. */
import type { Hello } from '../src-core/contract.ts';
import { LIMITS } from '../src-core/limits.ts';
import { type Client, type Link, linkPair, openClient } from '../src-core/rpc.ts';

/** What Electron's preload puts on `window`. Nothing else of the outside is there. */
interface PreloadLink {
  send(packet: Uint8Array): void;
  onMessage(listener: (packet: Uint8Array) => void): void;
  onClose?(listener: () => void): void;
  /** Path of a file that the user gave to the page; empty when it has none. */
  pathOf?(file: File): string;
}

declare global {
  interface Window {
    readonly link?: PreloadLink;
  }
}

export interface Connection {
  readonly client: Client;
  readonly carrier: Hello['carrier'];
}

/** A host is there and gives this page no session; the message is its sentence. */
export class RefusedError extends Error {}

/** One connection by whatever way there is. Rejects with a sentence when nothing answers, or when the host refuses. */
export async function connect(): Promise<Connection> {
  if (window.link !== undefined) {
    return { client: openClient(preloadLink(window.link)), carrier: 'electron' };
  }
  const { protocol, host, search } = window.location;
  const query = new URLSearchParams(search);
  if (query.get('demo') === 'page') return connectToPage();
  const address = new URL('link', `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/`);
  address.searchParams.set('token', query.get('token') ?? '');
  const name = query.get('window');
  if (name !== null) address.searchParams.set('window', name);
  return { client: openClient(await socketLink(address)), carrier: 'browser' };
}

/** Opens another window, with a session of its own: every carrier takes the page's address with a name that is new. */
export function openSessionWindow(): void {
  const address = new URL(window.location.href);
  const name = Math.floor(Math.random() * 36 ** 8).toString(36);
  address.searchParams.set('window', name);
  window.open(address, '_blank', 'noopener');
}

/** A host inside this page: a demo that needs nothing else. Loaded only when it is asked for. */
async function connectToPage(): Promise<Connection> {
  const [{ Host }, { MemoryStore }, { pagePorts }] = await Promise.all([
    import('../src-core/host.ts'),
    import('../src-core/capture/store.ts'),
    import('./page-ports.ts'),
  ]);
  const host = new Host(pagePorts(() => new MemoryStore(LIMITS.memoryStoreBytes)));
  const [near, far] = linkPair();
  host.serve(far);
  return { client: openClient(near), carrier: 'page' };
}

function preloadLink(preload: PreloadLink): Link {
  return {
    send: (packet) => preload.send(packet),
    onMessage: (listener) => preload.onMessage(listener),
    onClose: (listener) => preload.onClose?.(listener),
    close: () => undefined,
  };
}

/** Resolves when the socket is open. */
function socketLink(address: URL): Promise<Link> {
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  const link: Link = {
    send: (packet) => socket.send(packet as Uint8Array<ArrayBuffer>),
    onMessage: (listener) =>
      socket.addEventListener('message', ({ data }) => {
        if (data instanceof ArrayBuffer) listener(new Uint8Array(data));
      }),
    onClose: (listener) => socket.addEventListener('close', () => listener()),
    close: () => socket.close(),
  };
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(link));
    socket.addEventListener('close', () => {
      void whyNot(address).then(reject);
    });
  });
}

/** A socket that was refused says nothing; the same address, asked as a page, tells why. */
async function whyNot(address: URL): Promise<Error> {
  const page = new URL(address);
  page.protocol = page.protocol === 'wss:' ? 'https:' : 'http:';
  try {
    const answer = await fetch(page);
    if (answer.status === 503) return new RefusedError((await answer.text()).trim());
  } catch {
    // nobody is there at all
  }
  return new Error(`Nothing answers at ${address.host}. Is Ringside still running?`);
}
