// What every command of the repository needs first: are the packages installed, is dist/ newer than the sources?
// Prints on standard error only, so that a command's standard output stays its own.

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');
const cacheFolder = join(root, '.cache');
const lockPath = join(cacheFolder, 'set-up.lock');

/** The parts that dist/ is built of: what each is made from. `stamp` carries the time at which its last build began. */
export const PARTS = {
  host: {
    sources: ['electron', 'src-core', 'build/vite.node.config.ts', 'build/defines.ts'],
    stamp: 'dist/.host-built',
  },
  page: {
    sources: ['renderer', 'src-core', 'build/vite.renderer.config.ts', 'build/defines.ts'],
    stamp: 'dist/renderer/.page-built',
  },
};

/** Installs the packages of package-lock.json if others or none are there. Throws where npm cannot. */
export function ensurePackages() {
  if (packagesAreInstalled()) return;
  withLock(() => {
    if (packagesAreInstalled()) return;
    note('installing packages (npm ci)');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
    if (status !== 0) throw new Error('npm ci failed: see above.');
  });
}

/** Builds those of the named parts whose sources are newer than what is in dist/. Throws where that fails. */
export function ensureBuilt(parts = Object.keys(PARTS)) {
  if (!parts.some(isStale)) return;
  ensurePackages();
  withLock(() => {
    const stale = parts.filter(isStale);
    if (stale.length === 0) return;
    const { status } = spawnSync(
      process.execPath,
      [join(root, 'build', 'build.mjs'), '--quiet', ...stale],
      { cwd: root, stdio: ['ignore', 2, 2] },
    );
    if (status !== 0) throw new Error('The build failed: see above.');
  });
}

/** True where a part has never been built, or a source of it has changed, come or gone since its build began. */
export function isStale(part) {
  const { sources, stamp } = PARTS[part];
  const builtMs = changedMs(join(root, stamp));
  return sources.some((source) => hasChangedSince(join(root, source), builtMs));
}

/** True where node_modules holds what package-lock.json asks for; optional packages of other platforms may be missing. */
export function packagesAreInstalled() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const found = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !found) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    return found[path] === undefined ? optional === true : found[path].version === version;
  });
}

export function note(text) {
  process.stderr.write(`ringside: ${text}\n`);
}

function readPackages(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

function hasChangedSince(path, timeMs) {
  if (changedMs(path) > timeMs) return true;
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
  return readdirSync(path).some((name) => hasChangedSince(join(path, name), timeMs));
}

function changedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Runs `work` while no other process of this repository installs or builds. A lock whose holder died is taken over. */
function withLock(work) {
  mkdirSync(cacheFolder, { recursive: true });
  while (!takeLock()) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
  try {
    work();
  } finally {
    rmSync(lockPath, { force: true });
  }
}

function takeLock() {
  try {
    writeFileSync(lockPath, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (lockIsAbandoned()) rmSync(lockPath, { force: true });
    return false;
  }
}

function lockIsAbandoned() {
  try {
    const holder = Number(readFileSync(lockPath, 'utf8'));
    // Another process may have created the file and not yet written its number into it.
    if (holder === 0) return Date.now() - changedMs(lockPath) > 5000;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
