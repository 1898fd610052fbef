import { hostname } from 'node:os';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { keepShot } from './app.ts';
import { demo, shareApp, shareWindow } from './shared-app.ts';
import {
  coloursOf,
  fingerprintOf,
  follow,
  inspector,
  isPressed,
  messageCount,
  openTab,
  sees,
  shows,
  textOf,
  until,
  vanishes,
} from './view.ts';

const app = shareApp(demo('duplex'));
let page: Page;

shareWindow(app, async (opened) => {
  page = opened;
  await sees(page.getByText('LIVE'));
});

function timeline() {
  return page.getByRole('region', { name: 'Timeline' }).locator('canvas').first();
}

describe('the timeline', () => {
  test('is drawn and moves while it follows', async () => {
    await until('it is drawn', async () => (await coloursOf(timeline())) > 8);
    const before = await fingerprintOf(timeline());
    await until('it moves', async () => (await fingerprintOf(timeline())) !== before);
    await keepShot(page, 'timeline-live');
  });

  test('stands still when it is zoomed, and Follow is off', async () => {
    await until('it is drawn', async () => (await coloursOf(timeline())) > 8);
    await page.keyboard.press('a');
    await until('Follow is off', async () => !(await isPressed(follow(page))));
  });

  test('opens the message that is clicked', async () => {
    await until('it is drawn', async () => (await coloursOf(timeline())) > 8);
    await page.getByRole('button', { name: 'The whole capture' }).click();
    await page.keyboard.press('n');
    await page.keyboard.press('F8');
    await sees(inspector(page).getByRole('heading', { name: /^#/ }));
  });
});

describe('the rings', () => {
  test('show the three tables of a queue from guest memory, and move', async () => {
    const panel = await openTab(page, 'Rings');
    await panel.getByRole('tab', { name: /txq/ }).click();
    for (const name of ['Avail ring', 'Descriptor table', 'Used ring']) {
      await sees(panel.getByRole('region', { name }));
    }
    await sees(panel.getByText('guest memory, now'));
    const avail = panel.getByRole('region', { name: 'Avail ring' });
    const before = await textOf(avail);
    await until('the index moves', async () => (await textOf(avail)) !== before);
  });

  test('are also drawn as a circle', async () => {
    const panel = await openTab(page, 'Rings');
    await panel.getByRole('tab', { name: /txq/ }).click();
    await panel.getByRole('button', { name: 'Show as a circle' }).click();
    await until('it is drawn', async () => (await coloursOf(panel.locator('canvas').first())) > 5);
  });

  test('show the indirect table of a chain, which part of memory it lies in, and count for a watch', async () => {
    const panel = await openTab(page, 'Rings');
    await panel.getByRole('tab', { name: /txq/ }).click();
    await panel.getByRole('grid').nth(1).getByRole('row').filter({ hasText: '⤷' }).first().click();
    const table = panel.getByRole('region', { name: 'Indirect table' });
    await shows(table, /Slot \d+/, /R → 1/);
    await panel.getByRole('button', { name: 'Watch' }).click();
    await shows(panel.getByRole('region', { name: 'Watch' }), /slot \d+ of txq/, 'not once');
    await panel.getByRole('button', { name: 'Address ranges in guest memory' }).click();
    await shows(panel.getByRole('region', { name: 'Address ranges' }), 'Region 1 of', 'used ring');
    await keepShot(page, 'rings-memory');
  });

  test('lead from a slot to its message', async () => {
    const panel = await openTab(page, 'Rings');
    await panel.getByRole('tab', { name: /txq/ }).click();
    // the descriptor table stays where it is while the rings move on
    const inFlight = panel.getByRole('grid').nth(1).getByRole('row').filter({ hasText: '▶' });
    const heading = inspector(page).getByRole('heading', { name: /^#/ });
    await until('a slot with a message', async () => {
      // it may have gone back to the guest meanwhile: then the next one
      await inFlight
        .first()
        .click({ timeout: 2000 })
        .catch(() => undefined);
      return (await heading.count()) > 0;
    });
  });
});

describe('the streams', () => {
  test('show both directions running, their parameters and where the buffer is', async () => {
    const panel = await openTab(page, 'Streams');
    for (const [name, word] of [
      ['Stream 0', 'playback'],
      ['Stream 1', 'capture'],
    ] as const) {
      const card = panel.getByRole('region', { name });
      await shows(card, word);
    }
    const playing = panel.getByRole('region', { name: 'Stream 0' });
    await shows(playing, 'RUNNING', 'SET_PARAMS', '48 000 Hz');
    await shows(playing, 'Period regularity', 'position moves by', /30\.0\s?s ago|s ago/);
    const fill = playing.getByRole('img', { name: /^What device and sink held/ });
    await until('the fill is drawn', async () => (await coloursOf(fill)) > 2);
    await keepShot(page, 'streams');
  });
});

describe('the waveform', () => {
  test('shows the samples of the track that is chosen, and they are not silent', async () => {
    const panel = await openTab(page, 'Waveform');
    const canvas = panel.locator('canvas').first();
    await until('it is drawn', async () => (await coloursOf(canvas)) > 6);
    const before = await fingerprintOf(canvas);
    await until('it grows', async () => (await fingerprintOf(canvas)) !== before);
    await keepShot(page, 'waveform-live');
  });

  test('comes down to single samples', async () => {
    const panel = await openTab(page, 'Waveform');
    const canvas = panel.locator('canvas').first();
    await until('it is drawn', async () => (await coloursOf(canvas)) > 6);
    await canvas.hover();
    for (let step = 0; step < 40; step++) await page.keyboard.press('w');
    await until('it is still drawn', async () => (await coloursOf(canvas)) > 4);
    await keepShot(page, 'waveform-samples');
  });
});

describe('the log', () => {
  test('is searched, and copied as a report that leaves the machine out', async () => {
    const panel = await openTab(page, 'Log');
    await sees(panel.getByText(/DRIVER_OK/));
    await panel.getByRole('log').click();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('set-up');
    await shows(panel.getByRole('search'), /\d+ of \d+/);
    await sees(panel.locator('mark'));
    await panel.getByRole('button', { name: 'Copy as bug report' }).click();
    const report = () => page.evaluate(() => navigator.clipboard.readText());
    await until('the report', async () => (await report()).includes('## Left out'));
    expect(await report()).toContain('DRIVER_OK');
    expect(await report()).not.toContain(hostname());
  });
});

describe('the view of a session', () => {
  test('freezes while the capture runs on, and catches up', async () => {
    await openTab(page, 'Messages');
    await until('messages', async () => (await messageCount(page)) > 20);
    await page.getByRole('button', { name: 'Freeze' }).click();
    await sees(page.getByText('FROZEN'));
    const frozen = await messageCount(page);
    await shows(page.getByRole('banner'), /\+[\d ]+ new/);
    expect(await messageCount(page)).toBe(frozen);
    await page.getByRole('button', { name: 'Unfreeze' }).click();
    await until('it catches up', async () => (await messageCount(page)) > frozen);
  });

  test('lists all keys', async () => {
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog');
    await shows(sheet, 'Next message with a problem', 'Stop the session', 'Zoom in');
    await page.keyboard.press('Escape');
    await vanishes(sheet);
  });

  test('is the same in two pages at once', async () => {
    const other = await app.open();
    await sees(other.page.getByText('LIVE'));
    const before = await messageCount(other.page);
    await until('both grow', async () => (await messageCount(other.page)) > before + 10);
    await other.close();
    expect(other.faults).toEqual([]);
    const here = await messageCount(page);
    await until('this one goes on', async () => (await messageCount(page)) > here);
  });
});

describe('the inspector', () => {
  test('reads bytes by a structure that is written, folds, and stays pinned over a reload', async () => {
    await openTab(page, 'Messages');
    await until('messages', async () => (await messageCount(page)) > 20);
    await page.keyboard.press('F8');
    const panel = inspector(page).first();
    const heading = panel.getByRole('heading', { name: /^#/ });
    await sees(heading);
    await panel.getByRole('button', { name: 'Read bytes as' }).click();
    const text = panel.getByRole('textbox', { name: 'Structure' });
    await text.fill('struct mine {\n  le32 code\n}');
    await shows(panel, 'Line 3, column 1', 'is missing after code');
    await text.fill('struct mine {\n  le32 code;\n  u8 rest[];\n}');
    await shows(panel.getByRole('tree', { name: 'Structure of your own' }), 'code', 'rest');
    await panel.getByRole('button', { name: 'Life' }).click();
    await vanishes(panel.getByText('from kick to interrupt'));
    const name = await textOf(heading);
    await page
      .getByRole('button', { name: /^Pin: a second/ })
      .first()
      .click();
    const second = page.getByRole('region', { name: 'Inspector 2' });
    await shows(second, name);
    await page.reload();
    await shows(second, name);
  });
});
