import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { keepShot, type OpenPage } from './app.ts';
import { served, shareApp } from './shared-app.ts';
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

const app = shareApp(served());
let open: OpenPage;
let folder: string;
let windows = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-trace-'));
  return () => rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  // a window of its own: no test finds the session of another
  windows += 1;
  open = await app.open({ window: `test${windows}` });
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
  const recent = page.getByRole('list', { name: 'Recent traces' });
  await sees(recent.getByRole('button', { name: /growing\.log ?used before, followed/ }));
  await sees(recent.getByRole('button', { name: /qemu-10\.0-timestamps\.log ?used before$/ }));
});

test('a trace that only the page can read is handed over, and its other device is one click away', async () => {
  const { page } = open;
  const text = readFileSync(FIXTURE, 'utf8');
  const filler = `${'audio: nothing of a virtqueue here. '.repeat(28)}\n`.repeat(5000);
  const path = join(folder, 'two.log');
  writeFileSync(path, text + filler + text.replaceAll('0x55cc', '0x55dd'));
  const card = page.getByRole('region', { name: 'Read a QEMU trace' });
  await card.getByLabel('Trace file').setInputFiles(path);
  const bar = page.getByRole('banner');
  await shows(bar, 'TRACE', 'two.log');
  const report = bar.getByRole('button', { name: /odd of/ });
  await becomes('all messages are there', () => messageCount(page), 266);
  await messages(page).getByRole('row').nth(5).click();
  await shows(inspector(page), 'How well it is known', 'stream derived', 'status unavailable');
  await report.click();
  await shows(inspector(page), 'Import report', 'audio: nothing of a virtqueue here');
  const devices = inspector(page).getByRole('list', { name: 'Sound devices of this trace' });
  await devices.getByRole('button', { name: 'Show 0x55dd327e48d0' }).click();
  await sees(devices.getByRole('button', { name: 'Show 0x55cc327e48d0' }));
  await shows(bar, 'TRACE', 'two.log');
  await becomes('those of the other are there', () => messageCount(page), 266);
  await keepShot(page, 'trace-two-devices');
  await bar.getByRole('button', { name: 'Close' }).click();
});
