// npm run bench:ui: how fast the window is, with a capture of a long session and with a live one, in the browser that is
// here. Times depend on the machine; the ratios beside an empty page of the same browser are what counts.
// `CAPTURE=FILE npm run bench:ui` takes that capture instead, and looks at what its size may cost.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { MemoryStore } from '../../src-core/capture/store.ts';
import { decodePacket as decode, encodePacket as encode } from '../../src-core/codec.ts';
import { run, startHost } from '../src-core/host-harness.ts';
import { type Figures, figures, median, sorted, text } from './figures.ts';
import {
  canvasToPaint,
  changedAfter,
  clickToPaint,
  framesFor,
  framesOf,
  keyToPaint,
  markPaint,
  markUsable,
  scrollFrames,
  watchChange,
} from './page-frames.ts';
import { startChromium, withRingside } from './served-page.ts';
import { busyMs, fetchPeer, peerSteps, readSound } from './wave-peer.ts';

const root = process.cwd();
/** Of captured time: about 100 messages a second of two streams at 20 ms, and as many more as are asked for. */
const MINUTES = Number(process.env.BENCH_MINUTES ?? 3);
const FRAMES = 150;
const STEPS = 40;
const STARTS = 7;
const LIVE_S = 6;
/** What is fetched and shown for the first time is no part of how evenly it goes on. */
const WARM_MS = 3000;
const JUMPS = 12;
const SETTLED_MS = 1500;
/** A capture of ten million messages takes its time to be read. */
const READ_MS = 900_000;
/** The waveform over all other panels, 2000 pixels wide. */
const WIDE = { width: 2000, height: 560 };
const VIEWPORT = { width: 1440, height: 900 };

await main();

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-bench-ui-'));
  const browser = await startChromium();
  try {
    const given = process.env.CAPTURE;
    const empty = await emptyPage(browser, folder);
    if (given !== undefined) {
      await withRingside(['--browser', '--no-open', given], async (url) => {
        await isRead(browser, url);
        await recorded(browser, url, empty);
      });
      return;
    }
    const { path, messages } = await makeCapture(folder);
    console.log(
      `capture: ${messages} messages, ${MINUTES} min; ${VIEWPORT.width} × ${VIEWPORT.height}`,
    );
    await costOfMessages();
    await withRingside(['--browser', '--no-open', path], async (url) => {
      await recorded(browser, url, empty);
      await wave(browser, url, folder, path);
    });
    await withRingside(['demo', '--scenario', 'duplex', '--sink', 'null', '--serve'], (url) =>
      live(browser, url),
    );
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A long session in a moment: the demo guest on a clock that is moved by hand. */
async function makeCapture(folder: string): Promise<{ path: string; messages: number }> {
  const store = new MemoryStore(2 ** 31);
  const { client, clock } = startHost({ makeStore: () => store });
  await client.call('startDemo', { scenario: 'duplex', seed: 1 });
  for (let minute = 0; minute < MINUTES; minute++) {
    run(clock, 60_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await client.call('stopSession', {});
  const { all } = await client.call('messages', { first: 0, count: 0 });
  const path = join(folder, 'long.pcapng');
  writeFileSync(path, store.read(0, store.heldBytes()));
  return { path, messages: all };
}

/** U2: what 10 000 messages cost the page as columns in a packet, beside the same as cloned objects. */
async function costOfMessages(): Promise<void> {
  const { client, clock } = startHost();
  await client.call('startDemo', { scenario: 'duplex', seed: 1 });
  run(clock, 120_000);
  const columns = await client.call('messages', { first: 0, count: 10_000 });
  const objects = Array.from({ length: columns.count }, (_, at) => {
    const entries = Object.entries(columns).filter(([, column]) => ArrayBuffer.isView(column));
    return Object.fromEntries(
      entries.map(([name, column]) => [name, (column as Float64Array)[at]]),
    );
  });
  const packet = encode(columns);
  const ours = median(() => decode(packet));
  const cloned = median(() => structuredClone(objects));
  console.log(
    `U2 ${columns.count} messages: columns ${ours.toFixed(2)} ms, cloned objects ${cloned.toFixed(2)} ms: 1/${(cloned / ours).toFixed(0)} (goal 1/20)`,
  );
}

/** The bases: how long an empty page takes to paint, and how evenly it is redrawn. */
async function emptyPage(browser: Browser, folder: string) {
  const path = join(folder, 'empty.html');
  writeFileSync(path, '<!doctype html><title>empty</title><p>empty</p>');
  const starts: number[] = [];
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.addInitScript(markPaint, 'p');
  for (let time = 0; time < STARTS; time++) starts.push(await startOf(page, `file://${path}`));
  const frames = figures(await page.evaluate(framesOf, FRAMES));
  const redraws: number[] = [];
  for (let step = 0; step < STEPS; step++) redraws.push(await page.evaluate(canvasToPaint));
  const canvas = figures(redraws);
  await page.close();
  const startMs = sorted(starts)[STARTS >> 1] ?? Number.NaN;
  console.log(`empty page: painted after ${startMs.toFixed(0)} ms; ${text(frames)}`);
  return { startMs, frames, canvas };
}

/** From the begin of the navigation, by the page's own clock: asking from outside would add to it. Begins with nothing in the
 *  window: to take the page before apart is no part of a start. */
async function startOf(page: Page, url: string): Promise<number> {
  await page.goto('about:blank');
  await page.goto(url);
  const ms = await page.waitForFunction(
    () => (window as Window & { paintedMs?: number }).paintedMs,
  );
  return Number(await ms.jsonValue());
}

async function recorded(
  browser: Browser,
  url: string,
  empty: { readonly startMs: number; readonly frames: Figures; readonly canvas: Figures },
): Promise<void> {
  const { page, session } = await openPage(browser);
  const starts: number[] = [];
  // the first view has the rows before the app has its table
  await page.addInitScript(markPaint, '[data-first-row], [role=grid] [role=gridcell]');
  await page.addInitScript(markUsable, '[role=grid] [role=gridcell]');
  for (let time = 0; time < STARTS; time++) starts.push(await startOf(page, url));
  const startMs = sorted(starts)[STARTS >> 1] ?? Number.NaN;
  console.log(
    `U3 start to the first painted table: ${startMs.toFixed(0)} ms, ${(startMs / empty.startMs).toFixed(2)} × an empty page (goal 1.3)`,
  );
  await page.waitForTimeout(SETTLED_MS);
  const usable: number[] = [];
  for (let time = 0; time < STARTS; time++) {
    await page.goto('about:blank');
    await page.goto(url);
    const ms = await page.waitForFunction(
      () => (window as Window & { usableMs?: number }).usableMs,
    );
    usable.push(Number(await ms.jsonValue()));
  }
  const usableMs = sorted(usable)[STARTS >> 1] ?? Number.NaN;
  console.log(
    `start to the table that takes keys and clicks: ${usableMs.toFixed(0)} ms, ${(usableMs / empty.startMs).toFixed(2)} × an empty page`,
  );
  const grid = page.locator('[role=grid]').first();
  const box = await grid.boundingBox();
  await page.mouse.move((box?.x ?? 0) + 100, (box?.y ?? 0) + 100);
  const scriptBefore = await scriptMs(session);
  const scroll = figures(await page.evaluate(scrollFrames, FRAMES));
  const script = ((await scriptMs(session)) - scriptBefore) / FRAMES;
  console.log(
    `U1 an all-new page of rows each frame: ${text(scroll)}, script ${script.toFixed(2)} ms a frame; empty page ${text(empty.frames)}`,
  );
  await timeKeys(page, 'zoom the timeline', ['w', 's'], 'timeline');
  await timeJumps(page);
  await timeClicks(page);
  await timeRings(page);
  await page.context().close();
}

/** Until the whole file is read. */
async function isRead(browser: Browser, url: string): Promise<void> {
  const { page } = await openPage(browser);
  const from = performance.now();
  await page.goto(url);
  await page.locator('header', { hasText: 'RECORDED' }).waitFor({ timeout: READ_MS });
  const ms = performance.now() - from;
  console.log(
    `read after ${(ms / 1000).toFixed(0)} s: ${await page.locator('footer').innerText()}`,
  );
  await page.context().close();
}

/** W2, 2 channels of 2000 pixels. */
async function wave(browser: Browser, url: string, folder: string, path: string): Promise<void> {
  const { page, session } = await openPage(browser);
  await page.setViewportSize(WIDE);
  await page.goto(url);
  await page.getByRole('tab', { name: 'Waveform', exact: true }).click();
  const canvas = page.locator('[data-panel=waveform] canvas').first();
  await canvas.waitFor();
  await canvas.focus();
  await page.keyboard.press('Control+Shift+m');
  // where other panels stay they count as well: more, never less
  await page
    .locator('[data-panel=timeline]')
    .waitFor({ state: 'detached', timeout: 3000 })
    .catch(() => undefined);
  await timeKeys(page, 'zoom the waveform', ['w', 's'], 'waveform');
  const times: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const key = step < STEPS / 2 ? 'w' : 's';
    times.push(await busyMs(session, page, () => page.evaluate(keyToPaint, key)));
  }
  const ours = figures(times);
  const box = await canvas.boundingBox();
  const size = { width: Math.round(box?.width ?? 2000), height: Math.round(box?.height ?? 300) };
  const said = `W2 zoom the waveform at ${size.width} × ${size.height}, processor time of the page a step: p50 ${ours.p50.toFixed(1)}, p99 ${ours.p99.toFixed(1)} ms`;
  const script = fetchPeer(folder);
  const wav = join(folder, 'sound.wav');
  const audio = [join(root, 'build', 'ringside.mjs'), 'audio', path, '--stream', '0', '-o', wav];
  const sound = spawnSync(process.execPath, audio).status === 0 ? readSound(wav) : undefined;
  if (script === undefined || sound === undefined) {
    console.log(`${said} (wavesurfer.js, the base of the goal, cannot be had here)`);
  } else {
    const peer = figures(await peerSteps(page, session, script, sound, size, STEPS));
    console.log(
      `${said}; wavesurfer.js p50 ${peer.p50.toFixed(1)} ms: 1/${(peer.p50 / ours.p99).toFixed(1)} (goal 1/10)`,
    );
  }
  await page.context().close();
}

async function live(browser: Browser, url: string): Promise<void> {
  const { page, session } = await openPage(browser);
  await page.goto(url);
  await page.locator('[role=grid] [role=row] [role=gridcell]').first().waitFor();
  await page.waitForTimeout(WARM_MS);
  const scriptBefore = await scriptMs(session);
  const from = performance.now();
  const frames = figures(await page.evaluate(framesFor, LIVE_S * 1000));
  const share = ((await scriptMs(session)) - scriptBefore) / (performance.now() - from);
  console.log(
    `live follow, ${LIVE_S} s: ${text(frames)}; script ${(share * 100).toFixed(0)} % of the time`,
  );
  await page.context().close();
}

/** From a key to the redraw that shows it. */
async function timeKeys(
  page: Page,
  what: string,
  keys: readonly string[],
  panel: string,
): Promise<Figures> {
  await page.locator(`[data-panel=${panel}] canvas`).first().focus();
  const times: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const key = keys[Math.floor((step / STEPS) * keys.length)] ?? 'w';
    times.push(await page.evaluate(keyToPaint, key));
  }
  console.log(`${what}: key to redraw ${text(figures(times))}`);
  return figures(times);
}

async function timeClicks(page: Page): Promise<void> {
  const times: number[] = [];
  const rows: number[] = [];
  for (let step = 0; step < JUMPS; step++) {
    await page.evaluate(watchChange, '[data-panel=messages] [role=grid]');
    times.push(await page.evaluate(clickToPaint, ['messages', 'controlq'] as const));
    rows.push(await untilChanged(page));
  }
  console.log(`filter by a queue: click to redraw ${text(figures(times))}`);
  console.log(`filter by a queue: click to its rows ${text(figures(rows))}`);
}

/** To messages all over the capture, by their number. */
async function timeJumps(page: Page): Promise<void> {
  const count =
    Number(await page.locator('[data-panel=messages] [role=grid]').getAttribute('aria-rowcount')) -
    1;
  const times: number[] = [];
  for (let step = 0; step < JUMPS; step++) {
    await page.keyboard.press('Control+g');
    await page
      .getByPlaceholder('4812')
      .fill(String(Math.floor((((step * 7) % JUMPS) / JUMPS) * count)));
    await page.evaluate(watchChange, '[data-panel=messages] [role=grid]');
    await page.keyboard.press('Enter');
    times.push(await untilChanged(page));
  }
  console.log(`jump to a message of ${count}: to its rows ${text(figures(times))}`);
}

/** The ring as it stood at times all over what the timeline shows. */
async function timeRings(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Rings', exact: true }).click();
  await page.locator('[data-panel=rings] canvas, [data-panel=rings] svg').first().waitFor();
  const box = await page.locator('[data-panel=timeline] canvas').first().boundingBox();
  if (box === null) return;
  const times: number[] = [];
  for (let step = 0; step < JUMPS; step++) {
    const share = 0.2 + (((step * 7) % JUMPS) / JUMPS) * 0.75;
    await page.evaluate(watchChange, '[data-panel=rings]');
    await page.mouse.click(box.x + box.width * share, box.y + 8);
    times.push(await untilChanged(page));
  }
  console.log(`ring at a time: to its redraw ${text(figures(times))}`);
}

/** NaN when nothing does. */
async function untilChanged(page: Page): Promise<number> {
  const change = page.waitForFunction(changedAfter, undefined, { timeout: 3000 });
  return change.then(
    async (ms) => Number(await ms.jsonValue()),
    () => Number.NaN,
  );
}

async function openPage(browser: Browser): Promise<{ page: Page; session: CDPSession }> {
  const context = await browser.newContext({ viewport: VIEWPORT, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  return { page, session };
}

async function scriptMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0) * 1000;
}
