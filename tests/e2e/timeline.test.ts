// What one does on the timeline: edges of an area, pinned lanes, what is pointed at, and what is missing.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { Capture } from '../../src-core/capture/capture.ts';
import { MemoryStore } from '../../src-core/capture/store.ts';
import { captureFolder } from '../electron/cli/offline-rig.ts';
import { chainOf, FACTS, story } from '../src-core/capture/sample-capture.ts';
import { keepShot, openPage, startRingside } from './app.ts';
import { served, shareApp } from './shared-app.ts';
import {
  becomes,
  fingerprintOf,
  inspector,
  messages,
  sees,
  shows,
  textOf,
  until,
  vanishes,
} from './view.ts';

const [IDLE = '', BUSY = ''] = readFileSync(
  new URL('../fixtures/pw-top.txt', import.meta.url),
  'utf8',
).split(/(?=^S )/m);
/** Three seconds in which a node ran. */
const PW_TOP = Buffer.from(IDLE + BUSY + BUSY + BUSY + BUSY);

let capture: Awaited<ReturnType<typeof captureFolder>>;
const app = shareApp(async () => {
  capture = await captureFolder('underrun', 3000);
  // a hole in the middle, as a bad disk leaves it
  const bytes = readFileSync(capture.file);
  const at = Math.floor(bytes.length / 2);
  writeFileSync(capture.file, bytes.fill(0x55, at, at + 40_000));
  return startRingside(served(capture.file));
});
afterAll(() => capture.remove());

const canvasOf = (page: Page) => page.getByRole('region', { name: 'Timeline' }).locator('canvas');

/** Where the canvas is. */
async function boxOf(page: Page) {
  const box = await canvasOf(page).first().boundingBox();
  if (box === null) throw new Error('the timeline is not shown');
  return box;
}

type Box = Awaited<ReturnType<typeof boxOf>>;

/** Past the column of names. */
function acrossPx(box: Box, share: number): number {
  return 160 + (box.width - 160) * share;
}

/** Every few pixels from the foot to the axis. */
function upwards(box: Box): [number, number][] {
  const steps = Math.floor((box.height - 64) / 7);
  return Array.from({ length: steps }, (_, step) => [
    acrossPx(box, 0.5),
    box.height - 5 - 7 * step,
  ]);
}

/** Points at one place of the canvas after the other until what is wanted is said. */
async function hoverUntil(
  page: Page,
  wanted: Locator,
  places: readonly (readonly number[])[],
): Promise<void> {
  const box = await boxOf(page);
  for (const [xPx = 0, yPx = 0] of places) {
    await page.mouse.move(box.x + xPx, box.y + yPx);
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    if ((await wanted.count()) > 0) return;
  }
}

test('edges of an area follow the pointer, a gap says what is missing, and hover shows in all panels', async () => {
  const { page, faults, close } = await app.open();
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
  await shows(inspector(page), /[1-9]\d* messages? popped/);
  await keepShot(page, 'timeline-area');
  await page.keyboard.press('Escape');

  await page.keyboard.press('Shift+F');
  const note = page.getByText(/A part of the file is missing here/);
  // below the lanes, where nothing else is
  const shares = Array.from({ length: 35 }, (_, step) => 0.2 + step / 50);
  await hoverUntil(
    page,
    note,
    shares.map((share) => [acrossPx(box, share), box.height - 6]),
  );
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
  const { page, faults, close } = await app.open();
  await sees(messages(page).getByRole('row').nth(3));
  await messages(page).getByRole('row').nth(12).click();
  await sees(inspector(page).getByRole('heading', { name: /PCM write/ }));
  await page.keyboard.press('p');
  await page.keyboard.press('f');
  await page.keyboard.press('f');
  await keepShot(page, 'timeline-flow');
  const kept = () => page.evaluate(() => localStorage.getItem('ringside.view') ?? '{}');
  await becomes('it is kept', async () => JSON.parse(await kept()).state?.pinned, ['2/0']);

  const cursorAt = () => fingerprintOf(canvasOf(page).first());
  const before = await cursorAt();
  await page.keyboard.press(']');
  await until('the cursor went to the next stage', async () => (await cursorAt()) !== before);
  const heading = () => textOf(inspector(page).getByRole('heading').first());
  const first = await heading();
  await page.keyboard.press('.');
  await until('the next message of the lane is selected', async () => (await heading()) !== first);
  await page.keyboard.press(',');
  await becomes('and the one before again', heading, first);
  await page.getByRole('button', { name: 'Lanes and tracks' }).click();
  const audio = page.getByRole('menuitemcheckbox', { name: 'Audio' });
  const shown = await cursorAt();
  await audio.click();
  await until('the track is gone', async () => (await cursorAt()) !== shown);
  const layouts = () => page.evaluate(() => localStorage.getItem('ringside.layouts') ?? '{}');
  await until('it is kept with the layout', async () =>
    (await layouts()).includes('"hiddenTracks":["audio"]'),
  );
  await audio.click();
  await page.keyboard.press('Escape');
  const box = await boxOf(page);
  const track = page.getByText(/chains? of txq in the device’s hands/);
  await hoverUntil(page, track, upwards(box));
  await sees(track.first());

  await page.getByRole('button', { name: 'Lanes and tracks' }).click();
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: 'Add a layer…' }).click();
  await (await chosen).setFiles({ name: 'top.txt', mimeType: 'text/plain', buffer: PW_TOP });
  await page.getByRole('button', { name: 'Lanes and tracks' }).click();
  await page.getByRole('menuitem', { name: 'Layers: move or remove…' }).click();
  const layer = page.getByRole('region', { name: 'top.txt' });
  await sees(layer.getByText(/its first running node is laid to the first message of txq/));
  await layer.getByLabel('Offset').fill('-250.5');
  await layer.getByLabel('Offset').press('Enter');
  await sees(layer.getByText(/moved by hand; offset −250.500 ms/));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+F');
  const share = page.getByText(/busy for .* % of a cycle/);
  await page.mouse.move(box.x + 20, box.y + 100);
  await page.mouse.wheel(0, 1000);
  await hoverUntil(page, share, upwards(box));
  await sees(share);
  await keepShot(page, 'timeline-layer');
  expect(faults).toEqual([]);
  await close();
});

/** A stream that plays for a second, is idle for half a minute, and plays again. */
function pausedCapture(): Uint8Array {
  const store = new MemoryStore(1 << 22);
  const capture = new Capture(FACTS, store);
  for (const [atNs, entry] of story()) capture.append(atNs, entry);
  for (let message = 0; message < 200; message++) {
    const atNs = 1e6 + message * 10e6 + (message >= 100 ? 30e9 : 0);
    const chain = chainOf(0, 20, 8);
    const body = new Uint8Array(4);
    capture.append(atNs, { kind: 'kick', queue: 2 });
    const popped = capture.append(atNs, { kind: 'popped', queue: 2, chain, availIdx: 0, body });
    const reply = new Uint8Array([0, 0x80, 0, 0, 0, 0, 0, 0]);
    const used = { kind: 'used', popped, queue: 2, usedIdx: 0, writtenBytes: 8, reply } as const;
    capture.append(atNs + 8e6, used);
  }
  capture.finish();
  return store.read(0, store.heldBytes());
}

test('an idle time is folded to a zigzag, a click opens it, and a key folds it again', async () => {
  const file = join(capture.folder, 'paused.pcapng');
  writeFileSync(file, pausedCapture());
  const own = await startRingside(served(file));
  const { page, faults, close } = await openPage(app.browser, own.url);
  try {
    await sees(messages(page).getByRole('row').nth(3));
    const box = await boxOf(page);
    const middle = [box.x + 148 + (box.width - 148) / 2, box.y + box.height - 8] as const;
    const note = page.getByText(/30.0.s without any traffic, folded/);
    // the pointer may be there before the fold is
    await until('it is said', async () => {
      await page.mouse.move(middle[0] + 1, middle[1]);
      await page.mouse.move(...middle);
      return (await note.count()) > 0;
    });
    await keepShot(page, 'timeline-folded');
    await page.mouse.click(...middle);
    await page.mouse.move(middle[0] + 3, middle[1]);
    await vanishes(note);
    await page.keyboard.press('e');
    await page.keyboard.press('Shift+F');
    await page.mouse.move(...middle);
    await sees(note);
    expect(faults).toEqual([]);
  } finally {
    await close();
    await own.stop();
  }
});
