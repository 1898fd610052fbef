// Runs `ringside device` as a user would: the command in a process of its own, its two streams, its end.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Summary } from '../../src-core/contract-summary.ts';

const root = join(import.meta.dirname, '..', '..');
const COMMAND = join(root, 'build', 'ringside.mjs');
const NODE = [process.execPath, COMMAND];
const NPX = ['npx', 'ringside'];
/** The command builds itself first when its sources are newer. */
const READY_MS = 90_000;
const END_MS = 20_000;

export interface DeviceOptions {
  /** Further arguments of the command, such as `--playback 2`. */
  readonly args?: readonly string[];
  readonly sink?: string;
  /** As `npx ringside`, typed in the repository. */
  readonly viaNpx?: boolean;
}

export interface DeviceEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--json` printed as the last line. */
  readonly summary: Summary;
}

export interface DeviceProcess {
  readonly pid: number;
  readonly socketPath: string;
  /** Where `--sink wav:…` of this run puts its files. */
  readonly wavFolder: string;
  /** Where `--record …` of this run puts the capture. */
  readonly capturePath: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Address of the page, with `--serve`. */
  readonly url: string;
  /** Ctrl-C, which a terminal sends to all processes of a command. */
  interrupt(): void;
  /** Kills it if need be, and removes its files. */
  discard(): Promise<void>;
  /** Resolves when the process has ended; rejects when it does not within a while, or printed no summary. */
  end(): Promise<DeviceEnd>;
}

/** Starts the command with a WAV sink, a capture and `--json`, and waits for READY. */
export async function spawnDevice(options: DeviceOptions = {}): Promise<DeviceProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-device-'));
  const places = {
    folder,
    socketPath: join(folder, 'snd.sock'),
    wavFolder: join(folder, 'wav'),
    capturePath: join(folder, 'session.pcapng'),
  };
  // Whatever ends the program that started it, ends it too.
  const command = ['--pdeathsig', 'KILL', ...(options.viaNpx ? NPX : NODE), 'device'];
  const sink = options.sink ?? `wav:${places.wavFolder}`;
  const own = ['--socket', places.socketPath, '--sink', sink, '--record', places.capturePath];
  const child = spawn('setpriv', [...command, ...own, '--json', ...(options.args ?? [])], {
    cwd: root,
    // The captures that are remembered are those of whoever works here.
    env: { ...process.env, XDG_STATE_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const run = new DeviceRun(child, places);
  try {
    await run.ready();
    return run;
  } catch (error) {
    await run.discard();
    throw error;
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;
type Places = Pick<DeviceProcess, 'socketPath' | 'wavFolder' | 'capturePath'> & {
  readonly folder: string;
};

class DeviceRun implements DeviceProcess {
  readonly pid: number;
  readonly socketPath: string;
  readonly wavFolder: string;
  readonly capturePath: string;
  stdout = '';
  stderr = '';
  private readonly closed: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  private readonly child: Child;
  private readonly folder: string;
  private onOutput: () => void = () => {};

  constructor(child: Child, places: Places) {
    this.child = child;
    this.folder = places.folder;
    this.pid = child.pid ?? 0;
    this.socketPath = places.socketPath;
    this.wavFolder = places.wavFolder;
    this.capturePath = places.capturePath;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.onOutput();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.closed = new Promise((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal }));
    });
  }

  get url(): string {
    const [url] = /http:\/\/\S+/.exec(this.stderr) ?? [];
    if (url === undefined) throw this.failure('told no address');
    return url;
  }

  interrupt(): void {
    this.signal('SIGINT');
  }

  async discard(): Promise<void> {
    this.signal('SIGKILL');
    await this.closed;
    rmSync(this.folder, { recursive: true, force: true });
  }

  async ready(): Promise<void> {
    const isReady = () => this.stdout.includes(`READY ${this.socketPath}\n`);
    const listening = new Promise<void>((resolve) => {
      this.onOutput = () => {
        if (isReady()) resolve();
      };
    });
    await Promise.race([listening, this.closed, after(READY_MS)]);
    if (!isReady()) throw this.failure('is not READY');
    if (!existsSync(this.socketPath)) throw this.failure('said READY without a socket');
  }

  async end(): Promise<DeviceEnd> {
    const ended = await Promise.race([this.closed, after(END_MS)]);
    if (ended === undefined) throw this.failure(`did not end within ${END_MS} ms`);
    const { stdout, stderr } = this;
    const line = stdout.trimEnd().split('\n').at(-1) ?? '';
    if (!line.startsWith('{')) throw this.failure(`ended with ${ended.code} and no summary`);
    return { ...ended, stdout, stderr, summary: JSON.parse(line) };
  }

  /** To all processes of the command; one that has ended hears nothing. */
  private signal(name: NodeJS.Signals): void {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    process.kill(-this.pid, name);
  }

  private failure(what: string): Error {
    return new Error(`ringside device ${what}.\n${this.stdout}\n${this.stderr}`);
  }
}

function after(ms: number): Promise<undefined> {
  return delay(ms, undefined, { ref: false });
}
