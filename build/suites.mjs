// The suites of tests: what each runs, and what it needs of the machine.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { guestImage } from './guest-image.mjs';

const SET_UP = 'run `npm run setup:system`';
/** The first QEMU with vhost-user-snd-pci. */
const QEMU_LEAST = 9;

/** In the order of running. `missing` says why this machine cannot run a suite, or nothing where it can. */
export const SUITES = [
  { name: 'check', commands: [biome, typeScript] },
  { name: 'unit', projects: ['core', 'renderer'], needsBuild: true },
  {
    name: 'guest',
    projects: ['guest'],
    folder: 'tests/guest',
    needsBuild: true,
    missing: missingForGuest,
  },
  {
    name: 'sound',
    projects: ['sound'],
    folder: 'tests/sound',
    needsBuild: true,
    missing: missingForSound,
  },
  {
    name: 'browser',
    projects: ['browser'],
    folder: 'tests/e2e',
    needsBuild: true,
    missing: missingForBrowser,
  },
];

function biome(root) {
  const bin = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const colors = process.stdout.isTTY ? 'force' : 'off';
  return { title: 'biome', argv: [bin, 'ci', '--error-on-warnings', `--colors=${colors}`] };
}

function typeScript(root) {
  return { title: 'tsc', argv: [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'] };
}

function missingForGuest() {
  if (process.platform !== 'linux') return 'guests attach on Linux only';
  const { status, stdout } = spawnSync('qemu-system-x86_64', ['--version'], { encoding: 'utf8' });
  if (status !== 0) return `no qemu-system-x86_64: ${SET_UP}`;
  const major = Number(/version (\d+)/.exec(stdout)?.[1]);
  if (!(major >= QEMU_LEAST)) return `QEMU ${major} has no vhost-user-snd-pci: ${SET_UP}`;
  const files = [guestImage.kernelPath, guestImage.initrdPath];
  const absent = files.find((path) => !existsSync(path));
  if (absent) return `no guest image (${absent}): ${SET_UP}`;
  return isOnPath('tshark') ? undefined : `no tshark, which reads the guest’s captures: ${SET_UP}`;
}

function missingForSound() {
  if (process.platform !== 'linux') return 'the sound server of these tests is for Linux';
  const absent = ['pulseaudio', 'parec', 'pactl'].find((command) => !isOnPath(command));
  return absent && `no ${absent}: ${SET_UP}`;
}

function missingForBrowser() {
  const places = [process.env.RINGSIDE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];
  if (places.some((path) => path && existsSync(path))) return undefined;
  return `no Chromium at /usr/bin/chromium or where RINGSIDE_CHROMIUM says: ${SET_UP}`;
}

function isOnPath(command) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, command)));
}
