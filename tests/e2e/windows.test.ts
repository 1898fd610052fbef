// Several windows, each with a session of its own, on one program.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage, type Ringside, startChromium, startRingside } from './app.ts';

let browser: Browser;
let ringside: Ringside;

beforeAll(async () => {
  [browser, ringside] = await Promise.all([
    startChromium(),
    startRingside(['demo', '--sink', 'null', '--serve']),
  ]);
});
afterAll(async () => {
  await browser.close();
  await ringside.stop();
});

describe('a second window', () => {
  test('starts empty, runs its own session, and leaves the first alone', async () => {
    const first = await openPage(browser, ringside.url);
    await first.page.getByText('Simulated').first().waitFor();
    const second = await openPage(browser, `${ringside.url}&window=two`);
    const card = second.page.getByRole('button', { name: /Run/ }).first();
    await card.waitFor();
    await card.click();
    await second.page.getByText('Simulated').first().waitFor();
    await second.page.reload();
    await second.page.getByText('Simulated').first().waitFor(); // the session outlives the page
    expect(await first.page.getByText('Simulated').first().isVisible()).toBe(true);
    expect([...first.faults, ...second.faults]).toEqual([]);
    await second.close();
    await first.close();
  });
});
