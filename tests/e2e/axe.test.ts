// WCAG 2.2 AA by axe: the start page, every panel and every dialog, in each theme.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { recorded, shareApp } from './shared-app.ts';
import { inspector, messages, openTab, sees, TABS, vanishes } from './view.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const CONTRAST = { runOnly: { type: 'rule', values: ['color-contrast'] } };
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const app = shareApp(recorded('wrong-order', 4000));

/** Each violation within it in one line: rule, where, what to mend. */
async function violations(part: Locator, only: object = { runOnly: LEVELS }): Promise<string[]> {
  return part.first().evaluate(async (root, asked) => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(root: Element, options: object): Promise<AxeResult> };
    };
    const options = { ...asked, resultTypes: ['violations'] };
    const { violations: found } = await checker.run(root, options);
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
async function checkBoth(part: Locator, what: string): Promise<void> {
  const page = part.page();
  expect(await violations(part), what).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
  expect(await violations(part, CONTRAST), `${what}, light`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
}

test('panels and dialogs in both themes', async () => {
  const { page, faults, close } = await app.open();
  await sees(messages(page));
  await page.evaluate(axe);
  // the whole window once, then only what has changed in it
  await openTab(page, 'Messages');
  await checkBoth(page.locator('html'), 'the window');
  for (const name of [...TABS.slice(1), 'Latency', 'Log'] as const) {
    await checkBoth(await openTab(page, name), name);
  }
  await openTab(page, 'Messages');
  await sees(messages(page).getByRole('row').nth(3));
  await page.keyboard.press('n');
  await sees(page.getByRole('heading', { level: 2, name: /^#/ }));
  await checkBoth(inspector(page), 'a message');
  for (const key of ['F1', 'Control+p', '?', 'Control+i', 'Control+g']) {
    await page.keyboard.press(key);
    await sees(page.getByRole('dialog'));
    await checkBoth(page.getByRole('dialog'), key);
    await page.keyboard.press('Escape');
    await vanishes(page.getByRole('dialog'));
  }
  await close();
  expect(faults).toEqual([]);
});

test('the start page in both themes, and a running session in high contrast', async () => {
  const { page, close } = await app.open({ window: 'two', theme: 'dark' });
  await sees(page.getByRole('heading', { name: 'Run a demo' }));
  await page.evaluate(axe);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction(
      (now) => document.documentElement.dataset.theme === now,
      colorScheme,
    );
    expect(await violations(page.locator('html')), `start page, ${colorScheme}`).toEqual([]);
  }
  await page.getByLabel('Sound goes to').first().selectOption('null');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await sees(messages(page));
  await page.keyboard.press('F1');
  await page.keyboard.type('high contrast');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'contrast');
  expect(await violations(page.locator('html')), 'contrast').toEqual([]);
  await close();
});
