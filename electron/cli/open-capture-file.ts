/** Opens a capture file in this process, for commands that work on recorded sessions. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Capture } from '../../src-core/capture/capture.ts';
import { readFacts } from '../../src-core/capture/capture-file.ts';
import { CaptureReader, type ReadSoFar } from '../../src-core/capture/capture-reader.ts';
import { readReport } from '../../src-core/capture/read-report.ts';
import { sentence } from '../../src-core/units.ts';
import { DiskStore } from '../capture-disk.ts';
import { grouped } from '../status-line.ts';
import { CommandFailure, EXIT, failureOf } from './exit-codes.ts';
import type { Offline } from './offline.ts';

export interface OpenedCapture {
  readonly capture: Capture;
  /** As the user wrote it; `-` for standard input. */
  readonly path: string;
  /** A sentence about the file when it is cut or damaged; what is readable is in `capture`. */
  readonly damage?: string;
  /** Packets that are not ours. */
  readonly skipped: number;
  close(): void;
}

/** Bytes between two pauses: a few milliseconds. */
const BYTES_AT_ONCE = 4 << 20;

/** Reads the whole file (`-`: standard input) into a capture. Damage is said once on standard error and does not stop it.
 *  Throws a CommandFailure with EXIT.unreadable for what is no capture of ours. */
export async function openCaptureFile(path: string, offline: Offline): Promise<OpenedCapture> {
  const store = path === '-' ? await spoolStdin(offline) : openDisk(path);
  try {
    const facts = readFacts(store);
    if ('error' in facts) throw unreadable(path, sentence(facts.error));
    const capture = new Capture(facts, store);
    const end = await readAll(new CaptureReader(capture, store), capture, path, offline);
    const report = readReport({ ...end, foreignPackets: 0 });
    const damage = report.length === 0 ? undefined : report.join(' ');
    if (damage !== undefined) offline.output.say(`ringside: ${path}: ${damage}\n`);
    const said = damage === undefined ? {} : { damage };
    return { capture, path, ...said, skipped: end.foreignPackets, close: () => capture.close() };
  } catch (thrown) {
    store.close();
    throw thrown;
  }
}

async function readAll(
  reader: CaptureReader,
  capture: Capture,
  path: string,
  offline: Offline,
): Promise<ReadSoFar> {
  while (reader.readSome(BYTES_AT_ONCE)) {
    const { doneBytes, totalBytes } = reader.soFar();
    const percent = Math.floor((100 * doneBytes) / totalBytes);
    offline.output.status(
      `reading ${path} · ${percent} % · ${grouped(capture.messages.rows)} messages`,
    );
    await offline.pause();
  }
  offline.output.endStatus();
  return reader.soFar();
}

function openDisk(path: string): DiskStore {
  if (!existsSync(path)) throw unreadable(path, 'There is no such file.');
  if (statSync(path).isDirectory()) throw unreadable(path, 'This is a folder.');
  try {
    return DiskStore.open(path);
  } catch (thrown) {
    throw failureOf(thrown, EXIT.unreadable);
  }
}

/** What comes from a pipe goes to a temporary file first: a capture is read at any place, again and again. */
async function spoolStdin(offline: Offline): Promise<DiskStore> {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-stdin-'));
  const store = DiskStore.create(join(folder, 'stdin.pcapng'), true);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for await (const chunk of offline.stdin()) {
    if (!store.append(chunk)) throw unreadable('-', sentence(store.lastError() ?? 'no room'));
    await offline.pause();
  }
  return store;
}

function unreadable(path: string, why: string): CommandFailure {
  const action = 'Name a .pcapng file that Ringside recorded or saved.';
  const name = path === '-' ? 'standard input' : path;
  return new CommandFailure(EXIT.unreadable, 'cannot-read', `Cannot read ${name}: ${why}`, action);
}
