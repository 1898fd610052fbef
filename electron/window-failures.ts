/** What to do when the window's process dies or hangs: the session does not care, so the page is loaded again. */
import type { BrowserWindow, Dialog } from 'electron';

/** Offers to load the page again after a crash, and when it does not answer. */
export function watchWindow(window: BrowserWindow, dialog: Pick<Dialog, 'showMessageBox'>): void {
  const { webContents } = window;
  let isAsking = false;
  const ask = async (message: string, buttons: readonly [string, string]) => {
    if (isAsking || window.isDestroyed()) return false;
    isAsking = true;
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      message,
      detail: 'The session goes on: guest, sound and recording do not depend on the window.',
      buttons: [...buttons],
      defaultId: 0,
      cancelId: 1,
    });
    isAsking = false;
    return response === 0 && !window.isDestroyed();
  };
  const afterCrash = async (reason: string) => {
    const message = `The window’s view ended unexpectedly (${reason}).`;
    if (await ask(message, ['Load Again', 'Not Now'])) webContents.reload();
  };
  const whenHung = async () => {
    const wantsReload = await ask('The window does not answer.', ['Load Again', 'Wait']);
    // the crash is asked for: what it reports leads to no second question
    if (!wantsReload) return;
    isAsking = true;
    webContents.forcefullyCrashRenderer();
    webContents.reload();
    isAsking = false;
  };
  webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') void afterCrash(reason);
  });
  window.on('unresponsive', () => void whenHung());
}
