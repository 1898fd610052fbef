import { expect, test } from 'vitest';
import { demo, shareApp } from './shared-app.ts';

const app = shareApp(demo('clean'));

test('a window that is opened again has its rows before the app is there, and then the app', async () => {
  const { page, faults, close } = await app.open();
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
