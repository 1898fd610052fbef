/** What the page in the window may not do: leave its own address, open windows, load from elsewhere, ask for devices. It has
 *  no reason to, but for a window for a panel that was torn off; whatever gets hold of it finds the doors shut. */
import type { BrowserWindowConstructorOptions, Session, WebContents } from 'electron';
import { PAGE_URL, PANEL_WINDOW_URL } from './page-scheme.ts';

/** Writing text to the clipboard, for the copy buttons. */
const ALLOWED_PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** A panel's own window: an empty page that the main page fills, with none of its own rights. */
const PANEL_WINDOW: BrowserWindowConstructorOptions = {
  autoHideMenuBar: true,
  webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, preload: '' },
};

/** Shuts navigation, webviews and new windows but those of panels. A page that asks for `?window=NAME` of itself gets a
 *  window that we open, with a session of its own: `onNewWindow`. */
export function guardContents(
  contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>,
  onNewWindow: (name: string) => void,
): void {
  contents.setWindowOpenHandler(({ url }) => {
    if (url === PANEL_WINDOW_URL) {
      return { action: 'allow', overrideBrowserWindowOptions: PANEL_WINDOW };
    }
    const name = isPage(url) ? new URL(url).searchParams.get('window') : null;
    if (name !== null) onNewWindow(name);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event) => {
    if (!isPage(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isPage(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isPage(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Refuses permissions, devices and every request to a network. */
export function guardSession(
  session: Pick<
    Session,
    | 'setPermissionRequestHandler'
    | 'setPermissionCheckHandler'
    | 'setDevicePermissionHandler'
    | 'webRequest'
  >,
): void {
  session.setPermissionRequestHandler((_contents, permission, decide) => {
    decide(ALLOWED_PERMISSIONS.has(permission));
  });
  session.setPermissionCheckHandler((_contents, permission) => ALLOWED_PERMISSIONS.has(permission));
  session.setDevicePermissionHandler(() => false);
  const network = { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*'] };
  session.webRequest.onBeforeRequest(network, (_details, decide) => decide({ cancel: true }));
}

function isPage(url: string): boolean {
  return url === PAGE_URL || url.startsWith(`${PAGE_URL}?`) || url.startsWith(`${PAGE_URL}#`);
}
