/** The native menu: a table of what the desktop expects and of what the window itself cannot do. */
import type { MenuItemConstructorOptions } from 'electron';
import type { ScenarioInfo } from '../src-core/contract.ts';

export interface MenuActions {
  newWindow(): void;
  openCapture(): void;
  saveCapture(): void;
  startDemo(scenario: string): void;
  stopSession(): void;
  closeSession(): void;
}

type Row = MenuItemConstructorOptions;

const SEPARATOR: Row = { type: 'separator' };

/** The template for Electron's Menu, for one platform and the demo's scenarios. */
export function menuTemplate(
  actions: MenuActions,
  platform: NodeJS.Platform,
  scenarios: readonly ScenarioInfo[],
): Row[] {
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' } satisfies Row] : []),
    { label: '&File', submenu: fileRows(actions, isMac) },
    { label: '&Session', submenu: sessionRows(actions, scenarios) },
    { role: 'editMenu' },
    { label: '&View', submenu: VIEW_ROWS },
    { role: 'windowMenu' },
    ...(isMac ? [] : [{ label: '&Help', submenu: [{ role: 'about' }] } satisfies Row]),
  ];
}

function fileRows(actions: MenuActions, isMac: boolean): Row[] {
  return [
    row('&New Window', 'CmdOrCtrl+Shift+N', () => actions.newWindow()),
    SEPARATOR,
    row('&Open Capture…', 'CmdOrCtrl+O', () => actions.openCapture()),
    row('&Save Capture As…', 'CmdOrCtrl+S', () => actions.saveCapture()),
    SEPARATOR,
    { role: isMac ? 'close' : 'quit' },
  ];
}

function sessionRows(actions: MenuActions, scenarios: readonly ScenarioInfo[]): Row[] {
  const demos = scenarios.map(({ name, title }) =>
    row(title.replaceAll('&', '&&'), undefined, () => actions.startDemo(name)),
  );
  return [
    ...(demos.length > 0 ? [{ label: 'Run a &Demo', submenu: demos }] : []),
    SEPARATOR,
    row('&Stop', undefined, () => actions.stopSession()),
    row('&Close Session', undefined, () => actions.closeSession()),
  ];
}

const VIEW_ROWS: Row[] = [
  { role: 'reload' },
  { role: 'toggleDevTools' },
  SEPARATOR,
  { role: 'resetZoom' },
  { role: 'zoomIn' },
  { role: 'zoomOut' },
  SEPARATOR,
  { role: 'togglefullscreen' },
];

function row(label: string, accelerator: string | undefined, click: () => void): Row {
  return { label, click, ...(accelerator === undefined ? {} : { accelerator }) };
}
