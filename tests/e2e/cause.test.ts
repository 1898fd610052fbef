// From what one hears to the message that is guilty of it and back, by keys alone.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captureFolder } from '../electron/cli/offline-rig.ts';
import { keepShot, openPage, type Ringside, startBoth } from './app.ts';
import { inspector, sees, textOf, until } from './view.ts';

let browser: Browser;
let ringside: Ringside;
let capture: Awaited<ReturnType<typeof captureFolder>>;

beforeAll(async () => {
  capture = await captureFolder('late-write', 3000);
  [browser, ringside] = await startBoth(['app', capture.file, '--browser', '--no-open']);
});

afterAll(async () => {
  await browser.close();
  await ringside.stop();
  capture.remove();
});

test('a mark on the wave leads to its message in two key presses, and back to the mark', async () => {
  const { page, faults, close } = await openPage(browser, ringside.url);
  await sees(page.getByRole('grid', { name: 'Messages' }).getByRole('row').nth(3));
  await page.keyboard.press('Control+p');
  await page.keyboard.type('Waveform');
  await page.keyboard.press('Enter');
  const wave = page.locator('[data-panel="waveform"]');
  await sees(wave.getByText(/\d+ marks/));

  await page.keyboard.press('.');
  const mark = wave.getByText(/^(late write|silence|jump|repeat|block repeated): /);
  await sees(mark);
  const said = await textOf(mark.first());
  await page.keyboard.press('g');
  const message = inspector(page).getByRole('heading', { name: /^#\d+ PCM write/ });
  await sees(message);
  await sees(inspector(page).getByText(/VS-P-\d+/));
  const heading = await textOf(message.first());
  await keepShot(page, 'cause-message');

  await page.keyboard.press('g');
  await until('the mark is told of again', async () => (await mark.count()) > 0);
  expect(await textOf(mark.first())).toBe(said);
  await keepShot(page, 'cause-back');
  // and once more: the same message
  await page.keyboard.press('g');
  await until('the same message', async () => (await textOf(message.first())) === heading);
  expect(faults).toEqual([]);
  await close();
});
