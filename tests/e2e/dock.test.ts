import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { keepShot } from './app.ts';
import { recorded, shareApp, shareWindow } from './shared-app.ts';
import { becomes, inspector, messages, openTab, sees, textOf, until, vanishes } from './view.ts';

const app = shareApp(recorded('clean', 4000));
let page: Page;

shareWindow(app, async (opened) => {
  page = opened;
  await sees(messages(page));
});

/** Titles of the tabs, group by group, left to right. */
function tabsShown(): Promise<string[][]> {
  return page
    .locator('.dock [role=tablist]')
    .evaluateAll((lists) =>
      lists.map((list) =>
        [...list.querySelectorAll('.dock-tab')].map((tab) => tab.firstChild?.textContent ?? ''),
      ),
    );
}

async function chooseFromMenu(panel: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Menu of the panel ${panel}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

describe('the drawer', () => {
  test('opens and closes with Q, and by its tabs', async () => {
    const panel = page.getByRole('tabpanel', { name: 'Findings' });
    expect(await panel.isVisible()).toBe(false);
    await page.keyboard.press('q');
    await sees(panel);
    await page.keyboard.press('q');
    await until('it is closed', async () => !(await panel.isVisible()));
    await openTab(page, 'Findings');
    await sees(panel);
  });
});

describe('the layouts', () => {
  test('are chosen by key, and each is kept as it was left, over a reload too', async () => {
    const overview = await tabsShown();
    await page.keyboard.press('Control+5');
    await becomes('the debugger’s', async () => (await tabsShown())[0]?.[0], 'Rings');
    await keepShot(page, 'layout-debugger');
    await chooseFromMenu('Inspector', 'Close Inspector');
    await vanishes(inspector(page));
    await page.keyboard.press('Control+1');
    await becomes('the overview', tabsShown, overview);
    await sees(inspector(page));
    await page.keyboard.press('Control+5');
    await vanishes(inspector(page));
    await until('it is written down', () =>
      page.evaluate(() => localStorage.getItem('ringside.layouts')?.includes('debugger') === true),
    );
    await page.reload();
    await becomes('the debugger’s again', async () => (await tabsShown())[0]?.[0], 'Rings');
    expect(await inspector(page).count()).toBe(0);
  });

  test('are the first one where what was kept has been damaged', async () => {
    const overview = await tabsShown();
    for (const kept of ['{"state":{"active":"x","changed":{"overview":7}},"version":1}', '{{{']) {
      await page.evaluate((text) => localStorage.setItem('ringside.layouts', text), kept);
      await page.reload();
      await sees(messages(page));
      await becomes('the overview', tabsShown, overview);
    }
  });
});

describe('a panel', () => {
  test('goes over all others and back, is closed, and opens again by its key', async () => {
    await messages(page).click();
    await page.keyboard.press('Control+Shift+m');
    await until('the inspector is hidden', async () => !(await inspector(page).isVisible()));
    await page.keyboard.press('Control+Shift+m');
    await sees(inspector(page));
    await page.keyboard.press('i');
    await vanishes(inspector(page));
    await page.keyboard.press('i');
    await sees(inspector(page));
  });

  test('gives the keys to the next one with F6, and back', async () => {
    const focused = () =>
      page.evaluate(() =>
        document.activeElement?.closest('[data-dock-panel]')?.getAttribute('data-dock-panel'),
      );
    await messages(page).focus();
    await page.keyboard.press('F6');
    await until('another has them', async () => (await focused()) !== 'messages');
    await page.keyboard.press('Shift+F6');
    await until('the table has them', async () => (await focused()) === 'messages');
  });

  test('is unlinked, keeps its message while others are chosen, over a reload too, and is linked again', async () => {
    const heading = page
      .getByRole('region', { name: 'Inspector', exact: true })
      .getByRole('heading', { level: 2 });
    const numberOf = async () => /^#\S+/.exec(await textOf(heading))?.[0];
    const choose = async (row: number) => {
      const wanted = messages(page).getByRole('row').nth(row);
      await wanted.click();
      await becomes('it is chosen', () => wanted.getAttribute('aria-selected'), 'true');
      return `#${await wanted.getByRole('gridcell').first().innerText()}`;
    };
    const pinned = await choose(3);
    await becomes('it is open', numberOf, pinned);
    await page.getByRole('button', { name: /^Unlink Inspector/ }).click();
    await sees(page.getByRole('button', { name: 'Unlinked' }));
    expect(await choose(6)).not.toBe(pinned);
    expect(await numberOf()).toBe(pinned);
    // its own keys move it, and nothing else
    await inspector(page).click();
    await page.keyboard.press('F8');
    await until('it steps by itself', async () => (await numberOf()) !== pinned);
    await until('it is written down', () =>
      page.evaluate(() => localStorage.getItem('ringside.layouts')?.includes('unlinked') === true),
    );
    await keepShot(page, 'unlinked');
    await page.reload();
    await sees(page.getByRole('button', { name: 'Unlinked' }));
    await page.getByRole('button', { name: 'Unlinked' }).click();
    await vanishes(page.getByRole('button', { name: 'Unlinked' }));
    await becomes('it goes along', numberOf, await choose(4));
  });

  test('is torn off into a window of its own, works there, and comes back', async () => {
    const opened = page.context().waitForEvent('page');
    await chooseFromMenu('Messages', 'Into a window of its own');
    const torn = await opened;
    await sees(messages(torn));
    await until('it has our colours', () =>
      torn.evaluate(() => document.documentElement.dataset.theme === 'dark'),
    );
    await messages(torn).getByRole('row').nth(3).click();
    await sees(inspector(page).getByRole('heading', { name: /^#/ }));
    await keepShot(torn, 'torn-off');
    const heading = inspector(page).getByRole('heading', { level: 2 });
    const first = await heading.innerText();
    await torn.keyboard.press('F8');
    await until('its keys work', async () => (await heading.innerText()) !== first);
    await torn.close();
    await sees(messages(page));
  });
});

describe('the palette', () => {
  test('finds a command by a few letters and runs it; says why one cannot run', async () => {
    await page.keyboard.press('F1');
    const field = page.getByRole('combobox', { name: 'Commands' });
    await sees(field);
    await page.keyboard.type('drawer');
    await page.keyboard.press('Enter');
    await sees(page.getByRole('tabpanel', { name: 'Findings' }));
    await page.keyboard.press('F1');
    await page.keyboard.type('waveform zoom');
    await sees(page.getByText('not here, or not now'));
    await page.keyboard.press('Escape');
  });

  test('of places goes to a panel and to a message', async () => {
    await page.keyboard.press('Control+p');
    await sees(page.getByRole('combobox', { name: 'Go to' }));
    await page.keyboard.type('log');
    await page.keyboard.press('Enter');
    await sees(page.getByRole('log', { name: 'Log lines' }));
    await page.keyboard.press('Control+p');
    await page.keyboard.type('5');
    await page.keyboard.press('Enter');
    await sees(inspector(page).getByRole('heading', { name: /^#5/ }));
  });
});
