/** Captures that nobody saved. Each session writes to a file in the state folder from its first moment; what a process left
 *  there when it was killed is offered back at the next start, within bounds. */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readFacts } from '../src-core/capture/capture-file.ts';
import type { RecoverableCapture } from '../src-core/contract-files.ts';
import { HostError } from '../src-core/host-error.ts';
import { LIMITS } from '../src-core/limits.ts';
import { captureQuota, DiskStore, messageOf, stateFolder } from './capture-disk.ts';

/** A capture with no entry in it is no loss. */
const EMPTY_BYTES = 1024;
let made = 0;

interface Left {
  readonly path: string;
  readonly bytes: number;
  readonly changedUnixMs: number;
}

/** A new file for a session that nobody asked to record. Says through `onNote` what had to go to make room. */
export function makeTemporary(onNote: (note: string) => void = () => {}): DiskStore {
  const folder = unsavedFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const { path, bytes } of tooMany(leftBehind())) {
    rmSync(path, { force: true });
    onNote(
      `An unsaved capture of an earlier session was removed (${path}, ${bytes} bytes): no more than ` +
        `${LIMITS.unsavedCaptures} and ${LIMITS.unsavedBytes / 1024 ** 3} GB of them are kept.`,
    );
  }
  const name = `${process.pid}-${Date.now()}-${made++}.pcapng`;
  return DiskStore.create(join(folder, name), true, captureQuota(folder));
}

/** What processes that are gone left behind, newest first. */
export function recoverableCaptures(): RecoverableCapture[] {
  return leftBehind().flatMap(({ path, bytes, changedUnixMs }) => {
    const title = titleOf(path);
    return title === undefined ? [] : [{ path, title, bytes, changedUnixMs }];
  });
}

/** Removes one of them. Other files are not its business: throws HostError. */
export function discardCapture(path: string): void {
  if (!isUnsaved(path) || isOurs(path)) {
    const what = `${path} is not an unsaved capture of an earlier session.`;
    throw new HostError('cannot-discard', what, 'Remove the file yourself if it is to go.');
  }
  try {
    rmSync(path, { force: true });
  } catch (error) {
    const what = `${path} cannot be removed: ${messageOf(error)}.`;
    throw new HostError('cannot-discard', what, 'Check the permissions of its folder.');
  }
}

export function isUnsaved(path: string): boolean {
  return dirname(resolve(path)) === unsavedFolder();
}

function leftBehind(): Left[] {
  const left = names().flatMap((name): Left[] => {
    const path = join(unsavedFolder(), name);
    if (isOurs(path)) return [];
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    if (stats.size >= EMPTY_BYTES) {
      return [{ path, bytes: stats.size, changedUnixMs: stats.mtimeMs }];
    }
    rmSync(path, { force: true });
    return [];
  });
  return left.sort((one, other) => other.changedUnixMs - one.changedUnixMs);
}

function tooMany(left: readonly Left[]): Left[] {
  let bytes = 0;
  return left.filter((one, place) => {
    bytes += one.bytes;
    return place >= LIMITS.unsavedCaptures || bytes > LIMITS.unsavedBytes;
  });
}

/** Of a process that lives, this one included. */
function isOurs(path: string): boolean {
  const pid = Number(/(\d+)-[^/\\]*$/.exec(path)?.[1]);
  return !(pid > 0) || isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's, but alive
  }
}

function titleOf(path: string): string | undefined {
  try {
    const store = DiskStore.open(path);
    const facts = readFacts(store);
    store.close();
    return 'error' in facts ? undefined : facts.title;
  } catch {
    return undefined; // unreadable: it stays for the user to look at, and is not offered
  }
}

function names(): string[] {
  try {
    return readdirSync(unsavedFolder());
  } catch {
    return []; // the first start
  }
}

function unsavedFolder(): string {
  return join(resolve(stateFolder()), 'unsaved');
}
