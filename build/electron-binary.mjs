// Is Electron's binary there? Its npm package only brings a downloader, which needs GitHub or a mirror.
// Never asks `require('electron')`: that alone would start the download.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const downloadLimitMs = 10 * 60 * 1000;

const EXECUTABLE = {
  win32: 'electron.exe',
  darwin: join('Electron.app', 'Contents', 'MacOS', 'Electron'),
};

/** `{state: 'ok', path}`, or why there is none: not-installed, override-missing, binary-missing, version-mismatch. */
export function findElectron() {
  const folder = packageFolder();
  if (!folder) return { state: 'not-installed' };
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const dist = override ?? join(folder, 'dist');
  const path = join(dist, EXECUTABLE[process.platform] ?? 'electron');
  if (!existsSync(path)) return { state: override ? 'override-missing' : 'binary-missing' };
  if (!override && readVersion(dist) !== packageVersion(folder)) {
    return { state: 'version-mismatch' };
  }
  return { state: 'ok', path };
}

/** Runs Electron's own downloader (about 100 MB). Returns why it failed, in one sentence, or undefined. */
export function downloadElectron() {
  const { status, error, stderr } = spawnSync(
    process.execPath,
    [join(packageFolder(), 'install.js')],
    { stdio: ['ignore', 2, 'pipe'], encoding: 'utf8', timeout: downloadLimitMs },
  );
  if (status === 0) return undefined;
  const reason = error?.message ?? stderr.split('\n').find((line) => line.trim() !== '');
  return `${(reason ?? 'it gave no reason').trim()}.`.replace(/\.+$/, '.');
}

/** Why an unusable state is one, and what to do about it. */
export const ELECTRON_STATES = {
  'not-installed': 'The package electron is not installed: run `npm ci`.',
  'override-missing': 'ELECTRON_OVERRIDE_DIST_PATH names a folder without an Electron executable.',
  'binary-missing': "Electron's binary is not here yet.",
  'version-mismatch': "Electron's binary is of another version than its package.",
};

export const DOWNLOAD_HINT =
  'To have the desktop window: connect to the network, or set HTTPS_PROXY, ELECTRON_MIRROR or ELECTRON_OVERRIDE_DIST_PATH.';

function packageFolder() {
  try {
    return dirname(require.resolve('electron/package.json'));
  } catch {
    return undefined;
  }
}

function packageVersion(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
}

function readVersion(dist) {
  const path = join(dist, 'version');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().replace(/^v/, '') : undefined;
}
