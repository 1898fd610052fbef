// As somebody who never saw Ringside: from the start page to the message that is guilty, by keys alone and by mouse alone.
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { keepShot, type OpenPage } from './app.ts';
import { served, shareApp } from './shared-app.ts';
import { inspector, messages, sees, shows, until } from './view.ts';

const app = shareApp(served());
let open: OpenPage;
let windows = 0;

beforeEach(async () => {
  windows += 1;
  open = await app.open({ window: `walk${windows}` });
  return async () => {
    await stop(open.page);
    await open.close();
    expect(open.faults).toEqual([]);
  };
});

/** No demo plays on beside the next test. */
async function stop(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+e');
}

const chosen = (page: Page) => page.getByRole('radio', { name: /Sink too slow/ });
const warned = (page: Page) => page.getByRole('banner').getByRole('button', { name: /Findings/ });

const guilty = (page: Page) => inspector(page).getByRole('heading', { name: /^#[\d\s]+PCM write/ });

/** The message tells what it broke, whose fault that is, and what each stage took. */
async function isGuilty(page: Page): Promise<void> {
  await sees(guilty(page));
  await shows(inspector(page), /VS-[PI]-\d+/, /device|driver/, 'queued');
}

test('by keys: choose the demo, run it, N', async () => {
  const { page } = open;
  await sees(chosen(page));
  // the list of scenarios has the keys
  for (let step = 0; step < 20 && !(await chosen(page).isChecked()); step++) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  await sees(messages(page).getByRole('row').nth(3));
  await shows(inspector(page), 'the sink takes only an eighth', 'Press N');
  await shows(warned(page), /[1-9]\d* W/);
  // on a busy machine the first problem may be another one, or be counted before it can be gone to
  await until('N leads to it', async () => {
    await page.keyboard.press('n');
    await pause(1000);
    return (await guilty(page).count()) > 0;
  });
  await isGuilty(page);
  await keepShot(page, 'walk-keys');
});

test('by mouse: the tour leads there, and so does the list of findings', async () => {
  const { page } = open;
  await chosen(page).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await sees(messages(page).getByRole('row').nth(3));
  await shows(warned(page), /[1-9]\d* W/);
  await warned(page).click();
  const late = page.getByRole('treegrid').getByRole('row', { name: /VS-P-09/ });
  await late.first().click();
  await page.getByRole('button', { name: 'Go to the first' }).click();
  await isGuilty(page);
  await page.getByRole('button', { name: 'Tour' }).click();
  const tour = page.getByRole('region', { name: 'Guided tour' });
  await sees(tour.getByText('1 of 3'));
  await tour.getByRole('button', { name: 'Next' }).click();
  await tour.getByRole('button', { name: 'Next' }).click();
  await sees(tour.getByText('3 of 3'));
  await keepShot(page, 'walk-tour');
  // its last step is the message that used up the time, which need not be one that broke a rule itself
  await sees(guilty(page));
  await shows(inspector(page), 'Who was late', 'queued');
  await tour.getByRole('button', { name: 'Done' }).click();
  await until('the tour is over', async () => (await tour.count()) === 0);
});
