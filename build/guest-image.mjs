// Builds the Linux guest of the tests from Debian's packages: kernel and first root file system, in .cache/guest.

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { download, packageNames, SetupError } from './apt.mjs';
import { cpioArchive } from './cpio.mjs';

const cacheFolder = join(import.meta.dirname, '..', '.cache', 'guest');
const kernelFolder = join(cacheFolder, 'kernel');
const stampPath = join(cacheFolder, 'stamp.json');

/** What a guest is started from. */
export const guestImage = {
  kernelPath: join(cacheFolder, 'vmlinuz'),
  initrdPath: join(cacheFolder, 'initrd.gz'),
};

/** Modules of virtio-snd, in the order of loading; everything else that it needs is built in. */
const MODULES = [
  'kernel/sound/soundcore',
  'kernel/sound/core/snd',
  'kernel/sound/core/snd-timer',
  'kernel/sound/core/snd-pcm',
  'kernel/sound/virtio/virtio_snd',
];

/** Long-term kernel of Debian 12 (its security suite) and 13: the name changes with each update. */
const KERNEL_PACKAGES = '^linux-image-6\\.12\\.[0-9]+\\+deb[0-9]+-amd64$';

const TOOLS = ['aplay', 'arecord', 'amixer', 'speaker-test', 'alsabat'];
const SCRIPTS = { init: 'guest-init.sh', 'bin/send': 'guest-send.sh', 'bin/mark': 'guest-mark.sh' };

/** The first QEMU with vhost-user-snd-pci. */
const QEMU_LEAST = 9;

/** Why guests cannot be started on this machine, and what to do; undefined where they can. */
export function guestProblem() {
  const remedy = 'run `npm run setup:system`';
  if (process.platform !== 'linux') return 'guests run on Linux only';
  const { status, stdout } = spawnSync('qemu-system-x86_64', ['--version'], { encoding: 'utf8' });
  if (status !== 0) return `no qemu-system-x86_64: ${remedy}`;
  const major = Number(/version (\d+)/.exec(stdout)?.[1]);
  if (!(major >= QEMU_LEAST)) return `QEMU ${major} has no vhost-user-snd-pci: ${remedy}`;
  const absent = Object.values(guestImage).find((path) => !existsSync(path));
  return absent && `no guest image (${absent}): ${remedy}`;
}

/** True where the guest's kernel has been fetched. */
export function hasGuestKernel() {
  return existsSync(join(kernelFolder, 'vmlinuz'));
}

/** Downloads the newest kernel package and takes out what the guest needs; it is not installed.
 *  Throws a SetupError where apt offers no kernel with virtio-snd. */
export async function fetchGuestKernel() {
  const name = newestKernelPackage();
  const folder = join(cacheFolder, 'download');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await download(name, folder);
  const file = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  const wanted = ['./boot/vmlinuz-*', ...MODULES.map((module) => `*/${module}.ko*`)];
  const unpack = `dpkg-deb --fsys-tarfile ${file} | tar -x --wildcards "$@"`;
  execFileSync('bash', ['-o', 'pipefail', '-c', unpack, 'bash', ...wanted], { cwd: folder });
  keepKernel(folder);
  rmSync(folder, { recursive: true });
}

/** Builds kernel file and initrd unless those there were built from the same inputs. True where it built. */
export function buildGuestImage() {
  if (isBuilt()) return false;
  const { entries, paths } = imageEntries();
  replaceFile(guestImage.initrdPath, padded(gzipSync(cpioArchive(entries), { level: 1 })));
  replaceFile(guestImage.kernelPath, readFileSync(join(kernelFolder, 'vmlinuz')));
  replaceFile(stampPath, JSON.stringify(stampOf(paths), null, 1));
  return true;
}

/** True where image and inputs are as the last build left them. */
export function isBuilt() {
  const outputs = [guestImage.kernelPath, guestImage.initrdPath, stampPath];
  if (!outputs.every((path) => existsSync(path))) return false;
  const stamp = JSON.parse(readFileSync(stampPath, 'utf8'));
  return JSON.stringify(stampOf(Object.keys(stamp.inputs))) === JSON.stringify(stamp);
}

/** The base initrd with `files` (absolute guest path → content) laid over it; `executable` names programs among them. */
export function withOverlay(files, executable = []) {
  const entries = Object.entries(files).map(([path, data]) => ({
    path: path.replace(/^\/+/, ''),
    data,
    mode: executable.includes(path) ? 0o755 : 0o644,
  }));
  return Buffer.concat([readFileSync(guestImage.initrdPath), cpioArchive(entries)]);
}

function newestKernelPackage() {
  const names = packageNames(KERNEL_PACKAGES);
  const newestFirst = new Intl.Collator('en', { numeric: true }).compare;
  const name = names.sort(newestFirst).at(-1);
  if (name) return name;
  throw new SetupError(
    'apt offers no linux-image-6.12.*-amd64: the guest tests need Debian 12 (with its security suite) or 13.',
  );
}

/** Moves kernel and modules, unpacked and flat, to their place, all at once. */
function keepKernel(folder) {
  const fresh = join(folder, 'kernel');
  mkdirSync(fresh);
  const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
  const kernel = files.find((path) => /boot\/vmlinuz-/.test(path));
  renameSync(kernel, join(fresh, 'vmlinuz'));
  for (const module of MODULES) {
    const packed = files.find((path) => path.includes(`${module}.ko`));
    if (!packed) throw new SetupError(`the kernel package has no ${module}`);
    const bytes = packed.endsWith('.xz') ? xzDecompressed(packed) : readFileSync(packed);
    writeFileSync(join(fresh, moduleFile(module)), bytes);
  }
  rmSync(kernelFolder, { recursive: true, force: true });
  renameSync(fresh, kernelFolder);
}

function xzDecompressed(path) {
  return execFileSync('xz', ['-dc', path], { maxBuffer: 64 * 1024 * 1024 });
}

function moduleFile(module) {
  return `${module.split('/').at(-1)}.ko`;
}

/** Everything in the initrd, and the host's files that it was made of. */
function imageEntries() {
  const busybox = hostProgram('busybox');
  const tools = TOOLS.map(hostProgram);
  const libraries = librariesOf(tools);
  const alsa = filesUnder(realpathSync('/usr/share/alsa'));
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  const own = Object.entries(SCRIPTS).map(([path, file]) => ({
    path,
    data: readFileSync(join(import.meta.dirname, file)),
    mode: 0o755,
  }));
  const entries = [
    program('bin/busybox', busybox),
    ...applets.filter((name) => name !== 'busybox').map((name) => link(`bin/${name}`, 'busybox')),
    ...own,
    ...tools.map((path, index) => program(`bin/${TOOLS[index]}`, path)),
    ...libraries.map((path) => program(path.slice(1), path)),
    ...alsa.map((path) => ({ path: path.slice(1), data: readFileSync(path) })),
    ...MODULES.map((module) => program(`modules/${moduleFile(module)}`, kernelFile(module))),
    { path: 'modules/order', data: Buffer.from(MODULES.map(moduleFile).join('\n')) },
  ];
  return { entries, paths: [busybox, ...tools, ...libraries, ...alsa, ...MODULES.map(kernelFile)] };
}

function kernelFile(module) {
  return join(kernelFolder, moduleFile(module));
}

function program(path, hostPath) {
  return { path, data: readFileSync(hostPath), mode: 0o755 };
}

function link(path, target) {
  return { path, target };
}

function hostProgram(name) {
  const folder = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].find((one) =>
    existsSync(join(one, name)),
  );
  if (!folder)
    throw new SetupError(`the guest image needs the program '${name}': run npm run setup:system`);
  return join(folder, name);
}

/** Shared libraries of programs, by the paths under which the loader finds them. */
function librariesOf(programs) {
  const listing = execFileSync('ldd', programs, { encoding: 'utf8' });
  const paths = listing.match(/(?<=\s)\/\S+(?= \(0x)/g) ?? [];
  return [...new Set(paths)].sort();
}

function filesUnder(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink());
  const paths = files.map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return paths.filter((path) => existsSync(path) && statSync(path).isFile()).sort();
}

/** A guest that starts meanwhile sees the old file or the new one. */
function replaceFile(path, bytes) {
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
}

/** What the image depends on: our own sources by content, the host's files by size and time. */
function stampOf(paths) {
  const sources = ['guest-image.mjs', 'cpio.mjs', ...Object.values(SCRIPTS)];
  const hash = createHash('sha256');
  for (const name of sources) hash.update(readFileSync(join(import.meta.dirname, name)));
  const inputs = Object.fromEntries(paths.map((path) => [path, sizeAndTime(path)]));
  return { sources: hash.digest('hex'), inputs };
}

function sizeAndTime(path) {
  if (!existsSync(path)) return 'gone';
  const { size, mtimeMs } = statSync(path);
  return `${size} ${Math.trunc(mtimeMs)}`;
}

/** The archive laid over this one must begin at a multiple of four. */
function padded(bytes) {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
