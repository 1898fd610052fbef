import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { keepShot } from './app.ts';
import { recorded, shareApp, shareWindow } from './shared-app.ts';
import {
  becomes,
  messageCount,
  messages,
  openTab,
  shows,
  textOf,
  until,
  vanishes,
} from './view.ts';

const app = shareApp(recorded('bad-chains', 4000));
let page: Page;

shareWindow(
  app,
  async (opened) => {
    page = opened;
    await openTab(page, 'Messages');
    await until('messages', async () => (await messageCount(page)) > 60);
  },
  { width: 1100, height: 700 },
);

const field = () => page.getByRole('textbox', { name: 'Find messages' });
const bar = () => page.getByRole('search', { name: 'Find messages' });
const marked = (mark: string) => page.locator(`[role=row][class*="mark${mark}"]`);
const chosen = () => messages(page).locator('[role=row][aria-selected=true]');
const numberOf = async () => Number((await textOf(chosen())).replace(/^▸?\s*(\d+).*/, '$1'));

test('Ctrl+F marks what is found, counts it and hides nothing', async () => {
  const all = await messageCount(page);
  await page.keyboard.press('Control+f');
  await until('the focus', async () =>
    field().evaluate((input) => input === document.activeElement),
  );
  await field().pressSequentially('BAD_MSG');
  await shows(bar().getByRole('status'), /^\d+ found$/);
  expect(await messageCount(page)).toBe(all);
  await field().press('Enter');
  await until('a marked row', async () => (await marked('0').count()) > 0);
  await until('only rows with BAD_MSG are marked', async () =>
    (await marked('0').allInnerTexts()).every((row) => row.includes('BAD_MSG')),
  );
});

test('F3 and Shift+F3 step through it from anywhere', async () => {
  await page.keyboard.press('Control+f');
  await field().fill('queue == control');
  await page.keyboard.press('F3');
  await shows(chosen(), 'PCM_INFO'); // the queue has no room in this window
  const first = await numberOf();
  await messages(page).focus();
  await page.keyboard.press('F3');
  await until('the next one', async () => (await numberOf()) > first);
  await page.keyboard.press('Shift+F3');
  await until('back', async () => (await numberOf()) === first);
});

test('what is found keeps a colour of its own, which outlives the page', async () => {
  await page.keyboard.press('Control+f');
  await field().fill('queue == control');
  await bar().getByRole('button', { name: 'Colour', exact: true }).click();
  await field().fill('problem');
  await bar().getByRole('button', { name: 'Colour', exact: true }).click();
  await page.keyboard.press('Escape');
  await becomes('both colours', () => bar().locator('[data-mark]').count(), 2);
  await messages(page).focus();
  await page.keyboard.press('Home');
  await until('rows of a colour', async () => (await marked('1').count()) > 0);
  await keepShot(page, 'find-colours');
  await page.reload();
  await openTab(page, 'Messages');
  await becomes('kept', () => bar().locator('[data-mark]').count(), 2);
  await bar().getByRole('button', { name: 'Remove the colour of problem' }).click();
  await bar().getByRole('button', { name: 'Remove the colour of queue == control' }).click();
  await vanishes(bar());
  await vanishes(marked('1'));
});
