// The message table's depths, runs as one line, columns by field, and the compare tray.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { keepShot } from './app.ts';
import { demo, shareApp, shareWindow } from './shared-app.ts';
import {
  becomes,
  holdStill,
  messageCount,
  messages,
  openTab,
  sees,
  shows,
  textOf,
  until,
  vanishes,
} from './view.ts';

const app = shareApp(demo('bad-chains'));
let page: Page;

shareWindow(app, async (opened) => {
  page = opened;
  await openTab(page, 'Messages');
  await until('a screenful of messages', async () => (await messageCount(page)) > 60);
});

const grid = (name: string) => page.getByRole('grid', { name, exact: true });
const selected = (name: string) => grid(name).locator('[role=row][aria-selected=true]').first();

test('V goes from messages to events to conversations, and what is selected stays in place', async () => {
  await holdStill(page);
  await messages(page)
    .getByRole('row', { name: /PCM write.*OK/ })
    .nth(3)
    .click();
  const row = selected('Messages');
  await shows(row, /PCM write/);
  const number = (await textOf(row)).split(' ')[0] ?? '';
  await page.keyboard.press('v');
  await sees(grid('Events'));
  await shows(selected('Events'), 'popped', new RegExp(`^${number} `));
  await keepShot(page, 'depth-events');
  await page.keyboard.press('v');
  await sees(grid('Conversations'));
  await shows(selected('Conversations'), 'Playback, run 1');
  await keepShot(page, 'depth-conversations');
  await page.keyboard.press('v');
  await sees(messages(page));
  await shows(selected('Messages'), new RegExp(`^${number} `));
});

test('runs of equal messages are one line that tells how long they took at most', async () => {
  const before = await messageCount(page);
  await page.keyboard.press('Shift+V');
  await until('fewer lines', async () => (await messageCount(page)) < before / 2);
  await sees(messages(page).getByText(/× [\d\s]+, all under [\d.]+ periods/));
  await sees(page.getByText(/messages in \d+ lines/));
  await page.reload();
  await openTab(page, 'Messages');
  await sees(page.getByText(/messages in \d+ lines/));
  await keepShot(page, 'collapsed');
});

test('a field becomes a column, and messages are compared side by side', async () => {
  await holdStill(page);
  await page.getByRole('button', { name: /^Columns/ }).click();
  await page.getByRole('menuitem', { name: 'Another column…' }).click();
  await page.keyboard.type('stage.sink');
  await page.keyboard.press('Enter');
  await sees(messages(page).getByRole('columnheader', { name: 'stage.sink' }));
  const rows = messages(page).getByRole('row', { name: /PCM write.*OK/ });
  await shows(rows.nth(2), /\d( [mµn]?s)? ?$/);
  await rows.nth(2).click();
  await page.keyboard.press('c');
  await rows.nth(3).click();
  await page.keyboard.press('c');
  const tray = page.getByRole('region', { name: 'Compare tray' });
  await sees(tray.getByRole('rowheader', { name: 'number' }));
  await sees(tray.getByText(/fields differ/));
  await keepShot(page, 'compare');
  await page.keyboard.press('Escape');
  await vanishes(tray);
});

test('the right button filters to what a cell shows, and the menu key opens the same', async () => {
  await holdStill(page);
  const row = messages(page)
    .getByRole('row', { name: /PCM write.*OK/ })
    .nth(2);
  await row.getByText('PCM write').click({ button: 'right' });
  const item = (name: RegExp) => page.getByRole('menuitem', { name });
  await sees(page.getByRole('menu').getByText('kind == write'));
  await item(/^Exclude this/).click();
  const field = page.getByRole('combobox', { name: 'Filter messages' });
  await becomes('the filter', () => field.inputValue(), '!(kind == write)');
  await until('no write', async () => !(await textOf(messages(page))).includes('PCM write'));
  await messages(page)
    .getByRole('row', { name: /controlq|eventq/ })
    .nth(1)
    .click();
  await sees(selected('Messages'));
  await page.keyboard.press('Control+Enter');
  await item(/^Together with the filter/).press('ArrowRight');
  await item(/^…and this/).click();
  await until('both', async () => /^!\(kind == write\) && \S/.test(await field.inputValue()));
  // the keys are the table's again
  await sees(selected('Messages'));
  const before = await textOf(selected('Messages'));
  await page.keyboard.press('ArrowDown');
  await until('the next row', async () => (await textOf(selected('Messages'))) !== before);
});

test('a narrow table keeps its total time in view, and says which columns it has no room for', async () => {
  await page.setViewportSize({ width: 1100, height: 700 });
  const total = messages(page).getByRole('columnheader', { name: 'Total' });
  await sees(page.getByRole('button', { name: /^Columns: No room for .*latency_bytes/ }));
  const rightOf = async (of: ReturnType<typeof messages>) => {
    const box = await of.boundingBox();
    return (box?.x ?? 0) + (box?.width ?? 0);
  };
  expect(await rightOf(total)).toBeLessThanOrEqual(await rightOf(messages(page)));
  await page.setViewportSize({ width: 1440, height: 900 });
  await sees(messages(page).getByRole('columnheader', { name: 'latency_bytes' }));
});

test('the state machine shows each stream’s lifecycle, and an edge leads to its messages', async () => {
  await page.getByRole('tab', { name: 'States', exact: true }).click();
  const panel = page.getByRole('tabpanel', { name: 'States' });
  await sees(panel.getByRole('grid', { name: 'Control exchanges' }).getByText('PCM_START'));
  await keepShot(page, 'states');
  await panel.getByRole('button', { name: 'Show the PCM_START messages' }).first().press('Enter');
  await until('only those', async () => {
    const text = await textOf(messages(page));
    return text.includes('PCM_START') && !text.includes('PCM write');
  });
});
