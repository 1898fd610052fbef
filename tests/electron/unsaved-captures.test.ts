// Captures of processes that were killed: offered back, bounded, given up. One test kills a real process.
import { spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiskStore } from '../../electron/capture-disk.ts';
import {
  discardCapture,
  makeTemporary,
  recoverableCaptures,
} from '../../electron/unsaved-captures.ts';
import { openCapture } from '../../src-core/capture/capture-reader.ts';
import { LIMITS } from '../../src-core/limits.ts';
import { NS_PER_MS } from '../../src-core/units.ts';
import { bytesOf, record } from '../src-core/capture/sample-capture.ts';

let state = '';
let unsaved = '';
const before = process.env.XDG_STATE_HOME;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'ringside-state-'));
  process.env.XDG_STATE_HOME = state;
  unsaved = join(state, 'ringside', 'unsaved');
});
afterEach(() => {
  if (before === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = before;
  rmSync(state, { recursive: true, force: true });
});

/** A process that is certainly gone. */
const GONE = spawnSync(process.execPath, ['-e', '']).pid ?? 0;

function leave(name: string, bytes = bytesOf(record().store), changedS = 1_000_000): string {
  mkdirSync(unsaved, { recursive: true });
  const path = join(unsaved, `${GONE}-${name}.pcapng`);
  writeFileSync(path, bytes);
  utimesSync(path, changedS, changedS);
  return path;
}

test('what a killed process left is offered, newest first; what lives or is empty is not', () => {
  const old = leave('1');
  const young = leave('2', undefined, 2_000_000);
  leave('3', new Uint8Array(10));
  const ours = makeTemporary();
  expect(recoverableCaptures()).toMatchObject([
    { path: young, title: 'a test', changedUnixMs: 2e9 },
    { path: old },
  ]);
  expect(() => discardCapture(ours.path)).toThrow('not an unsaved capture');
  expect(() => discardCapture('/etc/passwd')).toThrow('not an unsaved capture');
  discardCapture(old);
  expect(recoverableCaptures()).toHaveLength(1);
  ours.close();
  expect(readdirSync(unsaved)).toHaveLength(1);
});

test('more than the bound are removed, oldest first, and each is named', () => {
  for (let place = 0; place < LIMITS.unsavedCaptures + 2; place++) {
    leave(`${place}`, undefined, 1_000_000 + place);
  }
  truncateSync(join(unsaved, `${GONE}-11.pcapng`), LIMITS.unsavedBytes - 5000); // sparse
  const notes: string[] = [];
  makeTemporary((note) => notes.push(note)).close();
  expect(notes.length).toBe(10);
  expect(notes[0]).toContain('An unsaved capture of an earlier session was removed');
  expect(recoverableCaptures().map(({ path }) => path)).toEqual([
    join(unsaved, `${GONE}-11.pcapng`),
    join(unsaved, `${GONE}-10.pcapng`),
  ]);
});

test('a session that is killed with SIGKILL loses at most its last moment', async () => {
  const root = join(import.meta.dirname, '..', '..');
  const command = join(root, 'build', 'ringside.mjs');
  expect(spawnSync(process.execPath, [command, '--version']).status).toBe(0);
  const child = spawn(process.execPath, [command, 'demo', '--sink', 'null'], { stdio: 'ignore' });
  const path = await firstFile(() => names(unsaved), 60_000);
  await firstFile(() => (statSync(join(unsaved, path)).size > 300_000 ? [path] : []), 60_000);
  const killedMs = Date.now();
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  const [left] = recoverableCaptures();
  expect(left?.title).toMatch(/^Demo: /);
  const store = DiskStore.open(left?.path ?? '');
  const opened = openCapture(store);
  if ('error' in opened) throw new Error(opened.error);
  expect(opened.end.damagedPackets).toBe(0);
  const { facts, endNs, messages } = opened.capture;
  expect(messages.rows).toBeGreaterThan(20);
  const lostMs = killedMs - facts.startedAtUnixMs - endNs / NS_PER_MS;
  expect(lostMs).toBeLessThan(5000); // 100 ms between two flushes; the machine may be busy
  store.close();
}, 150_000);

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The first name that `look` gives. */
async function firstFile(look: () => string[], boundMs: number): Promise<string> {
  const endMs = Date.now() + boundMs;
  for (;;) {
    const [found] = look();
    if (found !== undefined) return found;
    if (Date.now() > endMs) throw new Error('it did not come in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
