// The command that serves the page, and the browser, for benches of the window.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Browser, chromium } from 'playwright-core';

const root = process.cwd();

export async function withRingside(
  args: readonly string[],
  use: (url: string) => Promise<void>,
): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'build', 'ringside.mjs'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    await use(await addressOf(child));
  } finally {
    child.kill('SIGINT');
    await new Promise((resolve) => child.once('exit', resolve));
  }
}

function addressOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const hear = (part: Buffer) => {
      text += String(part);
      const address = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(text)?.[0];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`it ended: ${text}`)));
  });
}

export function startChromium(): Promise<Browser> {
  const places = [process.env.RINGSIDE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];
  const executablePath = places.find((path) => path !== undefined && existsSync(path));
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu'],
  });
}
