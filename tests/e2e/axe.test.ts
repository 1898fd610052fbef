// WCAG 2.2 AA by axe: the start page, every panel and every dialog, in each theme.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, type Ringside, startBoth } from './app.ts';
import { messages, openTab, sees, TABS } from './view.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const CONTRAST = { runOnly: { type: 'rule', values: ['color-contrast'] } };
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

let browser: Browser;
let ringside: Ringside;

beforeAll(async () => {
  [browser, ringside] = await startBoth([
    'demo',
    '--scenario',
    'wrong-order',
    '--sink',
    'null',
    '--serve',
  ]);
});

afterAll(async () => {
  await browser.close();
  expect(await ringside.stop()).toBe(0);
});

/** Each violation in one line: rule, where, what to mend. */
async function violations(page: Page, only: object = { runOnly: LEVELS }): Promise<string[]> {
  return page.evaluate(async (asked) => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(root: Document, options: object): Promise<AxeResult> };
    };
    const options = { ...asked, resultTypes: ['violations'] };
    const { violations: found } = await checker.run(document, options);
    return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.target.join(' ')}`);
  }, only);
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly target: readonly string[] }[];
  }[];
}

/** In the dark by every rule; in the light only what colours can break is another question. */
async function checkBoth(page: Page, what: string): Promise<void> {
  expect(await violations(page), what).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
  expect(await violations(page, CONTRAST), `${what}, light`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
}

test('panels and dialogs in both themes', async () => {
  const { page, faults, close } = await openPage(browser, ringside.url);
  await sees(messages(page));
  await page.evaluate(axe);
  for (const name of [...TABS, 'Latency', 'Log'] as const) {
    await openTab(page, name);
    await checkBoth(page, name);
  }
  await openTab(page, 'Messages');
  await page.keyboard.press('n');
  await sees(page.getByRole('heading', { level: 2, name: /^#/ }));
  await checkBoth(page, 'a message');
  for (const key of ['F1', 'Control+p', '?', 'Control+i', 'Control+g']) {
    await page.keyboard.press(key);
    await sees(page.getByRole('dialog'));
    await checkBoth(page, key);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
  await close();
  expect(faults).toEqual([]);
});

test('the start page in both themes, and the window in high contrast', async () => {
  const { page, close } = await openPage(browser, ringside.url, { theme: 'dark' });
  await sees(messages(page));
  await page.evaluate(axe);
  await page.keyboard.press('F1');
  await page.keyboard.type('high contrast');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'contrast');
  expect(await violations(page), 'contrast').toEqual([]);
  await page.keyboard.press('F1');
  await page.keyboard.type('as the system');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Close the session' }).click();
  await sees(page.getByRole('heading', { name: 'Run a demo' }));
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), `start page, ${colorScheme}`).toEqual([]);
  }
  await close();
});
