/** `ringside recover FILE`: mends a capture that was cut, damaged, or changed by other programs. */
import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { Recovery } from '../../../src-core/capture/recover.ts';
import { sentence } from '../../../src-core/units.ts';
import { DiskStore } from '../../capture-disk.ts';
import { counted, grouped } from '../../status-line.ts';
import { recoverableCaptures } from '../../unsaved-captures.ts';
import type { OfflineCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.ts';
import { jsonLine } from '../json-output.ts';
import type { Offline } from '../offline.ts';
import { openCaptureFile } from '../open-capture-file.ts';

interface RecoverOptions {
  readonly output?: string;
  readonly list?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const BYTES_AT_ONCE = 4 << 20;

export const RECOVER: OfflineCommand = {
  group: 'Captures:',
  usage: 'recover [FILE]',
  summary: 'mend a cut or damaged capture, or list what killed sessions left',
  options: [
    new Option('-o, --output <OUT>', 'file to write; FILE.recovered.pcapng if not said'),
    new Option('--force', 'replace OUT if it exists'),
    new Option('--list', 'list the unsaved captures of sessions that were killed'),
    new Option('--json', 'what was done as one JSON object (ringside.recover/1)'),
  ],
  notes: `Examples:
  ringside recover broken.pcapng -o whole.pcapng
  ringside recover --list

All that is readable is written to a new file that is whole: one section, entries in order, what is missing written down in
its place. FILE itself is not changed. Comments and packets of other programs are not carried over.

Exit codes: 0 nothing was missing, 2 wrong usage, 3 no readable capture, 5 something was lost (the rest is written),
10 fault of Ringside, 130 interrupted.`,
  runOffline: runRecover,
};

async function runRecover(
  offline: Offline,
  options: RecoverOptions,
  [path]: readonly string[],
): Promise<ExitCode> {
  if (options.list === true || path === undefined) return list(offline, options, path);
  const target =
    options.output ?? `${path === '-' ? 'stdin' : path.replace(/\.pcapng$/, '')}.recovered.pcapng`;
  checkTarget(path, target, options.force === true);
  const opened = await openCaptureFile(path, offline);
  const part = `${target}.part`;
  const store = DiskStore.create(part);
  const recovery = new Recovery(opened.capture, store, `Ringside ${RINGSIDE_VERSION}`);
  try {
    while (recovery.copySome(BYTES_AT_ONCE)) {
      offline.output.status(`writing ${target} · ${grouped(recovery.entries)} entries`);
      await offline.pause();
    }
    if (recovery.error !== undefined) throw cannotWrite(recovery.error);
    store.close();
    DiskStore.rename(part, target);
  } catch (thrown) {
    store.close();
    rmSync(part, { force: true });
    throw thrown;
  } finally {
    opened.close();
  }
  offline.output.endStatus();
  tell(offline, options, target, recovery, opened.damage);
  return opened.damage === undefined && recovery.lostEntries === 0 ? EXIT.ok : EXIT.incomplete;
}

function tell(
  { output }: Offline,
  { json }: RecoverOptions,
  file: string,
  { entries, lostEntries }: Recovery,
  damage: string | undefined,
): void {
  if (json === true) {
    output.data(
      jsonLine('ringside.recover/1', { file, entries, lostEntries, damage: damage ?? null }),
    );
    return;
  }
  const lost = lostEntries === 0 ? 'nothing is missing' : `${lostEntries} entries are missing`;
  output.data(`${file}: ${entries} entries written; ${lost}\n`);
}

function list({ output }: Offline, { json }: RecoverOptions, path: string | undefined): ExitCode {
  if (path !== undefined) {
    throw new CommandFailure(EXIT.usage, 'usage', '--list takes no FILE.', 'Leave FILE out.');
  }
  const left = recoverableCaptures();
  if (json === true) output.data(jsonLine('ringside.recoverable/1', { captures: left }));
  else if (left.length === 0) output.data('no unsaved capture of an earlier session\n');
  else {
    for (const { path: file, title, bytes, changedUnixMs } of left) {
      const when = new Date(changedUnixMs).toISOString();
      output.data(`${when}  ${counted(bytes, 'byte')}  ${title}\n  ${file}\n`);
    }
  }
  return EXIT.ok;
}

function checkTarget(path: string, target: string, isForced: boolean): void {
  if (resolve(path) === resolve(target)) {
    const what = 'A capture is not mended in place.';
    throw new CommandFailure(EXIT.usage, 'same-file', what, 'Name another file with -o.');
  }
  if (!existsSync(target) || isForced) return;
  const action = 'Name another file with -o, or replace it with --force.';
  throw new CommandFailure(EXIT.usage, 'exists', `${target} exists.`, action);
}

function cannotWrite(why: string): CommandFailure {
  const action = 'Free some space, or write elsewhere with -o.';
  return new CommandFailure(EXIT.incomplete, 'cannot-write', sentence(why), action);
}
