// Words for what the window shows, so that a spec reads as what a user does and sees.
import { setTimeout as pause } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';

/** A limit, not a sleep: what takes a tenth of a second on a desk takes seconds on a machine that is busy. */
const SEEN_LIMIT_MS = 25_000;
const LOOK_EVERY_MS = 50;
export const TABS = ['Messages', 'Rings', 'Streams', 'Waveform', 'Findings'] as const;
const IN_DRAWER: ReadonlySet<string> = new Set(['Findings', 'Latency', 'Log']);
export type Tab = (typeof TABS)[number];

/** Waits until `look` gives true. `instead` tells what was there when it never did. */
export async function until(
  what: string,
  look: () => Promise<boolean>,
  instead: () => string = () => '',
): Promise<void> {
  const limitMs = performance.now() + SEEN_LIMIT_MS;
  while (!(await look())) {
    if (performance.now() > limitMs) {
      throw new Error(`not within ${SEEN_LIMIT_MS} ms: ${what}${instead()}`);
    }
    await pause(LOOK_EVERY_MS);
  }
}

/** Waits until the text of what is shown has each of these in it. */
export async function shows(
  locator: Locator,
  ...wanted: readonly (string | RegExp)[]
): Promise<void> {
  let text = '';
  const lacks = () =>
    wanted.filter((part) => (typeof part === 'string' ? !text.includes(part) : !part.test(text)));
  await until(
    'the text is there',
    async () => {
      text = await textOf(locator.first());
      return lacks().length === 0;
    },
    () => `: ${lacks().join(' and ')}\nThere was: ${text}`,
  );
}

/** Waits until `read` gives exactly this. */
export async function becomes<Value>(
  what: string,
  read: () => Promise<Value>,
  wanted: Value,
): Promise<void> {
  let found: string | undefined;
  await until(
    what,
    async () => {
      found = JSON.stringify(await read());
      return found === JSON.stringify(wanted);
    },
    () => `: ${JSON.stringify(wanted)}\nThere was: ${found}`,
  );
}

/** Waits until there is none of it any more. */
export async function vanishes(locator: Locator): Promise<void> {
  await becomes('it is gone', () => locator.count(), 0);
}

export async function sees(locator: Locator): Promise<void> {
  await locator.first().waitFor({ state: 'visible', timeout: SEEN_LIMIT_MS });
}

/** Shows one of the lower panels, and waits until neither its code nor its data is on its way. */
export async function openTab(page: Page, name: Tab | 'Latency' | 'Log'): Promise<Locator> {
  const panel = page.getByRole('tabpanel', { name });
  // a press on the tab of the open drawer closes it
  const isDrawn = IN_DRAWER.has(name) && (await panel.isVisible());
  if (!isDrawn) await page.getByRole('tab', { name, exact: true }).click();
  await sees(panel);
  await until(`${name} is drawn`, async () => !(await textOf(panel)).includes('is on its way'));
  return panel;
}

export function messages(page: Page): Locator {
  return page.getByRole('grid', { name: 'Messages' });
}

export function inspector(page: Page): Locator {
  return page.getByRole('region', { name: 'Inspector' });
}

/** The button of the session bar, not that of the message table. */
export function follow(page: Page): Locator {
  return page.getByRole('banner').getByRole('button', { name: 'Follow' });
}

export async function isPressed(button: Locator): Promise<boolean> {
  return (await button.getAttribute('aria-pressed')) === 'true';
}

/** Turns Follow off as a user does, by scrolling up, so that rows can be pointed at. */
export async function holdStill(page: Page): Promise<void> {
  await messages(page).hover();
  await page.mouse.wheel(0, -200);
  await until('Follow is off', async () => !(await isPressed(follow(page))));
}

/** Its text, with every kind of space as a plain one. */
export async function textOf(locator: Locator): Promise<string> {
  return (await locator.innerText()).replace(/[\s\u00a0\u2009\u202f]+/g, ' ');
}

/** Rows in the whole message table, the heading not counted. */
export async function messageCount(page: Page): Promise<number> {
  return Number(await messages(page).getAttribute('aria-rowcount')) - 1;
}

/** Texts of the first cells of the rows in view: the messages' numbers, top to bottom. */
export async function rowsInView(page: Page): Promise<string[]> {
  const rows = messages(page).getByRole('row');
  return rows.evaluateAll((found) =>
    found
      .map((row) => row.querySelector('[role=gridcell]')?.textContent ?? '')
      .filter((text) => text !== ''),
  );
}

/** How many different colours a canvas shows: an empty one has one or two. */
export function coloursOf(canvas: Locator): Promise<number> {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const context = (element as HTMLCanvasElement).getContext('2d');
    if (context === null || width === 0 || height === 0) return 0;
    const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
    return new Set(pixels).size;
  });
}

/** A number that changes when what the canvas shows changes. */
export function fingerprintOf(canvas: Locator): Promise<number> {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const context = (element as HTMLCanvasElement).getContext('2d');
    if (context === null || width === 0 || height === 0) return 0;
    const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
    let sum = 0;
    for (const pixel of pixels) sum = (Math.imul(sum, 31) + pixel) | 0;
    return sum;
  });
}

/** What sticks out of the window at the right or the bottom, where nobody could reach it. */
export function overflowOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    const wide = scrollWidth > innerWidth ? [`page ${scrollWidth} wide`] : [];
    const high = scrollHeight > innerHeight ? [`page ${scrollHeight} high`] : [];
    return [...wide, ...high];
  });
}
