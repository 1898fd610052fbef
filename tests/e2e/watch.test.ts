// A QEMU that runs already, with a real guest that plays, is connected to from the start page; nothing was prepared for it but a QMP
// socket and a log file.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootGuest, type Guest } from '../guest/boot-guest.ts';
import { guestReady } from '../guest/requirements.ts';
import { makeSound } from '../guest/sounds.ts';
import { keepShot, startRingside, stepByStep } from './app.ts';
import { served, shareApp } from './shared-app.ts';
import {
  becomes,
  coloursOf,
  messageCount,
  messages,
  openTab,
  overflowOf,
  sees,
  shows,
  until,
} from './view.ts';

const BOOT_LIMIT_MS = 60_000;
/** A tone of two seconds, again and again. */
const RUN_SCRIPT = 'while true; do aplay -q -D hw:0,0 /tone.wav; done';
const TONE = makeSound({ format: 'S16_LE', rateHz: 48_000, channels: 2, frames: 96_000 });

let folder = '';
let socket = '';
let page: Page;
let guest: Guest;
let booted: Promise<unknown>;

describe.skipIf(guestReady())('a QEMU that runs already, in the window', () => {
  stepByStep();
  const app = shareApp(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringside-e2e-watch-'));
    socket = join(folder, 'qmp.sock');
    guest = bootGuest({
      runScript: RUN_SCRIPT,
      files: { '/tone.wav': TONE.wav },
      ownDevice: { audiodev: 'none' },
      qmpPath: socket,
      extraArgs: [
        ...['-D', join(folder, 'qemu.log'), '-msg', 'timestamp=on', '-name', 'ringside-e2e'],
        ...['-device', 'virtio-sound-pci,audiodev=audio,id=snd1'],
      ],
    });
    booted = guest.waitFor(/guest 1: run begins/, BOOT_LIMIT_MS);
    return startRingside(served());
  });
  beforeAll(async () => {
    const open = await app.open();
    page = open.page;
    await booted;
    return () => expect(open.faults).toEqual([]);
  });
  afterAll(async () => {
    await guest?.kill();
    rmSync(folder, { recursive: true });
  });

  test('is found by the start page, which says what to do about a socket that is none', async () => {
    const card = page.getByRole('form', { name: 'Connect to QEMU' });
    await sees(card.getByText('-qmp unix:/tmp/qmp.sock,server=on,wait=off'));
    await sees(card.getByRole('button', { name: 'Copy the QEMU arguments' }));
    await card.getByLabel('QMP socket, or HOST:PORT').fill(join(folder, 'none.sock'));
    await card.getByRole('button', { name: 'Connect' }).click();
    await sees(card.getByRole('alert').filter({ hasText: /There is no socket .*Start QEMU with/ }));
    await sees(card.getByRole('button', { name: /ringside-e2e/ }));
    await keepShot(page, 'watch-start');
    await page.setViewportSize({ width: 1100, height: 700 });
    await becomes('it fits', () => overflowOf(page), []);
    await page.setViewportSize({ width: 1440, height: 900 });
    await card.getByRole('button', { name: /ringside-e2e/ }).click();
    const devices = card.getByRole('list', { name: 'Sound devices of this QEMU' });
    await sees(devices.getByText('/machine/peripheral/snd1/virtio-backend'));
    await keepShot(page, 'watch-devices');
    await devices.getByRole('button', { name: /Watch .*\/snd0\// }).click();
    await sees(page.getByText('LIVE'));
    await sees(page.getByRole('banner').getByText('· snd0'));
    const told = page.getByRole('region', { name: 'Inspector' });
    await sees(told.getByRole('button', { name: /Watch .*\/snd1\// }));
  });

  test('shows its messages with their codes, its sound, and its rings', async () => {
    await openTab(page, 'Messages');
    await until('a run has gone by', async () => (await messageCount(page)) > 25);
    await messages(page).getByText('PCM write').first().waitFor();
    await keepShot(page, 'watch-messages');
    const wave = await openTab(page, 'Waveform');
    await shows(wave, /S16 2 ch 48 kHz/);
    await until(
      'the wave is drawn',
      async () => (await coloursOf(wave.locator('canvas').first())) > 3,
    );
    await keepShot(page, 'watch-waveform');
    const rings = await openTab(page, 'Rings');
    await rings.getByRole('tab', { name: /txq/ }).click();
    await sees(rings.getByText('guest memory, now'));
    await sees(rings.getByText('Descriptor table'));
    await sees(page.getByRole('button', { name: /QMP 2 Hz/ }));
    await keepShot(page, 'watch-rings');
  });

  test('ends with a sentence when QEMU ends, and what was seen stays', async () => {
    await openTab(page, 'Messages');
    await until('its messages', async () => (await messageCount(page)) > 25);
    const before = await messageCount(page);
    await guest.kill();
    await sees(page.getByText('STOPPED'));
    await sees(page.getByText(/QEMU closed the connection|QEMU has ended/).first());
    await until('what was seen stays', async () => (await messageCount(page)) >= before);
    await keepShot(page, 'watch-ended');
  });
});
