/** The page and its link for a browser of this machine: HTTP and WebSocket on 127.0.0.1. Who may use it is who knows the
 *  token in the address; other sites that the browser visits are kept out by checks of Host and Origin, since a name of
 *  theirs may be made to point here. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { HostError } from '../src-core/host-error.ts';
import { LIMITS } from '../src-core/limits.ts';
import type { Link } from '../src-core/rpc.ts';
import { type PageAnswer, plainAnswer, readPageFile } from './page-files.ts';
import { joinSocket } from './ws-link.ts';

export interface ServeOptions {
  /** A new link for a page: to the first host, or to that of the window so named. `undefined`: there can be no such one. */
  readonly connect: (windowName: string) => Link | undefined;
  /** Why `connect` would give none for that name, in a sentence for the page; `undefined` when it would. */
  readonly whyNot?: (windowName: string) => string | undefined;
  /** A free one when absent. */
  readonly port?: number;
  /** The built page; the one beside this program when absent. */
  readonly folder?: string;
}

export interface PageServer {
  /** With its secret. */
  readonly url: string;
  /** Lets every page go; resolves when the port is free again. */
  close(): Promise<void>;
}

const ADDRESS = '127.0.0.1';
/** Names under which a browser of this machine reaches us, through a forwarded port too. */
const OWN_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
const LINK_PATH = '/link';
const TOKEN_BYTES = 32;

/** Throws HostError when the page is not built or the port cannot be had. */
export async function servePage(options: ServeOptions): Promise<PageServer> {
  const folder = options.folder ?? join(import.meta.dirname, 'renderer');
  if (!existsSync(join(folder, 'index.html'))) {
    throw new HostError('page-missing', 'The page is not built.', 'Run `npm run build`.');
  }
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const server = createServer((request, response) => {
    void answer(request, { ...options, folder, token }).then((answered) =>
      send(request, response, answered),
    );
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.packetBytes,
    perMessageDeflate: false,
  });
  server.on('upgrade', (request, socket, head) => {
    const refusal = sockets.clients.size >= LIMITS.pages ? 503 : refusalOf(request, token);
    if (refusal !== undefined) return refuse(socket, refusal);
    const link = options.connect(urlOf(request)?.searchParams.get('window') ?? '');
    if (link === undefined) return refuse(socket, 503);
    sockets.handleUpgrade(request, socket, head, (page) => joinSocket(page, link));
  });
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${ADDRESS}:${port}/?token=${token}`,
    close: () => close(server, sockets),
  };
}

type Answering = Pick<ServeOptions, 'whyNot'> & {
  readonly folder: string;
  readonly token: string;
};

async function answer(
  request: IncomingMessage,
  { folder, token, whyNot }: Answering,
): Promise<PageAnswer> {
  const { method, headers } = request;
  const host = headers.host ?? '';
  if (!isOwnHost(host)) return plainAnswer(421, 'This name is not served here.', "'none'");
  // Older browsers do not take 'self' to mean WebSockets of the same host as well
  const connect = `'self' ws://${host}`;
  if (method !== 'GET' && method !== 'HEAD') {
    return plainAnswer(405, 'Only GET and HEAD are served.', connect);
  }
  const url = urlOf(request);
  if (url === undefined) return plainAnswer(400, 'That is no address.', connect);
  const { pathname, searchParams } = url;
  if (pathname === '/' && !isToken(searchParams.get('token'), token)) {
    const sentence =
      'Open the whole address that Ringside printed: the token in it is missing or old.';
    return plainAnswer(403, sentence, connect);
  }
  // a socket that is refused tells its page nothing: this does
  if (pathname === LINK_PATH && isToken(searchParams.get('token'), token)) {
    const sentence = whyNot?.(searchParams.get('window') ?? '');
    if (sentence !== undefined) return plainAnswer(503, sentence, connect);
  }
  return readPageFile(folder, pathname, connect);
}

/** Why a page may not have a link, as a status code. */
function refusalOf(request: IncomingMessage, token: string): number | undefined {
  const { host = '', origin } = request.headers;
  if (!isOwnHost(host)) return 421;
  const url = urlOf(request);
  if (url?.pathname !== LINK_PATH) return 404;
  if (origin === undefined || hostOf(origin) !== host.toLowerCase()) return 403;
  return isToken(url.searchParams.get('token'), token) ? undefined : 403;
}

function isOwnHost(host: string): boolean {
  return OWN_NAMES.has(host.toLowerCase().replace(/:\d+$/, ''));
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** `undefined` for a target that is not a path, such as that of a proxy's request. */
function urlOf({ url = '' }: IncomingMessage): URL | undefined {
  const address = `http://${ADDRESS}${url}`;
  return url.startsWith('/') && URL.canParse(address) ? new URL(address) : undefined;
}

/** Takes the same time whatever was given. */
function isToken(given: string | null, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(token));
}

function send(request: IncomingMessage, response: ServerResponse, answered: PageAnswer): void {
  const { status, headers, body } = answered;
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(cannotServe(port, error));
    });
    server.listen(port, ADDRESS, resolve);
  });
}

function cannotServe(port: number, error: NodeJS.ErrnoException): HostError {
  if (error.code === 'EADDRINUSE') {
    const what = `Port ${port} of ${ADDRESS} is in use.`;
    return new HostError('port-in-use', what, 'Take another one, or none: a free one is found.');
  }
  const what = `Port ${port} of ${ADDRESS} cannot be served: ${error.message}.`;
  return new HostError('port-refused', what, 'Take a port from 1024 on, or none.');
}

function close(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const page of sockets.clients) page.terminate();
  sockets.close();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
