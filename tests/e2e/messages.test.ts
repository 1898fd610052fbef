import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { demo, shareApp, shareWindow } from './shared-app.ts';
import {
  becomes,
  follow,
  holdStill,
  inspector,
  isPressed,
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

shareWindow(app, async (opened) => {
  page = opened;
  await openTab(page, 'Messages');
  await until('a screenful of messages', async () => (await messageCount(page)) > 60);
});

describe('the message table', () => {
  test('grows while the guest plays, its end in view', async () => {
    const before = await messageCount(page);
    await until('more messages', async () => (await messageCount(page)) > before + 20);
    await becomes('Follow is on', () => isPressed(follow(page)), true);
    await until('the last row is in view', async () => {
      const rows = await rowsInView(page);
      return Number(rows.at(-1)?.replace(/\D/g, '')) > before;
    });
  });

  test('stands still once one has scrolled up, while messages go on arriving', async () => {
    await holdStill(page);
    const rows = await rowsInView(page);
    const before = await messageCount(page);
    await until('more messages', async () => (await messageCount(page)) > before + 20);
    expect(await rowsInView(page)).toEqual(rows);
  });

  test('follows again when asked to', async () => {
    await holdStill(page);
    const rows = await rowsInView(page);
    await messages(page).focus();
    await page.keyboard.press('End');
    await until('Follow is on', () => isPressed(follow(page)));
    await until('the rows move', async () => (await rowsInView(page))[0] !== rows[0]);
  });

  test('opens the row that is pressed while rows move, and Follow goes off', async () => {
    const box = await messages(page).boundingBox();
    await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 150);
    await page.mouse.down();
    const count = await messageCount(page);
    await until('rows have moved', async () => (await messageCount(page)) > count + 3);
    await page.mouse.up();
    await sees(inspector(page).getByRole('heading', { name: /^#/ }));
    await becomes('Follow is off', () => isPressed(follow(page)), false);
  });

  test('is walked by keys: arrows, pages, first and last', async () => {
    const selected = async () => {
      const row = messages(page).locator('[role=row][aria-selected=true] [role=gridcell]').first();
      return Number((await row.textContent({ timeout: 2000 }))?.replace(/\D/g, ''));
    };
    await holdStill(page);
    await messages(page).getByRole('row').nth(6).click();
    const start = await selected();
    await page.keyboard.press('ArrowDown');
    await until('one down', async () => (await selected()) === start + 1);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await until('two up', async () => (await selected()) === start - 1);
    await page.keyboard.press('PageDown');
    await until('a page down', async () => (await selected()) > start + 4);
    await page.keyboard.press('Home');
    await until('the first', async () => (await selected()) <= 1);
  });

  test('shows only the queue that one asks for', async () => {
    await page
      .getByRole('tabpanel', { name: 'Messages' })
      .getByRole('button', { name: 'controlq' })
      .click();
    await until('only control requests', async () => {
      const text = await textOf(messages(page));
      return text.includes('SET_PARAMS') && !text.includes('PCM write');
    });
    await sees(page.getByText(/\d+ of [\d\s]+ messages/));
  });
});

describe('the inspector', () => {
  test('names the fields of a request as the standard does', async () => {
    await page
      .getByRole('tabpanel', { name: 'Messages' })
      .getByRole('button', { name: 'controlq' })
      .click();
    await until('only control requests', async () => {
      return !(await textOf(messages(page))).includes('PCM write');
    });
    await messages(page)
      .getByRole('row', { name: /SET_PARAMS/ })
      .first()
      .click();
    const fields = inspector(page);
    await sees(fields.getByText('virtio_snd_pcm_set_params'));
    const names = ['buffer_bytes', 'period_bytes', 'channels', 'format', 'rate'];
    await shows(fields, ...names, 'VIRTIO_SND_S_OK');
  });

  test('tells the life of an I/O message, its chain and its PCM', async () => {
    await holdStill(page);
    await messages(page)
      .getByRole('row', { name: /PCM write/ })
      .nth(3)
      .click();
    const shown = inspector(page);
    await sees(shown.getByText('virtio_snd_pcm_xfer'));
    await sees(shown.getByRole('heading', { name: 'Life' }));
    await sees(shown.getByRole('heading', { name: 'Descriptor chain' }));
    await sees(shown.getByText('latency_bytes'));
    await shows(shown, /960 frames/);
  });

  test('goes on to the next and the previous message by keys', async () => {
    await holdStill(page);
    await messages(page).getByRole('row').nth(4).click();
    const heading = inspector(page).getByRole('heading', { level: 2 });
    await sees(heading);
    const first = await heading.innerText();
    await page.keyboard.press('F8');
    await until('the next one', async () => (await heading.innerText()) !== first);
    await page.keyboard.press('F7');
    await until('the first one again', async () => (await heading.innerText()) === first);
  });
});
