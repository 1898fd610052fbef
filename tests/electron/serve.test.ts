import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type PageServer, servePage } from '../../electron/serve.ts';
import { type Link, linkPair } from '../../src-core/rpc.ts';

let folder = '';
let server: PageServer;
let hostEnds: Link[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-serve-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'main.js'), 'export {};');
  hostEnds = [];
  server = await servePage({ connect, folder });
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** A host that answers each packet with the same bytes. */
function connect(): Link {
  const [view, host] = linkPair();
  host.onMessage((packet) => host.send(packet));
  hostEnds.push(host);
  return view;
}

interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const body = Buffer.concat(parts).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

function linkUrl(token = new URL(server.url).searchParams.get('token') ?? ''): string {
  return `ws://${new URL(server.url).host}/link?token=${token}`;
}

function ownOrigin(): string {
  return new URL(server.url).origin;
}

/** The status with which a link is refused; 101 when it is not. */
function tryLink(url: string, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(url, { headers });
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', () => undefined);
  });
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve());
    socket.on('error', reject);
  });
}

function nextMessage(socket: WebSocket): Promise<Uint8Array> {
  return new Promise((resolve) => {
    socket.once('message', (data: Buffer) => resolve(new Uint8Array(data)));
  });
}

function closed(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.once('close', resolve);
  });
}

describe('the page on loopback', () => {
  test('the address is on 127.0.0.1 and holds a token of 256 bits', () => {
    const { hostname, searchParams } = new URL(server.url);
    expect(hostname).toBe('127.0.0.1');
    expect(searchParams.get('token')).toMatch(/^[\w-]{43}$/);
  });

  test('two servers have two tokens', async () => {
    const other = await servePage({ connect, folder });
    await other.close();
    expect(new URL(other.url).search).not.toBe(new URL(server.url).search);
  });

  test('the page comes with the token, its files without', async () => {
    const { pathname, search } = new URL(server.url);
    const page = await get(pathname + search);
    expect(page.status).toBe(200);
    expect(page.body).toContain('<title>page</title>');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    expect((await get('/main.js')).status).toBe(200);
  });

  test('the page without its token says what to do', async () => {
    const answer = await get('/');
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('whole address');
  });

  test('a name that was made to point here is not served', async () => {
    const { pathname, search } = new URL(server.url);
    const answer = await get(pathname + search, { host: 'evil.example:80' });
    expect(answer.status).toBe(421);
    expect(answer.body).not.toContain('<title>');
  });

  test('localhost and a forwarded port are names of this machine', async () => {
    expect((await get('/main.js', { host: 'localhost:8080' })).status).toBe(200);
    expect((await get('/main.js', { host: '[::1]:8080' })).status).toBe(200);
  });

  test('only GET and HEAD are served', async () => {
    expect((await get('/main.js', {}, 'POST')).status).toBe(405);
    const head = await get('/main.js', {}, 'HEAD');
    expect([head.status, head.body]).toEqual([200, '']);
  });

  test('a path out of the folder is not there', async () => {
    expect((await get('/../package.json')).status).toBe(404);
    expect((await get('/%2e%2e/%2e%2e/etc/passwd')).status).toBe(404);
  });
});

describe('the link on loopback', () => {
  test('packets pass both ways unchanged', async () => {
    const socket = new WebSocket(linkUrl(), { origin: ownOrigin() });
    await opened(socket);
    const answer = nextMessage(socket);
    socket.send(new Uint8Array([1, 2, 255]));
    expect(await answer).toEqual(new Uint8Array([1, 2, 255]));
    socket.terminate();
  });

  test('each page has a link of its own, which closes with the page', async () => {
    const first = new WebSocket(linkUrl(), { origin: ownOrigin() });
    const second = new WebSocket(linkUrl(), { origin: ownOrigin() });
    await Promise.all([opened(first), opened(second)]);
    expect(hostEnds).toHaveLength(2);
    const gone = Promise.all(
      hostEnds.map((end) => new Promise<void>((resolve) => end.onClose(() => resolve()))),
    );
    first.close();
    second.close();
    await gone;
  });

  test('no token, a wrong token, no origin and another origin are refused', async () => {
    const origin = ownOrigin();
    expect(await tryLink(linkUrl(), { origin })).toBe(101);
    expect(await tryLink(linkUrl(''), { origin })).toBe(403);
    expect(await tryLink(linkUrl('x'.repeat(43)), { origin })).toBe(403);
    expect(await tryLink(linkUrl(), {})).toBe(403);
    expect(await tryLink(linkUrl(), { origin: 'null' })).toBe(403);
    expect(await tryLink(linkUrl(), { origin: 'https://evil.example' })).toBe(403);
    expect(await tryLink(linkUrl(), { origin: 'http://127.0.0.1:1' })).toBe(403);
    expect(await tryLink(linkUrl(), { origin, host: 'evil.example' })).toBe(421);
    expect(await tryLink(linkUrl().replace('/link', '/other'), { origin })).toBe(404);
  });

  test('a text message ends the link', async () => {
    const socket = new WebSocket(linkUrl(), { origin: ownOrigin() });
    await opened(socket);
    const code = closed(socket);
    socket.send('hello');
    expect(await code).toBe(1003);
  });

  test('a message beyond the bound ends the link', async () => {
    const socket = new WebSocket(linkUrl(), { origin: ownOrigin() });
    await opened(socket);
    const code = closed(socket);
    socket.send(new Uint8Array(33 * 1024 * 1024));
    expect(await code).toBe(1009);
  });

  test('the end of the host closes the page’s socket', async () => {
    const socket = new WebSocket(linkUrl(), { origin: ownOrigin() });
    await opened(socket);
    const code = closed(socket);
    hostEnds[0]?.close();
    expect(await code).toBe(1001);
  });
});

describe('what cannot be served', () => {
  test('a port that is in use is named', async () => {
    const port = Number(new URL(server.url).port);
    await expect(servePage({ connect, folder, port })).rejects.toMatchObject({
      code: 'port-in-use',
    });
  });

  test('a page that is not built is named', async () => {
    const missing = join(folder, 'nothing');
    await expect(servePage({ connect, folder: missing })).rejects.toMatchObject({
      code: 'page-missing',
    });
  });

  test('after closing, the port is free and the pages are gone', async () => {
    const other = await servePage({ connect, folder });
    const { host, origin, port, search } = new URL(other.url);
    const socket = new WebSocket(`ws://${host}/link${search}`, { origin });
    await opened(socket);
    const gone = closed(socket);
    await other.close();
    await gone;
    const again = await servePage({ connect, folder, port: Number(port) });
    await again.close();
  });
});
