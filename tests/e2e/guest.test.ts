// A real Linux guest plays, and the window shows it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootGuest, type Guest } from '../guest/boot-guest.ts';
import { guestReady } from '../guest/requirements.ts';
import { makeSound } from '../guest/sounds.ts';
import { keepShot, type OpenPage, startRingside, stepByStep } from './app.ts';
import { shareApp } from './shared-app.ts';
import {
  coloursOf,
  inspector,
  messageCount,
  messages,
  openTab,
  sees,
  shows,
  until,
  vanishes,
} from './view.ts';

const BOOT_LIMIT_MS = 60_000;
/** Plays one second after the other, so that streams start, stop and are released, until it is told to end. */
const RUN_SCRIPT = [
  'while ! [ -e /stop ]; do',
  '  aplay -q -D hw:0,0 --period-time=20000 --buffer-time=160000 /sound.wav',
  'done & read word; touch /stop; wait',
].join('\n');
const SOUND = makeSound({ format: 'S16_LE', rateHz: 48_000, channels: 2, frames: 48_000 });

/** Takes QEMU off the processor; then gives what came late the time to be seen. */
async function stopFor(ms: number): Promise<void> {
  process.kill(guest.pid, 'SIGSTOP');
  await pause(ms);
  process.kill(guest.pid, 'SIGCONT');
  await pause(1000);
}

let folder = '';
let open: OpenPage;
let page: Page;
let guest: Guest;

describe.skipIf(guestReady())('a real guest in the window', () => {
  stepByStep();
  const app = shareApp(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ringside-e2e-guest-'));
    const socketPath = join(folder, 'snd.sock');
    const ringside = await startRingside([
      ...['device', '--socket', socketPath, '--sink', 'null', '--source', 'tone:440', '--serve'],
    ]);
    await ringside.waitFor(/^READY/m);
    return ringside;
  });
  beforeAll(async () => {
    open = await app.open();
    page = open.page;
  });
  afterAll(async () => {
    await guest?.kill();
    rmSync(folder, { recursive: true });
  });

  test('is waited for, with the arguments to start it and the handshake', async () => {
    await sees(page.getByRole('heading', { name: 'Waiting for a guest' }));
    await sees(page.getByText('share=on').first());
    await sees(page.getByText(join(folder, 'snd.sock')).first());
    await keepShot(page, 'guest-waiting');
  });

  test('is seen from its first request on', async () => {
    guest = bootGuest({
      runScript: RUN_SCRIPT,
      files: { '/sound.wav': SOUND.wav },
      socketPath: join(folder, 'snd.sock'),
    });
    await guest.waitFor(/guest 1: run begins/, BOOT_LIMIT_MS);
    await sees(page.getByText('LIVE'));
    await openTab(page, 'Messages');
    await until('its messages arrive', async () => (await messageCount(page)) > 40);
    expect(await page.getByText('Simulated').count()).toBe(0);
    await shows(messages(page), 'PCM write');
    await keepShot(page, 'guest-messages');
  });

  test('shows its rings, its streams and its sound', async () => {
    const rings = await openTab(page, 'Rings');
    await rings.getByRole('tab', { name: /txq/ }).click();
    await sees(rings.getByText('guest memory, now'));
    await keepShot(page, 'guest-rings');
    const streams = await openTab(page, 'Streams');
    await shows(streams, 'RUNNING');
    await keepShot(page, 'guest-streams');
    const wave = await openTab(page, 'Waveform');
    await until('its sound is drawn', async () => {
      return (await coloursOf(wave.locator('canvas').first())) > 6;
    });
    await keepShot(page, 'guest-waveform');
  });

  test('is asked about before its session is stopped', async () => {
    await page.getByRole('banner').getByRole('button', { name: 'Stop' }).click();
    const question = page.getByRole('alertdialog').or(page.getByRole('dialog'));
    await sees(question);
    await page.keyboard.press('Escape');
    await vanishes(question);
    await sees(page.getByText('LIVE'));
  });

  test('keeps its device when the page goes away and comes back', async () => {
    await page.goto('about:blank');
    const other = await app.open();
    await sees(other.page.getByText('LIVE'));
    await openTab(other.page, 'Messages');
    const before = await messageCount(other.page);
    await until('it plays on', async () => (await messageCount(other.page)) > before);
    expect(other.faults).toEqual([]);
    await other.close();
    await page.goto(app.ringside.url);
    await sees(page.getByText('LIVE'));
  });

  test('breaks no rule', async () => {
    const findings = await openTab(page, 'Findings');
    await shows(findings, /\d+ rules ran/);
    await shows(page.getByRole('banner').getByRole('button', { name: /Findings/ }), /\b0 E/);
  });

  test('stopped for half a second is named for the gap, and its message is two presses away', async () => {
    const findings = await openTab(page, 'Findings');
    const gap = findings.getByRole('row', { name: /VS-P-01/ });
    // between two sounds nobody would miss it
    for (let times = 0; times < 6 && (await gap.count()) === 0; times++) await stopFor(500);
    await gap.first().click();
    await page.getByRole('button', { name: 'Go to the first' }).click();
    await sees(inspector(page).getByRole('heading', { name: /^#[\d\s]+PCM write/ }));
    await shows(inspector(page), 'VS-P-01', 'Who was late');
    await keepShot(page, 'guest-stopped');
    const latency = await openTab(page, 'Latency');
    await latency.getByRole('button', { name: /^Blame/ }).click();
    await shows(
      latency,
      /underrun [\d\s.]+ s guest.s turn guest \+([3-9]\d\d ms|[\d.]+ s) Stream 0/,
    );
    await keepShot(page, 'guest-blamed');
  });

  test('may leave, and another one is waited for with everything still there', async () => {
    guest.type('end');
    await guest.exited;
    await sees(page.getByText('WAITING'));
    await openTab(page, 'Messages');
    await until('they are all there', async () => (await messageCount(page)) > 40);
    await keepShot(page, 'guest-gone');
    expect(open.faults).toEqual([]);
  });
});
