import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { keepShot, type OpenPage, openPage, type Ringside, startBoth } from './app.ts';
import { inspector, messageCount, messages, openTab, sees, textOf, until } from './view.ts';

const FIXTURE = join(import.meta.dirname, '..', 'fixtures', 'qemu-10.0-timestamps.log');

let browser: Browser;
let ringside: Ringside;
let open: OpenPage;
let folder: string;

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
  open = await openPage(browser, ringside.url);
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
  expect(await textOf(problem)).toContain('Cannot read');
  await readTrace(page, FIXTURE);
  await until('all messages are there', async () => (await messageCount(page)) === 266);
  // nothing is selected: the import report and what the source can tell stand in the inspector
  const told = await textOf(inspector(page));
  expect(told).toContain('Import report 1 934 lines, all understood');
  expect(told).toContain('unavailable: bytes, lengths, formats, PCM');
  expect(told).toContain('STOP came when nothing was left to play');
  expect(await textOf(page.getByRole('banner'))).toMatch(
    /TRACE qemu-10\.0-timestamps\.log.*0 E · 2 W/,
  );
  // the first messages are in view, not the seconds of boot before them
  expect(await page.getByText('No events between').count()).toBe(0);
  await keepShot(page, 'trace');
  await messages(page).getByRole('row').nth(5).click();
  await until('the message is open', async () =>
    (await textOf(inspector(page))).includes('#4 PCM write'),
  );
  const message = await textOf(inspector(page));
  expect(message).toContain('came back 242 ms after the kick');
  expect(message).toMatch(
    /8 readable pieces, 1 writable piece · line 72 of the trace · stream 0: derived/,
  );
  expect(message).toContain('Unavailable: the device wrote 8 bytes (observed)');
  expect(message).not.toContain('bytes are there');
  const wave = await textOf(await openTab(page, 'Waveform'));
  expect(wave).toContain('No PCM in this source');
  expect(wave).toContain('ringside qemu --qmp PATH');
  expect(wave).toContain('vhost-user-snd-pci');
  const streams = await textOf(await openTab(page, 'Streams'));
  expect(streams).toContain('1 suspected underrun');
  expect(streams).toContain('Not in a trace: format, rate, channels');
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
  await until('it is followed', async () =>
    (await textOf(page.getByRole('banner'))).includes('LIVE'),
  );
  appendFileSync(path, bytes.subarray(first, first + 40_001)); // in the middle of a line
  await until('what came is shown', async () => (await messageCount(page)) > before + 50);
  appendFileSync(path, bytes.subarray(first + 40_001));
  await until('the rest is shown', async () => (await messageCount(page)) === 266);
  await page.getByRole('banner').getByRole('button', { name: 'Stop' }).click();
  await until('it has ended', async () =>
    (await textOf(page.getByRole('banner'))).includes('TRACE'),
  );
  expect(await messageCount(page)).toBe(266);
  expect(await textOf(inspector(page))).toContain('1 934 lines, all understood');
  await page.getByRole('banner').getByRole('button', { name: 'Close' }).click();
});
