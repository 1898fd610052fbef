// npm run build: everything into dist/. `node build/build.mjs host` builds one part; parts are named in repository.mjs.
// A part is built beside dist/ and moved there at the end, so that a command that runs meanwhile meets whole files.

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { note, PARTS, packagesAreInstalled, root } from './repository.mjs';

const OLD_PART_MS = 3_600_000;
const ENTRIES = ['cli', 'device-thread', 'main', 'preload'];
const BUILDERS = { host: buildHost, page: buildPage };

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const isQuiet = process.argv.includes('--quiet');

await main(names.length > 0 ? names : Object.keys(PARTS));

async function main(parts) {
  if (!packagesAreInstalled()) {
    note('the packages are not installed, or not those of package-lock.json: run `npm ci` first');
    process.exit(1);
  }
  // What a test run set must not reach the build: React would come out in its development form.
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  for (const part of parts) {
    const beganAt = new Date();
    await BUILDERS[part](build);
    const stamp = join(root, PARTS[part].stamp);
    mkdirSync(join(stamp, '..'), { recursive: true });
    writeFileSync(stamp, '');
    utimesSync(stamp, beganAt, beganAt);
  }
}

async function buildHost(build) {
  const out = temporaryFolder();
  for (const entry of ENTRIES) {
    if (!existsSync(join(root, 'electron', `${entry}.ts`))) {
      note(`electron/${entry}.ts does not exist yet: left out`);
      continue;
    }
    await run(build, 'vite.node.config.ts', out, entry);
  }
  const dist = join(root, 'dist');
  mkdirSync(dist, { recursive: true });
  const fresh = readdirSync(out);
  for (const file of fresh.filter(isPart)) renameSync(join(out, file), join(dist, file));
  for (const file of fresh.filter((name) => !isPart(name))) {
    renameSync(join(out, file), join(dist, file));
  }
  removeOldParts(dist, fresh);
  rmSync(out, { recursive: true });
}

/** A part of the command, which loads it when it needs it. */
function isPart(file) {
  return /^cli-.*\.js$/.test(file);
}

/** A command that runs may still load parts of the build before: they go a while later. */
function removeOldParts(dist, fresh) {
  for (const file of readdirSync(dist)) {
    const path = join(dist, file);
    if (!isPart(file) || fresh.includes(file)) continue;
    if (Date.now() - statSync(path).mtimeMs > OLD_PART_MS) rmSync(path);
  }
}

async function buildPage(build) {
  if (!existsSync(join(root, 'renderer', 'index.html'))) {
    note('renderer/index.html does not exist yet: left out');
    return;
  }
  const out = temporaryFolder();
  await run(build, 'vite.renderer.config.ts', out);
  replacePage(out, join(root, 'dist', 'renderer'));
  rmSync(out, { recursive: true });
}

/** Assets carry their hash in their name: new ones come first, then the page that names them, then old ones go. */
function replacePage(from, to) {
  mkdirSync(to, { recursive: true });
  const fresh = readdirSync(from, { recursive: true, withFileTypes: true });
  for (const name of readdirSync(from)) {
    if (name !== 'index.html') cpSync(join(from, name), join(to, name), { recursive: true });
  }
  renameSync(join(from, 'index.html'), join(to, 'index.html'));
  const kept = new Set(fresh.map(({ name }) => name));
  for (const old of readdirSync(to, { recursive: true, withFileTypes: true })) {
    if (old.isFile() && !kept.has(old.name)) rmSync(join(old.parentPath, old.name));
  }
}

async function run(build, configFile, outDir, mode = 'production') {
  process.env.RINGSIDE_OUT = outDir;
  await build({
    configFile: join(root, 'build', configFile),
    mode,
    logLevel: isQuiet ? 'warn' : 'info',
  });
}

function temporaryFolder() {
  mkdirSync(join(root, '.cache'), { recursive: true });
  return mkdtempSync(join(root, '.cache', 'build-'));
}
