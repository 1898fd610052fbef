/** Electron's entry, a table of contents: one instance, one host in a thread of its own, one window on it, the menu. The
 *  window may close, crash or be loaded again; the session does not notice. */
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  protocol,
  screen,
  session,
} from 'electron';
import { openClient } from '../src-core/rpc.ts';
import { type DesktopActions, desktopActions } from './desktop-actions.ts';
import { FIRST_SCENARIO } from './first-scenario.ts';
import { type HostThread, startHostThread } from './host-thread.ts';
import { joinContents } from './ipc-link.ts';
import { launchFile } from './launch-file.ts';
import { menuTemplate } from './menu.ts';
import { guardContents, guardSession } from './page-guard.ts';
import { PAGE_SCHEME, servePageScheme } from './page-scheme.ts';
import { applyQuitRules, type QuitRules } from './quit-rules.ts';
import { loadPage, openWindow } from './window.ts';
import { watchWindow } from './window-failures.ts';

/** What one instance hands to the one that runs already. */
interface Launch {
  readonly file?: string;
}

interface Desktop {
  readonly thread: HostThread;
  readonly actions: DesktopActions;
  readonly quitRules: QuitRules;
}

const EXIT_BROKEN = 10;

app.setName('Ringside');
protocol.registerSchemesAsPrivileged([PAGE_SCHEME]);
const file = launchFile(process.argv, app.isPackaged, process.cwd());
const launch: Launch = file === undefined ? {} : { file };
if (app.requestSingleInstanceLock({ ...launch })) start();
else app.quit();

function start(): void {
  const thread = startHostThread({ carrier: 'electron', version: RINGSIDE_VERSION });
  const client = openClient(thread.connect());
  const desktop: Desktop = {
    thread,
    actions: desktopActions({ client, dialog, hasGuest: () => thread.hasGuest() }),
    quitRules: applyQuitRules({
      app,
      dialog,
      thread,
      platform: process.platform,
      windows: () => BrowserWindow.getAllWindows(),
    }),
  };
  const show = () => (app.isReady() ? showWindow(desktop) : undefined);
  app.on('second-instance', (_event, _argv, _folder, other) => {
    show();
    openFile(desktop, (other as Launch).file);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFile(desktop, path);
  });
  app.on('activate', show);
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
  void thread.stopped.then(({ reason }) => {
    if (!desktop.quitRules.isEnding()) void tellBroken(reason);
  });
  void app.whenReady().then(async () => {
    guardSession(session.defaultSession);
    servePageScheme(protocol, join(import.meta.dirname, 'renderer'));
    showWindow(desktop);
    openFile(desktop, launch.file);
    if (launch.file === undefined && process.argv.includes('--demo')) {
      void client.call('startDemo', { scenario: FIRST_SCENARIO });
    }
    const { scenarios } = await client.call('hello', {});
    const template = menuTemplate(desktop.actions, process.platform, scenarios);
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  });
}

/** Brings the window to the front, or opens one. */
function showWindow({ thread, quitRules }: Desktop): void {
  const [open] = BrowserWindow.getAllWindows();
  if (open !== undefined) {
    if (open.isMinimized()) open.restore();
    open.focus();
    return;
  }
  const parts = {
    BrowserWindow,
    screen,
    statePath: join(app.getPath('userData'), 'window.json'),
    preloadPath: join(import.meta.dirname, 'preload.cjs'),
  };
  const window = openWindow(parts, nativeTheme.shouldUseDarkColors);
  joinContents(ipcMain, window.webContents, () => thread.connect());
  quitRules.guardWindow(window);
  watchWindow(window, dialog);
  loadPage(window);
}

function openFile({ actions }: Desktop, path: string | undefined): void {
  if (path !== undefined) void actions.openPath(path);
}

/** The host has ended without being asked to: our own fault. What it recorded is in its files. */
async function tellBroken(reason: string | undefined): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: 'Something broke in the session’s thread, and it ended.',
    detail: `${reason ?? 'It gave no reason.'}\n\nWhat was recorded so far is in its files. Please report this.`,
    buttons: ['Start Ringside Again', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) app.relaunch();
  app.exit(EXIT_BROKEN);
}
