// npm run screenshot: the picture in the README, build/screenshots/ringside.png. Runs the demo, opens its page in Chromium
// and photographs it. Needs Chromium: see `npm run setup:system`.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBuilt, note, root } from './repository.mjs';

const path = join(root, 'build', 'screenshots', 'ringside.png');
const mostBytes = 400 * 1024;
const viewport = { width: 1440, height: 900 };
/** Long enough for every lane of the timeline to be full. */
const leastMessages = 260;
const limitMs = 60_000;

process.exitCode = await main();

async function main() {
  ensureBuilt();
  const child = spawn(
    process.execPath,
    [
      ...[join(root, 'build', 'ringside.mjs'), 'demo', '--serve'],
      ...['--scenario', 'two-streams', '--seed', '1', '--sink', 'null'],
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const page = await browser.newPage({ viewport, colorScheme: 'dark', reducedMotion: 'reduce' });
    page.setDefaultTimeout(limitMs);
    await page.goto(await addressOf(child));
    await arrange(page);
    mkdirSync(dirname(path), { recursive: true });
    await page.screenshot({ path });
  } finally {
    await browser.close();
    child.kill('SIGINT');
  }
  const { size } = statSync(path);
  note(`${path}: ${(size / 1024).toFixed(0)} KiB`);
  if (size <= mostBytes) return 0;
  note(`a picture of more than ${mostBytes / 1024} KiB makes every clone slower: make it smaller`);
  return 1;
}

/** What the picture shows: two streams at work, one message opened, its place in the wave. */
async function arrange(page) {
  const table = page.getByRole('grid', { name: 'Messages' });
  await table.waitFor();
  while (Number(await table.getAttribute('aria-rowcount')) < leastMessages) {
    await page.waitForTimeout(100);
  }
  for (let step = 0; step < 30; step++) await page.keyboard.press('F7');
  await page.getByRole('heading', { level: 2, name: /^#/ }).waitFor();
  await page.getByRole('tab', { name: 'Waveform' }).click();
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
}

function addressOf(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (part) => {
      text += part;
      const address = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(text)?.[0];
      if (address) resolve(address);
    });
    child.on('exit', (code) => reject(new Error(`the demo ended with ${code}: ${text}`)));
  });
}

function chromiumPath() {
  const places = [process.env.RINGSIDE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error('No Chromium: run `npm run setup:system` or set RINGSIDE_CHROMIUM.');
  return found;
}
