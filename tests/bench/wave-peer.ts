// The base of goal W2: wavesurfer.js, fetched for the bench into a folder that goes away, showing the same sound at the same
// size in the same page.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';

const PACKAGE = 'wavesurfer.js@7.12.12';
const FACTOR = 1.25;
const SETTLED_MS = 80;

export interface Sound {
  readonly rateHz: number;
  readonly channels: number;
  /** Little-endian S16, interleaved. */
  readonly bytes: Buffer;
}

interface Peer {
  on(event: 'ready', listener: () => void): void;
  zoom(pxPerS: number): void;
}

type PeerPage = Window & { WaveSurfer?: { create(options: object): Peer }; peer?: Peer };

/** Its script; `undefined` where npm cannot have it. */
export function fetchPeer(folder: string): string | undefined {
  const args = ['pack', PACKAGE, '--silent', '--pack-destination', folder];
  const { status, stdout } = spawnSync('npm', args, { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) return undefined;
  const file = join(folder, stdout.trim().split('\n').at(-1) ?? '');
  if (spawnSync('tar', ['-xzf', file, '-C', folder]).status !== 0) return undefined;
  return readFileSync(join(folder, 'package', 'dist', 'wavesurfer.min.js'), 'utf8');
}

/** The sound of a WAV file of 16 bits. */
export function readSound(path: string): Sound | undefined {
  const bytes = readFileSync(path);
  const data = bytes.indexOf('data', 12, 'latin1');
  const format = bytes.indexOf('fmt ', 12, 'latin1');
  if (data < 0 || format < 0 || bytes.readUInt16LE(format + 22) !== 16) return undefined;
  return {
    channels: bytes.readUInt16LE(format + 10),
    rateHz: bytes.readUInt32LE(format + 12),
    bytes: bytes.subarray(data + 8),
  };
}

/** How long the page's thread was busy with each step of zooming in and out, in ms. */
export async function peerSteps(
  page: Page,
  session: CDPSession,
  script: string,
  sound: Sound,
  size: { readonly width: number; readonly height: number },
  steps: number,
): Promise<number[]> {
  await page.route('**/bench-sound', (route) => route.fulfill({ body: sound.bytes }));
  await page.evaluate(script);
  const { rateHz, channels } = sound;
  const fitPxPerS = await page.evaluate(showPeer, { ...size, rateHz, channels });
  const times: number[] = [];
  for (let step = 0; step < steps; step++) {
    const level = Math.min(step + 1, steps - step - 1);
    times.push(
      await busyMs(session, page, () =>
        page.evaluate(zoomPeer, Math.round(fitPxPerS * FACTOR ** level)),
      ),
    );
  }
  return times;
}

/** Of the page's thread, until it has come to rest. */
export async function busyMs(
  session: CDPSession,
  page: Page,
  work: () => Promise<unknown>,
): Promise<number> {
  const before = await taskMs(session);
  await work();
  await page.waitForTimeout(SETTLED_MS);
  return (await taskMs(session)) - before;
}

async function taskMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
}

// In the page.

async function showPeer(wanted: {
  readonly width: number;
  readonly height: number;
  readonly rateHz: number;
  readonly channels: number;
}): Promise<number> {
  const { width, height, rateHz, channels } = wanted;
  const samples = new Int16Array(await (await fetch('/bench-sound')).arrayBuffer());
  const frames = Math.floor(samples.length / channels);
  const peaks = Array.from({ length: channels }, (_, channel) =>
    Float32Array.from(
      { length: frames },
      (_, at) => (samples[at * channels + channel] ?? 0) / 2 ** 15,
    ),
  );
  const box = document.createElement('div');
  box.style.cssText = `position:fixed;inset:0 auto auto 0;width:${width}px;z-index:99999;background:#fff`;
  document.body.append(box);
  const page = window as PeerPage;
  const peer = page.WaveSurfer?.create({
    ...{ container: box, height: height / channels, peaks, duration: frames / rateHz },
    splitChannels: peaks.map(() => ({})),
  });
  if (peer === undefined) throw new Error('wavesurfer.js did not load');
  await new Promise<void>((resolve) => peer.on('ready', resolve));
  page.peer = peer;
  return (width * rateHz) / frames;
}

function zoomPeer(pxPerS: number): Promise<void> {
  (window as PeerPage).peer?.zoom(pxPerS);
  return new Promise((resolve) =>
    requestAnimationFrame(() => requestAnimationFrame(() => resolve())),
  );
}
