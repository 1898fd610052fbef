// What a file of browser tests begins with: the command, a Chromium, and often one window for all its tests.
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, inject } from 'vitest';
import { captureFolder } from '../electron/cli/offline-rig.ts';
import { type OpenPage, openPage, type PageOptions, type Ringside, startRingside } from './app.ts';

/** Both are there from the first test on, and gone after the last. */
export interface SharedApp {
  readonly ringside: Ringside;
  readonly browser: Browser;
  /** A window of its own, with nothing left from others. */
  open(options?: PageOptions & { readonly window?: string }): Promise<OpenPage>;
}

/** Arguments of a demo with its page. */
export function demo(scenario: string): readonly string[] {
  return ['demo', '--scenario', scenario, '--seed', '1', '--sink', 'null', '--serve'];
}

/** Arguments of the page alone, with a file or without. */
export function served(...file: readonly string[]): readonly string[] {
  return ['app', ...file, '--browser', '--no-open'];
}

/** A demo that was recorded for `ms`, opened: for what asks for no session that runs. Lighter on the machine than a live one. */
export function recorded(scenario: string, ms: number): () => Promise<Ringside> {
  return async () => {
    const capture = await captureFolder(scenario, ms);
    const ringside = await startRingside(served(capture.file));
    const stop = async () => {
      const code = await ringside.stop();
      capture.remove();
      return code;
    };
    return { ...ringside, stop };
  };
}

/** Runs the command for all tests of a file, and joins the Chromium that all files share. */
export function shareApp(start: readonly string[] | (() => Promise<Ringside>)): SharedApp {
  let ringside: Ringside | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    [ringside, browser] = await Promise.all([
      typeof start === 'function' ? start() : startRingside(start),
      chromium.connect(inject('chromium')),
    ]);
  });
  afterAll(async () => {
    await browser?.close(); // of this file's windows; the browser stays
    if (ringside !== undefined) expect(await ringside.stop()).toBe(0);
  });
  return {
    get ringside() {
      return there(ringside);
    },
    get browser() {
      return there(browser);
    },
    open({ window, ...options } = {}) {
      const { url } = there(ringside);
      const address = window === undefined ? url : `${url}&window=${window}`;
      return openPage(there(browser), address, options);
    },
  };
}

/** One window for all tests of a file. Each finds it as a new one, after `ready`; none may leave a fault in it. */
export function shareWindow(
  app: SharedApp,
  ready: (page: Page) => Promise<void>,
  options: PageOptions = {},
): void {
  let open: OpenPage | undefined;
  beforeEach(async () => {
    if (open === undefined) open = await app.open(options);
    else await startOver(open.page);
    await ready(open.page);
    return () => expect(open?.faults).toEqual([]);
  });
}

/** What was chosen and kept is gone, what the browser compiled is not. */
async function startOver(page: Page): Promise<void> {
  await page.evaluate(() => {
    localStorage.clear();
    window.addEventListener('pagehide', () => localStorage.clear());
  });
  await page.reload();
}

function there<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('asked for before the first test');
  return value;
}
