// From what one hears to the message that is guilty of it and back, by keys alone.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepShot, openPage, type Ringside, startOnCapture } from './app.ts';
import { becomes, inspector, sees, textOf } from './view.ts';

let browser: Browser;
let ringside: Ringside;

beforeAll(async () => {
  [browser, ringside] = await startOnCapture('late-write', 3000);
});

afterAll(async () => {
  await browser.close();
  await ringside.stop();
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
  await becomes('the mark is told of again', async () => textOf(mark.first()), said);
  await keepShot(page, 'cause-back');
  // and once more: the same message
  await page.keyboard.press('g');
  await becomes('the same message', () => textOf(message.first()), heading);
  expect(faults).toEqual([]);
  await close();
});
