/** Electron's entry, a table of contents: one instance, a host in a thread of its own for each session, windows on them, the
 *  menu. A window may close, crash or be loaded again; the session does not notice. */
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
import { type Client, openClient } from '../src-core/rpc.ts';
import { assert } from '../src-core/units.ts';
import { desktopActions, type SessionActions } from './desktop-actions.ts';
import { FIRST_SCENARIO } from './first-scenario.ts';
import { freshWindowName, type HostPool, MOST_HOSTS, openHostPool } from './host-pool.ts';
import { type HostThread, startHostThread } from './host-thread.ts';
import { joinContents } from './ipc-link.ts';
import { launchFile, launchLayout } from './launch-file.ts';
import { type MenuActions, menuTemplate } from './menu.ts';
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
  readonly hosts: HostPool;
  readonly quitRules: QuitRules;
  readonly desks: Desk[];
}

/** A session with its windows. */
interface Desk {
  readonly thread: HostThread;
  readonly client: Client;
  readonly actions: SessionActions;
  readonly windows: Set<BrowserWindow>;
}

const EXIT_BROKEN = 10;

app.setName('Ringside');
protocol.registerSchemesAsPrivileged([PAGE_SCHEME]);
const file = launchFile(process.argv, app.isPackaged, process.cwd());
const launch: Launch = file === undefined ? {} : { file };
if (app.requestSingleInstanceLock({ ...launch })) start();
else app.quit();

function start(): void {
  const hosts = openHostPool(() =>
    startHostThread({ carrier: 'electron', version: RINGSIDE_VERSION }),
  );
  const desktop: Desktop = {
    hosts,
    quitRules: applyQuitRules({
      app,
      dialog,
      hosts,
      platform: process.platform,
      windows: () => BrowserWindow.getAllWindows(),
    }),
    desks: [openDesk(hosts.first)],
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
  app.on('web-contents-created', (_event, contents) =>
    guardContents(contents, (name) => newWindow(desktop, name)),
  );
  void hosts.stopped.then(({ reason }) => {
    if (!desktop.quitRules.isEnding()) void tellBroken(reason);
  });
  void app.whenReady().then(() => ready(desktop));
}

async function ready(desktop: Desktop): Promise<void> {
  guardSession(session.defaultSession);
  servePageScheme(protocol, join(import.meta.dirname, 'renderer'));
  showWindow(desktop);
  openFile(desktop, launch.file);
  const { client } = deskInFront(desktop);
  if (launch.file === undefined && process.argv.includes('--demo')) {
    void client.call('startDemo', { scenario: FIRST_SCENARIO });
  }
  const { scenarios } = await client.call('hello', {});
  const actions: MenuActions = {
    newWindow: () => newWindow(desktop, freshWindowName()),
    openCapture: () => deskInFront(desktop).actions.openCapture(),
    saveCapture: () => deskInFront(desktop).actions.saveCapture(),
    startDemo: (scenario) => deskInFront(desktop).actions.startDemo(scenario),
    stopSession: () => deskInFront(desktop).actions.stopSession(),
    closeSession: () => deskInFront(desktop).actions.closeSession(),
  };
  const template = menuTemplate(actions, process.platform, scenarios);
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function openDesk(thread: HostThread): Desk {
  const client = openClient(thread.connect());
  const actions = desktopActions({ client, dialog, hasGuest: () => thread.hasGuest() });
  return { thread, client, actions, windows: new Set() };
}

/** The session of the window in front, or of the first. */
function deskInFront({ desks }: Desktop): Desk {
  const focused = BrowserWindow.getFocusedWindow();
  const [first] = desks;
  const front = desks.find(({ windows }) => focused !== null && windows.has(focused)) ?? first;
  assert(front !== undefined, 'the first desk is always there');
  return front;
}

/** A window with a session of its own. */
function newWindow(desktop: Desktop, name: string): void {
  const thread = desktop.hosts.named(name);
  if (thread === undefined) {
    void dialog.showMessageBox({
      type: 'info',
      message: `${MOST_HOSTS} sessions are open: that is as many as there can be.`,
      detail: 'Close one, or start Ringside again in another folder of user data.',
    });
    return;
  }
  const known = desktop.desks.find((desk) => desk.thread === thread);
  const desk = known ?? openDesk(thread);
  if (known === undefined) desktop.desks.push(desk);
  openDeskWindow(desktop, desk);
}

/** Brings a window to the front, or opens one. */
function showWindow(desktop: Desktop): void {
  const [open] = BrowserWindow.getAllWindows();
  if (open === undefined) openDeskWindow(desktop, deskInFront(desktop));
  else {
    if (open.isMinimized()) open.restore();
    open.focus();
  }
}

function openDeskWindow({ quitRules }: Desktop, desk: Desk): void {
  const parts = {
    BrowserWindow,
    screen,
    statePath: join(app.getPath('userData'), 'window.json'),
    preloadPath: join(import.meta.dirname, 'preload.cjs'),
  };
  const window = openWindow(parts, nativeTheme.shouldUseDarkColors);
  desk.windows.add(window);
  window.on('closed', () => desk.windows.delete(window));
  joinContents(ipcMain, window.webContents, () => desk.thread.connect());
  quitRules.guardWindow(window, desk.thread, () => desk.windows.size);
  watchWindow(window, dialog);
  loadPage(window, launchLayout(process.argv));
}

/** A guest is never replaced by a file: where one is attached, the file gets a window of its own. */
function openFile(desktop: Desktop, path: string | undefined): void {
  if (path === undefined) return;
  const front = deskInFront(desktop);
  if (!front.thread.hasGuest()) return void front.actions.openPath(path);
  newWindow(desktop, freshWindowName());
  void desktop.desks.at(-1)?.actions.openPath(path);
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
