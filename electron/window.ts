/** The window: one page in a sandbox, at the place where it was last time. */
import type { BrowserWindow, BrowserWindowConstructorOptions, Screen } from 'electron';
import { PAGE_URL } from './page-scheme.ts';
import {
  keepWindowState,
  LEAST_HEIGHT,
  LEAST_WIDTH,
  readWindowState,
  type WindowState,
} from './window-state.ts';

export interface WindowParts {
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly screen: Pick<Screen, 'getAllDisplays'>;
  /** File of the window's place. */
  readonly statePath: string;
  readonly preloadPath: string;
}

/** Panel backgrounds of the two themes, so that nothing flashes before the page has drawn. */
const BACKGROUND = { dark: '#14171C', light: '#FFFFFF' };

/** Opens the window on the page. Who opens it joins it to the host and guards it. */
export function openWindow(parts: WindowParts, isDark: boolean): BrowserWindow {
  const workAreas = parts.screen.getAllDisplays().map(({ workArea }) => workArea);
  const state = readWindowState(parts.statePath, workAreas);
  const window = new parts.BrowserWindow(windowOptions(state, parts.preloadPath, isDark));
  if (state.isMaximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    keepWindowState(parts.statePath, window.getNormalBounds(), window.isMaximized());
  });
  return window;
}

/** Loads the page, with its panels as that layout has them; what goes wrong there is seen in the window. */
export function loadPage(window: BrowserWindow, layout?: string): void {
  const query = layout === undefined ? '' : `?layout=${encodeURIComponent(layout)}`;
  window.loadURL(`${PAGE_URL}${query}`).catch(() => window.show());
}

function windowOptions(
  state: WindowState,
  preload: string,
  isDark: boolean,
): BrowserWindowConstructorOptions {
  return {
    ...(state.place ?? {}),
    width: state.width,
    height: state.height,
    minWidth: LEAST_WIDTH,
    minHeight: LEAST_HEIGHT,
    show: false,
    title: 'Ringside',
    backgroundColor: isDark ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  };
}
