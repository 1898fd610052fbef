// What setting a machine up asks of apt and dpkg: what is installed, what could be, install, download.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A sentence for the person who runs the set-up; printed without a stack. */
export class SetupError extends Error {}

const TRIES = 4;
const APT_OPTIONS = [
  '-q',
  '-y',
  // Another program may be installing at the same moment: wait for it.
  ...['-o', 'DPkg::Lock::Timeout=600'],
  ...['-o', 'Acquire::Retries=3'],
  ...['-o', 'Dpkg::Use-Pty=0'],
  ...['-o', 'Dpkg::Options::=--force-confold'],
  // One sync at the end of each package costs more than the unpacking.
  ...['-o', 'Dpkg::Options::=--force-unsafe-io'],
];

/** `ID`, `VERSION_CODENAME` and so on of /etc/os-release; empty where there is no such file. */
export function readOsRelease() {
  if (!existsSync('/etc/os-release')) return {};
  const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
  const pairs = lines.map((line) => /^(\w+)="?([^"]*)"?$/.exec(line)).filter((match) => match);
  return Object.fromEntries(pairs.map((match) => [match[1], match[2]]));
}

/** Versions of those of `names` that are installed. */
export function installedVersions(names) {
  const format = '${binary:Package}\t${Version}\t${db:Status-Status}\n';
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', format, ...names], text);
  const rows = (stdout ?? '').split('\n').map((line) => line.split('\t'));
  const installed = rows.filter((row) => row[2] === 'installed');
  return new Map(installed.map(([name, version]) => [name.replace(/:.*/, ''), version]));
}

/** What apt offers of `names`, best first: rows of name, version and suite. Needs the package lists. */
export function offeredVersions(names) {
  const { stdout } = spawnSync('apt-cache', ['madison', ...names], text);
  const rows = stdout.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return rows
    .filter((row) => row.length === 3)
    .map(([name, version, origin]) => ({ name, version, suite: origin.split(' ')[1] ?? '' }));
}

/** Names of packages in apt's lists that match a POSIX regular expression. */
export function packageNames(pattern) {
  const { stdout } = spawnSync('apt-cache', ['search', '--names-only', pattern], text);
  return stdout
    .split('\n')
    .map((line) => line.split(' ')[0])
    .filter(Boolean);
}

/** True where `version` is at least `least`, as dpkg orders versions. */
export function isAtLeast(version, least) {
  return spawnSync('dpkg', ['--compare-versions', version, 'ge', least]).status === 0;
}

export function updateLists(extra = []) {
  return aptGet(['update', ...extra]);
}

/** Installs packages without what they merely recommend. */
export function install(names, extra = []) {
  return aptGet(['install', '--no-install-recommends', ...extra, ...names]);
}

/** Downloads one package's file into `folder`; needs no rights. */
export function download(name, folder) {
  // As root, apt would first try an account of its own, which may not write here, and warn.
  const args = ['-q', ...(isRoot() ? ['-o', 'APT::Sandbox::User=root'] : []), 'download', name];
  return withTries(`download of ${name}`, () => run('apt-get', args, { cwd: folder }));
}

/** Adds suite `suite` of the mirror that this machine's own sources name for `knownSuite`.
 *  Returns the apt options that update the lists of that suite alone; undefined if there is no such source. */
export async function addSuite(knownSuite, suite) {
  const source = readSources()
    .map((entry) => otherSuite(entry, knownSuite, suite))
    .find(Boolean);
  if (!source) return undefined;
  const path = `/etc/apt/sources.list.d/ringside-${suite}.${source.ending}`;
  await run(...asRoot('tee', [path]), { input: source.text });
  return [
    ...['-o', `Dir::Etc::sourcelist=${path}`],
    ...['-o', 'Dir::Etc::sourceparts=/dev/null'],
    ...['-o', 'APT::Get::List-Cleanup=false'],
  ];
}

/** True where this process may install packages, itself or through sudo. */
export function mayInstall() {
  return isRoot() || spawnSync('sudo', ['--version']).status === 0;
}

/** Runs a command to its end with its output passed through; throws where it fails. */
export function run(command, args, { cwd, input } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = [
      input === undefined ? 'ignore' : 'pipe',
      input === undefined ? 'inherit' : 'ignore',
      'inherit',
    ];
    const child = spawn(command, args, { cwd, stdio });
    child.stdin?.end(input);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new SetupError(`'${command} ${args.join(' ')}' ended with ${code}.`));
    });
  });
}

const text = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };

function aptGet(args) {
  const command = asRoot('env', [
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    ...APT_OPTIONS,
    ...args,
  ]);
  return withTries(`apt-get ${args[0]}`, () => run(...command));
}

/** A mirror that is being updated, or a network that drops, is well again a little later. */
async function withTries(what, action) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt === TRIES) throw error;
      console.error(`ringside: ${what} failed (${error.message}); trying again`);
      await pause(attempt * 3000);
    }
  }
}

function asRoot(command, args) {
  return isRoot() ? [command, args] : ['sudo', [command, ...args]];
}

function isRoot() {
  return process.getuid?.() === 0;
}

/** Entries of apt's sources: stanzas of *.sources files, lines of *.list files. */
function readSources() {
  const folder = '/etc/apt/sources.list.d';
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const paths = ['/etc/apt/sources.list', ...names.map((name) => join(folder, name))];
  return paths.filter((path) => existsSync(path)).flatMap(readSourceFile);
}

function readSourceFile(path) {
  const body = readFileSync(path, 'utf8').replace(/^#.*\n?/gm, '');
  if (path.endsWith('.sources')) {
    return body.split(/\n\s*\n/).map((entry) => ({ ending: 'sources', text: entry.trim() }));
  }
  if (!path.endsWith('.list')) return [];
  return body.split('\n').map((entry) => ({ ending: 'list', text: entry.trim() }));
}

/** The entry with `suite` in the place of `knownSuite`; undefined where it does not offer that one's packages. */
function otherSuite({ ending, text: entry }, knownSuite, suite) {
  if (ending === 'list') {
    const line =
      /^deb\s+(?<options>\[[^\]]*\]\s+)?(?<uri>\S+)\s+(?<suite>\S+)\s+(?<components>.*)$/.exec(
        entry,
      );
    if (line?.groups.suite !== knownSuite) return undefined;
    const { options = '', uri, components } = line.groups;
    return { ending, text: `deb ${options}${uri} ${suite} ${components}\n` };
  }
  const suites = /^Suites:((?:.*)(?:\n[ \t].*)*)/im;
  const isOff = /^Enabled:\s*no/im.test(entry);
  if (isOff || !/^Types:.*\bdeb(\s|$)/im.test(entry)) return undefined;
  if (!suites.exec(entry)?.[1].trim().split(/\s+/).includes(knownSuite)) return undefined;
  const changed = entry.replace(suites, `Suites: ${suite}`).replace(/^Types:.*/im, 'Types: deb');
  return { ending, text: `${changed}\n` };
}
