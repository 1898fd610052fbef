import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepShot, openPage, type Ringside, startChromium, startRingside } from './app.ts';
import { coloursOf, messageCount, openTab, overflowOf, sees, TABS, until } from './view.ts';

let browser: Browser;
let ringside: Ringside;

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1100, height: 700 },
] as const;

beforeAll(async () => {
  browser = await startChromium();
  ringside = await startRingside([
    ...['demo', '--scenario', 'two-streams', '--sink', 'null', '--serve'],
  ]);
});

afterAll(async () => {
  await browser.close();
  expect(await ringside.stop()).toBe(0);
});

describe.each(SIZES)('at $width × $height', ({ width, height }) => {
  test.each(['dark', 'light'] as const)('every panel fits and is drawn, %s', async (theme) => {
    const { page, faults, close } = await openPage(browser, ringside.url, { width, height, theme });
    await sees(page.getByText('LIVE'));
    await until('messages arrive', async () => (await messageCount(page)) > 20);
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [red = 0] = (background.match(/\d+/g) ?? []).map(Number);
    expect(theme === 'dark' ? red < 64 : red > 192).toBe(true);
    const timeline = page.getByRole('region', { name: 'Timeline' }).locator('canvas').first();
    await until('the timeline is drawn', async () => (await coloursOf(timeline)) > 8);
    for (const name of TABS) {
      const panel = await openTab(page, name);
      const box = await panel.boundingBox();
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
      expect(await overflowOf(page)).toEqual([]);
      await keepShot(page, `${name.toLowerCase()}-${theme}-${width}`);
    }
    await close();
    expect(faults).toEqual([]);
  });
});

test('the theme can be changed by hand and stays over a reload', async () => {
  const { page, faults, close } = await openPage(browser, ringside.url, { theme: 'dark' });
  await page.getByRole('button', { name: 'Light theme' }).click();
  await until('it is light', async () =>
    page.evaluate(() => document.documentElement.dataset.theme === 'light'),
  );
  await page.reload();
  await sees(page.getByRole('button', { name: 'Dark theme' }));
  await close();
  expect(faults).toEqual([]);
});
