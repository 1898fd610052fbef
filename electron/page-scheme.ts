/** Electron's own address for the page: `app://ringside/`, served from the built files. Not file:, where every file of the
 *  disk would be of the same origin. */
import type { CustomScheme, Protocol } from 'electron';
import { plainAnswer, readPageFile } from './page-files.ts';

const SCHEME = 'app';
const HOST = 'ringside';

/** As a frame's `origin` says it. */
export const PAGE_ORIGIN = `${SCHEME}://${HOST}`;
export const PAGE_URL = `${PAGE_ORIGIN}/`;
/** The empty page of a panel's own window. */
export const PANEL_WINDOW_URL = `${PAGE_URL}popout.html`;

/** To be registered before the app is ready. */
export const PAGE_SCHEME: CustomScheme = {
  scheme: SCHEME,
  privileges: {
    standard: true,
    secure: true,
    supportFetchAPI: true,
    stream: true,
    codeCache: true, // the page's scripts are compiled once, not at each start
  },
};

/** The page talks through the preload script and fetches nothing but its own files. */
const CONNECT = "'self'";

/** Answers the scheme's requests with the files of `folder` and with nothing else. */
export function servePageScheme(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const { status, headers, body } = await answerPage(folder, request.method, request.url);
    return new Response(body as Uint8Array<ArrayBuffer>, { status, headers });
  });
}

function answerPage(folder: string, method: string, address: string) {
  if (method !== 'GET') return plainAnswer(405, 'Only GET is served.', CONNECT);
  const { host, pathname } = new URL(address);
  if (host !== HOST) return plainAnswer(404, 'There is no such page.', CONNECT);
  return readPageFile(folder, pathname, CONNECT);
}
