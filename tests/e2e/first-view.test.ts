import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, type Ringside, startBoth } from './app.ts';

let browser: Browser;
let ringside: Ringside;

beforeAll(async () => {
  const args = ['demo', '--scenario', 'clean', '--seed', '1', '--sink', 'null', '--serve'];
  [browser, ringside] = await startBoth(args);
});

afterAll(async () => {
  await browser.close();
  await ringside.stop();
});

test('a window that is opened again has its rows before the app is there, and then the app', async () => {
  const { page, faults, close } = await openPage(browser, ringside.url);
  const cells = page.locator('#root [role=grid] [role=gridcell]');
  await cells.first().waitFor();
  await page.route('**/start-app*.js', async (route) => {
    await page.locator('[data-first-row]').first().waitFor({ state: 'attached' });
    expect(await cells.count()).toBe(0);
    await route.continue();
  });
  await page.reload();
  await cells.first().waitFor();
  await page.locator('[data-first-view]').waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
  await close();
});
