// Several windows, each with a session of its own, on one program.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage, type Ringside, startBoth } from './app.ts';
import { sees } from './view.ts';

let browser: Browser;
let ringside: Ringside;

beforeAll(async () => {
  [browser, ringside] = await startBoth(['demo', '--sink', 'null', '--serve']);
});
afterAll(async () => {
  await browser.close();
  await ringside.stop();
});

describe('a second window', () => {
  test('starts empty, runs its own session, and leaves the first alone', async () => {
    const first = await openPage(browser, ringside.url);
    await sees(first.page.getByText('Simulated'));
    const second = await openPage(browser, `${ringside.url}&window=two`);
    const card = second.page.getByRole('button', { name: /Run/ }).first();
    await card.click();
    await sees(second.page.getByText('Simulated'));
    await second.page.reload();
    await sees(second.page.getByText('Simulated')); // the session outlives the page
    await sees(first.page.getByText('Simulated'));
    expect([...first.faults, ...second.faults]).toEqual([]);
    await second.close();
    await first.close();
  });
});
