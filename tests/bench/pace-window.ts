// A browser window on a session, as a process that knows nothing of us.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PLACES = [process.env.RINGSIDE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];

export interface Window {
  /** Title of the page, once it has one. */
  title(): Promise<string>;
  close(): Promise<void>;
}

/** Opens `url` in a Chromium without a screen; `undefined` where there is no Chromium. */
export function openWindow(url: string): Window | undefined {
  const program = PLACES.find((path) => path !== undefined && existsSync(path));
  if (program === undefined) return undefined;
  const profile = mkdtempSync(join(tmpdir(), 'ringside-window-'));
  const flags = ['--headless=new', '--no-sandbox', '--no-first-run', '--window-size=1600,1000'];
  const own = [`--user-data-dir=${profile}`, '--remote-debugging-port=0', url];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...flags, ...own], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const closed = new Promise((resolve) => child.on('close', resolve));
  const port = debuggingPort(child);
  return {
    async title() {
      const pages = await fetch(`http://127.0.0.1:${await port}/json/list`);
      const [page] = (await pages.json()) as { title: string }[];
      return page?.title ?? '';
    },
    async close() {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await closed;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

function debuggingPort(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      said += chunk;
      const [, port] = /ws:\/\/127\.0\.0\.1:(\d+)\//.exec(said) ?? [];
      if (port !== undefined) resolve(port);
    });
    child.on('close', () => reject(new Error(`Chromium ended: ${said}`)));
  });
}
