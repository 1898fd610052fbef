/** QEMU processes of this machine, read from /proc: their QMP sockets, names and log files. Pure but for the files that it
 *  reads; a process that ends meanwhile is one that is not there. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LIMITS } from '../../src-core/limits.ts';

export interface QemuProcess {
  readonly pid: number;
  /** From `-name`, or the program's name. */
  readonly name: string;
  /** QMP sockets, as `--qmp` takes them. */
  readonly qmp: readonly string[];
  /** Whether its command line has QEMU's own virtio-sound. */
  readonly hasSound: boolean;
  /** The file of `-D`, or of the trace option. */
  readonly logPath?: string;
}

/** Processes of this user that are a QEMU, newest first. */
export function qemuProcesses(procRoot = '/proc'): QemuProcess[] {
  const pids = entriesOf(procRoot).map(Number).filter(Number.isInteger);
  const found = pids
    .sort((left, right) => right - left)
    .map((pid) => qemuProcess(pid, procRoot))
    .filter((each) => each !== undefined);
  return found.slice(0, LIMITS.qemuProcesses);
}

/** The process as a QEMU; `undefined` when it is none, or not ours to look at. */
export function qemuProcess(pid: number, procRoot = '/proc'): QemuProcess | undefined {
  const words = commandLineOf(pid, procRoot);
  const [program = ''] = words;
  if (!/(^|\/)(qemu-system-|qemu-kvm|kvm$)/.test(program)) return undefined;
  return { pid, ...describeCommandLine(words, folderOf(pid, procRoot)) };
}

/** Which process serves the QMP socket `target`; `pid` as the kernel says, where it does. */
export function processServing(target: string, pid: number | undefined): QemuProcess | undefined {
  const known = pid === undefined ? undefined : qemuProcess(pid);
  if (known !== undefined) return known;
  const wanted = target.includes('/') ? resolve(target) : target;
  return qemuProcesses().find(({ qmp }) => qmp.includes(wanted));
}

/** `folder`: what relative paths are relative to. */
export function describeCommandLine(words: readonly string[], folder: string) {
  const options = pairsOf(words);
  const valuesOf = (name: string) => options.filter((each) => each.name === name);
  const program = words[0]?.split('/').at(-1) ?? 'qemu';
  const guest = keyed(valuesOf('name')[0]?.value ?? '');
  const log = valuesOf('D')[0]?.value ?? traceFileOf(valuesOf('trace'));
  return {
    name: guest.get('guest') ?? guest.get('') ?? program,
    qmp: [
      ...valuesOf('qmp').map(({ value }) => socketOf(value, folder)),
      ...valuesOf('qmp-pretty').map(({ value }) => socketOf(value, folder)),
      ...controlChardevs(valuesOf('mon'), valuesOf('chardev'), folder),
    ].filter((each) => each !== undefined),
    hasSound: valuesOf('device').some(({ value }) => /virtio-sound|virtio-snd/.test(value)),
    ...(log === undefined ? {} : { logPath: resolve(folder, log) }),
  };
}

interface Given {
  readonly name: string;
  readonly value: string;
}

/** `-qmp unix:x` and `--qmp unix:x`; an option without a value has an empty one. */
function pairsOf(words: readonly string[]): Given[] {
  const given: Given[] = [];
  words.forEach((word, at) => {
    const name = /^--?([A-Za-z][\w-]*)$/.exec(word)?.[1];
    if (name !== undefined) given.push({ name, value: words[at + 1] ?? '' });
  });
  return given;
}

/** `unix:/tmp/q,server=on` → the path; `tcp:127.0.0.1:4444,server` → host and port. */
function socketOf(value: string, folder: string): string | undefined {
  const [address = ''] = splitCommas(value);
  const unix = /^unix:(.+)$/.exec(address)?.[1];
  if (unix !== undefined) return resolve(folder, unix);
  const tcp = /^(?:tcp|telnet):(.*):(\d+)$/.exec(address);
  return tcp === null ? undefined : `${tcp[1] || 'localhost'}:${tcp[2]}`;
}

/** `-mon chardev=ID,mode=control` with `-chardev socket,id=ID,path=…`. */
function controlChardevs(mons: readonly Given[], chardevs: readonly Given[], folder: string) {
  const ids = mons
    .map(({ value }) => keyed(value))
    .filter((mon) => mon.get('mode') === 'control')
    .map((mon) => (mon.get('chardev') ?? mon.get('') ?? '').replace(/^chardev:/, ''));
  return chardevs
    .map(({ value }) => keyed(value))
    .filter((chardev) => ids.includes(chardev.get('id') ?? ''))
    .map((chardev) => {
      const path = chardev.get('path');
      if (path !== undefined) return resolve(folder, path);
      const port = chardev.get('port');
      return port === undefined ? undefined : `${chardev.get('host') ?? 'localhost'}:${port}`;
    });
}

function traceFileOf(traces: readonly Given[]): string | undefined {
  for (const { value } of traces) {
    const file = keyed(value).get('file');
    if (file !== undefined) return file;
  }
  return undefined;
}

/** QEMU's option lists: `a,b=c,d=e`; a comma within a value is doubled. The first word without a key is under ''. */
function keyed(value: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  splitCommas(value).forEach((part, at) => {
    const [key = '', ...rest] = part.split('=');
    if (rest.length > 0) found.set(key, rest.join('='));
    else if (at === 0) found.set('', part);
  });
  return found;
}

function splitCommas(value: string): string[] {
  return value
    .replaceAll(',,', '\0')
    .split(',')
    .map((part) => part.replaceAll('\0', ','));
}

function commandLineOf(pid: number, procRoot: string): string[] {
  try {
    return readFileSync(join(procRoot, String(pid), 'cmdline'), 'utf8')
      .split('\0')
      .slice(0, -1);
  } catch {
    return [];
  }
}

function folderOf(pid: number, procRoot: string): string {
  try {
    return readlinkSync(join(procRoot, String(pid), 'cwd'));
  } catch {
    return '/';
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
