import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keepShot, type OpenPage, openPage, type Ringside, startBoth } from './app.ts';
import { messageCount, messages, openTab, sees, TABS, textOf, until } from './view.ts';

const RINGSIDE = join(import.meta.dirname, '..', '..', 'build', 'ringside.mjs');

let browser: Browser;
let ringside: Ringside;
let open: OpenPage;

beforeAll(async () => {
  [browser, ringside] = await startBoth(['--browser', '--no-open']);
});

afterAll(async () => {
  await browser.close();
  expect(await ringside.stop()).toBe(0);
});

beforeEach(async () => {
  open = await openPage(browser, ringside.url);
  return async () => {
    await open.close();
    expect(open.faults).toEqual([]);
  };
});

describe('the start page', () => {
  test('offers a demo, a guest and a capture, and the exact QEMU arguments', async () => {
    const { page } = open;
    await sees(page.getByRole('heading', { name: 'Run a demo' }));
    await sees(page.getByRole('heading', { name: 'Open a capture' }));
    const attach = page.getByRole('form', { name: 'Attach a guest' });
    const socket = await attach.getByLabel('Socket').inputValue();
    expect(socket).toMatch(/\.sock$/);
    const text = await textOf(attach);
    expect(text).toContain('share=on');
    expect(text).toContain(`socket,id=snd,path=${socket}`);
    expect(text).toContain('vhost-user-snd-pci');
    await keepShot(page, 'start-page');
  });

  test('tells what this machine has as `ringside doctor --json` does', async () => {
    const { page } = open;
    await page.getByText(/machine checked|to mend/).click({ timeout: 30_000 });
    const rows = await page
      .getByRole('list', { name: 'What this machine has' })
      .getByRole('listitem')
      .evaluateAll((items) =>
        items.map((item) => [...item.children].map((each) => each.textContent)),
      );
    const { stdout } = spawnSync(process.execPath, [RINGSIDE, 'doctor', '--json'], {
      encoding: 'utf8',
    });
    const { checks } = JSON.parse(stdout) as { checks: Record<string, string>[] };
    expect(rows.map(([, name]) => name)).toEqual(checks.map(({ name }) => name));
    expect(rows.map(([, , said]) => said)).toEqual(
      checks.map(({ found, fix = '' }) => `${found}${fix}`),
    );
    await keepShot(page, 'start-environment');
  });

  test('copies the QEMU arguments', async () => {
    const { page } = open;
    const attach = page.getByRole('form', { name: 'Attach a guest' });
    await attach.getByRole('button', { name: 'Copy the QEMU arguments' }).click();
    const read = () => page.evaluate(() => navigator.clipboard.readText());
    await until('the clipboard holds them', async () =>
      (await read()).includes('-device vhost-user-snd-pci,chardev=snd'),
    );
  });

  test('has every scenario of the command', async () => {
    const { page } = open;
    await sees(page.getByRole('radio'));
    expect(await page.getByRole('radio').count()).toBeGreaterThanOrEqual(9);
  });

  test('starts the demo by Enter, and every panel is alive', async () => {
    const { page } = open;
    await sees(page.getByRole('button', { name: 'Run', exact: true }));
    await page.getByLabel('Sound goes to').first().selectOption('null');
    await page.getByRole('button', { name: 'Run', exact: true }).focus();
    await page.keyboard.press('Enter');
    await sees(page.getByText('LIVE'));
    await sees(page.getByText('Simulated'));
    await until('messages arrive', async () => (await messageCount(page)) > 20);
    for (const name of TABS) {
      const panel = await openTab(page, name);
      expect((await panel.innerText()).length).toBeGreaterThan(10);
    }
  });

  test('is not shown to a second page while a session runs: it sees the session', async () => {
    const { page } = open;
    await sees(messages(page));
    const before = await messageCount(page);
    await page.reload();
    await sees(messages(page));
    await until('the session went on', async () => (await messageCount(page)) > before);
  });

  test('comes back when the session is closed', async () => {
    const { page } = open;
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Close the session' }).click();
    await sees(page.getByRole('heading', { name: 'Run a demo' }));
  });

  test('explains a path that is no capture, and stays usable', async () => {
    const { page } = open;
    await page.getByLabel('Path of the capture').fill('/nowhere/x.pcapng');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await sees(page.getByText('/nowhere/x.pcapng'));
    await sees(page.getByRole('button', { name: 'Run', exact: true }));
  });
});

test('an address without its token shows what to do, and no page', async () => {
  const { origin } = new URL(ringside.url);
  const context = await browser.newContext();
  const page = await context.newPage();
  const response = await page.goto(origin);
  expect(response?.status()).toBe(403);
  expect(await page.innerText('body')).toContain('whole address');
  await context.close();
});
