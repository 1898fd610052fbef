// npm run bench:ui: how fast the window is, with a capture of a long session and with a live one, in the browser that is
// here. Times depend on the machine; the ratios beside an empty page of the same browser are what counts.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { MemoryStore } from '../../src-core/capture/store.ts';
import { decodePacket as decode, encodePacket as encode } from '../../src-core/codec.ts';
import { run, startHost } from '../src-core/host-harness.ts';

const root = process.cwd();
/** Of captured time: about 100 messages a second of two streams at 20 ms, and as many more as are asked for. */
const MINUTES = Number(process.env.BENCH_MINUTES ?? 3);
const FRAMES = 150;
const STEPS = 40;
const STARTS = 7;
const LIVE_S = 6;
const VIEWPORT = { width: 1440, height: 900 };

interface Figures {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly over20: number;
}

await main();

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-bench-ui-'));
  const browser = await startChromium();
  try {
    const { path, messages } = await makeCapture(folder);
    console.log(
      `capture: ${messages} messages, ${MINUTES} min; ${VIEWPORT.width} × ${VIEWPORT.height}`,
    );
    await costOfMessages();
    const empty = await emptyPage(browser, folder);
    await withRingside(['--browser', '--no-open', path], (url) => recorded(browser, url, empty));
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

/** From the begin of the navigation, by the page's own clock: asking from outside would add to it. */
async function startOf(page: Page, url: string): Promise<number> {
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
  await page.addInitScript(markPaint, '[role=grid] [role=row] [role=gridcell]');
  for (let time = 0; time < STARTS; time++) starts.push(await startOf(page, url));
  const startMs = sorted(starts)[STARTS >> 1] ?? Number.NaN;
  console.log(
    `U3 start to the first painted table: ${startMs.toFixed(0)} ms, ${(startMs / empty.startMs).toFixed(2)} × an empty page (goal 1.3)`,
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
  await timeClicks(page);
  await page.getByRole('tab', { name: 'Waveform', exact: true }).click();
  await page.locator('[data-panel=waveform] canvas').first().waitFor();
  const zoom = await timeKeys(page, 'zoom the waveform', ['w', 's'], 'waveform');
  const share = zoom.p99 / empty.canvas.p50;
  console.log(
    `W2 zoom the waveform: p99 ${zoom.p99.toFixed(1)} ms, ${share.toFixed(2)} × the median redraw of an empty canvas, ${empty.canvas.p50.toFixed(1)} ms (wavesurfer.js, the base of the goal, is not among the packages)`,
  );
  await page.context().close();
}

async function live(browser: Browser, url: string): Promise<void> {
  const { page, session } = await openPage(browser);
  await page.goto(url);
  await page.locator('[role=grid] [role=row] [role=gridcell]').first().waitFor();
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
  for (let step = 0; step < 10; step++) {
    times.push(await page.evaluate(clickToPaint, '[data-panel=messages] button'));
  }
  console.log(`filter by a queue: click to redraw ${text(figures(times))}`);
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

// What runs in the page: each function stands alone.

/** Keeps when the page had painted the first element that fits. */
function markPaint(selector: string): void {
  const page = window as Window & { paintedMs?: number };
  const watcher = new MutationObserver(() => {
    if (document.querySelector(selector) === null) return;
    watcher.disconnect();
    requestAnimationFrame(() =>
      setTimeout(() => {
        page.paintedMs = performance.now();
      }),
    );
  });
  watcher.observe(document, { childList: true, subtree: true });
}

function framesOf(count: number): Promise<number[]> {
  return new Promise((resolve) => {
    const times: number[] = [];
    let last = performance.now();
    const next = (now: number) => {
      times.push(now - last);
      last = now;
      if (times.length < count) requestAnimationFrame(next);
      else resolve(times.slice(1));
    };
    requestAnimationFrame(next);
  });
}

function framesFor(ms: number): Promise<number[]> {
  return new Promise((resolve) => {
    const times: number[] = [];
    const from = performance.now();
    let last = from;
    const next = (now: number) => {
      times.push(now - last);
      last = now;
      if (now - from < ms) requestAnimationFrame(next);
      else resolve(times.slice(1));
    };
    requestAnimationFrame(next);
  });
}

function scrollFrames(count: number): Promise<number[]> {
  const grid = document.querySelector('[data-panel=messages] [role=grid] > *') ?? document.body;
  return new Promise((resolve) => {
    const times: number[] = [];
    let last = performance.now();
    const next = (now: number) => {
      times.push(now - last);
      last = now;
      const deltaY = times.length < count / 2 ? -1100 : 1100;
      grid.dispatchEvent(new WheelEvent('wheel', { deltaY, bubbles: true, cancelable: true }));
      if (times.length < count) requestAnimationFrame(next);
      else resolve(times.slice(1));
    };
    requestAnimationFrame(next);
  });
}

function keyToPaint(key: string): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const from = performance.now();
      const target = document.activeElement ?? document.body;
      target.dispatchEvent(
        new KeyboardEvent('keydown', { key, code: `Key${key.toUpperCase()}`, bubbles: true }),
      );
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from)));
    });
  });
}

/** As `keyToPaint`, with nothing to do but clear a canvas. */
function canvasToPaint(): Promise<number> {
  const canvas = document.querySelector('canvas') ?? document.createElement('canvas');
  if (!canvas.isConnected) document.body.append(canvas);
  canvas.width = 2000;
  canvas.height = 300;
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const from = performance.now();
      canvas.getContext('2d')?.clearRect(0, 0, 2000, 300);
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from)));
    });
  });
}

function clickToPaint(selector: string): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const from = performance.now();
      document.querySelector<HTMLElement>(selector)?.click();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from)));
    });
  });
}

// Around it.

async function withRingside(
  args: readonly string[],
  use: (url: string) => Promise<void>,
): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'build', 'ringside.mjs'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    await use(await addressOf(child));
  } finally {
    child.kill('SIGINT');
    await new Promise((resolve) => child.once('exit', resolve));
  }
}

function addressOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const hear = (part: Buffer) => {
      text += String(part);
      const address = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(text)?.[0];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`it ended: ${text}`)));
  });
}

function startChromium(): Promise<Browser> {
  const places = [process.env.RINGSIDE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];
  const executablePath = places.find((path) => path !== undefined && existsSync(path));
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu'],
  });
}

function median(work: () => unknown): number {
  const times = Array.from({ length: 15 }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  });
  return sorted(times)[7] ?? Number.NaN;
}

function figures(times: readonly number[]): Figures {
  const inOrder = sorted(times);
  const at = (share: number) =>
    inOrder[Math.max(0, Math.ceil(share * inOrder.length) - 1)] ?? Number.NaN;
  const over20 = inOrder.filter((ms) => ms > 20).length / inOrder.length;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), over20 };
}

function text({ p50, p95, p99, over20 }: Figures): string {
  const [a, b, c] = [p50, p95, p99].map((ms) => ms.toFixed(1));
  return `p50 ${a} · p95 ${b} · p99 ${c} ms, ${(over20 * 100).toFixed(0)} % over 20 ms`;
}

function sorted(times: readonly number[]): number[] {
  return [...times].sort((a, b) => a - b);
}
