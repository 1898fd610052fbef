import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { keepShot } from './app.ts';
import { demo, shareApp } from './shared-app.ts';
import { becomes, messageCount, openTab, sees, shows, until } from './view.ts';

const app = shareApp(demo('bad-chains'));
let page: Page;

beforeAll(async () => {
  const open = await app.open({ width: 1100, height: 700 });
  page = open.page;
  await openTab(page, 'Messages');
  await until('messages', async () => (await messageCount(page)) > 30);
  return () => expect(open.faults).toEqual([]);
});

const field = () => page.getByRole('combobox', { name: 'Filter messages' });

test('/ leads to the field, which completes, counts, and keeps what was used', async () => {
  await page.locator('body').press('/');
  await until('the focus', async () =>
    field().evaluate((input) => input === document.activeElement),
  );
  await field().pressSequentially('que');
  await sees(page.getByRole('option', { name: /^queue/ }));
  await keepShot(page, 'filter-complete');
  await field().press('Tab');
  await becomes('the field’s name', () => field().inputValue(), 'queue ');
  await field().pressSequentially('== control');
  await shows(matches(), /^[\d ]+ of [\d ]+/);
  await field().press('Enter');
  await until('control messages only', async () => {
    const rows = await page.getByRole('row').allInnerTexts();
    return rows.length > 2 && rows.slice(1).every((row) => /_INFO|PCM_[A-Z]|unknown 0x/.test(row));
  });
});

test('a slip is underlined and mended by a press', async () => {
  await field().fill('quee == tx');
  await sees(page.getByText('There is no field “quee”. Did you mean queue?'));
  await keepShot(page, 'filter-mistake');
  await page.getByRole('button', { name: 'queue == tx' }).click();
  await becomes('the mended filter', () => field().inputValue(), 'queue == tx');
  await shows(matches(), /^[\d ]+ of [\d ]+/);
});

test('a filter that finds nothing says which term removed everything', async () => {
  await field().fill('queue == tx && latency > 90s');
  await field().press('Enter');
  await sees(page.getByText('What removed the last of them is'));
  await sees(page.locator('code', { hasText: 'latency > 90s' }));
  await keepShot(page, 'filter-empty');
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await until('all again', async () => (await messageCount(page)) > 30);
});

function matches(): Locator {
  return page.getByRole('status').filter({ hasText: / of / }).first();
}
