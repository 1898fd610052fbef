/** Where an export goes: a file that appears when it is whole, or standard output. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { messageOf } from '../capture-disk.ts';
import { grouped } from '../status-line.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import type { Offline } from './offline.ts';

export interface ExportTarget {
  text(text: string): void;
  bytes(bytes: Uint8Array): void;
  progress(done: number, of: number): void;
  finish(): void;
  /** Leaves nothing behind. */
  abandon(): void;
}

/** Throws a CommandFailure where it cannot be written. */
export function openTarget(to: string, offline: Offline): ExportTarget {
  const { output } = offline;
  const progress = (done: number, of: number) =>
    output.status(`writing ${to} · ${grouped(done)} of ${grouped(of)}`);
  if (to === '-') {
    const text = (said: string) => output.data(said);
    const bytes = () => {
      throw new CommandFailure(EXIT.usage, 'not-text', 'This format goes to a file, not to -.');
    };
    return { text, bytes, progress, finish: () => output.endStatus(), abandon: () => undefined };
  }
  const partial = `${to}.part`;
  const file = attempt(to, () => openSync(partial, 'w'));
  const bytes = (all: Uint8Array) =>
    attempt(to, () => {
      for (let done = 0; done < all.length; ) done += writeSync(file, all, done);
    });
  return {
    text: (said) => bytes(Buffer.from(said)),
    bytes,
    progress,
    finish() {
      closeSync(file);
      attempt(to, () => renameSync(partial, to));
      output.endStatus();
    },
    abandon() {
      closeSync(file);
      rmSync(partial, { force: true });
    },
  };
}

function attempt<T>(to: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const action = 'Choose a folder that you can write to, with room in it.';
    const message = `Cannot write ${to}: ${messageOf(error)}.`;
    throw new CommandFailure(EXIT.cannotAttach, 'cannot-write', message, action);
  }
}
