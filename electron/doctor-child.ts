/** `ringside doctor` for the window: a process of its own looks, since asking other programs takes seconds and the device
 *  thread must not wait. That thread never returns to Node, so what the process prints goes to a file, which is looked at. */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DoctorCheck } from '../src-core/contract-doctor.ts';

/** Something that hangs is not waited for longer. */
const GIVE_UP_MS = 60_000;

/** Starts it at the first call; gives `undefined` until it has ended. */
export function makeDoctor(): () => readonly DoctorCheck[] | undefined {
  let begun: { readonly folder: string; readonly atMs: number } | undefined;
  let found: readonly DoctorCheck[] | undefined;
  return () => {
    if (found !== undefined) return found;
    begun ??= { folder: begin(), atMs: Date.now() };
    const isLate = Date.now() - begun.atMs > GIVE_UP_MS;
    found = printed(begun.folder) ?? (isLate ? [] : undefined);
    if (found !== undefined) rmSync(begun.folder, { recursive: true, force: true });
    return found;
  };
}

function begin(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-doctor-'));
  const out = openSync(join(folder, 'checks.json'), 'w');
  const cli = pathToFileURL(join(import.meta.dirname, 'cli.js')).href;
  const script = `import('${cli}').then(({ main }) => main(['doctor', '--json']));`;
  const child = spawn(process.execPath, ['-e', script], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', out, 'ignore'],
  });
  child.on('error', () => undefined); // nothing is printed: it is given up
  child.unref();
  closeSync(out);
  return folder;
}

/** The whole answer; `undefined` while it is not there. */
function printed(folder: string): readonly DoctorCheck[] | undefined {
  const text = readFileSync(join(folder, 'checks.json'), 'utf8');
  if (!text.endsWith('\n')) return undefined;
  try {
    return (JSON.parse(text) as { readonly checks?: readonly DoctorCheck[] }).checks ?? [];
  } catch {
    return []; // it printed something else: there is nothing to show
  }
}
