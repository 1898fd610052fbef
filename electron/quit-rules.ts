/** When the app may end. QEMU does not survive that its sound device goes away: as long as a guest is attached, nothing
 *  ends without a question, and the session outlives its window. */
import type { App, BrowserWindow, Dialog, MessageBoxOptions } from 'electron';
import type { HostPool } from './host-pool.ts';
import type { HostThread } from './host-thread.ts';

export interface QuitParts {
  readonly app: Pick<App, 'on' | 'quit'>;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  /** All hosts of the app. */
  readonly hosts: Pick<HostPool, 'hasGuest' | 'stop'>;
  readonly platform: NodeJS.Platform;
  /** The windows that are open. */
  readonly windows: () => readonly BrowserWindow[];
}

export interface QuitRules {
  /** Asks before the last window of `host` closes on its guest; `windowsOf` are those that show this host. */
  guardWindow(
    window: Pick<BrowserWindow, 'on' | 'destroy'>,
    host: Pick<HostThread, 'hasGuest'>,
    windowsOf: () => number,
  ): void;
  /** True once the end was decided: what closes from then on was asked to. */
  isEnding(): boolean;
}

/** How often a session without a window looks whether its guest is still there. */
const GUEST_CHECK_MS = 1000;

const ON_CLOSE: MessageBoxOptions = {
  type: 'question',
  message: 'A guest is attached. Keep its sound device running?',
  detail:
    'QEMU ends its sound, and may end itself, when the device goes away. ' +
    'It can go on without a window; start Ringside again to see it.',
  buttons: ['Keep Running', 'End Session and Quit', 'Cancel'],
  defaultId: 0,
  cancelId: 2,
};
const ON_QUIT: MessageBoxOptions = {
  type: 'warning',
  message: 'A guest is attached. End its sound device and quit?',
  detail: 'QEMU ends its sound, and may end itself, when the device goes away.',
  buttons: ['Cancel', 'End Session and Quit'],
  defaultId: 0,
  cancelId: 0,
};

/** Puts the rules in force. Sessions are ended and files finished before the process goes. */
export function applyQuitRules(parts: QuitParts): QuitRules {
  const { app, dialog, hosts, platform } = parts;
  let state: 'open' | 'asking' | 'ending' | 'ended' = 'open';
  const end = async () => {
    state = 'ending';
    await hosts.stop();
    state = 'ended';
    app.quit();
  };
  const ask = async (options: MessageBoxOptions) => {
    state = 'asking';
    const { response } = await dialog.showMessageBox(options);
    if (state === 'asking') state = 'open';
    return options.buttons?.[response];
  };
  const askToQuit = async () => {
    if ((await ask(ON_QUIT)) === 'End Session and Quit') await end();
  };
  const askToClose = async (window: Pick<BrowserWindow, 'destroy'>) => {
    const answer = await ask(ON_CLOSE);
    if (answer === 'End Session and Quit') await end();
    if (answer !== 'Keep Running') return;
    window.destroy();
    quitWhenGuestLeaves(parts);
  };
  app.on('before-quit', (event) => {
    if (state === 'ended') return;
    event.preventDefault();
    if (state === 'open') void (hosts.hasGuest() ? askToQuit() : end());
  });
  app.on('window-all-closed', () => {
    if (platform !== 'darwin' && !hosts.hasGuest()) app.quit();
  });
  return {
    guardWindow(window, host, windowsOf) {
      window.on('close', (event) => {
        const isLast = windowsOf() <= 1;
        if (state === 'ending' || state === 'ended' || !isLast || !host.hasGuest()) return;
        event.preventDefault();
        if (state === 'open') void askToClose(window);
      });
    },
    isEnding: () => state === 'ending' || state === 'ended',
  };
}

/** A process without window and guest would never be found again. */
function quitWhenGuestLeaves({ app, hosts, windows }: QuitParts): void {
  const timer = setInterval(() => {
    if (windows().length === 0 && hosts.hasGuest()) return;
    clearInterval(timer);
    if (windows().length === 0) app.quit();
  }, GUEST_CHECK_MS);
}
