/** The built page as answers to requests: the same files under the same headers from Electron's own scheme and from the
 *  server on loopback. */
import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** What the build named by a hash of what is in it never changes: a browser keeps it, and for scripts what it compiled. */
const NAMED_BY_CONTENT = /^\/assets\/[\w-]+-[\w-]{8}\.\w+$/;
const FOR_EVER = 'public, max-age=31536000, immutable';

/** No inline code, no code from elsewhere, no frames, no forms; `connect` names where the page's link goes. */
export function contentSecurityPolicy(connect: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** What every answer carries, refusals included. */
export function securityHeaders(connect: string): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(connect),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy':
      'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), midi=()',
    'cache-control': 'no-cache',
  };
}

/** The file that `pathname` names under `folder`, `/` being index.html; 404 for whatever is not a file in there. */
export async function readPageFile(
  folder: string,
  pathname: string,
  connect: string,
): Promise<PageAnswer> {
  const headers = securityHeaders(connect);
  const path = pathInside(folder, pathname);
  const body = path === undefined ? undefined : await readFile(path).catch(() => undefined);
  if (path === undefined || body === undefined)
    return plainAnswer(404, 'There is no such file.', connect);
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  const cached = NAMED_BY_CONTENT.test(pathname) ? { 'cache-control': FOR_EVER } : {};
  return { status: 200, headers: { ...headers, 'content-type': type, ...cached }, body };
}

/** An answer in one sentence. */
export function plainAnswer(status: number, sentence: string, connect: string): PageAnswer {
  const headers = { ...securityHeaders(connect), 'content-type': 'text/plain; charset=utf-8' };
  return { status, headers, body: new TextEncoder().encode(`${sentence}\n`) };
}

/** `undefined` for a path that leaves the folder or is no path at all. */
function pathInside(folder: string, pathname: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined; // a stray percent sign
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return undefined;
  const root = resolve(folder);
  const path = resolve(join(root, decoded.endsWith('/') ? `${decoded}index.html` : decoded));
  return path.startsWith(root + sep) ? path : undefined;
}
