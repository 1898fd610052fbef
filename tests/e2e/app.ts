// The command as a child process, and its page in a browser's window.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Browser, Page } from 'playwright-core';
import { beforeEach } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const shots = join(root, '.cache', 'shots');
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;

/** The command as a child process. */
export interface Ringside {
  /** Address of its page. */
  readonly url: string;
  /** All that it has printed so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves with the first match in what it has printed or will print. */
  waitFor(pattern: RegExp, limitMs?: number): Promise<RegExpExecArray>;
  readonly exited: Promise<number | null>;
  /** Ctrl-C; resolves to the exit code. */
  stop(): Promise<number | null>;
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'dark' | 'light';
}

/** A page, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of the console, uncaught exceptions and violations of the content security policy. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** Runs `ringside` with these arguments until its page is served. */
export async function startRingside(args: readonly string[]): Promise<Ringside> {
  // recent captures of whoever runs the tests stay out, and theirs out of the list
  const state = mkdtempSync(join(tmpdir(), 'ringside-e2e-'));
  const child = spawn(process.execPath, [join(root, 'build', 'ringside.mjs'), ...args], {
    cwd: root,
    env: { ...process.env, XDG_STATE_HOME: state },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = readAll(child);
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const waitFor = (pattern: RegExp, limitMs = START_LIMIT_MS) =>
    printed.waitFor(pattern, limitMs, exited);
  const stop = async () => {
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    const code = await exited;
    clearTimeout(timer);
    rmSync(state, { recursive: true, force: true });
    return code;
  };
  try {
    const [url] = await waitFor(/http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/);
    const { stdout, stderr } = printed;
    return { url, stdout, stderr, waitFor, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Opens `url` in a window of its own, with nothing left from other windows. */
export async function openPage(
  browser: Browser,
  url: string,
  { width = 1440, height = 900, theme = 'dark' }: PageOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.stack ?? error.message}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? 'failed';
    // the page went elsewhere before a font had come
    if (why !== 'net::ERR_ABORTED') faults.push(`request: ${request.url()}: ${why}`);
  });
  await page.exposeFunction('ringsideTestFault', (text: string) => faults.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const tell = (globalThis as { ringsideTestFault?: (text: string) => void }).ringsideTestFault;
      tell?.(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ''}`);
    });
  });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}

/** The tests of this group are steps of one story: what comes after one that failed is skipped, as it would only fail for the same reason. */
export function stepByStep(): void {
  let broken = '';
  beforeEach((context) => {
    context.skip(broken !== '', `“${broken}” has failed`);
    context.onTestFailed(({ task }) => {
      broken = task.name;
    });
  });
}

/** Keeps a picture of the page in .cache/shots/, for whoever works on the window: CI looks at none. */
export async function keepShot(page: Page, name: string): Promise<void> {
  if (process.env.CI !== undefined) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

interface Printed {
  stdout(): string;
  stderr(): string;
  waitFor(pattern: RegExp, limitMs: number, exited: Promise<unknown>): Promise<RegExpExecArray>;
}

function readAll(child: ChildProcessByStdio<null, Readable, Readable>): Printed {
  let out = '';
  let err = '';
  const listeners = new Set<() => void>();
  const heard = () => {
    for (const listener of [...listeners]) listener();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    heard();
  });
  const waitFor = (pattern: RegExp, limitMs: number, exited: Promise<unknown>) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(out) ?? pattern.exec(err);
        if (match === null) return;
        done();
        resolve(match);
      };
      const fail = (why: string) => {
        done();
        reject(new Error(`${why} before ${pattern} was printed\n${out}\n${err}`));
      };
      const timer = setTimeout(() => fail(`${limitMs} ms went by`), limitMs);
      const done = () => {
        clearTimeout(timer);
        listeners.delete(look);
      };
      listeners.add(look);
      void exited.then(() => fail('the command ended'));
      look();
    });
  return { stdout: () => out, stderr: () => err, waitFor };
}
