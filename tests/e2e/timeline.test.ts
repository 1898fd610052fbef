// What one does on the timeline: edges of an area, pinned lanes, what is pointed at, and what is missing.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captureFolder } from '../electron/cli/offline-rig.ts';
import { keepShot, openPage, type Ringside, startBoth } from './app.ts';
import { fingerprintOf, inspector, messages, sees, textOf, until } from './view.ts';

let browser: Browser;
let ringside: Ringside;
let capture: Awaited<ReturnType<typeof captureFolder>>;

beforeAll(async () => {
  capture = await captureFolder('underrun', 3000);
  // a hole in the middle, as a bad disk leaves it
  const bytes = readFileSync(capture.file);
  const at = Math.floor(bytes.length / 2);
  writeFileSync(capture.file, bytes.fill(0x55, at, at + 40_000));
  [browser, ringside] = await startBoth(['app', capture.file, '--browser', '--no-open']);
});

afterAll(async () => {
  await browser.close();
  await ringside.stop();
  capture.remove();
});

const canvasOf = (page: Page) => page.getByRole('region', { name: 'Timeline' }).locator('canvas');

/** Where the canvas is. */
async function boxOf(page: Page) {
  const box = await canvasOf(page).first().boundingBox();
  if (box === null) throw new Error('the timeline is not shown');
  return box;
}

test('edges of an area follow the pointer, a gap says what is missing, and hover shows in all panels', async () => {
  const { page, faults, close } = await openPage(browser, ringside.url);
  await sees(messages(page).getByRole('row').nth(3));
  const box = await boxOf(page);
  const to = (share: number, yPx = 60) =>
    page.mouse.move(box.x + 160 + (box.width - 160) * share, box.y + yPx);

  await to(0.2);
  await page.keyboard.press('1');
  await to(0.3);
  await page.keyboard.press('2');
  await to(0.8);
  await sees(inspector(page).getByRole('heading', { name: /^Area of/ }));
  const area = () => textOf(inspector(page).getByRole('heading').first());
  const before = await area();
  await to(0.9);
  await until('the edge went along', async () => (await area()) !== before);
  await page.mouse.down();
  await page.mouse.up();
  await until('messages are counted', async () =>
    /[1-9]\d* messages? popped/.test(await textOf(inspector(page))),
  );
  await keepShot(page, 'timeline-area');
  await page.keyboard.press('Escape');

  await page.keyboard.press('Shift+F');
  const note = page.getByText(/A part of the file is missing here/);
  // below the lanes, where nothing else is
  for (let share = 0.2; share < 0.9 && (await note.count()) === 0; share += 0.01) {
    await to(share, box.height - 6);
  }
  await sees(note);
  await keepShot(page, 'timeline-gap');

  await page.mouse.move(box.x + 20, box.y + box.height + 300);
  const plain = await fingerprintOf(canvasOf(page).first());
  await messages(page).getByRole('row').nth(5).hover();
  await until(
    'its bar is marked',
    async () => (await fingerprintOf(canvasOf(page).first())) !== plain,
  );
  expect(faults).toEqual([]);
  await close();
});

test('a pinned lane is kept, and keys go along a message’s flow and its lane', async () => {
  const { page, faults, close } = await openPage(browser, ringside.url);
  await sees(messages(page).getByRole('row').nth(3));
  await messages(page).getByRole('row').nth(12).click();
  await sees(inspector(page).getByRole('heading', { name: /PCM write/ }));
  await page.keyboard.press('p');
  await page.keyboard.press('f');
  await page.keyboard.press('f');
  await keepShot(page, 'timeline-flow');
  const kept = await page.evaluate(() => localStorage.getItem('ringside.view'));
  expect(JSON.parse(kept ?? '{}').state.pinned).toEqual(['2/0']);

  const cursorAt = () => fingerprintOf(canvasOf(page).first());
  const before = await cursorAt();
  await page.keyboard.press(']');
  await until('the cursor went to the next stage', async () => (await cursorAt()) !== before);
  const heading = () => textOf(inspector(page).getByRole('heading').first());
  const first = await heading();
  await page.keyboard.press('.');
  await until('the next message of the lane is selected', async () => (await heading()) !== first);
  await page.keyboard.press(',');
  await until('and the one before again', async () => (await heading()) === first);
  expect(faults).toEqual([]);
  await close();
});
