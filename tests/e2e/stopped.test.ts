import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { keepShot } from './app.ts';
import { demo, shareApp } from './shared-app.ts';
import {
  becomes,
  coloursOf,
  fingerprintOf,
  inspector,
  messageCount,
  messages,
  openTab,
  rowsInView,
  sees,
  shows,
  textOf,
  until,
} from './view.ts';

const app = shareApp(demo('clean'));
let page: Page;

beforeAll(async () => {
  const open = await app.open();
  page = open.page;
  await openTab(page, 'Messages');
  await until('some messages', async () => (await messageCount(page)) > 60);
  await page.getByRole('button', { name: 'Stop' }).click();
  await sees(page.getByText('STOPPED'));
  return () => expect(open.faults).toEqual([]);
});

describe('a session that was stopped', () => {
  test('keeps the command serving it', async () => {
    await app.ringside.waitFor(/the session has ended; its page stays open/);
  });

  test('keeps its messages, and no more come', async () => {
    const other = await app.open();
    await sees(messages(other.page));
    const count = await messageCount(page);
    expect(count).toBeGreaterThan(60);
    await becomes('both pages show the same', () => messageCount(other.page), count);
    const rows = await rowsInView(page);
    await other.page.reload();
    await becomes('the same again', () => messageCount(other.page), count);
    expect(await messageCount(page)).toBe(count);
    expect(await rowsInView(page)).toEqual(rows);
    await other.close();
  });

  test('keeps its timeline and its waveform', async () => {
    const canvas = page.getByRole('region', { name: 'Timeline' }).locator('canvas').first();
    await until('the timeline is drawn', async () => (await coloursOf(canvas)) > 8);
    const before = await fingerprintOf(canvas);
    const panel = await openTab(page, 'Waveform');
    await until('the wave is drawn', async () => {
      return (await coloursOf(panel.locator('canvas').first())) > 6;
    });
    await becomes('it stands as it did', () => fingerprintOf(canvas), before);
  });

  test('keeps its rings as they were last, and says that they are a record', async () => {
    const panel = await openTab(page, 'Rings');
    await panel.getByRole('tab', { name: /txq/ }).click();
    await sees(panel.getByRole('region', { name: 'Avail ring' }));
    expect(await textOf(panel)).not.toContain('guest memory, now');
  });

  test('keeps its streams and their parameters', async () => {
    const panel = await openTab(page, 'Streams');
    await keepShot(page, 'stopped-streams');
    await shows(panel, '48 000 Hz');
  });

  test('still opens any message', async () => {
    await openTab(page, 'Messages');
    await messages(page)
      .getByRole('row', { name: /PCM write/ })
      .nth(3)
      .click();
    await sees(inspector(page).getByText('virtio_snd_pcm_xfer'));
    await keepShot(page, 'stopped');
  });
});
