// Runs `ringside qemu` as a user would: the command in a process of its own, its two streams, its end.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Summary } from '../../src-core/contract-summary.ts';

const root = join(import.meta.dirname, '..', '..');
const COMMAND = join(root, 'build', 'ringside.mjs');
const READY_MS = 90_000;
const END_MS = 20_000;

export interface QemuEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--json` printed as the last line; undefined when it printed none. */
  readonly summary: Summary | undefined;
}

export interface QemuWatch {
  readonly capturePath: string;
  /** Resolves when the command has printed READY, with the QOM path; rejects when it ends first. */
  readonly ready: Promise<string>;
  /** Ctrl-C. */
  interrupt(): void;
  /** Resolves when the process has ended. */
  readonly ended: Promise<QemuEnd>;
}

/** Starts the command with a capture and `--json`; it is gone when the test ends. */
export function watchQemu(qmp: string, args: readonly string[] = []): QemuWatch {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-qemu-'));
  const capturePath = join(folder, 'session.pcapng');
  const own = ['qemu', '--qmp', qmp, '--record', capturePath, '--json', ...args];
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', process.execPath, COMMAND, ...own],
    {
      cwd: root,
      env: { ...process.env, XDG_STATE_HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  let stdout = '';
  let stderr = '';
  let onOutput = () => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<QemuEnd>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr, summary: summaryIn(stdout) }));
  });
  const ready = new Promise<string>((resolve, reject) => {
    onOutput = () => {
      const path = /^READY (.*)$/m.exec(stdout)?.[1];
      if (path !== undefined) resolve(path);
    };
    void ended.then(() => reject(new Error(`ringside qemu is not READY.\n${stdout}\n${stderr}`)));
    setTimeout(() => reject(new Error(`no READY in time.\n${stderr}`)), READY_MS).unref();
  });
  ready.catch(() => {}); // a test of a refusal does not wait for it
  const kill = (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null)
      process.kill(-(child.pid ?? 0), signal);
  };
  onTestFinished(async () => {
    kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  return { capturePath, ready, ended: within(ended), interrupt: () => kill('SIGINT') };
}

function within(ended: Promise<QemuEnd>): Promise<QemuEnd> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('ringside qemu does not end')), READY_MS + END_MS).unref();
  });
  const first = Promise.race([ended, late]);
  first.catch(() => {});
  return first;
}

function summaryIn(stdout: string): Summary | undefined {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? JSON.parse(line) : undefined;
}
