// The page in Electron's own window, where Electron's binary is: the same view over another carrier.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findElectron } from '../../build/electron-binary.mjs';
import { keepShot, stepByStep } from './app.ts';
import { coloursOf, messageCount, openTab, sees, TABS, until } from './view.ts';

const root = join(import.meta.dirname, '..', '..');
const { state, path } = findElectron();
const hasDesktop = Boolean(
  process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY,
);

describe.skipIf(state !== 'ok' || !hasDesktop)('the window', () => {
  stepByStep();
  const faults: string[] = [];
  let folder = '';
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ringside-electron-'));
    const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
    app = await _electron.launch({
      ...(path === undefined ? {} : { executablePath: path }),
      args: [...(isRoot ? ['--no-sandbox'] : []), `--user-data-dir=${folder}`, root],
      env: { ...(process.env as Record<string, string>), XDG_STATE_HOME: folder },
    });
    page = await app.firstWindow();
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
  });

  afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('stands at its own address, with nothing of Node in it', async () => {
    await sees(page.getByRole('heading', { name: 'Run a demo' }));
    expect(page.url()).toBe('app://ringside/');
    const found = await page.evaluate(() => [
      typeof (globalThis as { require?: unknown }).require,
      typeof (globalThis as { process?: unknown }).process,
      Object.keys((globalThis as { link?: object }).link ?? {})
        .sort()
        .join(' '),
    ]);
    expect(found).toEqual(['undefined', 'undefined', 'onMessage pathOf send']);
  });

  test('is at least so large that every panel has its place', async () => {
    const { width, height } = await page.evaluate(() => ({
      width: outerWidth,
      height: outerHeight,
    }));
    expect(width).toBeGreaterThanOrEqual(1100);
    expect(height).toBeGreaterThanOrEqual(700);
  });

  test('runs a demo, and every panel is alive', async () => {
    await page.getByLabel('Sound goes to').first().selectOption('null');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await until('messages arrive', async () => (await messageCount(page)) > 20);
    for (const name of TABS) await openTab(page, name);
    const timeline = page.getByRole('region', { name: 'Timeline' }).locator('canvas').first();
    await until('the timeline is drawn', async () => (await coloursOf(timeline)) > 8);
    await keepShot(page, 'electron');
  });

  test('keeps its session over a reload', async () => {
    await openTab(page, 'Messages');
    const before = await messageCount(page);
    await page.reload();
    await until('it went on', async () => (await messageCount(page)) > before);
  });

  test('goes nowhere else', async () => {
    await page.evaluate(() => {
      location.href = 'https://example.org/';
    });
    expect(await page.evaluate(() => globalThis.open('https://example.org/') === null)).toBe(true);
    expect(page.url()).toBe('app://ringside/');
    expect(faults.filter((text) => !text.includes('example.org'))).toEqual([]);
  });
});
