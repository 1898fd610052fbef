import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { captureFolder, ringsideOffline } from '../electron/cli/offline-rig.ts';
import { keepShot, startRingside } from './app.ts';
import { served, shareApp } from './shared-app.ts';
import { becomes, openTab, sees } from './view.ts';

let capture: Awaited<ReturnType<typeof captureFolder>>;
const folder = mkdtempSync(join(tmpdir(), 'ringside-proof-'));
const right = join(folder, 'right.wav');
const wrong = join(folder, 'wrong.wav');
const HEADER_BYTES = 80;

const app = shareApp(async () => {
  capture = await captureFolder('late-write', 3000);
  await ringsideOffline(['audio', capture.file, '-o', right]);
  const wav = readFileSync(right);
  const cut = HEADER_BYTES + 20_000 * 4;
  writeFileSync(wrong, Buffer.concat([wav.subarray(0, cut), wav.subarray(cut + 480 * 4)]));
  return startRingside(served(capture.file));
});
afterAll(() => {
  capture.remove();
  rmSync(folder, { recursive: true });
});

test('marks, versions and a reference show on the wave', async () => {
  const open = await app.open();
  const { page } = open;
  await openTab(page, 'Waveform');
  const panel = page.locator('[data-panel="waveform"]');
  await sees(panel.getByText(/\d+ marks/));
  await panel.getByRole('button', { name: 'Next mark' }).click();
  await sees(panel.getByText(/^(late write|silence|jump): /));
  await keepShot(page, 'proof-mark');
  await panel.getByLabel('Version').selectOption('late');
  await panel.getByLabel('Version').selectOption('sink');
  await becomes('at the sink', () => panel.getByLabel('Version').inputValue(), 'sink');
  await panel.getByLabel('Version').selectOption('consumed');
  await becomes('consumed', () => panel.getByLabel('Version').inputValue(), 'consumed');
  await panel.getByRole('button', { name: 'Fit amplitudes to the height' }).click();
  await sees(panel.getByText(/^enlarged ×\d+: full height is/));
  await panel.getByRole('button', { name: '×1', exact: true }).click();
  await panel.getByLabel('Reference file').setInputFiles(wrong);
  await sees(panel.getByText(/wrong\.wav — other: different from frame 20000/));
  await panel.getByRole('button', { name: 'Show it' }).click();
  await sees(panel.getByText('frame 20 000'));
  await keepShot(page, 'proof-wrong');
  await panel.getByLabel('Reference file').setInputFiles(right);
  await sees(panel.getByText(/right\.wav — identical/));
  await keepShot(page, 'proof-right');
  await panel.getByRole('button', { name: 'Put the reference away' }).click();
  expect(open.faults).toEqual([]);
  await open.close();
});
