/** What the menu and the desktop ask for, done by a client of the host like any page: open, save, demo, stop. */
import type { Dialog, FileFilter } from 'electron';
import type { Client } from '../src-core/rpc.ts';
import { RemoteError } from '../src-core/rpc.ts';
import type { MenuActions } from './menu.ts';

export interface ActionParts {
  readonly client: Pick<Client, 'call'>;
  readonly dialog: Pick<Dialog, 'showMessageBox' | 'showOpenDialog' | 'showSaveDialog'>;
  /** True while a guest would be hurt by the end of the session. */
  readonly hasGuest: () => boolean;
}

/** What is done in one session. */
export interface SessionActions extends Omit<MenuActions, 'newWindow'> {
  /** Opens the capture at `path`: from the command line, another instance, or the desktop. */
  openPath(path: string): Promise<void>;
}

const CAPTURES: FileFilter[] = [{ name: 'Captures', extensions: ['pcapng'] }];
const EVERYTHING: FileFilter = { name: 'All files', extensions: ['*'] };

export function desktopActions(parts: ActionParts): SessionActions {
  const { client, dialog } = parts;
  /** Runs it, and shows what went wrong. */
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (thrown) {
      await showFailure(dialog, thrown);
    }
  };
  /** Another session ends the one that runs: a guest must not lose its device by a slip. */
  const replace = (work: () => Promise<unknown>) =>
    attempt(async () => {
      if (!parts.hasGuest() || (await mayEndGuest(dialog))) await work();
    });
  const openPath = (path: string) => replace(() => client.call('openCapture', { path }));
  const pickCapture = async () => {
    const { filePaths } = await dialog.showOpenDialog({
      title: 'Open Capture',
      properties: ['openFile'],
      filters: [...CAPTURES, EVERYTHING],
    });
    if (filePaths[0] !== undefined) await openPath(filePaths[0]);
  };
  const saveAs = async () => {
    const { filePath } = await dialog.showSaveDialog({
      title: 'Save Capture',
      defaultPath: 'session.pcapng',
      filters: CAPTURES,
    });
    if (filePath !== '') await client.call('saveCapture', { path: filePath });
  };
  return {
    openPath,
    openCapture: () => void attempt(pickCapture),
    saveCapture: () => void attempt(saveAs),
    startDemo: (scenario) => void replace(() => client.call('startDemo', { scenario })),
    stopSession: () => void replace(() => client.call('stopSession', {})),
    closeSession: () => void replace(() => client.call('closeSession', {})),
  };
}

async function mayEndGuest(dialog: Pick<Dialog, 'showMessageBox'>): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    message: 'A guest is attached. End its session?',
    detail: 'QEMU ends its sound, and may end itself, when the device goes away.',
    buttons: ['Cancel', 'End Session'],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}

async function showFailure(dialog: Pick<Dialog, 'showMessageBox'>, thrown: unknown): Promise<void> {
  const isKnown = thrown instanceof RemoteError;
  await dialog.showMessageBox({
    type: 'error',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    ...(isKnown && thrown.action !== undefined ? { detail: thrown.action } : {}),
  });
}
