import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { keepShot, type OpenPage } from './app.ts';
import { served, shareApp } from './shared-app.ts';
import { messageCount, openTab, sees, shows, TABS, until } from './view.ts';

const RINGSIDE = join(import.meta.dirname, '..', '..', 'build', 'ringside.mjs');

const app = shareApp(served());
let open: OpenPage;

beforeEach(async () => {
  open = await app.open();
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
    const socketOf = () => attach.getByLabel('Socket').inputValue();
    await until('a socket is proposed', async () => (await socketOf()).endsWith('.sock'));
    const path = `socket,id=snd,path=${await socketOf()}`;
    await shows(attach, 'share=on', path, 'vhost-user-snd-pci');
    await keepShot(page, 'start-page');
  });

  test('tells what this machine has as `ringside doctor --json` does', async () => {
    const { page } = open;
    await page.getByText(/machine checked|to mend/).click({ timeout: 30_000 });
    const list = page.getByRole('list', { name: 'What this machine has' });
    await sees(list);
    const rows = await list
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
    await until('nine at least', async () => (await page.getByRole('radio').count()) >= 9);
  });

  test('starts the demo by Enter, stays away while it runs, and comes back when it is closed', async () => {
    const { page } = open;
    // a window of its own: whatever happens here, the other tests find the start page
    await page.goto(`${app.ringside.url}&window=demo`);
    await sees(page.getByRole('button', { name: 'Run', exact: true }));
    await page.getByLabel('Sound goes to').first().selectOption('null');
    await page.getByRole('button', { name: 'Run', exact: true }).focus();
    await page.keyboard.press('Enter');
    await sees(page.getByText('LIVE'));
    await sees(page.getByText('Simulated'));
    await until('messages arrive', async () => (await messageCount(page)) > 20);
    for (const name of TABS) {
      await shows(await openTab(page, name), /.{10}/);
    }
    await openTab(page, 'Messages');
    const before = await messageCount(page);
    await page.reload();
    await openTab(page, 'Messages');
    await until('the session went on', async () => (await messageCount(page)) > before);
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
  const { origin } = new URL(app.ringside.url);
  const context = await app.browser.newContext();
  const page = await context.newPage();
  const response = await page.goto(origin);
  expect(response?.status()).toBe(403);
  expect(await page.innerText('body')).toContain('whole address');
  await context.close();
});
