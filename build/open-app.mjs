// Opens the app: in Electron where that can run, else in a browser. Says why it is the browser.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  DOWNLOAD_HINT,
  downloadElectron,
  ELECTRON_STATES,
  findElectron,
} from './electron-binary.mjs';
import { note, root } from './repository.mjs';

/** An Electron that ends this early with an error did not open a window. */
const earlyEndMs = 5000;

/** Resolves to the exit code. `runCommand` is the `main` of dist/cli.js. */
export async function openApp(argv, runCommand) {
  const { path, reason } = usableElectron();
  if (path) {
    const beganMs = Date.now();
    const code = await runElectron(path, argv);
    if (code === 0 || Date.now() - beganMs > earlyEndMs) return code;
    note(`Electron ended at once with code ${code}. Opening Ringside in the browser instead.`);
  } else {
    note(`${reason} Opening Ringside in the browser instead.`);
  }
  return runCommand(['--browser', ...argv]);
}

/** The executable's path, or why there is no use in starting one. */
function usableElectron() {
  if (!existsSync(join(root, 'dist', 'main.js'))) {
    return { reason: 'There is no desktop program in dist/ yet.' };
  }
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return { reason: 'No desktop here: neither DISPLAY nor WAYLAND_DISPLAY is set.' };
  }
  let found = findElectron();
  if (found.state === 'binary-missing' || found.state === 'version-mismatch') {
    note(`${ELECTRON_STATES[found.state]} Downloading it once (about 100 MB).`);
    const failure = downloadElectron();
    if (failure) return { reason: `Electron could not be downloaded: ${failure} ${DOWNLOAD_HINT}` };
    found = findElectron();
  }
  return found.state === 'ok' ? { path: found.path } : { reason: ELECTRON_STATES[found.state] };
}

function runElectron(path, argv) {
  // Chromium refuses to run as root with its sandbox.
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const child = spawn(path, [...(isRoot ? ['--no-sandbox'] : []), root, ...argv], {
    stdio: 'inherit',
  });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      note(error.message);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
