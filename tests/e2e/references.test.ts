// The main views beside the pictures of them that are committed, in both themes: what is missing or has moved is seen here,
// a pixel of an edge is not. `npm run references` renews the pictures; look at each before it is committed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { OpenPage } from './app.ts';
import { comparePictures } from './compare-pictures.ts';
import { recorded, shareApp } from './shared-app.ts';
import { becomes, coloursOf, inspector, messages, openTab, sees, shows, until } from './view.ts';

const folder = join(import.meta.dirname, 'references');
/** What differs is kept here, where one looks after a failure. */
const kept = join(import.meta.dirname, '..', '..', '.cache', 'test', 'references');
const isRenewing = process.env.UPDATE_GOLDEN === '1';
/** Share of the window that may look otherwise: words and numbers may, a panel, a bar or a lane may not. */
const MOST_SHARE = 0.025;

const app = shareApp(recorded('underrun', 4000));
let open: OpenPage;

beforeAll(async () => {
  open = await app.open({ width: 1100, height: 700 });
  await sees(messages(open.page).getByRole('row').nth(3));
});

const VIEWS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async messages(page) {
    await openTab(page, 'Messages');
    await sees(messages(page).getByRole('row').nth(3));
    await page.keyboard.press('n');
    await sees(inspector(page).getByRole('heading', { level: 2, name: /^#/ }));
  },
  async rings(page) {
    const panel = await openTab(page, 'Rings');
    await panel.getByRole('tab', { name: /txq/ }).click();
    await sees(panel.getByRole('region', { name: 'Used ring' }));
  },
  async streams(page) {
    await shows(await openTab(page, 'Streams'), '48 000 Hz', 'stray');
  },
  async waveform(page) {
    const panel = await openTab(page, 'Waveform');
    await until('it is drawn', async () => (await coloursOf(panel.locator('canvas').first())) > 6);
  },
  async findings(page) {
    const panel = await openTab(page, 'Findings');
    await shows(panel, /\d+ rules ran/);
  },
};

for (const [name, go] of Object.entries(VIEWS)) {
  test(`${name}: nothing is missing, nothing has moved, dark and light`, async () => {
    const { page, faults } = open;
    await go(page);
    await page.getByRole('button', { name: 'The whole capture' }).click();
    await page.mouse.move(780, 20); // over nothing that answers
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await becomes(
        'the theme',
        () => page.evaluate(() => document.documentElement.dataset.theme),
        theme,
      );
      await looksLike(page, `${name}-${theme}`);
    }
    expect(faults).toEqual([]);
  });
}

/** Waits until the window looks like the picture of that name; keeps what it looked like where it never does. */
async function looksLike(page: Page, name: string): Promise<void> {
  const path = join(folder, `${name}.png`);
  if (isRenewing) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, await settled(page));
    return;
  }
  if (!existsSync(path)) throw new Error(`there is no ${path}: npm run references makes it`);
  const reference = readFileSync(path);
  let seen: Awaited<ReturnType<typeof comparePictures>> | undefined;
  let picture: Buffer | undefined;
  await until(
    `it looks like ${name}.png`,
    async () => {
      picture = await page.screenshot();
      seen = await comparePictures(page, reference, picture);
      return seen.share <= MOST_SHARE;
    },
    () => {
      mkdirSync(kept, { recursive: true });
      if (picture !== undefined) writeFileSync(join(kept, `${name}.png`), picture);
      if (seen !== undefined) writeFileSync(join(kept, `${name}-differs.png`), seen.marked);
      const share = ((seen?.share ?? 1) * 100).toFixed(1);
      return `: ${share} % of it looks otherwise, see ${kept}. If that is meant: npm run references`;
    },
  );
}

/** A picture that the next one is equal to: nothing is on its way any more. */
async function settled(page: Page): Promise<Buffer> {
  let picture = await page.screenshot();
  await until('the window stands still', async () => {
    const next = await page.screenshot();
    const { share } = await comparePictures(page, picture, next);
    picture = next;
    return share === 0;
  });
  return picture;
}
