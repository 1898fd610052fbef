import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { keepShot, type OpenPage, openPage, type Ringside, startBoth } from './app.ts';
import {
  becomes,
  inspector,
  messageCount,
  messages,
  openTab,
  sees,
  shows,
  textOf,
  until,
  vanishes,
} from './view.ts';

const FIXTURE = join(import.meta.dirname, '..', 'fixtures', 'qemu-10.0-timestamps.log');

let browser: Browser;
let ringside: Ringside;
let open: OpenPage;
let folder: string;
let windows = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-trace-'));
  [browser, ringside] = await startBoth(['--browser', '--no-open']);
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
  expect(await ringside.stop()).toBe(0);
});

beforeEach(async () => {
  // a window of its own: no test finds the session of another
  windows += 1;
  open = await openPage(browser, `${ringside.url}&window=test${windows}`);
  return async () => {
    await open.close();
    expect(open.faults).toEqual([]);
  };
});

async function readTrace(page: Page, path: string, follow = false): Promise<void> {
  const card = page.getByRole('region', { name: 'Read a QEMU trace' });
  await card.getByLabel('Path of the trace').fill(path);
  if (follow) await card.getByLabel('follow').check();
  await card.getByRole('button', { name: 'Read', exact: true }).click();
}

test('a trace opens from its card with the story that the guest lived through', async () => {
  const { page } = open;
  await readTrace(page, join(folder, 'none.log'));
  const problem = page.getByRole('region', { name: 'Read a QEMU trace' }).getByRole('alert');
  await shows(problem, 'Cannot read');
  await readTrace(page, FIXTURE);
  await becomes('all messages are there', () => messageCount(page), 266);
  // nothing is selected: the import report and what the source can tell stand in the inspector
  await shows(
    inspector(page),
    'Import report 1 934 lines, all understood',
    'unavailable: bytes, lengths, formats, PCM',
    'STOP came when nothing was left to play',
  );
  await shows(page.getByRole('banner'), /TRACE qemu-10\.0-timestamps\.log.*0 E · 2 W/);
  // the first messages are in view, not the seconds of boot before them
  await vanishes(page.getByText('No events between'));
  await keepShot(page, 'trace');
  await messages(page).getByRole('row').nth(5).click();
  await shows(
    inspector(page),
    '#4 PCM write',
    'came back 242 ms after the kick',
    /8 readable pieces, 1 writable piece · line 72 of the trace · stream 0: derived/,
    'Unavailable: the device wrote 8 bytes (observed)',
  );
  expect(await textOf(inspector(page))).not.toContain('bytes are there');
  const wave = await openTab(page, 'Waveform');
  await shows(wave, 'No PCM in this source', 'ringside qemu --qmp PATH', 'vhost-user-snd-pci');
  const streams = await openTab(page, 'Streams');
  await shows(streams, '1 suspected underrun', 'Not in a trace: format, rate, channels');
  await page.getByRole('banner').getByRole('button', { name: 'Close' }).click();
  await sees(page.getByRole('region', { name: 'Read a QEMU trace' }));
});

test('a trace that grows is followed, and is kept when it is stopped', async () => {
  const { page } = open;
  const bytes = readFileSync(FIXTURE);
  const path = join(folder, 'growing.log');
  const first = bytes.indexOf('\n', 30_000) + 1;
  writeFileSync(path, bytes.subarray(0, first));
  await readTrace(page, path, true);
  await until('the first messages are there', async () => (await messageCount(page)) > 20);
  const before = await messageCount(page);
  await shows(page.getByRole('banner'), 'LIVE');
  appendFileSync(path, bytes.subarray(first, first + 40_001)); // in the middle of a line
  await until('what came is shown', async () => (await messageCount(page)) > before + 50);
  appendFileSync(path, bytes.subarray(first + 40_001));
  await becomes('the rest is shown', () => messageCount(page), 266);
  await page.getByRole('banner').getByRole('button', { name: 'Stop' }).click();
  await shows(page.getByRole('banner'), 'TRACE');
  await becomes('all are kept', () => messageCount(page), 266);
  await shows(inspector(page), '1 934 lines, all understood');
  await page.getByRole('banner').getByRole('button', { name: 'Close' }).click();
});
