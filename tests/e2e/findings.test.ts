import type { Page } from 'playwright-core';
import { describe, test } from 'vitest';
import { keepShot } from './app.ts';
import { demo, shareApp, shareWindow } from './shared-app.ts';
import { becomes, inspector, messageCount, messages, openTab, sees, shows, until } from './view.ts';

const app = shareApp(demo('bad-chains'));
let page: Page;

shareWindow(app, async (opened) => {
  page = opened;
  await sees(page.getByText('LIVE'));
});

describe('findings of a guest that builds bad chains', () => {
  test('are named by rule, section and count while it plays on', async () => {
    const panel = await openTab(page, 'Findings');
    await sees(panel.getByRole('row', { name: /VQ-05/ }));
    await shows(panel, 'A descriptor chain has no loop', '§ 2.7.5.2', 'driver', /\d+ rules ran/);
    await keepShot(page, 'findings');
  });

  test('lead to the message that broke the rule', async () => {
    const panel = await openTab(page, 'Findings');
    const row = panel.getByRole('row', { name: /VQ-05/ });
    await sees(row);
    await row.press('Enter');
    await sees(inspector(page).getByRole('heading', { name: /^#/ }));
    const first = panel.locator('[role=row][aria-level="2"]').first();
    await first.press('Enter');
    await sees(inspector(page).getByRole('heading', { name: /^#/ }));
    await shows(inspector(page), 'VQ-05');
  });

  test('are listed by time from then on, and have a menu', async () => {
    const panel = await openTab(page, 'Findings');
    await panel.getByRole('combobox', { name: 'Findings by' }).selectOption('time');
    await page.reload();
    // the drawer is open again by itself: a press on its tab would close it
    const line = panel.getByRole('treegrid', { name: 'Findings by time' }).getByRole('row');
    await sees(line);
    await line.first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: /^Filter to this/ }).click();
    const field = page.getByRole('combobox', { name: 'Filter messages' });
    await until('the filter', async () => /^finding == "/.test(await field.inputValue()));
  });

  test('are counted in the session bar', async () => {
    const chip = page.getByRole('banner').getByRole('button', { name: /Findings/ });
    await shows(chip, /[1-9]\d* E/);
    await chip.click();
    await sees(page.getByRole('tabpanel', { name: /Findings/ }));
  });

  test('are reached one after the other by N', async () => {
    const heading = inspector(page).getByRole('heading', { level: 2 });
    await sees(heading);
    const step = async (key: string): Promise<string> => {
      const before = await heading.innerText();
      await page.keyboard.press(key);
      await until('another problem', async () => (await heading.innerText()) !== before);
      return heading.innerText();
    };
    const first = await step('n');
    await step('n');
    await page.keyboard.press('Shift+N');
    await becomes('the first again', () => heading.innerText(), first);
  });

  test('are what “problems” leaves in the message table', async () => {
    await openTab(page, 'Messages');
    await until('a screenful of messages', async () => (await messageCount(page)) > 60);
    const all = await messageCount(page);
    await page.getByRole('button', { name: 'problems' }).click();
    await until('fewer rows', async () => (await messageCount(page)) < all);
    await shows(messages(page), /[✕▲]/);
  });
});
