import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { keepShot } from './app.ts';
import { recorded, shareApp } from './shared-app.ts';
import { coloursOf, messageCount, openTab, overflowOf, sees, TABS, until } from './view.ts';

const app = shareApp(recorded('two-streams', 4000));

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1100, height: 700 },
] as const;

test('every panel fits and is drawn, large and small, dark and light', async () => {
  const { page, faults, close } = await app.open();
  await until('messages arrive', async () => (await messageCount(page)) > 20);
  const timeline = page.getByRole('region', { name: 'Timeline' }).locator('canvas').first();
  for (const name of TABS) {
    const panel = await openTab(page, name);
    for (const { width, height } of SIZES) {
      await page.setViewportSize({ width, height });
      await until(`${name} fits ${width} × ${height}`, async () => {
        const box = await panel.boundingBox();
        const isInside = box !== null && box.y + box.height <= height;
        return isInside && (await overflowOf(page)).length === 0;
      });
      for (const theme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme: theme });
        await until(`it is ${theme}`, async () => (await brightnessOf(page)) === theme);
        await until('the timeline is drawn', async () => (await coloursOf(timeline)) > 8);
        await keepShot(page, `${name.toLowerCase()}-${theme}-${width}`);
      }
    }
  }
  await close();
  expect(faults).toEqual([]);
});

async function brightnessOf(page: Page): Promise<'dark' | 'light' | undefined> {
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [red = 0] = (background.match(/\d+/g) ?? []).map(Number);
  if (red < 64) return 'dark';
  return red > 192 ? 'light' : undefined;
}

test('the theme can be changed by hand and stays over a reload', async () => {
  const { page, faults, close } = await app.open({ theme: 'dark' });
  await page.getByRole('button', { name: 'Light theme' }).click();
  await until('it is light', async () =>
    page.evaluate(() => document.documentElement.dataset.theme === 'light'),
  );
  await page.reload();
  await sees(page.getByRole('button', { name: 'Dark theme' }));
  await close();
  expect(faults).toEqual([]);
});
