// npm run screenshot: the pictures in the README, build/screenshots/*.png. Runs demos, opens their pages in Chromium and
// photographs them. Needs Chromium: see `npm run setup:system`.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBuilt, note, root } from './repository.mjs';

const folder = join(root, 'build', 'screenshots');
const mostBytes = 400 * 1024;
const viewport = { width: 1440, height: 900 };
const limitMs = 60_000;

/** Each picture: the scenario that it shows, how long it has played, and what is opened. */
const pictures = [
  { name: 'ringside', scenario: 'two-streams', leastMessages: 260, arrange: overview },
  { name: 'glitch-hunt', scenario: 'underrun', leastMessages: 400, arrange: glitchHunt },
  { name: 'rings', scenario: 'clean', leastMessages: 160, arrange: rings },
  { name: 'findings', scenario: 'late-write', leastMessages: 200, arrange: findings },
];

process.exitCode = await main(process.argv.slice(2));

async function main(names) {
  ensureBuilt();
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  let isGood = true;
  try {
    for (const picture of pictures) {
      if (names.length > 0 && !names.includes(picture.name)) continue;
      isGood = (await photograph(browser, picture)) && isGood;
    }
  } finally {
    await browser.close();
  }
  return isGood ? 0 : 1;
}

async function photograph(browser, { name, scenario, leastMessages, arrange }) {
  const path = join(folder, `${name}.png`);
  const args = ['demo', '--serve', '--scenario', scenario, '--seed', '1', '--sink', 'null'];
  const child = spawn(process.execPath, [join(root, 'build', 'ringside.mjs'), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const context = await browser.newContext({
    viewport,
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(limitMs);
    await page.goto(await addressOf(child));
    await played(page, leastMessages);
    await arrange(page);
    await page.mouse.move(0, 0);
    await page.waitForTimeout(800);
    await page.screenshot({ path });
  } finally {
    await context.close();
    child.kill('SIGINT');
  }
  const { size } = statSync(path);
  note(`${path}: ${(size / 1024).toFixed(0)} KiB`);
  if (size > mostBytes) {
    note(
      `a picture of more than ${mostBytes / 1024} KiB makes every clone slower: make it smaller`,
    );
  }
  return size <= mostBytes;
}

/** Long enough for every lane of the timeline to be full. */
async function played(page, leastMessages) {
  const table = page.getByRole('grid', { name: 'Messages' });
  await table.waitFor();
  while (Number(await table.getAttribute('aria-rowcount')) < leastMessages) {
    await page.waitForTimeout(100);
  }
}

/** Two streams at work, one message opened. */
async function overview(page) {
  for (let step = 0; step < 30; step++) await page.keyboard.press('F7');
  await opened(page);
}

/** The wave over the place where something was missing. */
async function glitchHunt(page) {
  await page.keyboard.press('n');
  await opened(page);
  await page.keyboard.press('Control+2');
  await page.locator('[data-panel=waveform] canvas').first().waitFor();
}

/** A ring as it stood when the message was popped. */
async function rings(page) {
  for (let step = 0; step < 20; step++) await page.keyboard.press('F7');
  await opened(page);
  await page.keyboard.press('Control+5');
  await page.getByRole('region', { name: 'Descriptor table' }).waitFor();
}

/** What broke a rule, and the message that did it. */
async function findings(page) {
  await page.keyboard.press('n');
  await opened(page);
  await page.getByRole('tab', { name: 'Findings', exact: true }).click();
  const latency = page.getByRole('tab', { name: 'Latency', exact: true });
  await page.getByRole('tabpanel', { name: 'Findings' }).waitFor();
  if ((await latency.count()) > 0) await latency.waitFor();
}

function opened(page) {
  return page.getByRole('heading', { level: 2, name: /^#/ }).waitFor();
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
